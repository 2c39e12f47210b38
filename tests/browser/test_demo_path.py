"""The demo as a newcomer meets it: a framed activity, handed in, its score in the gradebook."""

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.browser.conftest import (
    Demo,
    free_port,
    running_demo,
    take_picture,
)
from tests.browser.people import (
    STATEMENTS,
    answer_all,
    enter_as,
    hand_in,
    open_activity,
    own_grade,
)

pytestmark = pytest.mark.browser

TEN_SECONDS = 10
_HIDDEN_HEIGHT = "document.documentElement.scrollHeight - document.documentElement.clientHeight"


def wait_for_grade(page: Page) -> str:
    """Look at one's grades until there is one; the demo promises ten seconds."""
    deadline = time.monotonic() + TEN_SECONDS
    while "10" not in (said := own_grade(page)) and time.monotonic() < deadline:
        page.reload()
    return said


@pytest.mark.parametrize(("width", "name"), [(1280, "Amara Okafor"), (320, "Hồng Nhung")])
def test_a_learner_hands_in_within_the_course_and_the_score_is_in_the_gradebook(
    page: Page, demo: Demo, width: int, name: str
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    enter_as(page, demo, name)

    frame = open_activity(page)
    take_picture(page, f"activity-{width}")
    answer_all(frame)
    take_picture(page, f"answered-{width}")
    hand_in(frame)
    take_picture(page, f"receipt-{width}")

    assert re.search(r"\b10\b.*\b10\b", wait_for_grade(page), re.DOTALL)
    take_picture(page, f"grades-{width}")


def test_the_frame_is_cross_site_and_third_party_cookies_are_blocked(
    page: Page, demo: Demo
) -> None:
    """What makes the path worth testing: an ordinary cookie of the tool does not come back."""
    enter_as(page, demo, "Wayan")
    expect(open_activity(page).get_by_role("group")).to_have_count(STATEMENTS)
    frame = next(frame for frame in page.frames if frame.url.startswith(demo.tool))

    frame.evaluate("document.cookie = 'plain=1; SameSite=None; Secure; Path=/'")

    assert "plain" not in frame.evaluate("document.cookie")


def test_the_page_grows_so_that_nothing_scrolls_inside_the_frame(page: Page, demo: Demo) -> None:
    enter_as(page, demo, "Wayan")
    frame = open_activity(page)
    expect(frame.get_by_role("group")).to_have_count(STATEMENTS)

    inside = next(found for found in page.frames if found.url.startswith(demo.tool))
    deadline = time.monotonic() + TEN_SECONDS
    while (hidden := inside.evaluate(_HIDDEN_HEIGHT)) > 1 and time.monotonic() < deadline:
        page.wait_for_timeout(50)
    assert hidden <= 1


def test_missing_answers_are_named_and_what_was_chosen_stays(page: Page, demo: Demo) -> None:
    enter_as(page, demo, "Wayan")
    frame = open_activity(page)
    questions = frame.get_by_role("group")
    questions.first.get_by_role("radio").nth(2).check()

    frame.get_by_role("button", name="Hand in").click()

    summary = frame.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text(f"{STATEMENTS - 1} statements are still open")
    expect(frame.get_by_text("Still open.")).to_have_count(STATEMENTS - 1)
    expect(questions.first.get_by_role("radio").nth(2)).to_be_checked()


def test_answers_that_saved_themselves_are_there_at_the_next_visit(page: Page, demo: Demo) -> None:
    enter_as(page, demo, "김서연")
    frame = open_activity(page)
    frame.get_by_role("group").nth(4).get_by_role("radio").nth(3).check()
    expect(frame.get_by_text(re.compile(r"^\s*Saved at")).first).to_be_visible()

    page.get_by_role("link", name="Course home").first.click()
    frame = open_activity(page)

    expect(frame.get_by_role("group").nth(4).get_by_role("radio").nth(3)).to_be_checked()


def test_an_instructor_sees_who_handed_in_and_that_the_score_has_arrived(
    page: Page, demo: Demo, chromium: Browser
) -> None:
    with chromium.new_context() as other:
        learner = other.new_page()
        enter_as(learner, demo, "ليلى منصور")
        frame = open_activity(learner)
        answer_all(frame)
        hand_in(frame)
        wait_for_grade(learner)
    enter_as(page, demo, "Rima Haddad")

    frame = open_activity(page)

    line = frame.get_by_role("row", name=re.compile("ليلى منصور"))
    expect(line).to_contain_text("Handed in")
    expect(line).to_contain_text("In the gradebook")


def test_an_instructor_chooses_an_activity_for_a_link_and_a_learner_finds_it(
    page: Page, demo: Demo, chromium: Browser
) -> None:
    new = "A new Rapport activity"
    with chromium.new_context() as other:
        learner = other.new_page()
        enter_as(learner, demo, "ليلى منصور")
        frame = open_activity(learner, new)
        take_picture(learner, "not-ready")
        expect(frame.get_by_role("group")).to_have_count(0)

    enter_as(page, demo, "Rima Haddad")
    frame = open_activity(page, new)
    take_picture(page, "choose")
    frame.get_by_role("radio").first.check()
    frame.get_by_role("button", name="Open it here").click()
    expect(frame.get_by_role("heading", level=1)).to_have_text("Where do I start?")

    enter_as(page, demo, "ليلى منصور")
    frame = open_activity(page, new)
    expect(frame.get_by_role("group")).to_have_count(STATEMENTS)


def test_two_people_in_two_tabs_of_one_browser_stay_themselves(
    chromium: Browser, demo: Demo
) -> None:
    with chromium.new_context() as context:
        first, second = context.new_page(), context.new_page()
        enter_as(first, demo, "Rima Haddad")
        teacher = open_activity(first)
        enter_as(second, demo, "Wayan")
        learner = open_activity(second)

        first.frames[-1].goto(first.frames[-1].url)

        expect(teacher.get_by_role("banner")).to_contain_text("Rima Haddad")
        expect(learner.get_by_role("banner")).to_contain_text("Wayan")


def test_the_activity_continues_in_a_tab_of_its_own(page: Page, demo: Demo) -> None:
    enter_as(page, demo, "Wayan")
    frame = open_activity(page)
    frame.get_by_role("button", name="Open in its own tab").click()
    with page.expect_popup() as opened:
        frame.get_by_role("button", name="Open the tab").click()
    tab = opened.value

    expect(tab.get_by_role("group")).to_have_count(STATEMENTS)
    assert tab.url.startswith(demo.tool)
    take_picture(tab, "own-tab")


def test_a_link_copied_into_a_new_tab_shows_nothing_of_the_session(page: Page, demo: Demo) -> None:
    enter_as(page, demo, "Wayan")
    expect(open_activity(page).get_by_role("group")).to_have_count(STATEMENTS)
    address = next(frame.url for frame in page.frames if frame.url.startswith(demo.tool))

    tab = page.context.new_page()
    answer = tab.goto(address)

    assert answer
    assert answer.status == 404
    expect(tab.get_by_text("Open in its own tab")).to_be_visible()
    take_picture(tab, "copied-link")


def test_abuse_52_forged_messages_to_the_frame_change_nothing(page: Page, demo: Demo) -> None:
    enter_as(page, demo, "Wayan")
    frame = open_activity(page)
    expect(frame.get_by_role("group")).to_have_count(STATEMENTS)
    # Its scripts have done what they do to every page.
    expect(frame.get_by_role("button", name="Save for later")).to_be_hidden()
    expect(frame.locator("main [data-key]")).to_have_count(0)
    before = frame.locator("main").inner_html()

    page.evaluate(
        """() => {
          const frame = document.querySelector("iframe").contentWindow;
          for (const message of [
            "text", null, 7, {subject: "lti.put_data.response", key: "x", value: "y"},
            {subject: "lti.frameResize", height: 1}, {subject: "org.imsglobal.lti.close"},
          ]) frame.postMessage(message, "*");
        }"""
    )
    page.wait_for_timeout(300)

    assert frame.locator("main").inner_html() == before


def test_a_second_start_finds_everything_and_a_fresh_one_begins_anew(
    chromium: Browser, playwright: Playwright, tmp_path: Path
) -> None:
    ports = free_port(), free_port()
    with running_demo(tmp_path, ports=ports) as demo, chromium.new_context() as context:
        page = context.new_page()
        enter_as(page, demo, "Amara Okafor")
        frame = open_activity(page)
        answer_all(frame)
        hand_in(frame)
        wait_for_grade(page)
    moved = free_port(), free_port()
    with running_demo(tmp_path, ports=moved) as demo, chromium.new_context() as context:
        page = context.new_page()
        enter_as(page, demo, "Amara Okafor")
        assert "10" in own_grade(page)
        page.get_by_role("link", name="Course home").first.click()
        expect(open_activity(page).get_by_text(re.compile(r"^Handed in\."))).to_be_visible()
    with running_demo(tmp_path, "--fresh", ports=moved) as demo, chromium.new_context() as context:
        page = context.new_page()
        enter_as(page, demo, "Amara Okafor")
        frame = open_activity(page)
        expect(frame.get_by_role("group")).to_have_count(STATEMENTS)
