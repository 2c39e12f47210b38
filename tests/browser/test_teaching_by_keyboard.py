"""Each task of somebody who teaches, in the frame, by keyboard alone."""

import csv
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from lti_app.catalog.rules import Release
from tests.browser.before import FREE, SORTING, STORY, change_activity, free_the_link, handing_in
from tests.browser.conftest import Demo, running_demo
from tests.browser.keys import Keys
from tests.browser.people import ACTIVITY
from tests.pages.looking import CHECKS

pytestmark = pytest.mark.browser

TEACHER = "Rima Haddad"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Demo]:
    """A demo in which two people have handed in the self-assessment."""
    with running_demo(tmp_path_factory.mktemp("demo")) as started:
        for name in ("Amara Okafor", "Hồng Nhung"):
            handing_in(chromium, started, name)
        yield started


@pytest.fixture
def keys(page: Page, demo: Demo) -> Keys:
    page.context.add_init_script(CHECKS)
    keys = Keys(page, demo)
    keys.enter_as(TEACHER)
    return keys


def press(keys: Keys, role: str, name: str | re.Pattern[str], *, key: str = "Tab") -> None:
    """Go to something by its role and name, and press Enter there; it leads on."""
    keys.go_to(named(keys, role, name), key=key)
    with keys.inside.expect_navigation():
        keys.press("Enter")


def named(keys: Keys, role: str, name: str | re.Pattern[str]) -> Locator:
    found = keys.inside.get_by_role(role, name=name)  # type: ignore[arg-type] # a literal
    return found.locator("visible=true").first


def fill(keys: Keys, label: str, words: str) -> None:
    keys.go_to(keys.inside.get_by_label(label, exact=True))
    keys.type(words)


def heading(keys: Keys, words: str | re.Pattern[str]) -> None:
    expect(keys.inside.get_by_role("heading", level=1)).to_have_text(words)


def test_an_activity_is_found_tried_and_chosen(keys: Keys, demo: Demo) -> None:
    free_the_link(demo)
    keys.open_activity(FREE)

    fill(keys, "Find an activity", "hiding")
    keys.press("Enter")
    found = keys.inside.get_by_role("radio")
    expect(found).to_have_count(1)
    keys.go_to(found)
    keys.press("Space")
    expect(found).to_be_checked()
    keys.take_picture("found")
    press(keys, "button", "Try it first")
    heading(keys, SORTING)
    keys.take_picture("tried")
    press(keys, "link", "Back to choosing")
    expect(keys.inside.get_by_role("radio", checked=True)).to_have_count(1)
    press(keys, "button", "Open it here")

    placed = keys.inside.locator("#placed")
    expect(placed).to_contain_text("The link opens")
    expect(placed).to_be_focused()
    keys.go_out()


def test_one_of_ones_own_is_made_and_opened(keys: Keys, demo: Demo) -> None:
    free_the_link(demo)
    keys.open_activity(FREE)

    press(keys, "button", "Make one of your own")
    heading(keys, "Make one of your own")
    start = keys.inside.get_by_role("radio", name=re.compile("^Sorting"))
    keys.go_to(keys.inside.get_by_role("radio").first)
    while not start.is_checked():
        keys.press("ArrowDown")
    press(keys, "button", "Start writing")
    heading(keys, "Without a title")
    press(keys, "button", "Open it here")
    summary = keys.inside.locator("#needs-a-look")
    expect(summary).to_be_focused()
    keys.take_picture("own-amiss")
    write_small_sorting(keys)
    keys.take_picture("own-written")
    press(keys, "button", "Open it here")

    expect(keys.inside.locator("#placed")).to_contain_text("Who was asked?")
    keys.go_out()


def write_small_sorting(keys: Keys) -> None:
    """Write into every field, in the order in which they come, and choose places for the cards."""
    for name, words in {
        "title": "Who was asked?",
        "summary": "Four sentences, two places.",
        "introduction": "Put each card where it belongs.",
        "bins.0.title": "Asked",
        "bins.0.about": "Somebody was asked.",
        "bins.1.title": "Not asked",
        "bins.1.about": "Nobody was asked.",
        "cards.0.text": "“Does anybody know?”",
        "cards.0.feedback": "It is a question.",
        "cards.1.text": "“Somebody will tell us.”",
        "cards.1.feedback": "Nobody asks.",
        "conclusion": "Ask.",
    }.items():
        keys.go_to(keys.inside.locator(f'[name="item.{name}"]'))
        keys.type(words)
    cards = keys.inside.locator('[name^="item.cards."][name$=".text"]')
    for left in (3, 2):
        press(keys, "button", "Remove: Card 3", key="Shift+Tab")
        expect(cards).to_have_count(left)
        keys.expect_a_place()
    for n in (1, 0):
        keys.go_to(keys.inside.locator(f'[name="item.cards.{n}.bin"]'), key="Shift+Tab")
        keys.press("ArrowDown")


def test_settings_are_changed_after_one_mistake(keys: Keys) -> None:
    keys.open_activity(STORY)
    press(keys, "link", "Settings")
    fill(keys, "Title", "A story to come back to")
    fill(keys, "Instructions", "Take your time.")
    keys.go_to(keys.inside.get_by_label("Due", exact=True))
    # The same day and hour in whichever order the browser asks for them.
    keys.press(*"05052030", "ArrowRight", *"0900a")
    attempts = keys.inside.get_by_role("spinbutton", name="Attempts")
    keys.go_to(attempts)
    keys.type("0")
    press(keys, "button", "Save the settings")

    summary = keys.inside.get_by_role("alert")
    expect(summary).to_be_focused()
    keys.take_picture("settings-amiss")
    press(keys, "link", "Attempts")
    expect(attempts).to_be_focused()
    keys.type("3")
    keys.go_to(keys.inside.get_by_label("Grades are released"))
    keys.type("b")
    press(keys, "button", "Save the settings")

    heading(keys, "A story to come back to")
    press(keys, "link", "Settings")
    expect(keys.inside.get_by_label("Due", exact=True)).to_have_value("2030-05-05T09:00")
    expect(attempts).to_have_value("3")
    expect(keys.inside.get_by_label("Grades are released")).to_have_value(Release.BY_HAND.value)
    keys.go_to(named(keys, "button", "Save the settings"))
    keys.go_out()


def test_somebody_is_given_more_time(keys: Keys) -> None:
    keys.open_activity(ACTIVITY)
    press(keys, "link", "Amara Okafor")
    heading(keys, "Amara Okafor")
    more = keys.inside.locator("summary", has_text="Give more time")
    keys.go_to(more)
    keys.press("Enter")
    fill(keys, "Extra days", "-1")
    press(keys, "button", "Save the days")
    expect(keys.inside.get_by_role("alert")).to_be_focused()
    keys.take_picture("more-time")
    fill(keys, "Extra days", "3")
    press(keys, "button", "Save the days")

    press(keys, "link", re.compile("^People$"))
    row = keys.inside.get_by_role("row", name=re.compile("Amara Okafor"))
    expect(row).to_contain_text("3 extra days")


def test_grades_are_released_by_hand(keys: Keys, demo: Demo, chromium: Browser) -> None:
    change_activity(demo, ACTIVITY, release=Release.BY_HAND.value)
    handing_in(chromium, demo, "Wayan")
    keys.open_activity(ACTIVITY)

    press(keys, "link", "Review and release 1 grade")
    heading(keys, "Release grades")
    keys.take_picture("release")
    press(keys, "button", "Release 1 grade")

    row = keys.inside.get_by_role("row", name=re.compile("Wayan"))
    expect(row).to_contain_text(re.compile("10"))
    expect(keys.inside.get_by_role("link", name="Review and release 1 grade")).to_have_count(0)


def test_results_are_looked_at_and_downloaded_within_the_frame(keys: Keys, page: Page) -> None:
    keys.open_activity(ACTIVITY)
    press(keys, "link", "Results")
    link = named(keys, "link", "Download as CSV")
    keys.go_to(link)
    keys.take_picture("results")

    with page.expect_download() as started:
        keys.press("Enter")

    assert started.value.suggested_filename.endswith(".csv")
    with started.value.path().open(encoding="utf-8-sig", newline="") as file:
        rows = [*csv.reader(file)]
    assert {"Amara Okafor"} <= {cell for row in rows for cell in row}
    expect(link).to_be_focused()
    keys.go_out()
