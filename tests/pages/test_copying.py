"""A value to paste is one press or one key away, and what happened is said."""

import pytest
from playwright.sync_api import expect

from tests.pages.stage import Stage

pytestmark = pytest.mark.browser

LAUNCH = "Tool URL"
_NO_CLIPBOARD = """
Object.defineProperty(Navigator.prototype, "clipboard", { get: () => undefined });
document.execCommand = () => false;
"""


def open_page(stage: Stage) -> str:
    stage.page.goto(f"{stage.site.url}/lti/config")
    return f"{stage.site.url}/lti/launch"


def test_a_value_is_copied_by_keyboard_and_that_is_said(stage: Stage) -> None:
    stage.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    launch_url = open_page(stage)
    button = stage.page.get_by_role("button", name="Copy").nth(1)

    button.focus()
    stage.page.keyboard.press("Enter")

    expect(stage.page.get_by_role("status").last).to_have_text("Copied")
    expect(stage.page.locator(":focus")).to_have_text("Copied")
    assert stage.page.evaluate("navigator.clipboard.readText()") == launch_url
    expect(stage.page.locator(":focus")).to_have_text("Copy")


def test_every_button_tells_a_screen_reader_what_it_copies(stage: Stage) -> None:
    open_page(stage)

    button = stage.page.get_by_role("button", name="Copy").nth(1)

    expect(button).to_have_accessible_description(LAUNCH)


def test_where_the_clipboard_is_kept_from_us_the_value_is_selected(stage: Stage) -> None:
    stage.page.add_init_script(_NO_CLIPBOARD)
    launch_url = open_page(stage)

    stage.page.get_by_role("button", name="Copy").nth(1).click()

    expect(stage.page.get_by_role("status").last).to_have_text(
        "The value is selected. Copy it with the keyboard."
    )
    assert stage.page.evaluate("getSelection().toString()") == launch_url


def test_without_a_script_one_press_selects_the_whole_value(
    stage: Stage,
) -> None:
    browser = stage.page.context.browser
    assert browser is not None
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{stage.site.url}/lti/config")

        expect(page.get_by_role("button", name="Copy")).to_have_count(0)
        assert page.locator("code").nth(1).text_content() == f"{stage.site.url}/lti/launch"
        expect(page.locator("code").nth(1)).to_have_css("user-select", "all")
