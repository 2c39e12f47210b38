"""The page of people in the course while its list is read, and by keyboard alone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import update

from lti_app.people.models import Roster, RosterState
from tests.pages.roster_scenes import roster_held, roster_under_way
from tests.pages.site import Site
from tests.pages.stage import Stage
from tests.pages.test_choosing_by_keyboard import tab_to

pytestmark = pytest.mark.browser


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def anyhow(request: pytest.FixtureRequest, site: Site, headless_shell: Browser) -> Iterator[Stage]:
    """A browser with and without scripts."""
    context = headless_shell.new_context(locale="en", java_script_enabled=request.param)
    yield Stage(site, context.new_page(), "en", site.new_course())
    context.close()


def now(stage: Stage, **values: object) -> None:
    """Let the readings of all courses have come so far."""
    with stage.site.database.write() as session:
        session.execute(update(Roster).values(**values))


def test_the_page_follows_a_reading_to_its_end(stage: Stage) -> None:
    roster_under_way(stage)
    page = stage.page
    expect(page.get_by_text("150 people read")).to_be_visible()

    now(stage, members_count=200, pages_count=4)
    expect(page.get_by_text("200 people read")).to_be_visible()
    now(stage, state=RosterState.READ.value)

    expect(page.get_by_role("button", name="Bring up to date")).to_be_visible()
    expect(page.get_by_text("people read")).to_have_count(0)


def test_who_types_meanwhile_loses_nothing(stage: Stage) -> None:
    roster_under_way(stage)
    find = stage.page.get_by_label("Find a person")
    find.fill("Ama")

    now(stage, state=RosterState.READ.value)

    expect(stage.page.get_by_role("button", name="Bring up to date")).to_be_visible()
    expect(find).to_have_value("Ama")
    expect(find).to_be_focused()


def test_without_scripts_a_link_tells_how_far_it_is(site: Site, headless_shell: Browser) -> None:
    context = headless_shell.new_context(locale="en", java_script_enabled=False)
    stage = Stage(site, context.new_page(), "en", site.new_course())
    roster_under_way(stage)

    now(stage, members_count=200)
    stage.page.get_by_role("link", name="See how far it is").click()

    expect(stage.page.get_by_text("200 people read")).to_be_visible()
    context.close()


def test_those_who_left_are_let_go_by_keyboard(anyhow: Stage) -> None:
    roster_held(anyhow)
    page = anyhow.page
    expect(page.get_by_role("row")).to_have_count(4)

    tab_to(page, ".rp-notice summary, .rp-notice .btn[type=button]")
    page.keyboard.press("Enter")
    tab_to(page, ".btn-danger")
    page.keyboard.press("Enter")

    expect(page.get_by_text("is out of the course")).to_be_visible()


def test_somebody_is_found_by_keyboard(anyhow: Stage) -> None:
    roster_held(anyhow)
    page = anyhow.page

    tab_to(page, "#find")
    page.keyboard.type("amara")
    page.keyboard.press("Enter")

    expect(page.get_by_role("rowheader").get_by_text("Amara Okafor")).to_be_visible()
    expect(page.get_by_role("rowheader")).to_have_count(1)
