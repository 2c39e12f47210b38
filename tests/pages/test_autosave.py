"""A form saves itself, and what it says of that is true."""

import re

import pytest
from playwright.sync_api import Route, expect

from lti_app.catalog.models import Activity
from lti_app.catalog.views import ActivityView
from tests.pages.stage import Stage
from tests.pages.writing import (
    STORED,
    choose,
    draft,
    hold_next,
    is_kept,
    offline,
    radio,
    saves,
    says,
)
from tests.peers.world import Visitor

pytestmark = pytest.mark.browser


def test_what_is_chosen_is_saved_and_there_again_after_a_reload(stage: Stage, ann: Visitor) -> None:
    choose(stage.page, 3, 4)

    says(stage.page, "^Saved at 09:00")
    assert draft(stage, ann) == '{"responses": {"s3": 4}}'
    stage.page.reload()
    expect(radio(stage.page, 3, 4)).to_be_checked()
    says(stage.page, "^Saved at 09:00")


def test_nothing_is_called_saved_before_the_server_said_so(stage: Stage, ann: Visitor) -> None:
    held = hold_next(stage.page)

    choose(stage.page, 3, 4)

    says(stage.page, "^Not saved yet$")
    says(stage.page, "^Saving…$")
    assert len(held) == 1
    held[0].continue_()
    says(stage.page, "^Saved at")


def test_what_is_typed_while_a_save_is_under_way_is_saved_after_it(
    stage: Stage, ann: Visitor
) -> None:
    held = hold_next(stage.page)
    choose(stage.page, 1, 1)
    says(stage.page, "^Saving…$")

    choose(stage.page, 2, 2)
    assert len(held) == 1
    held[0].continue_()

    says(stage.page, "^Saved at")
    assert draft(stage, ann) == '{"responses": {"s1": 1, "s2": 2}}'


def test_offline_it_is_kept_and_said_so_and_sent_when_back(stage: Stage, ann: Visitor) -> None:
    with offline(stage.page):
        choose(stage.page, 1, 5)
        says(stage.page, "Not saved: you are offline. It is kept on this device")
        is_kept(stage.page)

    says(stage.page, "^Saved at")
    assert draft(stage, ann) == '{"responses": {"s1": 5}}'
    assert stage.page.evaluate(STORED) == "[]"


def test_it_is_sent_as_soon_as_the_device_is_back(stage: Stage, ann: Visitor) -> None:
    stage.page.evaluate("() => { window.setTimeout = () => 0; }")
    with offline(stage.page):
        choose(stage.page, 1, 5)
        stage.page.evaluate("document.activeElement.blur()")
        says(stage.page, "you are offline")

    says(stage.page, "^Saved at")
    assert draft(stage, ann) == '{"responses": {"s1": 5}}'


@pytest.mark.parametrize("status", [503, 429, 500, 502])
def test_f24_a_server_that_cannot_take_it_now_is_asked_again(
    stage: Stage, ann: Visitor, status: int
) -> None:
    seen = saves(stage, status)

    choose(stage.page, 1, 5)

    says(stage.page, "we cannot be reached just now. It is kept on this device")
    says(stage.page, "^Saved at")
    assert len(seen) == 2


def test_f2_a_save_whose_answer_was_lost_is_no_conflict_with_the_next(
    stage: Stage, ann: Visitor
) -> None:
    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    stage.page.route("**/exercise/**", lose, times=1)
    choose(stage.page, 1, 5)
    says(stage.page, "we cannot be reached just now")

    choose(stage.page, 2, 4)

    says(stage.page, "^Saved at")
    assert draft(stage, ann) == '{"responses": {"s1": 5, "s2": 4}}'


def test_after_the_closing_it_says_why_it_is_not_saved_and_tries_again_when_asked(
    stage: Stage, activity: ActivityView, ann: Visitor
) -> None:
    stage.site.change(Activity, activity.id, closes_at=stage.site.clock.now)
    choose(stage.page, 1, 5)
    says(stage.page, "takes no more work.*What you changed is kept on this device")

    stage.site.change(Activity, activity.id, closes_at=None)
    choose(stage.page, 1, 4)

    says(stage.page, "^Saved at")
    assert draft(stage, ann) == '{"responses": {"s1": 4}}'


def test_what_is_under_way_arrives_before_the_form_is_handed_in(stage: Stage, ann: Visitor) -> None:
    held = hold_next(stage.page)
    for number in range(20):
        choose(stage.page, number + 1, 3)
    stage.page.wait_for_timeout(100)
    stage.page.get_by_role("button", name="Hand in").click()

    held[0].continue_()

    expect(stage.page.get_by_text(re.compile(r"^Handed in\."))).to_be_visible()
    assert stage.page.evaluate(STORED) == "[]"


def test_after_a_lost_answer_the_form_is_handed_in_without_a_conflict(
    stage: Stage, ann: Visitor
) -> None:
    for number in range(19):
        choose(stage.page, number + 1, 3)
    says(stage.page, "^Saved at")

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    stage.page.route("**/exercise/**", lose, times=1)
    choose(stage.page, 20, 3)
    says(stage.page, "we cannot be reached just now")
    stage.page.get_by_role("button", name="Hand in").click()

    expect(stage.page.get_by_text(re.compile(r"^Handed in\."))).to_be_visible()


def test_what_cannot_be_saved_is_sent_all_the_same_when_its_writer_says_so(
    stage: Stage, activity: ActivityView, ann: Visitor
) -> None:
    choose(stage.page, 1, 5)
    says(stage.page, "^Saved at")
    stage.site.change(Activity, activity.id, closes_at=stage.site.clock.now)
    expect(stage.page.get_by_role("button", name="Save for later")).to_be_hidden()
    choose(stage.page, 2, 5)

    stage.page.get_by_role("button", name="Save for later").click()

    expect(stage.page.get_by_role("heading", level=1)).to_have_text("This has closed")


def test_a_busy_server_is_left_alone_as_long_as_it_asks(stage: Stage, ann: Visitor) -> None:
    stage.page.clock.install()
    stage.page.reload()
    seen = saves(stage, 503, retry_after="600")
    choose(stage.page, 1, 5)
    says(stage.page, "we cannot be reached just now")

    choose(stage.page, 2, 5)
    stage.page.clock.run_for(590_000)

    assert len(seen) == 1
    stage.page.clock.run_for(10_000)
    says(stage.page, "^Saved at")


def test_a_screen_reader_hears_of_a_new_state_once(stage: Stage, ann: Visitor) -> None:
    stage.page.evaluate(
        """() => {
          window.heard = [];
          const spoken = document.querySelector("[data-saving-spoken]");
          new MutationObserver(() => spoken.textContent && heard.push(spoken.textContent))
            .observe(spoken, { childList: true });
        }"""
    )

    for number in (1, 2):
        choose(stage.page, number, 3)
        says(stage.page, "^Saved at")
    with offline(stage.page):
        choose(stage.page, 3, 3)
        says(stage.page, "you are offline")
    says(stage.page, "^Saved at")

    first, second, third = stage.page.evaluate("heard")
    assert first.startswith("Saved at")
    assert second.startswith("Not saved: you are offline.")
    assert third == first


def test_who_leaves_is_warned_only_of_what_nothing_keeps(stage: Stage, ann: Visitor) -> None:
    warned = """() => {
      const leaving = new Event("beforeunload", { cancelable: true });
      return !dispatchEvent(leaving);
    }"""
    assert not stage.page.evaluate(warned)

    with offline(stage.page):
        choose(stage.page, 1, 5)
        is_kept(stage.page)
        says(stage.page, "you are offline")
        assert not stage.page.evaluate(warned)
        stage.page.evaluate(
            "() => { Storage.prototype.setItem = () => { throw new Error('full'); }; }"
        )
        choose(stage.page, 2, 5)
        stage.page.wait_for_timeout(100)
        assert stage.page.evaluate(warned)
