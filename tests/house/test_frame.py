"""The frame grows with its page: js/frame.js in a frame of another site."""

import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Frame, Page

from tests.house.checkout import ROOT

pytestmark = pytest.mark.browser

#: Of `frame.js`, less what a browser rounds away from its clock.
SETTLES_AFTER_MS = 95

_TOOL_PAGE = """<!doctype html><body style="margin:0"><div id="content" style="height:500px"></div>
<p data-only-in-frame>open in its own tab</p><script type="module" src="/js/frame.js"></script>"""
_PLATFORM_PAGE = """<!doctype html>
<iframe id="frame" style="border:0;height:200px" src="{tool}"></iframe>
<script>window.got = [];
addEventListener("message", (event) => {{
  got.push(event.data);
  document.getElementById("frame").style.height = event.data.height + "px";
}});</script>"""


class Pages(SimpleHTTPRequestHandler):
    """Our static files, a page of the tool, and a platform that frames it."""

    def do_GET(self) -> None:
        port = self.server.server_port  # type: ignore[attr-defined] # an HTTPServer has one
        pages = {
            "/tool": _TOOL_PAGE,
            "/platform": _PLATFORM_PAGE.format(tool=f"http://localhost:{port}/tool"),
        }
        if self.path not in pages:
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(pages[self.path].encode())

    def log_message(self, *_arguments: object) -> None:
        """Stay silent."""


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    def handler(*arguments: object) -> Pages:
        return Pages(*arguments, directory=str(ROOT / "lti_app/static"))  # type: ignore[arg-type] # as http.server passes them

    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    opened = chromium.new_page(viewport={"width": 900, "height": 700})
    yield opened
    opened.close()


def open_platform(page: Page, port: int) -> Frame:
    """Open the platform and wait until its frame is as high as the page in it."""
    page.goto(f"http://127.0.0.1:{port}/platform")
    page.wait_for_function("got.length > 0")
    return page.frames[1]


def content_height(frame: Frame) -> int:
    return int(frame.evaluate("Math.ceil(document.documentElement.getBoundingClientRect().height)"))


def test_ps_19_platform_is_told_the_height_in_whole_pixels(page: Page, port: int) -> None:
    frame = open_platform(page, port)

    told = page.evaluate("got[0]")

    assert told == {"subject": "lti.frameResize", "height": content_height(frame)}
    assert frame.evaluate("document.documentElement.scrollHeight - innerHeight") == 0


@pytest.mark.parametrize("height", [900, 120], ids=["grows", "shrinks"])
def test_ps_19_frame_follows_the_page(page: Page, port: int, height: int) -> None:
    frame = open_platform(page, port)

    frame.evaluate(f"document.getElementById('content').style.height = '{height}px'")

    page.wait_for_function("height => got.at(-1).height === height", arg=content_height(frame))


def test_ps_19_frame_that_follows_does_not_set_off_another_message(page: Page, port: int) -> None:
    open_platform(page, port)

    page.wait_for_timeout(500)

    assert page.evaluate("got.length") == 1


def test_ps_19_height_that_is_no_whole_number_is_rounded_up(page: Page, port: int) -> None:
    frame = open_platform(page, port)

    frame.evaluate("document.getElementById('content').style.height = '700.4px'")

    page.wait_for_function("got.length === 2")
    assert page.evaluate("Number.isInteger(got.at(-1).height)")
    assert page.evaluate("got.at(-1).height") == content_height(frame)


def test_ps_19_growing_in_many_steps_is_told_once(page: Page, port: int) -> None:
    frame = open_platform(page, port)

    gaps = frame.evaluate(
        """async () => {
          const gaps = [];
          let before = performance.now();
          for (let height = 510; height <= 600; height += 10) {
            document.getElementById("content").style.height = `${height}px`;
            await new Promise(requestAnimationFrame);
            gaps.push(performance.now() - before);
            before = performance.now();
          }
          return gaps;
        }"""
    )

    page.wait_for_function("height => got.at(-1).height === height", arg=content_height(frame))
    # A busy browser may pause between steps as long as a whole growth ends; each pause ends one.
    pauses = sum(gap >= SETTLES_AFTER_MS for gap in gaps)
    assert 2 <= page.evaluate("got.length") <= 2 + pauses


def test_ps_19_page_in_its_own_tab_tells_nobody(page: Page, port: int) -> None:
    page.add_init_script(
        "window.got = []; addEventListener('message', (event) => got.push(event.data));"
    )
    page.goto(f"http://localhost:{port}/tool")

    page.evaluate("document.getElementById('content').style.height = '900px'")
    page.wait_for_timeout(400)

    assert page.evaluate("got.length") == 0


def test_page_in_its_own_tab_loses_what_is_of_use_only_in_a_frame(page: Page, port: int) -> None:
    page.goto(f"http://localhost:{port}/tool")

    page.wait_for_function("document.querySelector('[data-only-in-frame]') === null")


def test_page_in_a_frame_keeps_it(page: Page, port: int) -> None:
    frame = open_platform(page, port)

    assert frame.locator("[data-only-in-frame]").count() == 1
