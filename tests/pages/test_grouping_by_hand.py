"""Groups made and filled by keyboard alone, with and without scripts, and by finger on a phone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.pages.group_scenes import groups_before_there_are_any
from tests.pages.site import Site
from tests.pages.stage import Stage

pytestmark = pytest.mark.browser
_MOST_TABS = 80


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def anyhow(request: pytest.FixtureRequest, site: Site, headless_shell: Browser) -> Iterator[Stage]:
    """A browser with and without scripts."""
    context = headless_shell.new_context(locale="en", java_script_enabled=request.param)
    yield Stage(site, context.new_page(), "en", site.new_course())
    context.close()


@pytest.fixture
def phone(site: Site, headless_shell: Browser) -> Iterator[Stage]:
    """A small screen that is touched."""
    context = headless_shell.new_context(
        locale="en", has_touch=True, viewport={"width": 320, "height": 640}
    )
    yield Stage(site, context.new_page(), "en", site.new_course())
    context.close()


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until what is wanted has the focus."""
    wanted = page.locator(selector).first
    for _ in range(_MOST_TABS):
        if wanted.and_(page.locator(":focus")).count():
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{selector} is not reached by Tab")


def typed(page: Page, selector: str, words: str) -> None:
    tab_to(page, selector)
    page.keyboard.type(words)
    page.keyboard.press("Enter")


def test_a_set_is_made_and_filled_by_keyboard(anyhow: Stage) -> None:
    for name in ("Amara Okafor", "Rima Haddad"):
        anyhow.visitor(name=name)
    groups_before_there_are_any(anyhow)
    page = anyhow.page

    typed(page, "aside [name=name]", "Mentoring tandems")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mentoring tandems")
    typed(page, "#new-group", "Red")
    expect(page.get_by_role("heading", name="Red")).to_be_visible()
    tab_to(page, "[name=person]")
    page.keyboard.press("Space")
    tab_to(page, "#to")
    page.keyboard.press("R")
    tab_to(page, "#move .btn-primary")
    page.keyboard.press("Enter")

    expect(page.get_by_role("status").first).to_contain_text("1 person moved.")
    expect(page.locator(".rp-group", has_text="Red").get_by_text("Amara Okafor")).to_be_visible()


def test_a_set_is_split_and_removed_by_finger(phone: Stage) -> None:
    for name in ("Amara Okafor", "Rima Haddad", "Wayan"):
        phone.visitor(name=name)
    groups_before_there_are_any(phone)
    page = phone.page
    page.get_by_label("Name of the set").fill("Tandems")
    page.get_by_role("button", name="Make the set").tap()

    page.get_by_label("How many groups?").fill("2")
    page.get_by_role("button", name="Split", exact=True).tap()
    expect(page.get_by_role("heading", name="Group 2")).to_be_visible()
    expect(page.get_by_text("In no group yet")).to_have_count(0)
    page.get_by_text("Rename or remove the set").tap()
    page.get_by_role("button", name="Remove the set").first.tap()
    page.get_by_role("dialog").get_by_role("button", name="Remove the set").tap()

    expect(page.get_by_text("Sets that are made here stand here.")).to_be_visible()
