"""What is not saved is kept, for its writer alone, and nothing takes its place unasked."""

import json

import pytest
from playwright.sync_api import Page, expect

from lti_app.activities.exercise.settings import ExerciseSettings
from lti_app.catalog.models import Activity, ItemVersion
from lti_app.catalog.views import ActivityView
from tests.pages.saving_scenes import end
from tests.pages.stage import Stage
from tests.pages.writing import (
    STORED,
    UNSEALED,
    choose,
    draft,
    is_kept,
    launched,
    offer,
    offline,
    radio,
    says,
)
from tests.peers.world import Visitor

pytestmark = pytest.mark.browser


def test_what_was_typed_when_the_session_had_ended_is_offered_after_the_next_launch(
    stage: Stage, activity: ActivityView, ann: Visitor, sub: str
) -> None:
    choose(stage.page, 1, 5)
    says(stage.page, r"^\s*Saved at")
    end(stage, ann)
    choose(stage.page, 2, 4)
    says(stage.page, "what you changed is kept on this device")

    launched(stage, activity, sub)

    expect(offer(stage.page)).to_contain_text("You have unsaved work from")
    expect(offer(stage.page)).to_contain_text("It holds 2 of 20 answers.")
    expect(radio(stage.page, 2, 4)).not_to_be_checked()
    offer(stage.page).get_by_role("button", name="Use it").click()
    expect(radio(stage.page, 2, 4)).to_be_checked()
    says(stage.page, r"^\s*Saved at")
    assert draft(stage, ann) == '{"responses": {"s1": 5, "s2": 4}}'
    assert stage.page.evaluate(STORED) == "[]"


def test_work_of_somebodys_very_first_page_is_kept_too(
    stage: Stage, activity: ActivityView, ann: Visitor, sub: str
) -> None:
    stage.page.wait_for_load_state("networkidle")
    end(stage, ann)
    choose(stage.page, 2, 4)
    says(stage.page, "what you changed is kept on this device")

    launched(stage, activity, sub)

    expect(offer(stage.page)).to_be_visible()


def test_what_is_discarded_is_gone(
    stage: Stage, activity: ActivityView, ann: Visitor, sub: str
) -> None:
    stage.page.wait_for_load_state("networkidle")
    end(stage, ann)
    choose(stage.page, 2, 4)
    says(stage.page, "your visit has ended")
    launched(stage, activity, sub)

    offer(stage.page).get_by_role("button", name="Discard it").click()

    expect(offer(stage.page)).to_be_hidden()
    expect(radio(stage.page, 2, 4)).not_to_be_checked()
    assert stage.page.evaluate(STORED) == "[]"


def test_answers_to_questions_that_were_changed_are_not_offered(
    stage: Stage, activity: ActivityView, ann: Visitor, sub: str
) -> None:
    stage.page.wait_for_load_state("networkidle")
    end(stage, ann)
    choose(stage.page, 2, 4)
    says(stage.page, "what you changed is kept on this device")
    stage.site.change(ItemVersion, activity.item_version_id, version=activity.item_version + 1)

    launched(stage, activity, sub)
    stage.page.wait_for_function("localStorage.length === 0")

    expect(offer(stage.page)).to_be_hidden()


def test_what_belongs_to_an_attempt_that_was_handed_in_is_not_offered_in_the_next(
    stage: Stage, activity: ActivityView, ann: Visitor, sub: str
) -> None:
    stage.site.change(Activity, activity.id, settings=ExerciseSettings(attempts=2).model_dump())
    stage.page.wait_for_load_state("networkidle")
    end(stage, ann)
    choose(stage.page, 2, 4)
    says(stage.page, "your visit has ended")
    elsewhere = stage.visitor(sub=sub)
    elsewhere.hand_in(activity)

    stage.open(elsewhere, f"exercise/{activity.public_id}?again=1")

    stage.page.wait_for_function("Object.keys(localStorage).length === 0")
    expect(offer(stage.page)).to_be_hidden()


def test_cards_are_saved_and_come_back_where_they_were_put(stage: Stage, sub: str) -> None:
    cards = stage.site.world.activity(
        stage.site.registration, course=stage.course, item="leading-knowledge/m1-sort-hiding"
    )
    ann = launched(stage, cards, sub)
    put_next_card(stage.page, "Playing dumb")
    says(stage.page, r"^\s*Saved at")
    end(stage, ann)
    put_next_card(stage.page, "Legitimate limit")
    says(stage.page, "what you changed is kept on this device")

    launched(stage, cards, sub)
    expect(stage.page.get_by_text("1 of 8 placed")).to_be_visible()
    offer(stage.page).get_by_role("button", name="Use it").click()

    expect(stage.page.get_by_text("2 of 8 placed")).to_be_visible()
    assert stage.page.evaluate("document.activeElement.matches('[data-card]')")
    says(stage.page, r"^\s*Saved at")
    placed = json.loads(draft(stage, ann))["placed"]
    assert sorted(placed.values()) == ["dumb", "limit"]


def put_next_card(page: Page, place: str) -> None:
    page.locator("[data-deck]").get_by_role("button", name=place).click()


def test_another_person_on_this_device_is_not_offered_it_and_cannot_read_it(
    stage: Stage, activity: ActivityView, ann: Visitor
) -> None:
    stage.page.wait_for_load_state("networkidle")
    end(stage, ann)
    choose(stage.page, 2, 4)
    says(stage.page, "your visit has ended")
    kept = stage.page.evaluate(STORED)

    launched(stage, activity, "somebody-else")
    stage.page.wait_for_load_state("networkidle")
    choose(stage.page, 1, 1)
    says(stage.page, r"^\s*Saved at")

    expect(offer(stage.page)).to_be_hidden()
    assert stage.page.evaluate(STORED) == kept
    assert "statement" not in stage.page.evaluate(UNSEALED)
    assert opened_with_own_key(stage, "somebody-else", activity) == "OperationError"


def opened_with_own_key(stage: Stage, sub: str, activity: ActivityView) -> str:
    """Try the key of this person's page on what somebody else's page kept; return what comes."""
    visitor = stage.visitor(sub=sub)
    answer = visitor.post(f"activities/{activity.public_id}/local-key")
    found: str = stage.page.evaluate(
        """async (key) => {
          const bytes = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
          const [, entry] = Object.entries(localStorage)[0];
          const { iv, sealed } = JSON.parse(entry);
          const own = await crypto.subtle
            .importKey("raw", bytes(key), "AES-GCM", false, ["decrypt"]);
          return crypto.subtle.decrypt({ name: "AES-GCM", iv: bytes(iv) }, own, bytes(sealed))
            .then((plain) => new TextDecoder().decode(plain), (error) => error.name);
        }""",
        answer.get_json()["key"],
    )
    return found


def test_two_tabs_that_saved_different_answers_show_both_and_neither_is_lost(
    stage: Stage, ann: Visitor
) -> None:
    other = stage.page.context.new_page()
    other.goto(stage.page.url)
    choose(stage.page, 1, 5)
    says(stage.page, r"^\s*Saved at")

    choose(other, 1, 2)
    says(other, "another tab or device saved something else")
    assert draft(stage, ann) == '{"responses": {"s1": 5}}'
    other.get_by_role("button", name="Show both versions").click()

    expect(other.get_by_role("alert")).to_contain_text("saved other answers")
    expect(radio(other, 1, 2)).to_be_checked()
    expect(other.get_by_text("Saved in the other tab: almost always")).to_be_visible()
    says(other, "Nothing is saved by itself until you have chosen")
    sent: list[str] = []
    other.on("request", lambda request: sent.append(request.post_data or ""))
    choose(other, 2, 3)
    other.get_by_role("button", name="Keep what is here").click()
    says(other, r"^\s*Saved at")
    assert [body for body in sent if "autosave" in body] == []
    assert draft(stage, ann) == '{"responses": {"s1": 2, "s2": 3}}'


def test_who_takes_what_is_saved_is_offered_nothing_else(stage: Stage, ann: Visitor) -> None:
    other = stage.page.context.new_page()
    other.goto(stage.page.url)
    choose(stage.page, 1, 5)
    says(stage.page, r"^\s*Saved at")
    choose(other, 1, 2)
    says(other, "another tab or device saved something else")
    other.get_by_role("button", name="Show both versions").click()

    other.get_by_role("link", name="Take what is saved").click()

    expect(radio(other, 1, 5)).to_be_checked()
    other.wait_for_load_state("networkidle")
    expect(offer(other)).to_be_hidden()
    assert draft(stage, ann) == '{"responses": {"s1": 5}}'


def test_nothing_that_cannot_work_is_offered_once_the_visit_has_ended(
    stage: Stage, ann: Visitor
) -> None:
    stage.page.wait_for_load_state("networkidle")
    end(stage, ann)

    choose(stage.page, 2, 4)

    says(stage.page, "Nothing can be sent from this page any more.")
    expect(stage.page.get_by_role("button", name="Hand in")).to_be_hidden()


def test_the_version_that_nobody_chose_is_offered_again(stage: Stage, ann: Visitor) -> None:
    other = stage.page.context.new_page()
    other.goto(stage.page.url)
    choose(stage.page, 1, 5)
    says(stage.page, r"^\s*Saved at")
    choose(other, 1, 2)
    says(other, "another tab or device saved something else")
    is_kept(other)
    other.close()

    stage.page.reload()

    expect(offer(stage.page)).to_contain_text("Something else was saved since.")
    offer(stage.page).get_by_role("button", name="Use it").click()
    expect(stage.page.get_by_role("alert")).to_contain_text("saved other answers")
    expect(radio(stage.page, 1, 2)).to_be_checked()
    assert draft(stage, ann) == '{"responses": {"s1": 5}}'


def test_a_browser_without_storage_says_that_only_the_page_keeps_it(
    stage: Stage, activity: ActivityView, sub: str
) -> None:
    stage.page.add_init_script(
        """Object.defineProperty(window, "localStorage", {
          get() { throw new DOMException("blocked", "SecurityError"); },
        })"""
    )
    launched(stage, activity, sub)

    with offline(stage.page):
        choose(stage.page, 1, 5)
        says(stage.page, "It is kept on this page only: leave it open")

    says(stage.page, r"^\s*Saved at")


def test_work_kept_for_a_week_is_taken_away_whoever_it_belongs_to(
    stage: Stage, ann: Visitor
) -> None:
    stage.page.evaluate(
        """() => {
          const at = (days) => Date.now() - days * 24 * 60 * 60 * 1000;
          const ago = (days) => JSON.stringify({ at: at(days), iv: "", sealed: "" });
          localStorage.setItem("rapport.unsaved.x.old", ago(8));
          localStorage.setItem("rapport.unsaved.x.new", ago(6));
        }"""
    )

    stage.page.reload()
    stage.page.wait_for_load_state("networkidle")

    assert stage.page.evaluate("Object.keys(localStorage)") == ["rapport.unsaved.x.new"]
