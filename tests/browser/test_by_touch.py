"""Each task by finger on the smallest phone, in the frame."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.before import FREE, SORTING, STORY, handing_in
from tests.browser.conftest import Demo, running_demo
from tests.browser.finger import Finger
from tests.browser.people import ACTIVITY, STATEMENTS
from tests.pages.looking import CHECKS

pytestmark = pytest.mark.browser

TEACHER = "Rima Haddad"
CARDS = 8


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Demo]:
    """A demo in which two people have handed in the self-assessment."""
    with running_demo(tmp_path_factory.mktemp("demo")) as started:
        for name in ("Priya", "Hồng Nhung"):
            handing_in(chromium, started, name)
        yield started


@pytest.fixture
def finger(chromium: Browser, demo: Demo) -> Iterator[Finger]:
    context = chromium.new_context(
        viewport={"width": 320, "height": 568}, has_touch=True, is_mobile=True, locale="en-GB"
    )
    context.add_init_script(CHECKS)
    yield Finger(context.new_page(), demo)
    context.close()


def hand_in(finger: Finger, picture: str) -> None:
    """Hand in; in the frame, which does not scroll by itself, the course's page comes along."""
    finger.press("button", "Hand in")
    expect(finger.inside.locator("#handed-in")).to_be_in_viewport()
    finger.look(picture)


def test_a_self_assessment(finger: Finger) -> None:
    finger.enter_as("Amara Okafor")
    finger.open_activity(ACTIVITY)
    questions = finger.inside.get_by_role("group")
    expect(questions).to_have_count(STATEMENTS)

    for number in range(STATEMENTS):
        questions.nth(number).locator("label").nth(number % 5).tap()
    answered = finger.inside.get_by_text(f"{STATEMENTS} of {STATEMENTS} answered")
    expect(answered).to_be_visible()
    finger.look("answered")
    hand_in(finger, "receipt")


def test_a_story(finger: Finger) -> None:
    finger.enter_as("Kwame")
    finger.open_activity(STORY)
    finger.look("story")

    while not finger.inside.get_by_role("button", name="Hand in").is_visible():
        field = finger.inside.locator('input[name="step"]')
        step = field.input_value()
        finger.inside.locator("label.rp-choice").nth(1).tap()
        finger.named("button", "Choose and read on").tap()
        expect(field).not_to_have_value(step)
        finger.look(f"story-{step}")
        # The course's page came along, and was not thrown back to its top.
        expect(finger.inside.locator("#now")).to_be_in_viewport()
    hand_in(finger, "story-receipt")


def test_cards_are_sent_to_their_places_and_one_is_moved(finger: Finger) -> None:
    finger.enter_as("Łukasz")
    finger.open_activity(SORTING)
    finger.look("sorting")

    for number in range(CARDS):
        finger.inside.locator("[data-deck] [data-to]:visible").nth(number % 4).tap()
        placed = finger.inside.get_by_text(f"{number + 1} of {CARDS} placed", exact=True)
        expect(placed.first).to_be_visible()
    finger.named("button", "Move").tap()
    finger.look("sorting-move")
    open_card = finger.inside.locator('[data-card]:has([aria-expanded="true"])')
    open_card.locator("[data-to]:visible").first.tap()
    finger.look("sorted")
    hand_in(finger, "sorting-receipt")


def test_the_lesson_a_term_in_it_and_back(finger: Finger) -> None:
    finger.enter_as("Wayan")
    finger.open_activity(ACTIVITY)
    finger.press("link", "Read the lesson")
    finger.inside.locator(".rp-term").first.tap()
    meaning = finger.inside.locator("[popover]:popover-open")
    expect(meaning).to_be_in_viewport()
    finger.look("term")
    finger.inside.locator("h1").tap()
    expect(meaning).to_have_count(0)
    finger.press("link", "Back to the exercise")
    expect(finger.inside.get_by_role("group")).to_have_count(STATEMENTS)


def test_an_activity_is_found_tried_and_chosen(finger: Finger) -> None:
    finger.enter_as(TEACHER)
    finger.open_activity(FREE)
    finger.look("choose")

    finger.inside.get_by_label("Find an activity").fill("hiding")
    finger.press("button", "Find")
    finger.inside.locator("label.rp-choice").first.tap()
    finger.look("found")
    finger.press("button", "Try it first")
    finger.look("tried")
    finger.press("link", "Back to choosing")
    finger.press("button", "Open it here")

    expect(finger.inside.locator("#placed")).to_be_in_viewport()
    finger.look("placed")


def test_settings_are_changed_after_one_mistake(finger: Finger) -> None:
    finger.enter_as(TEACHER)
    finger.open_activity(STORY)
    finger.press("link", "Settings")
    finger.look("settings")

    attempts = finger.inside.get_by_role("spinbutton", name="Attempts")
    attempts.fill("0")
    finger.press("button", "Save the settings")
    expect(finger.inside.get_by_role("alert")).to_be_in_viewport()
    finger.look("settings-amiss")
    finger.press("link", "Attempts")
    expect(attempts).to_be_in_viewport()
    attempts.fill("3")
    finger.inside.get_by_label("Due", exact=True).fill("2030-05-05T09:00")
    finger.press("button", "Save the settings")

    finger.press("link", "Settings")
    expect(attempts).to_have_value("3")


def test_somebody_is_given_more_time(finger: Finger) -> None:
    finger.enter_as(TEACHER)
    finger.open_activity(ACTIVITY)
    finger.look("people")

    finger.press("link", re.compile("Priya"))
    finger.inside.locator("summary", has_text="Give more time").tap()
    finger.look("person")
    finger.inside.get_by_label("Extra days").fill("3")
    finger.press("button", "Save the days")
    finger.press("link", re.compile("^People$"))

    expect(finger.inside.get_by_text("3 extra days")).to_be_visible()


def test_results_are_looked_at(finger: Finger) -> None:
    finger.enter_as(TEACHER)
    finger.open_activity(ACTIVITY)
    finger.press("link", "Results")
    finger.look("results")
    finger.inside.locator("summary", has_text="who are counted").tap()
    expect(finger.inside.get_by_text("Hồng Nhung")).to_be_visible()
    finger.look("results-people")
