"""From the gradebook of the platform to the work behind a score, and back into the course."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo, take_picture
from tests.browser.people import STATEMENTS, answer_all, enter_as, hand_in, open_activity
from tests.browser.test_demo_path import wait_for_grade

pytestmark = pytest.mark.browser

LEARNER, TEACHER = "Priya Raghunathan", "Rima Haddad"
#: Somebody who hands nothing in, in any test of the demo that they share.
OTHER_LEARNER = "דניאל לוי"


def test_cl_32_a_score_leads_to_the_work_behind_it_and_from_there_back(
    page: Page, demo: Demo
) -> None:
    enter_as(page, demo, LEARNER)
    frame = open_activity(page)
    expect(frame.get_by_role("link", name="Back to the course")).to_have_count(0)
    answer_all(frame)
    hand_in(frame)
    expect(frame.get_by_role("link", name="Back to the course")).to_have_count(0)
    wait_for_grade(page)

    page.get_by_role("link", name="Review").first.click()
    expect(page.get_by_role("heading", name="Handed in")).to_be_visible()
    assert page.url.startswith(demo.tool)
    take_picture(page, "review-by-the-learner")
    page.get_by_role("main").get_by_role("link", name="Back to the course").click()
    expect(page.get_by_text("Your work is handed in.")).to_be_visible()
    take_picture(page, "back-in-the-course")

    enter_as(page, demo, TEACHER)
    page.get_by_role("link", name="Gradebook").first.click()
    page.get_by_role("row", name=LEARNER).get_by_role("link", name="Review").click()
    expect(page.get_by_role("heading", name=LEARNER)).to_be_visible()
    assert "/people/" in page.url
    take_picture(page, "review-by-the-teacher")

    page.get_by_role("link", name="Back to the course").click()
    expect(page.get_by_role("heading", name="Back in the course")).to_be_visible()
    assert page.url.startswith(demo.lms)


def test_inside_the_course_no_page_leads_back_to_where_one_is(page: Page, demo: Demo) -> None:
    """A link out of the frame would come without the cookie that the frame alone holds."""
    enter_as(page, demo, OTHER_LEARNER)
    frame = open_activity(page)
    expect(frame.get_by_role("group")).to_have_count(STATEMENTS)
    inside = next(found for found in page.frames if found.url.startswith(demo.tool))
    visit = "/".join(inside.url.split("/")[:5])

    inside.evaluate(f"location.href = '{visit}/activities/nothing/people'")
    expect(frame.get_by_role("heading", name="This page is not for your role")).to_be_visible()
    expect(frame.get_by_role("link", name="Back to the activity")).to_be_visible()
    expect(frame.get_by_role("link", name="Back to the course")).to_have_count(0)
