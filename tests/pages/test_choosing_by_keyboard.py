"""Choosing and making an activity by keyboard alone, with and without scripts."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.pages.own_scenes import make_own
from tests.pages.site import Site
from tests.pages.staff_scenes import choose
from tests.pages.stage import Stage

pytestmark = pytest.mark.browser
_MOST_TABS = 80


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def anyhow(request: pytest.FixtureRequest, site: Site, headless_shell: Browser) -> Iterator[Stage]:
    """A browser with and without scripts."""
    context = headless_shell.new_context(locale="en", java_script_enabled=request.param)
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


def test_an_activity_is_found_tried_and_opened_by_keyboard(anyhow: Stage) -> None:
    choose(anyhow)
    page = anyhow.page

    tab_to(page, "#find")
    page.keyboard.type("self-assessment start")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="activity found")).to_be_visible()
    tab_to(page, "[type=radio]")
    page.keyboard.press("Space")
    tab_to(page, '[formaction*="/try"]')
    page.keyboard.press("Enter")
    expect(page.get_by_text("You are trying this as a learner meets it.")).to_be_visible()
    page.get_by_role("link", name="Back to choosing").press("Enter")
    expect(page.get_by_role("radio", checked=True)).to_have_count(1)
    tab_to(page, "main .btn-primary")
    page.keyboard.press("Enter")

    expect(page.get_by_text("from now on")).to_be_visible()


def test_an_activity_is_written_by_keyboard(anyhow: Stage) -> None:
    make_own(anyhow)
    page = anyhow.page
    tab_to(page, "[name=start]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Space")
    tab_to(page, "main .btn-primary")
    page.keyboard.press("Enter")

    title = page.locator('[name="item.title"]')
    expect(title).to_have_value("Where do I start?")
    tab_to(page, '[name="item.title"]')
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("Where do we start?")
    tab_to(page, '[value="add:scale.labels"]')
    page.keyboard.press("Enter")
    added = page.locator('[name="item.scale.labels.5"]')
    expect(added).to_have_count(1)
    tab_to(page, '[name="item.scale.labels.5"]')
    page.keyboard.type("always")
    tab_to(page, '[value="up:scale.labels.5"]')
    page.keyboard.press("Enter")

    expect(page.locator('[name="item.scale.labels.4"]')).to_have_value("always")
    expect(title).to_have_value("Where do we start?")


def test_what_is_written_saves_itself(stage: Stage) -> None:
    make_own(stage)
    stage.page.locator('[value$="/sort"]').check()
    stage.press("main .btn-primary")

    stage.page.locator('[name="item.title"]').fill("Saved by itself")
    expect(stage.page.locator("[data-saving-is=saved]")).to_be_visible()
    with stage.page.expect_response(lambda answer: answer.request.method == "POST"):
        stage.page.locator('[name="item.summary"]').fill("And this")
    stage.page.wait_for_timeout(500)
    stage.page.reload()

    expect(stage.page.locator('[name="item.title"]')).to_have_value("Saved by itself")
    expect(stage.page.locator('[name="item.summary"]')).to_have_value("And this")
