"""What a teacher or an administrator does behind a tool's back, and how the tool finds out."""

from typing import Any

import pytest

from lti_app.sandbox.vocabulary import AGS_CLAIM, MediaType
from tests.sandbox.courses import A, B
from tests.sandbox.lms import ISSUER, ITEM, Lms

COURSE = f"courses/{A}"
COLUMN = f"{COURSE}/lineitems/1"
RESULT = f"{COLUMN}/results"


def column(lms: Lms) -> dict[str, Any]:
    return dict((lms.control("GET", f"{COURSE}/lineitems").json or {})["lineitems"][0])


def shown(lms: Lms) -> list[dict[str, Any]]:
    return list((lms.control("GET", f"{COURSE}/gradebook").json or {})["results"])


GOING_ON: dict[str, object] = {"is_concluded": False, "history": []}


def test_courses_are_listed(lms: Lms) -> None:
    assert lms.control("GET", "courses").json == {
        "courses": [
            {"context_id": A, "label": "A-1", "title": "Course A", **GOING_ON},
            {"context_id": B, "label": "B-1", "title": "Course B", **GOING_ON},
        ]
    }


def test_column_is_shown_with_everything(lms: Lms) -> None:
    assert column(lms) == {
        "id": 1,
        "line_item": ISSUER + ITEM,
        "label": "Graded <b>link</b>",
        "maximum": 10.0,
        "resource_id": None,
        "tag": None,
        "resource_link_id": "graded",
        "attempts_allowed": None,
        "is_deleted": False,
    }


def test_deleted_column_does_not_exist_for_tools(lms: Lms) -> None:
    service = lms.service()
    service.post_score(lms.score_body())

    lms.control("PATCH", COLUMN, {"is_deleted": True})

    later = lms.score_body(timestamp="2026-03-02T09:00:01Z")
    assert service.post_score(later).status_code == 404
    assert service.read(ITEM, MediaType.LINE_ITEM).status_code == 404
    assert service.read(f"/lti/courses/{A}/lineitems", MediaType.LINE_ITEMS).json == []
    assert "lineitem" not in lms.browser().enter("amara").launch()[AGS_CLAIM]
    assert "8 / 10" not in lms.browser().enter("rima").get(f"/courses/{A}/gradebook").text
    assert shown(lms) == []
    assert column(lms)["is_deleted"]


def test_restored_column_has_everything_that_stood_in_it(lms: Lms) -> None:
    service = lms.service()
    service.post_score(lms.score_body())
    lms.control("PATCH", COLUMN, {"is_deleted": True})

    lms.control("PATCH", COLUMN, {"is_deleted": False})

    assert service.results()[0]["resultScore"] == 8.0
    assert lms.browser().enter("amara").launch()[AGS_CLAIM]["lineitem"] == ISSUER + ITEM


def test_changed_maximum_takes_scores_along(lms: Lms) -> None:
    service = lms.service()
    service.post_score(lms.score_body(scoreGiven=8, scoreMaximum=10))

    lms.control("PATCH", COLUMN, {"maximum": 50})

    (result,) = service.results()
    assert (result["resultScore"], result["resultMaximum"]) == (40.0, 50.0)


def test_renamed_column_keeps_the_rest(lms: Lms) -> None:
    answer = lms.control("PATCH", COLUMN, {"label": "Mine now"})

    item = lms.service().read(ITEM, MediaType.LINE_ITEM).json or {}
    assert (answer.json or {})["label"] == item["label"] == "Mine now"
    assert item["scoreMaximum"] == 10.0


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        (COLUMN, {"maximum": 0}, 400),
        (COLUMN, {"maximum": "10"}, 400),
        (COLUMN, {"is_deleted": "yes"}, 400),
        (COLUMN, [], 400),
        (COLUMN, {}, 200),
        (f"{COURSE}/lineitems/99", {"label": "x"}, 404),
        (f"courses/{B}/lineitems/1", {"label": "x"}, 404),
        (COURSE, {"is_concluded": 1}, 400),
        ("courses/course-z", {"is_concluded": True}, 404),
    ],
)
def test_deed_of_the_wrong_form_is_refused(lms: Lms, path: str, body: object, status: int) -> None:
    assert lms.control("PATCH", path, body).status_code == status
    assert column(lms)["maximum"] == 10.0


def test_concluded_course_refuses_tools_until_it_is_opened(lms: Lms) -> None:
    service = lms.service()
    lms.control("PATCH", COURSE, {"is_concluded": True})
    concluded = service.post_score(lms.score_body())

    lms.control("PATCH", COURSE, {"is_concluded": False})

    assert concluded.status_code == 422
    assert "concluded" in concluded.text
    assert service.post_score(lms.score_body()).status_code == 200


@pytest.mark.parametrize("standing", ["suspended", "gone"])
def test_person_who_is_not_active_is_not_graded_until_they_are_back(
    lms: Lms, standing: str
) -> None:
    service = lms.service()
    service.post_score(lms.score_body())
    lms.control("PUT", f"{COURSE}/people/amara", {"standing": standing})
    away = service.post_score(lms.score_body(timestamp="2026-03-02T09:00:01Z"))

    lms.control("PUT", f"{COURSE}/people/amara", {"standing": "active"})

    back = service.post_score(lms.score_body(timestamp="2026-03-02T09:00:02Z"))
    assert (away.status_code, back.status_code) == (422, 200)
    assert [cell["version"] for cell in shown(lms)] == [2]


@pytest.mark.parametrize(
    ("standing", "status"), [("suspended", "Inactive"), ("gone", None), ("active", "Active")]
)
def test_roster_tells_how_somebody_stands(lms: Lms, standing: str, status: str | None) -> None:
    lms.control("PUT", f"{COURSE}/people/amara", {"standing": standing})

    body = lms.service().read(lms.roster_path(), MediaType.MEMBERS).json or {}

    members = {member["user_id"]: member["status"] for member in body["members"]}
    assert members.get("amara") == status


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        (f"{COURSE}/people/amara", {"standing": "away"}, 400),
        (f"{COURSE}/people/amara", {}, 400),
        (f"{COURSE}/people/nobody", {"standing": "active"}, 404),
        ("courses/course-z/people/amara", {"standing": "active"}, 404),
        (f"{COURSE}/people/bela", {"standing": "gone"}, 204),
    ],
)
def test_standing_is_one_of_three(lms: Lms, path: str, body: object, status: int) -> None:
    assert lms.control("PUT", path, body).status_code == status


def test_somebody_new_can_be_let_in(lms: Lms) -> None:
    lms.control("PUT", f"{COURSE}/people/bela", {"standing": "active"})

    assert lms.browser().enter("bela").launch()["sub"] == "bela"
    assert lms.service().post_score(lms.score_body(userId="bela")).status_code == 200


@pytest.mark.parametrize(("query", "ended"), [("", 2), ("?client_id=c1", 1), ("?client_id=x", 0)])
def test_access_tokens_can_be_over_at_once(lms: Lms, query: str, ended: int) -> None:
    first, second = lms.service(), lms.service(client_id="c2")

    answer = lms.control("DELETE", f"tokens{query}")

    statuses = [
        service.read(f"/lti/courses/{A}/lineitems", MediaType.LINE_ITEMS).status_code
        for service in (first, second)
    ]
    assert answer.json == {"ended": ended}
    assert statuses == {0: [200, 200], 1: [401, 200], 2: [401, 401]}[ended]


@pytest.mark.parametrize("offset", [600, -600])
def test_clock_can_be_off(lms: Lms, offset: int) -> None:
    answer = lms.control("PUT", "clock", {"offset_seconds": offset})

    claims = lms.browser().enter("amara").launch()
    assert (answer.json or {})["offset_seconds"] == offset
    assert claims["iat"] == int(lms.clock().timestamp()) + offset
    assert lms.control("GET", "clock").json == answer.json


def test_clock_needs_a_number(lms: Lms) -> None:
    assert lms.control("PUT", "clock", {}).status_code == 400


def test_platform_tells_what_a_registration_needs(moodle: Lms) -> None:
    assert moodle.control("GET", "platform").json == {
        "dialect": "moodle",
        "issuer": ISSUER,
        "auth_url": f"{ISSUER}/mod/lti/auth.php",
        "token_url": f"{ISSUER}/mod/lti/token.php",
        "jwks_url": f"{ISSUER}/mod/lti/certs.php",
        "client_ids": ["c1", "c2"],
    }


def test_grade_of_a_teacher_can_be_taken_away_again(lms: Lms) -> None:
    lms.control("PUT", f"{RESULT}/amara", {"score": 4.5})

    lms.control("PUT", f"{RESULT}/amara", {"score": None})

    assert [cell["score"] for cell in shown(lms)] == [None]
