"""A branching story by keyboard, within one page, and without scripts."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.pages.site import Site
from tests.pages.stage import Stage
from tests.pages.story_scenes import CHOOSE, story

pytestmark = pytest.mark.browser

_HANDED_IN = re.compile(r"^Handed in\.")


@pytest.fixture
def plain(site: Site, headless_shell: Browser) -> Iterator[Stage]:
    """A browser that runs no script."""
    context = headless_shell.new_context(java_script_enabled=False, locale="en-GB")
    yield Stage(site, context.new_page(), "en", site.new_course())
    context.close()


def heading(page: Page, words: str) -> None:
    """Wait until the story stands in a scene of this title."""
    expect(page.locator("#now")).to_contain_text(words)


def step(page: Page) -> str | None:
    return page.locator('input[name="step"]').get_attribute("value")


def test_a_story_is_played_to_its_end_by_keyboard_alone(stage: Stage) -> None:
    story(stage)
    page = stage.page
    page.locator("h1").evaluate("element => { element.tabIndex = -1; element.focus(); }")

    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    expect(page.locator('input[value="open"]')).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    heading(page, "Monday, after lunch")
    expect(page.locator("#now")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    heading(page, "In spring")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_text(_HANDED_IN)).to_be_visible()


def test_what_a_choice_set_in_motion_is_said_with_the_scene_that_follows(stage: Stage) -> None:
    story(stage, "open")

    expect(stage.page.locator("#now")).to_have_accessible_description(
        re.compile("^The question can be found.*Trust in the team: Growing.$")
    )


def test_a_choice_leads_on_within_the_page(stage: Stage) -> None:
    story(stage)
    stage.page.evaluate("window.isSame = true")

    stage.page.locator('input[value="open"]').check()
    stage.page.locator(CHOOSE).click()

    heading(stage.page, "Monday, after lunch")
    assert stage.page.evaluate("window.isSame") is True


def test_a_choice_is_posted_plainly_when_a_script_cannot_send_it(stage: Stage) -> None:
    story(stage)

    def answer(route: Route) -> None:
        if route.request.resource_type == "fetch":
            route.abort()
        else:
            route.continue_()

    stage.page.route("**/exercise/**", answer)
    stage.page.locator('input[value="open"]').check()
    stage.press(CHOOSE)

    heading(stage.page, "Monday, after lunch")
    expect(stage.page.locator("#now")).to_be_focused()


def test_a_double_click_is_one_choice(stage: Stage) -> None:
    story(stage)
    stage.page.locator('input[value="open"]').check()

    stage.page.locator(CHOOSE).dblclick()

    heading(stage.page, "Monday, after lunch")
    assert step(stage.page) == "1"


def test_a_story_is_played_without_scripts(plain: Stage) -> None:
    activity = story(plain)
    page = plain.page

    for option in ("quiet", "wait"):
        page.locator(f'input[value="{option}"]').check()
        plain.press(CHOOSE)
    assert page.url.endswith("#now")
    plain.press('button[value="hand_in"]')

    expect(page.get_by_text(_HANDED_IN)).to_be_visible()
    assert activity.public_id not in page.url
