"""Each task of a learner, in the frame, by keyboard alone: from the door to the receipt."""

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.before import SORTING, STORY
from tests.browser.conftest import Demo
from tests.browser.keys import Keys
from tests.browser.people import ACTIVITY, STATEMENTS
from tests.pages.looking import CHECKS

pytestmark = pytest.mark.browser

CARDS = 8


@pytest.fixture
def keys(page: Page, demo: Demo) -> Keys:
    page.context.add_init_script(CHECKS)
    return Keys(page, demo)


def button(keys: Keys, name: str) -> Locator:
    return keys.inside.get_by_role("button", name=name, exact=True)


def hand_in(keys: Keys) -> None:
    """Hand in, and find oneself at the receipt; go on from there, and out of the frame."""
    keys.go_to(button(keys, "Hand in"))
    keys.press("Enter")
    expect(keys.inside.locator("#handed-in")).to_be_focused()
    keys.go_out()


def test_a_self_assessment(keys: Keys) -> None:
    keys.enter_as("智子")
    keys.open_activity(ACTIVITY)
    groups = keys.inside.get_by_role("group")
    expect(groups).to_have_count(STATEMENTS)

    for number in range(STATEMENTS):
        keys.go_to(groups.nth(number).get_by_role("radio").first)
        keys.press("Space", *["ArrowRight"] * (number % 5))
        expect(groups.nth(number).get_by_role("radio").nth(number % 5)).to_be_checked()
    keys.take_picture("answered")
    hand_in(keys)


def test_what_is_missing_is_reached_from_what_names_it(keys: Keys) -> None:
    keys.enter_as("Sigríður")
    keys.open_activity(ACTIVITY)
    keys.go_to(keys.inside.get_by_role("radio").first)
    keys.press("Space")
    keys.go_to(button(keys, "Hand in"))
    keys.press("Enter")

    summary = keys.inside.get_by_role("alert")
    expect(summary).to_be_focused()
    keys.take_picture("missing")
    keys.go_to(summary.get_by_role("link").nth(1))
    keys.press("Enter")
    third = keys.inside.get_by_role("group").nth(2).get_by_role("radio")
    keys.press("Space")
    expect(third.first).to_be_checked()


def test_a_story(keys: Keys, page: Page) -> None:
    keys.enter_as("Priya")
    keys.open_activity(STORY)

    while not button(keys, "Hand in").is_visible():
        step = keys.inside.locator('input[name="step"]').input_value()
        radios = keys.inside.get_by_role("radio")
        keys.go_to(radios.first)
        keys.press("Space", "ArrowDown")
        expect(radios.nth(1)).to_be_checked()
        keys.go_to(button(keys, "Choose and read on"))
        keys.press("Enter")
        expect(keys.inside.locator('input[name="step"]')).not_to_have_value(step)
        # The page stays: the focus goes to what the choice set in motion, not back to its top.
        keys.expect_a_place()
        keys.take_picture(f"story-{step}")
    hand_in(keys)
    keys.take_picture("story-receipt")


def test_a_story_when_nothing_was_chosen(keys: Keys) -> None:
    keys.enter_as("Kwame")
    keys.open_activity(STORY)
    keys.go_to(button(keys, "Choose and read on"))
    keys.press("Enter")

    expect(keys.inside.locator("[aria-invalid=true], #needs-a-look").first).to_be_visible()
    keys.expect_a_place()
    radios = keys.inside.get_by_role("radio")
    keys.go_to(radios.first)
    keys.press("Space")
    expect(radios.first).to_be_checked()


def test_cards_are_sent_to_their_places_and_one_is_moved(keys: Keys) -> None:
    keys.enter_as("Łukasz")
    keys.open_activity(SORTING)
    sent = keys.inside.locator("[data-deck] [data-to]:visible")

    for number in range(CARDS):
        keys.go_to(sent.nth(number % 4))
        keys.press("Enter")
        placed = keys.inside.get_by_text(f"{number + 1} of {CARDS} placed", exact=True)
        expect(placed.first).to_be_visible()
        keys.expect_a_place()
    keys.take_picture("sorted")

    keys.go_to(button(keys, "Move").first, key="Shift+Tab")
    keys.press("Enter")
    keys.take_picture("move")
    card = keys.inside.locator('[data-card]:has([aria-expanded="true"])')
    keys.go_to(card.locator("[data-to]:visible").first)
    keys.press("Space")
    keys.expect_a_place()
    hand_in(keys)
    keys.take_picture("sorting-receipt")


def test_cards_are_sorted_by_radios_where_the_script_does_not_arrive(
    keys: Keys, page: Page
) -> None:
    def nothing(route: Route) -> None:
        route.fulfill(content_type="text/javascript")

    page.context.route("**/js/sort.js*", nothing)
    keys.enter_as("Siobhán")
    keys.open_activity(SORTING)
    cards = keys.inside.locator("[data-card]")
    expect(cards).to_have_count(CARDS)

    for number in range(CARDS):
        keys.go_to(cards.nth(number).get_by_role("radio").first)
        keys.press("Space", *["ArrowDown"] * (number % 4))
        expect(cards.nth(number).get_by_role("radio").nth(number % 4)).to_be_checked()
    hand_in(keys)


def test_the_lesson_a_term_in_it_and_back(keys: Keys) -> None:
    keys.enter_as("Wayan")
    keys.open_activity(ACTIVITY)
    keys.go_to(keys.inside.get_by_role("link", name="Read the lesson"))
    keys.press("Enter")

    term = keys.inside.locator(".rp-term").first
    keys.go_to(term)
    keys.press("Enter")
    meaning = keys.inside.locator("[popover]:popover-open")
    expect(meaning).to_be_visible()
    keys.take_picture("term")
    keys.press("Escape")
    expect(meaning).to_have_count(0)
    expect(term).to_be_focused()
    keys.go_to(keys.inside.get_by_role("link", name="Back to the exercise"))
    keys.press("Enter")
    expect(keys.inside.get_by_role("group")).to_have_count(STATEMENTS)
    keys.go_to(keys.inside.get_by_role("radio").first)
    keys.go_out(key="Shift+Tab")
