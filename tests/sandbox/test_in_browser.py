"""The framed launch in a real browser that blocks third-party cookies, and the growing frame."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from lti_app.sandbox.config import SandboxConfig, rapport_registration
from lti_app.sandbox.server import serving
from tests.sandbox.browser_tool import serving_browser_tool
from tests.sandbox.courses import COURSES
from tests.sandbox.ports import free_port

pytestmark = pytest.mark.browser

_RECORD = """() => {
  window.heights = [];
  window.messageCount = 0;
  const frame = document.querySelector("iframe");
  const record = () => window.heights.push(frame.getAttribute("height"));
  new MutationObserver(record).observe(frame, { attributeFilter: ["height"] });
  window.addEventListener("message", () => { window.messageCount += 1; });
}"""


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    opened = chromium.new_page()
    yield opened
    opened.close()


@pytest.fixture
def lms_url(prepared_file: Path, tmp_path: Path) -> Iterator[str]:
    """A sandbox at 127.0.0.1 whose tool is at localhost: two sites."""
    database = tmp_path / "sandbox.sqlite3"
    shutil.copy(prepared_file, database)
    url = f"http://127.0.0.1:{free_port()}"
    with serving_browser_tool(url) as tool_url:
        tools = tuple(
            rapport_registration(tool_url, client_id=name, deployment_ids=("d1", "d2"))
            for name in ("c1", "c2")
        )
        config = SandboxConfig(issuer=url, database=database, tools=tools, courses=COURSES)
        with serving(config):
            yield url


def open_link(page: Page, url: str) -> FrameLocator:
    page.goto(url)
    page.get_by_role("button", name="Amara Okafor").first.click()
    page.get_by_role("main").get_by_role("link", name="Ungraded link").click()
    frame = page.frame_locator("iframe")
    frame.locator("#who").wait_for()
    return frame


def test_launch_goes_there_and_back_in_a_frame_of_another_site(page: Page, lms_url: str) -> None:
    frame = open_link(page, lms_url)

    expect(frame.locator("#error")).to_be_empty()
    expect(frame.locator("#who")).to_have_text("amara")
    expect(frame.locator("#cookie")).to_have_text("kept=1")


def test_launch_in_a_window_of_its_own(page: Page, lms_url: str) -> None:
    open_link(page, lms_url)

    with page.expect_popup() as opened:
        page.get_by_role("link", name="Open in a new window").click()

    expect(opened.value.locator("#who")).to_have_text("amara")


def test_frame_grows_as_its_own_page_asks(page: Page, lms_url: str) -> None:
    frame = open_link(page, lms_url)

    frame.locator("body").evaluate("() => window.ask(1234.4)")
    expect(page.locator("iframe")).to_have_attribute("height", "1234")
    frame.locator("body").evaluate("() => window.ask(1e9)")

    expect(page.locator("iframe")).to_have_attribute("height", "20000")


def test_frame_ignores_what_it_should_not_listen_to(page: Page, lms_url: str) -> None:
    frame = open_link(page, lms_url)
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Open in a new window").click()
    opened.value.locator("#who").wait_for()
    body = frame.locator("body")
    page.evaluate(_RECORD)

    page.evaluate("() => window.postMessage({subject: 'lti.frameResize', height: 900}, '*')")
    body.evaluate("() => window.ask(901, 'something.else')")
    body.evaluate("() => window.ask('902')")
    body.evaluate("() => window.parent.postMessage(null, '*')")
    opened.value.evaluate("() => window.opener.postMessage(window.resize(903), '*')")
    body.evaluate("() => window.ask(700)")
    page.wait_for_function("() => window.messageCount === 6")
    # The right window, but no longer the tool's page in it.
    page.frames[1].goto(lms_url)
    body.evaluate("() => parent.postMessage({subject: 'lti.frameResize', height: 904}, '*')")
    page.wait_for_function("() => window.messageCount === 7")

    assert page.evaluate("() => window.heights") == ["700"]
