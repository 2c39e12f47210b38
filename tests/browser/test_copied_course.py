"""A course copied for another term: its settings are there, nobody's work, and new grades."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo, running_demo, take_picture
from tests.browser.people import ACTIVITY, answer_all, enter_as, hand_in, open_activity
from tests.browser.test_demo_path import wait_for_grade

pytestmark = pytest.mark.browser

COURSE = "Leading so that knowledge moves"
TITLES = (ACTIVITY, "The answer was in the building", "Hiding, guarding, or simply not asked?")
CHANGED = "as it was set in spring"


@pytest.fixture
def spring(tmp_path: Path) -> Iterator[Demo]:
    """A demo of its own: what is copied stays in the sandbox."""
    with running_demo(tmp_path) as started:
        yield started


def enter_copy_as(page: Page, demo: Demo, name: str) -> None:
    page.goto(demo.lms)
    copy = page.locator("section").filter(has=page.get_by_role("heading", level=2)).last
    copy.get_by_role("button", name=name).click()


def set_title(page: Page, title: str) -> None:
    """Give the activity of a link another title and other points."""
    frame = open_activity(page, title)
    frame.get_by_role("link", name="Settings").click()
    frame.get_by_label("Title", exact=True).fill(f"{title} {CHANGED}")
    frame.get_by_role("button", name="Save the settings").click()
    expect(frame.get_by_role("heading", level=1)).to_have_text(f"{title} {CHANGED}")
    page.get_by_role("link", name="Course home").first.click()


def test_copied_course_has_the_settings_and_nobodys_work(page: Page, spring: Demo) -> None:
    enter_as(page, spring, "Amara Okafor")
    frame = open_activity(page)
    answer_all(frame)
    hand_in(frame)
    wait_for_grade(page)
    enter_as(page, spring, "Rima Haddad")
    for title in TITLES:
        set_title(page, title)

    page.get_by_role("button", name="Copy this course").click()

    expect(page.get_by_role("heading", level=1)).to_have_text(COURSE)
    for title in TITLES:
        frame = open_activity(page, title)
        expect(frame.get_by_role("heading", level=1)).to_have_text(f"{title} {CHANGED}")
        expect(frame.get_by_role("row").filter(has_text="Handed in")).to_have_count(0)
        take_picture(page, f"copy-{title}")
        page.get_by_role("link", name="Course home").first.click()

    enter_copy_as(page, spring, "Amara Okafor")
    frame = open_activity(page)
    expect(frame.get_by_role("heading", level=1)).to_have_text(f"{ACTIVITY} {CHANGED}")
    answer_all(frame)
    hand_in(frame)
    page.get_by_role("link", name="Your grades").first.click()
    expect(page.get_by_role("row").filter(has_text="Amara")).to_have_count(1)
    assert "10" in wait_for_grade(page)
