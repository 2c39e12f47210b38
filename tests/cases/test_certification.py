"""Cases A1 to A3: what the certification suite sends to a tool."""

import json
from typing import Any

import pytest

from lti_app.lti.errors import Reason
from lti_app.people.roles import Role
from tests.cases.stage import Stage
from tests.peers.launch_claims import LTI, MEMBERSHIP
from tests.peers.platform import ABSENT

PERSON = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#"
UNKNOWN_ROLE = "http://purl.imsglobal.org/vocab/lis/v2/unknown/unknown#Helper"
NO_NAMES = dict.fromkeys(("name", "given_name", "family_name"), ABSENT)


def test_cb_01_a_header_without_kid_is_refused(stage: Stage) -> None:
    stage.platform.published = stage.platform.published[:1]

    stage.refuse(
        lambda login: stage.token(login, header={"kid": ABSENT}),
        status=401,
        reason=Reason.KID_MISSING,
    )


def test_cb_02_an_unknown_kid_is_looked_up_once_and_refused(stage: Stage) -> None:
    stage.accept()
    stage.clock.advance(minutes=1)

    stage.refuse(
        lambda login: stage.token(login, header={"kid": "k9"}),
        status=401,
        reason=Reason.KID_UNKNOWN,
    )
    assert len(stage.platform.key_requests) == 2


@pytest.mark.parametrize("version", ["1.2.0", "11.3", "LTI-1p0", "1.3"], ids=lambda v: f"CB-03-{v}")
def test_another_version_is_refused(stage: Stage, version: str) -> None:
    stage.refuse_claims({f"{LTI}version": version}, status=400, reason=Reason.VERSION_UNSUPPORTED)


@pytest.mark.parametrize(
    ("changes", "status", "reason"),
    [
        pytest.param({f"{LTI}version": ABSENT}, 400, Reason.VERSION_MISSING, id="CB-04"),
        pytest.param(
            {f"{LTI}version": ABSENT, f"{LTI}roles": ABSENT, f"{LTI}message_type": ABSENT},
            400,
            Reason.VERSION_MISSING,
            id="CB-06",
        ),
        pytest.param({"iat": 11111, "exp": 22222}, 401, Reason.TOKEN_EXPIRED, id="CB-07"),
        pytest.param({f"{LTI}message_type": ABSENT}, 400, Reason.MESSAGE_TYPE_MISSING, id="CB-08"),
        pytest.param({f"{LTI}roles": ABSENT}, 400, Reason.ROLES_MISSING, id="CB-09"),
        pytest.param({f"{LTI}deployment_id": ABSENT}, 400, Reason.DEPLOYMENT_MISSING, id="CB-10"),
        pytest.param({f"{LTI}deployment_id": ""}, 400, Reason.DEPLOYMENT_MISSING, id="CB-10-empty"),
        pytest.param(
            {f"{LTI}deployment_id": None}, 400, Reason.DEPLOYMENT_MISSING, id="CB-10-null"
        ),
        pytest.param(
            {f"{LTI}resource_link": ABSENT}, 400, Reason.RESOURCE_LINK_MISSING, id="CB-11"
        ),
        pytest.param({f"{LTI}resource_link": {}}, 400, Reason.RESOURCE_LINK_MISSING, id="CB-11-{}"),
        pytest.param(
            {f"{LTI}resource_link": {"id": ""}}, 400, Reason.RESOURCE_LINK_MISSING, id="CB-11-empty"
        ),
        pytest.param({"sub": ABSENT}, 401, Reason.SUB_MISSING, id="CB-12"),
    ],
)
def test_a_known_bad_payload_is_refused(
    stage: Stage, changes: dict[str, Any], status: int, reason: Reason
) -> None:
    stage.refuse_claims(changes, status=status, reason=reason)


def test_cb_05_a_signed_payload_that_is_no_message_is_refused(stage: Stage) -> None:
    body = json.dumps({"name": "badltilaunch"}).encode()

    stage.refuse_signed(body, status=401, reason=Reason.NONCE_MISSING)


LEAST = Role.GUEST
VARIANTS = [
    ("01", {}, None),
    ("04", {f"{LTI}roles": [UNKNOWN_ROLE]}, LEAST),
    ("05", {f"{LTI}roles": []}, LEAST),
    ("05-empty-string", {f"{LTI}roles": [""]}, LEAST),
    ("06", NO_NAMES, None),
    ("07", {"email": ABSENT}, None),
    ("08", {**NO_NAMES, "email": ABSENT, "picture": ABSENT}, None),
]


@pytest.mark.parametrize(
    ("role", "changes", "expected"),
    [
        pytest.param(role, changes, expected or seen_as, id=f"{prefix}-{number}")
        for prefix, role, seen_as in (
            ("CI", "Instructor", Role.INSTRUCTOR),
            ("CS", "Learner", Role.LEARNER),
        )
        for number, changes, expected in [
            *VARIANTS,
            (
                "02",
                {f"{LTI}roles": [MEMBERSHIP + role, f"{PERSON}Staff", f"{PERSON}Other"]},
                None,
            ),
            ("03", {f"{LTI}roles": [role]}, None),
        ]
    ],
)
def test_a_valid_launch_is_accepted_with_its_view(
    stage: Stage, role: str, changes: dict[str, Any], expected: Role
) -> None:
    seat = stage.accept({f"{LTI}roles": [MEMBERSHIP + role], **changes})

    assert seat.role is expected
    assert seat.page().status_code == 200


@pytest.mark.parametrize("role", ["Instructor", "Learner"], ids=["CI-09", "CS-09"])
def test_a_launch_outside_a_course_is_accepted_and_enrols_nobody(stage: Stage, role: str) -> None:
    seat = stage.accept({f"{LTI}roles": [MEMBERSHIP + role], f"{LTI}context": ABSENT, **NO_NAMES})

    assert (seat.context, seat.role) == (None, Role.GUEST)
    assert seat.page().status_code == 200
