"""What a browser makes of hostile Markdown, even in a page without our policy."""

import pytest
from playwright.sync_api import Browser

from lti_app.web.markdown import to_html
from tests.web.test_markdown import PAYLOADS, TERMS

pytestmark = pytest.mark.browser

#: Presses, points at and focuses whatever is there; links are kept from leading away.
_HANDLE = """() => {
  addEventListener("click", (event) => event.preventDefault(), true);
  for (const one of document.querySelectorAll("body *")) {
    for (const name of ["click", "mouseover", "pointerenter", "focus", "toggle", "error", "load"])
      one.dispatchEvent(new Event(name, { bubbles: true, cancelable: true }));
    one.focus?.();
  }
  return window.booms;
}"""


def test_abuse_50_hostile_markdown_does_nothing_and_asks_for_nothing(
    headless_shell: Browser,
) -> None:
    texts = [one.encode("raw_unicode_escape").decode("unicode_escape") for one in PAYLOADS]
    drawn = "".join(to_html(text, terms=TERMS) for text in texts)
    page = headless_shell.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.add_init_script("window.booms = 0; window.boom = () => { window.booms += 1; };")
    page.goto("about:blank")

    page.set_content(f"<!doctype html><title>All</title><main>{drawn}</main>")
    booms = page.evaluate(_HANDLE)

    assert booms == 0
    assert [url for url in asked if url != "about:blank"] == []
    assert page.locator("main").count() == 1
    assert page.locator("script, style, iframe, form, input, svg, math, img").count() == 0
    page.close()
