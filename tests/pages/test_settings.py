"""The page of settings shows what applies to what is chosen, and where something is amiss."""

import pytest
from playwright.sync_api import expect

from tests.pages.staff_scenes import activity_settings
from tests.pages.stage import Stage

pytestmark = pytest.mark.browser

PERCENT, FLOOR = "[name=late_percent]", "[name=late_floor_percent]"


@pytest.mark.parametrize(
    ("policy", "shown"), [("none", 0), ("closed", 0), ("once", 1), ("per_day", 2)]
)
def test_what_being_late_costs_is_asked_only_where_it_costs(
    stage: Stage, policy: str, shown: int
) -> None:
    activity_settings(stage)

    stage.page.locator("[name=late_policy]").select_option(policy)

    for place, name in enumerate((PERCENT, FLOOR)):
        expect(stage.page.locator(name)).to_be_visible(visible=place < shown)


def test_the_release_date_is_asked_only_where_it_releases(stage: Stage) -> None:
    activity_settings(stage)
    date = stage.page.locator("[name=releases_at]")
    expect(date).to_be_hidden()

    stage.page.locator("[name=release]").select_option("scheduled")

    expect(date).to_be_visible()


def test_gradebook_columns_are_asked_only_for_what_is_in_the_gradebook(stage: Stage) -> None:
    activity_settings(stage)
    columns = stage.page.locator("[name=columns]").first
    expect(columns).to_be_visible()

    stage.page.locator("[name=in_gradebook][type=checkbox]").uncheck()

    expect(columns).to_be_hidden()


def test_a_field_that_needs_another_look_is_seen_also_where_it_would_not_apply(
    stage: Stage,
) -> None:
    activity_settings(stage)
    stage.page.locator("[name=late_policy]").select_option("once")
    stage.page.locator(PERCENT).fill("200")
    stage.page.locator("[name=late_policy]").select_option("none")

    stage.press("main button[type=submit]")

    expect(stage.page.locator(PERCENT)).to_be_visible()
    expect(stage.page.locator("#needs-a-look")).to_be_focused()


def test_a_box_is_unticked_and_kept_by_keyboard_alone(stage: Stage) -> None:
    activity_settings(stage)
    box = "[name=in_gradebook][type=checkbox]"
    stage.page.locator(box).focus()
    stage.page.keyboard.press("Space")
    with stage.page.expect_navigation():
        stage.page.keyboard.press("Enter")

    stage.page.go_back()
    stage.page.reload()

    expect(stage.page.locator(box)).not_to_be_checked()
