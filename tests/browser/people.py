"""What a person does in the demo: enter, open, answer, hand in, look at the gradebook."""

import re

from playwright.sync_api import FrameLocator, Page, expect

from tests.browser.conftest import Demo

ACTIVITY = "Where do I start?"
STATEMENTS = 20


def enter_as(page: Page, demo: Demo, name: str) -> None:
    page.goto(demo.lms)
    page.get_by_role("button", name=name).click()


def open_activity(page: Page, title: str = ACTIVITY) -> FrameLocator:
    """Follow the link in the course; return the frame once the activity is there."""
    page.get_by_role("main").get_by_role("link", name=title).click()
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", level=1)).to_be_visible()
    return frame


def answer_all(frame: FrameLocator | Page) -> None:
    """Choose an answer for every statement, not always the same."""
    questions = frame.get_by_role("group")
    expect(questions).to_have_count(STATEMENTS)
    for number in range(STATEMENTS):
        questions.nth(number).get_by_role("radio").nth(number % 5).check()


def hand_in(frame: FrameLocator | Page) -> None:
    frame.get_by_role("button", name="Hand in").click()
    expect(frame.get_by_text(re.compile(r"^Handed in\."))).to_be_visible()


def own_grade(page: Page) -> str:
    """Return what the platform's page of one's own grades says of the activity."""
    page.get_by_role("link", name="Your grades").first.click()
    page.get_by_role("heading", level=1).wait_for()
    return page.get_by_role("row").last.inner_text()
