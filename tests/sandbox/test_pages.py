"""What the pages show, and that they are safe to look at."""

import re

import pytest

from tests.sandbox.courses import A
from tests.sandbox.lms import Lms

PAGES = [
    "",
    "/links/graded",
    "/links/graded/launch",
    "/roster",
    "/groups",
    "/gradebook",
    "/received",
    "/back",
]


@pytest.mark.parametrize("page", PAGES)
def test_pages_carry_no_inline_script_or_style(lms: Lms, page: str) -> None:
    lms.service().post_score(lms.score_body(comment="Well done"))
    html = lms.browser().enter("rima").get(f"/courses/{A}{page}").text

    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", html)
    assert not re.search(r"(src|href)=\"(https?:)?//(?!127\.0\.0\.1)", html)


def test_policy_lets_only_itself_and_the_tool_in(lms: Lms) -> None:
    response = lms.browser().enter("rima").get(f"/courses/{A}/links/graded")

    policy = response.headers["Content-Security-Policy"]
    assert "frame-src 'self' http://localhost:8000;" in policy
    assert "form-action 'self' http://localhost:8000;" in policy
    assert "script-src 'self';" in policy
    assert response.headers["Cache-Control"] == "no-store"


def test_titles_are_escaped(lms: Lms) -> None:
    page = lms.browser().enter("amara").get(f"/courses/{A}").text

    assert "Graded &lt;b&gt;link&lt;/b&gt;" in page
    assert "<b>link</b>" not in page


def test_frame_is_as_a_real_platform_makes_it(lms: Lms) -> None:
    page = lms.browser().enter("amara").get(f"/courses/{A}/links/graded").text

    frame = re.search(r"<iframe[^>]*>", page)
    assert frame is not None
    assert 'height="600"' in frame[0]
    assert "sandbox" not in frame[0].replace('class="frame"', "")
    assert 'data-tool-origin="http://localhost:8000"' in frame[0]
    assert "microphone http://localhost:8000" in frame[0]


def test_course_page_tells_which_links_are_in_the_gradebook(lms: Lms) -> None:
    page = lms.browser().enter("amara").get(f"/courses/{A}").text

    assert "10 points in the gradebook" in page
    assert "not in the gradebook" in page


def test_roster_shows_who_is_suspended_and_who_withholds_their_name(lms: Lms) -> None:
    page = lms.browser().enter("rima").get(f"/courses/{A}/roster").text

    assert "Learner, suspended" in page
    assert page.count("nothing but a number") == 1


def test_instructor_sees_every_learner_and_what_the_tool_says(lms: Lms) -> None:
    lms.service().post_score(lms.score_body(scoreGiven=7.5, comment="Well done & more"))

    page = lms.browser().enter("rima").get(f"/courses/{A}/gradebook").text

    assert "Tomoko Kishida" in page
    assert "7.5 / 10" in page
    assert "Well done &amp; more" in page
    assert "Completed, FullyGraded" in page
    assert "2026-03-02 09:00:00 UTC" in page
    assert "Gone Away" not in page
    assert "Test Student" not in page


def test_learner_sees_their_own_grades_only(lms: Lms) -> None:
    lms.service().post_score(lms.score_body(userId="tomoko", comment="Only for Tomoko"))

    amara = lms.browser().enter("amara").get(f"/courses/{A}/gradebook").text
    tomoko = lms.browser().enter("tomoko").get(f"/courses/{A}/gradebook").text

    assert "Only for Tomoko" not in amara
    assert "Tomoko Kishida" not in amara
    assert "Only for Tomoko" in tomoko


def test_log_page_says_in_words_what_arrived(lms: Lms) -> None:
    lms.browser().enter("amara").launch()
    lms.service().post_score(lms.score_body())

    page = lms.browser().enter("rima").get(f"/courses/{A}/received").text

    assert (
        "Score for \N{FIRST STRONG ISOLATE}Amara Okafor\N{POP DIRECTIONAL ISOLATE}: 8 of 10" in page
    )
    assert "identity sent to the tool" in page


def test_message_of_a_tool_is_shown_escaped_when_it_sends_somebody_back(lms: Lms) -> None:
    browser = lms.browser().enter("amara")

    page = browser.get(f"/courses/{A}/back", query_string={"lti_errormsg": "<i>Closed</i>"}).text

    assert "&lt;i&gt;Closed&lt;/i&gt;" in page


def test_unknown_page_is_a_page_for_people_and_json_for_tools(lms: Lms) -> None:
    browser = lms.browser()

    page, service = browser.get("/nothing"), browser.get("/lti/nothing")

    assert page.status_code == service.status_code == 404
    assert page.mimetype == "text/html"
    assert service.mimetype == "application/json"
