"""Entering as somebody, and what each person may then open."""

import pytest

from tests.sandbox.courses import A, B
from tests.sandbox.lms import ISSUER, Lms


def test_home_page_offers_everybody_who_is_active(lms: Lms) -> None:
    page = lms.browser().get("/").text

    assert "Amara Okafor" in page
    assert "Test Student" in page
    assert "Gone Away" not in page


def test_entering_leads_to_the_course(lms: Lms) -> None:
    browser = lms.browser()

    response = browser.post("/enter", data={"sub": "amara", "context_id": A})

    assert response.status_code == 303
    assert browser.get(response.headers["Location"]).status_code == 200


@pytest.mark.parametrize(
    ("sub", "context_id"),
    [("nobody", A), ("gone", A), ("bela", A), ("amara", "course-z"), ("", "")],
)
def test_entering_as_somebody_who_is_not_in_the_course_is_refused(
    lms: Lms, sub: str, context_id: str
) -> None:
    response = lms.browser().post("/enter", data={"sub": sub, "context_id": context_id})

    assert response.status_code == 404
    assert "Set-Cookie" not in response.headers


def test_leaving_ends_the_visit(lms: Lms) -> None:
    browser = lms.browser().enter("amara")

    browser.post("/leave")

    assert browser.get(f"/courses/{A}").status_code == 401


@pytest.mark.parametrize("page", ["", "/roster", "/gradebook", "/links/graded", "/back"])
def test_pages_of_a_course_need_somebody_who_is_in_it(lms: Lms, page: str) -> None:
    member, stranger = lms.browser().enter("amara", B), lms.browser().enter("bela", B)

    assert member.get(f"/courses/{A}{page}").status_code == 200
    assert stranger.get(f"/courses/{A}{page}").status_code == 404
    assert lms.browser().get(f"/courses/{A}{page}").status_code == 401


def test_a_link_is_found_only_in_its_own_course(lms: Lms) -> None:
    browser = lms.browser().enter("amara")

    assert browser.get(f"/courses/{B}/links/in-b").status_code == 200
    assert browser.get(f"/courses/{A}/links/in-b").status_code == 404
    assert browser.get(f"/courses/{A}/links/in-b/launch").status_code == 404


def test_what_the_platform_received_is_for_those_who_teach(lms: Lms) -> None:
    lms.service()

    assert (
        "Access token asked for" in lms.browser().enter("rima").get(f"/courses/{A}/received").text
    )
    assert lms.browser().enter("amara").get(f"/courses/{A}/received").status_code == 404


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://localhost:8000"}, {"Origin": "null"}],
)
def test_a_form_of_another_site_changes_nobody(lms: Lms, headers: dict[str, str]) -> None:
    browser = lms.browser().enter("amara")

    response = browser.post("/leave", headers=headers)

    assert response.status_code == 403
    assert browser.get(f"/courses/{A}").status_code == 200


def test_a_form_of_this_site_is_taken(lms: Lms) -> None:
    headers = {"Sec-Fetch-Site": "same-origin", "Origin": ISSUER}

    assert lms.browser().post("/leave", headers=headers).status_code == 303


def test_localhost_is_led_to_the_host_of_the_issuer(lms: Lms) -> None:
    response = lms.browser().client.get(f"/courses/{A}?x=1", base_url="http://localhost:8001")

    assert response.headers["Location"] == f"{ISSUER}/courses/{A}?x=1"


def test_cookie_can_come_back_inside_a_frame(lms: Lms) -> None:
    response = lms.browser().post("/enter", data={"sub": "amara", "context_id": A})

    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("sandbox_8001=")
    assert {"Secure", "HttpOnly", "SameSite=None"} <= set(cookie.split("; "))
