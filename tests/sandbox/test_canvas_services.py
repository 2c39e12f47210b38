"""Roster and tokens of a Canvas."""

import pytest

from lti_app.sandbox.vocabulary import MediaType
from tests.sandbox.lms import Lms, next_url

MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership"


def test_roster_tells_roles_of_the_course_in_full(canvas: Lms) -> None:
    body = canvas.service().read(canvas.roster_path(), MediaType.MEMBERS).json or {}

    roles = {member["user_id"]: member["roles"] for member in body["members"]}
    assert roles["amara"] == [f"{MEMBERSHIP}#Learner"]
    assert roles["tomas"] == [
        f"{MEMBERSHIP}/Instructor#TeachingAssistant",
        f"{MEMBERSHIP}#Instructor",
    ]


def test_pages_of_the_roster_keep_their_role(canvas: Lms) -> None:
    service = canvas.service()
    first = service.read(canvas.roster_path(), MediaType.MEMBERS, role="Learner", limit="3")

    second = service.read(str(next_url(first)), MediaType.MEMBERS)

    seen = [
        [member["user_id"] for member in (page.json or {})["members"]] for page in (first, second)
    ]
    assert seen == [["amara", "tomoko", "kwame"], ["gone"]]
    assert next_url(second) is None


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({}, 200),
        ({"aud": "https://elsewhere.test"}, 400),
        ({"iss": "c2"}, 400),
        ({"jti": ""}, 400),
    ],
)
def test_assertion_is_checked_in_full(canvas: Lms, claims: dict[str, object], status: int) -> None:
    assert canvas.ask_token(canvas.assertion(claims=claims)).status_code == status


def test_assertion_is_accepted_once(canvas: Lms) -> None:
    assertion = canvas.assertion()

    statuses = [canvas.ask_token(assertion).status_code for _ in range(2)]

    assert statuses == [200, 400]


def test_key_without_its_algorithm_proves_nothing(canvas: Lms) -> None:
    del canvas.tool.sets["c1"][0]["alg"]

    assert canvas.ask_token(canvas.assertion()).status_code == 400
