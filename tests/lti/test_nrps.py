"""The reader of rosters: what it asks for, and what it makes of a page."""

import json
from typing import Any

import pytest

from lti_app.lti.nrps import ROSTER_TYPE, Member, read_roster, roster_call
from lti_app.lti.roles import ContextRole
from lti_app.lti.service_access import ServiceAccess
from tests.lti.services import Services, problem
from tests.peers.http_peer import Reply, json_reply
from tests.peers.launch_claims import LTI, RECORDED

INSTRUCTOR = "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"
RECORDINGS = {
    one["label"]: one
    for one in json.loads((RECORDED / "nrps-exchanges.json").read_text())
    if one["status"] == 200 and isinstance(one["body"], dict)
}


def access_of(services: Services) -> ServiceAccess:
    return services.access(memberships_url=services.url("/roster?type_id=1"))


def read(services: Services, **asked: str) -> list[Member]:
    access = access_of(services)
    call = roster_call(access, **asked)
    pages = read_roster(services.caller, access, call, context_ref="2")
    return [member for page in pages for member in page.members]


def page_of(*members: dict[str, Any]) -> Reply:
    return json_reply({"context": {"id": "2"}, "members": members}, media_type=ROSTER_TYPE)


def test_nr_15_what_each_launch_would_carry_comes_with_a_link(services: Services) -> None:
    message = {f"{LTI}custom": {"history": "a", "none": "", "unknown": "$X.y"}}
    services.usual["/roster"] = page_of({"user_id": "7", "roles": [], "message": [message]})

    (member,) = read(services, link_id="link/1")

    assert member.custom == {"history": "a"}
    assert services.requests("/roster")[0].path == "/roster?type_id=1&rlid=link%2F1&limit=100"


def test_nr_15_without_a_link_nothing_is_said_of_launches(services: Services) -> None:
    services.usual["/roster"] = page_of({"user_id": "7", "roles": []})

    (member,) = read(services)

    assert member.custom is None


def test_nr_15_a_link_of_another_course_is_the_platforms_to_refuse(services: Services) -> None:
    services.usual["/roster"] = json_reply({"reason": "No such link here."}, status=404)

    told = problem(lambda: read(services, link_id="foreign"))

    assert (told.status, told.words) == (404, "No such link here.")


def test_nr_16_a_role_is_asked_for_by_its_full_address(services: Services) -> None:
    services.usual["/roster"] = page_of()

    read(services, role=INSTRUCTOR)

    asked = services.requests("/roster")[0].path
    assert asked == (
        "/roster?type_id=1&role=http%3A%2F%2Fpurl.imsglobal.org%2Fvocab%2Flis%2Fv2%2F"
        "membership%23Instructor&limit=100"
    )


def test_without_a_roster_nothing_is_asked(services: Services) -> None:
    told = problem(lambda: roster_call(services.access()))

    assert told.outcome.value == "not_offered"


@pytest.mark.parametrize("label", sorted(RECORDINGS))
def test_what_moodle_was_recorded_to_answer_is_understood(services: Services, label: str) -> None:
    recorded = RECORDINGS[label]
    services.usual["/roster"] = json_reply(
        recorded["body"], media_type=recorded["headers"]["Content-Type"]
    )
    access = access_of(services)
    context_ref = recorded["body"]["context"]["id"]

    (page,) = read_roster(services.caller, access, roster_call(access), context_ref=context_ref)

    assert len(page.members) == len(recorded["body"]["members"])
    assert page.skipped_count == 0
    assert not page.has_odd_type
    assert {one.roles.highest for one in page.members} <= {
        ContextRole.INSTRUCTOR,
        ContextRole.LEARNER,
    }
