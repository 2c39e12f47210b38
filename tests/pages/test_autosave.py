"""A form saves itself: what it says is true, and what is not saved is kept for its writer alone."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Locator, Page, Route, expect
from sqlalchemy import select

from lti_app.activities.exercise.settings import ExerciseSettings
from lti_app.catalog.models import Activity
from lti_app.catalog.views import ActivityView
from lti_app.submissions.drafts import open_draft
from lti_app.submissions.models import Attempt
from lti_app.web.context import EXTENSION
from tests.pages.saving_scenes import end
from tests.pages.stage import Stage
from tests.peers.world import Visitor

pytestmark = pytest.mark.browser

#: What anybody reads in what this device keeps.
_UNSEALED = """Object.values(localStorage)
  .map((entry) => entry + atob(JSON.parse(entry).sealed)).join()"""
_STORED = "JSON.stringify(Object.entries(localStorage))"


@pytest.fixture
def activity(stage: Stage) -> ActivityView:
    return stage.activity()


@pytest.fixture
def sub(stage: Stage) -> str:
    return f"learner-of-{stage.course}"


@pytest.fixture
def ann(stage: Stage, activity: ActivityView, sub: str) -> Visitor:
    """Somebody with the page open."""
    return launched(stage, activity, sub)


def launched(stage: Stage, activity: ActivityView, sub: str) -> Visitor:
    """Open the activity in a session of its own, as a launch of this person does."""
    visitor = stage.visitor(sub=sub)
    stage.open(visitor, f"exercise/{activity.public_id}")
    return visitor


def choose(page: Page, statement: int, answer: int) -> None:
    radio(page, statement, answer).check()


def radio(page: Page, statement: int, answer: int) -> Locator:
    return page.get_by_role("group").nth(statement - 1).get_by_role("radio").nth(answer - 1)


def says(page: Page, words: str) -> None:
    """Wait until the line of the form says something."""
    shown = page.locator("[data-saving-is]:visible")
    expect(shown).to_contain_text(re.compile(words), use_inner_text=True)


def offer(page: Page) -> Locator:
    return page.locator("[data-saving-offer]")


def is_kept(page: Page) -> None:
    """Wait until this device holds what the page has not saved."""
    page.wait_for_function("Object.keys(localStorage).length === 1")


def draft(stage: Stage, visitor: Visitor) -> str:
    with stage.site.database.read() as session:
        attempt = session.scalars(select(Attempt).where(Attempt.user_id == visitor.user_id)).one()
        return open_draft(session, stage.site.app.extensions[EXTENSION].keyring, attempt).text or ""


@contextmanager
def offline(page: Page) -> Iterator[None]:
    page.context.set_offline(True)
    yield
    page.context.set_offline(False)


def hold_next(page: Page) -> list[Route]:
    """Hold the next request of the exercise; return where it will stand."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/exercise/**", hold, times=1)
    return held


def saves(stage: Stage, status: int, *, retry_after: str = "0") -> list[Route]:
    """Answer the next save with a status; return the saves that were seen."""
    seen: list[Route] = []

    def answer(route: Route) -> None:
        if route.request.method != "POST" or "exercise" not in route.request.url:
            return route.fallback()
        seen.append(route)
        if len(seen) > 1:
            return route.fallback()
        headers = {"Retry-After": retry_after}
        return route.fulfill(status=status, headers=headers, json={"code": "busy", "words": "no"})

    stage.page.route("**/exercise/**", answer)
    return seen


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
    assert stage.page.evaluate(_STORED) == "[]"


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


def test_what_was_typed_when_the_session_had_ended_is_offered_after_the_next_launch(
    stage: Stage, activity: ActivityView, ann: Visitor, sub: str
) -> None:
    choose(stage.page, 1, 5)
    says(stage.page, "^Saved at")
    end(stage, ann)
    choose(stage.page, 2, 4)
    says(stage.page, "your visit has ended. What you changed is kept on this device")

    launched(stage, activity, sub)

    expect(offer(stage.page)).to_contain_text("You have unsaved work from")
    expect(radio(stage.page, 2, 4)).not_to_be_checked()
    offer(stage.page).get_by_role("button", name="Use it").click()
    expect(radio(stage.page, 2, 4)).to_be_checked()
    says(stage.page, "^Saved at")
    assert draft(stage, ann) == '{"responses": {"s1": 5, "s2": 4}}'
    assert stage.page.evaluate(_STORED) == "[]"


def test_work_of_somebodys_very_first_page_is_kept_too(
    stage: Stage, activity: ActivityView, ann: Visitor, sub: str
) -> None:
    stage.page.wait_for_load_state("networkidle")
    end(stage, ann)
    choose(stage.page, 2, 4)
    says(stage.page, "your visit has ended. What you changed is kept on this device")

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
    assert stage.page.evaluate(_STORED) == "[]"


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
    says(stage.page, "^Saved at")
    end(stage, ann)
    put_next_card(stage.page, "Legitimate limit")
    says(stage.page, "your visit has ended. What you changed is kept on this device")

    launched(stage, cards, sub)
    expect(stage.page.get_by_text("1 of 8 placed")).to_be_visible()
    offer(stage.page).get_by_role("button", name="Use it").click()

    expect(stage.page.get_by_text("2 of 8 placed")).to_be_visible()
    assert stage.page.evaluate("document.activeElement.matches('[data-card]')")
    says(stage.page, "^Saved at")
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
    kept = stage.page.evaluate(_STORED)

    launched(stage, activity, "somebody-else")
    stage.page.wait_for_load_state("networkidle")
    choose(stage.page, 1, 1)
    says(stage.page, "^Saved at")

    expect(offer(stage.page)).to_be_hidden()
    assert stage.page.evaluate(_STORED) == kept
    assert "statement" not in stage.page.evaluate(_UNSEALED)
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


def test_two_tabs_that_saved_different_answers_show_both_and_neither_is_lost(
    stage: Stage, ann: Visitor
) -> None:
    other = stage.page.context.new_page()
    other.goto(stage.page.url)
    choose(stage.page, 1, 5)
    says(stage.page, "^Saved at")

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
    other.get_by_role("button", name="Save for later").click()
    says(other, "^Saved at")
    assert [body for body in sent if "autosave" in body] == []
    assert draft(stage, ann) == '{"responses": {"s1": 2, "s2": 3}}'


def test_the_version_that_nobody_chose_is_offered_again(stage: Stage, ann: Visitor) -> None:
    other = stage.page.context.new_page()
    other.goto(stage.page.url)
    choose(stage.page, 1, 5)
    says(stage.page, "^Saved at")
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


def test_what_is_under_way_arrives_before_the_form_is_handed_in(stage: Stage, ann: Visitor) -> None:
    held = hold_next(stage.page)
    for number in range(20):
        choose(stage.page, number + 1, 3)
    stage.page.wait_for_timeout(100)
    stage.page.get_by_role("button", name="Hand in").click()

    held[0].continue_()

    expect(stage.page.get_by_text(re.compile("^Handed in on"))).to_be_visible()
    assert stage.page.evaluate(_STORED) == "[]"


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

    expect(stage.page.get_by_text(re.compile("^Handed in on"))).to_be_visible()


def test_what_cannot_be_saved_is_sent_all_the_same_when_its_writer_says_so(
    stage: Stage, activity: ActivityView, ann: Visitor
) -> None:
    choose(stage.page, 1, 5)
    says(stage.page, "^Saved at")
    stage.site.change(Activity, activity.id, closes_at=stage.site.clock.now)
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

    says(stage.page, "^Saved at")


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
        assert not stage.page.evaluate(warned)
        stage.page.evaluate(
            "() => { Storage.prototype.setItem = () => { throw new Error('full'); }; }"
        )
        choose(stage.page, 2, 5)
        stage.page.wait_for_timeout(100)
        assert stage.page.evaluate(warned)
