"""In a cross-site frame, what was not saved is kept through a relaunch, for its writer alone."""

import re

import pytest
from playwright.sync_api import FrameLocator, Locator, Page, expect

from tests.browser.conftest import Demo, take_picture
from tests.browser.people import enter_as, open_activity

pytestmark = pytest.mark.browser


def radio(frame: FrameLocator, statement: int, answer: int) -> Locator:
    return frame.get_by_role("group").nth(statement - 1).get_by_role("radio").nth(answer - 1)


def says(frame: FrameLocator, words: str) -> None:
    shown = frame.locator("[data-saving] > :visible").first
    expect(shown).to_contain_text(re.compile(words), use_inner_text=True)


def leave_unsaved(page: Page, demo: Demo, name: str) -> None:
    """Answer as somebody, and answer once more when the session is over."""
    enter_as(page, demo, name)
    frame = open_activity(page)
    radio(frame, 1, 4).check()
    says(frame, r"^\s*Saved at")
    page.context.clear_cookies()
    radio(frame, 2, 3).check()
    says(frame, "your visit has ended.*kept on this device")
    # In a frame as high as its page the form's foot is far below.
    near = frame.get_by_role("group").nth(1).locator("+ .rp-saved")
    expect(near).to_contain_text("your visit has ended")
    expect(near).to_be_in_viewport()


def test_what_was_typed_after_the_session_ended_is_continued_after_a_relaunch(
    page: Page, demo: Demo
) -> None:
    leave_unsaved(page, demo, "Siobhán")
    take_picture(page, "saving-ended")

    enter_as(page, demo, "Siobhán")
    frame = open_activity(page)

    expect(frame.locator("[data-saving-offer]")).to_be_visible()
    take_picture(page, "saving-offered")
    frame.get_by_role("button", name="Use it").click()
    says(frame, r"^\s*Saved at")
    page.reload()
    expect(radio(frame, 2, 3)).to_be_checked()
    expect(frame.locator("[data-saving-offer]")).to_be_hidden()


def test_the_next_learner_at_the_same_computer_is_not_offered_it(page: Page, demo: Demo) -> None:
    leave_unsaved(page, demo, "Łukasz")

    enter_as(page, demo, "María José")
    frame = open_activity(page)
    radio(frame, 5, 3).check()
    says(frame, r"^\s*Saved at")

    expect(frame.locator("[data-saving-offer]")).to_be_hidden()
    expect(radio(frame, 2, 3)).not_to_be_checked()
