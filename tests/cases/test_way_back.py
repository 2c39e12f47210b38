"""Cases H and abuse 44: leaving into the course, by the address that a verified launch named."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from werkzeug.test import TestResponse

from tests.cases.stage import Seat, Stage
from tests.cases.test_review import hand_in, linked
from tests.peers.launch_claims import LTI, MEMBERSHIP

PRESENTATION = f"{LTI}launch_presentation"
#: As Moodle's: it holds a secret of the person's.
MOODLE = "https://lms.test/mod/lti/return.php?course=2&sesskey=Zm9vYmFy%2F1&launch_container=4"
FRAMED = {"Sec-Fetch-Dest": "iframe"}


def seated(stage: Stage, address: str | None = MOODLE, role: str = "Learner") -> Seat:
    told = {PRESENTATION: {"return_url": address}} if address else {}
    return stage.accept({**linked(), **told, f"{LTI}roles": [MEMBERSHIP + role]})


def ask(seat: Seat, rest: str = "", **headers: str) -> TestResponse:
    return seat.browser.client.get(
        seat.path + rest, base_url=seat.browser.base_url, headers=headers, follow_redirects=not rest
    )


def leave(seat: Seat) -> TestResponse:
    token = seat.page().text.split('name="csrf_token" value="')[1].split('"')[0]
    return seat.browser.client.post(
        f"{seat.path}leave",
        data={"csrf_token": token},
        base_url=seat.browser.base_url,
        headers={"Sec-Fetch-Site": "same-origin"},
    )


def test_the_way_back_leads_to_where_the_launch_said(stage: Stage) -> None:
    answer = ask(seated(stage), "back")

    assert (answer.status_code, answer.location) == (303, MOODLE)
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("address", [MOODLE, "https://lms.test/back", "https://lms.test/c#top"])
@pytest.mark.parametrize(
    ("code", "name"), [("error", "lti_errormsg"), ("handed_in", "lti_msg")], ids=["CL-24", "msg"]
)
def test_what_is_told_is_added_and_the_address_stays_as_it_was(
    stage: Stage, address: str, code: str, name: str
) -> None:
    told = ask(seated(stage, address), f"back?said={code}").location

    before, after = urlsplit(address), urlsplit(told)
    assert after.query.startswith(before.query)
    assert (after.netloc, after.path, after.fragment) == (
        before.netloc,
        before.path,
        before.fragment,
    )
    added = parse_qs(after.query[len(before.query) :].lstrip("&"))
    assert list(added) == [name]
    assert added[name][0].endswith(".")


@pytest.mark.parametrize("said", ["", "unheard_of", "<script>", "https://evil.test"])
def test_no_words_of_others_are_told(stage: Stage, said: str) -> None:
    assert ask(seated(stage), f"back?said={said}").location == MOODLE


def test_cl_24_an_error_page_offers_the_way_back_and_its_words_name_nothing_inside(
    stage: Stage,
) -> None:
    seat = seated(stage)

    page = ask(seat, "activities/nothing/people").text

    assert f"{seat.path}back?said=error" in page
    assert "Back to the course" not in ask(seat, "activities/nothing/people", **FRAMED).text
    assert "sesskey" not in page
    words = parse_qs(urlsplit(ask(seat, "back?said=error").location).query)["lti_errormsg"][0]
    assert words == "A page could not be shown. What was saved or handed in before is safe."


def test_a_page_outside_a_visit_offers_no_way_back(stage: Stage) -> None:
    seat = seated(stage)

    page = stage.browser().client.get(seat.path, base_url=seat.browser.base_url)

    assert page.status_code == 404
    assert "/back" not in page.text


def test_the_receipt_leads_back_and_says_that_it_is_handed_in(stage: Stage) -> None:
    seat = seated(stage)

    receipt = hand_in(seat)

    assert f"{seat.path}back?said=handed_in" in ask(seat, receipt).text
    assert "Back to the course" not in ask(seat, receipt, **FRAMED).text


def test_a_page_alone_in_its_tab_shows_the_way_back_and_one_in_the_course_does_not(
    stage: Stage,
) -> None:
    seat = seated(stage, role="Instructor")

    assert f'href="{seat.path}back"' in ask(seat, **{"Sec-Fetch-Dest": "document"}).text
    assert f'href="{seat.path}back"' in ask(seat).text
    assert f'href="{seat.path}back"' not in ask(seat, **FRAMED).text


def test_who_has_left_is_shown_the_way_back(stage: Stage) -> None:
    left = leave(seated(stage)).text

    assert MOODLE.replace("&", "&amp;") in left
    assert 'rel="noreferrer"' in left


def test_without_an_address_nothing_leads_back_but_the_first_page(stage: Stage) -> None:
    seat = seated(stage, None)

    assert ask(seat, "back").location == seat.path
    assert "Back to the course" not in seat.page().text
    assert "Back to the course" not in leave(seat).text


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        'https://lms.test/"><script>alert(1)</script>',
        "https://evil.test/back",
        "http://lms.test/back",
        "//evil.test/back",
        "https://lms.test@evil.test/",
        "https://lms.test.evil.test/",
        "https://lms.test\\@evil.test/",
        "data:text/html,x",
        "https://127.0.0.1.evil.test/",
        ["https://lms.test/back"],
        7,
    ],
    ids=lambda address: f"abuse_44-{address}",
)
def test_an_address_that_is_not_the_platforms_is_led_to_by_nothing(
    stage: Stage, address: object
) -> None:
    seat = stage.accept({**linked(), PRESENTATION: {"return_url": address}})

    location = ask(seat, "back").location
    shown = seat.page().text + leave(seat).text
    assert location == seat.path or location.startswith("https://lms.test/%22%3E%3Cscript")
    assert "evil.test" not in shown
    assert "javascript:" not in shown
    assert "<script>alert" not in shown


def test_the_secret_in_an_address_is_in_no_log(stage: Stage) -> None:
    seat = seated(stage)
    ask(seat, "back?said=error")
    ask(seat, "activities/nothing/people")
    leave(seat)

    assert "sesskey" not in json.dumps(stage.log.lines())
    assert "Zm9vYmFy" not in json.dumps(stage.log.lines())
