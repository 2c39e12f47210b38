"""The roster: who is in the course, as tools are told."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from lti_app.sandbox.deeds import Standing, change_standing
from lti_app.sandbox.models import Course, Person
from lti_app.sandbox.vocabulary import CLAIM, MediaType
from tests.sandbox.courses import A, B
from tests.sandbox.lms import ISSUER, Lms, next_url

ROSTER = f"/lti/courses/{A}/memberships"
MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership"


def members(lms: Lms, **query: str) -> dict[str, dict[str, Any]]:
    answer = lms.service().read(ROSTER, MediaType.MEMBERS, **query)
    assert answer.status_code == 200
    return {member["user_id"]: member for member in (answer.json or {})["members"]}


def test_roster_names_its_course(lms: Lms) -> None:
    answer = lms.service().read(ROSTER, MediaType.MEMBERS)

    assert answer.mimetype == MediaType.MEMBERS
    body: dict[str, Any] = answer.json or {}
    assert body["id"] == ISSUER + ROSTER
    assert body["context"] == {"id": A, "label": "A-1", "title": "Course A"}


def test_everybody_but_the_test_student_is_on_it(lms: Lms) -> None:
    assert list(members(lms)) == ["rima", "tomas", "amara", "tomoko", "kwame", "gone"]


def test_member_has_names_and_full_roles_of_the_course(lms: Lms) -> None:
    assert members(lms)["tomas"] == {
        "user_id": "tomas",
        "status": "Active",
        "name": "Tomás Ferreira",
        "given_name": "Tomás",
        "family_name": "Ferreira",
        "email": "tomas@lms.test",
        "roles": [f"{MEMBERSHIP}/Instructor#TeachingAssistant", f"{MEMBERSHIP}#Instructor"],
    }


def test_suspended_member_is_inactive(lms: Lms) -> None:
    assert members(lms)["gone"]["status"] == "Inactive"


def test_withheld_identity_leaves_only_the_number(lms: Lms) -> None:
    assert set(members(lms)["kwame"]) == {"user_id", "status", "roles"}


@pytest.mark.parametrize(
    ("role", "subs"),
    [
        (f"{MEMBERSHIP}#Instructor", ["rima", "tomas"]),
        ("Instructor", ["rima", "tomas"]),
        (f"{MEMBERSHIP}/Instructor#TeachingAssistant", ["tomas"]),
        ("Learner", ["amara", "tomoko", "kwame", "gone"]),
        ("Mentor", []),
        ("learner", []),
    ],
)
def test_roster_is_filtered_by_role(lms: Lms, role: str, subs: list[str]) -> None:
    assert list(members(lms, role=role)) == subs


def test_pages_follow_each_other_and_keep_the_role(lms: Lms) -> None:
    service = lms.service()

    first = service.read(ROSTER, MediaType.MEMBERS, role="Learner", limit="3")
    second = service.read(str(next_url(first)), MediaType.MEMBERS)

    pages = [
        [member["user_id"] for member in (page.json or {})["members"]] for page in (first, second)
    ]
    assert pages == [["amara", "tomoko", "kwame"], ["gone"]]
    assert next_url(second) is None


def test_link_adds_what_each_person_would_be_launched_with(lms: Lms) -> None:
    (message,) = members(lms, rlid="graded")["tomoko"]["message"]

    assert message[f"{CLAIM}message_type"] == "LtiResourceLinkRequest"
    assert message[f"{CLAIM}custom"]["who"] == "tomoko"


@pytest.mark.parametrize("rlid", ["of-c2", "in-b", "made-up"])
def test_link_of_somebody_else_is_refused(lms: Lms, rlid: str) -> None:
    answer = lms.service().read(ROSTER, MediaType.MEMBERS, rlid=rlid)

    assert answer.status_code == 404


def test_course_without_the_tool_has_no_roster_for_it(lms: Lms) -> None:
    path = f"/lti/courses/{B}/memberships"

    assert lms.service().read(path, MediaType.MEMBERS).status_code == 200
    assert lms.service(client_id="c2").read(path, MediaType.MEMBERS).status_code == 404


@pytest.mark.parametrize(
    "accept",
    ["application/json", "*/*", "application/vnd.ims.lis.v2.membershipcontainer+json", ""],
)
def test_reader_must_name_the_media_type(lms: Lms, accept: str) -> None:
    assert lms.service().read(ROSTER, accept).status_code == 406


def differences_url(answer: Any) -> str | None:
    found = re.search(r'<([^>]+)>; rel="differences"', answer.headers.get("Link", ""))
    return found[1] if found else None


def test_what_has_changed_since_is_told_on_its_own(lms: Lms) -> None:
    service = lms.service()
    whole = service.read(ROSTER, MediaType.MEMBERS)
    stand(lms, "amara", Standing.GONE)
    stand(lms, "tomoko", Standing.SUSPENDED)

    changes = service.read(str(differences_url(whole)), MediaType.MEMBERS)

    told = {one["user_id"]: one["status"] for one in (changes.json or {})["members"]}
    assert told == {"amara": "Deleted", "tomoko": "Inactive"}
    again = service.read(str(differences_url(changes)), MediaType.MEMBERS)
    assert (again.json or {})["members"] == []


def test_changes_are_pointed_at_on_the_last_page_only(lms: Lms) -> None:
    service = lms.service()
    first = service.read(ROSTER, MediaType.MEMBERS, limit="4")
    last = service.read(str(next_url(first)), MediaType.MEMBERS)

    assert differences_url(first) is None
    assert differences_url(last) is not None


@pytest.mark.parametrize("since", ["7", "x", "-1", "99999999999"])
def test_changes_that_never_were_are_gone(lms: Lms, since: str) -> None:
    assert lms.service().read(ROSTER, MediaType.MEMBERS, since=since).status_code == 410


def stand(lms: Lms, sub: str, standing: Standing) -> None:
    with lms.sandbox.database.write() as session:
        course = session.scalars(select(Course).where(Course.context_id == A)).one()
        person = session.scalars(select(Person).where(Person.sub == sub)).one()
        change_standing(session, course, person, standing)
