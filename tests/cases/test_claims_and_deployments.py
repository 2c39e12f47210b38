"""Cases H: deployments, identities, and claims of every shape."""

import shlex
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select, update

from lti_app.app import create_app
from lti_app.catalog.models import LineItem, Placement
from lti_app.core.parts import Parts
from lti_app.lti.errors import Reason
from lti_app.lti.models import Deployment, Platform, ServiceEndpoint, ServiceHost
from lti_app.lti.registration import Standing
from lti_app.lti.registrations import PlatformDetails, add_platform
from lti_app.people.models import Context, User
from lti_app.web.models import LaunchSession
from tests.cases.stage import Stage
from tests.peers.launch_claims import AGS_CLAIM, AGS_SCOPE, LTI, MEMBERSHIP, NRPS_CLAIM
from tests.peers.operator import RunOn
from tests.peers.platform import ABSENT, TOOL, TestPlatform, served

TARGET = f"{LTI}target_link_uri"


def count(stage: Stage, table: type) -> int:
    with stage.database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def waiting(stage: Stage) -> list[str]:
    with stage.database.read() as session:
        query = select(Deployment.deployment_id).where(Deployment.approved_at.is_(None))
        return list(session.scalars(query))


@pytest.mark.parametrize("deployment", ["d9", "d7-of-c2"], ids=["CL-01", "CL-02"])
def test_a_deployment_that_is_not_approved_here_is_refused(stage: Stage, deployment: str) -> None:
    with served(TestPlatform(client_id="c2", deployment_ids=("d7-of-c2",))) as second:
        stage.register(second)

        stage.refuse_claims(
            {f"{LTI}deployment_id": deployment}, status=403, reason=Reason.DEPLOYMENT_UNKNOWN
        )

    assert waiting(stage) == [deployment]
    stage.refuse_claims(
        {f"{LTI}deployment_id": deployment}, status=403, reason=Reason.DEPLOYMENT_PENDING
    )


def test_cl_01_a_deployment_waits_in_sight_until_it_is_approved(
    stage: Stage, run_on: RunOn
) -> None:
    changes = {f"{LTI}deployment_id": "campus two"}
    stage.refuse_claims(changes, status=403, reason=Reason.DEPLOYMENT_UNKNOWN)

    listed = run_on("deployment", "list").output
    command = f"deployment approve {stage.registration.public_id} 'campus two'"
    assert command in listed
    assert stage.registration.name in listed
    assert [count(stage, table) for table in (Context, User, Placement, LaunchSession)] == [0] * 4
    assert run_on(*shlex.split(command)).exit_code == 0

    stage.accept(changes)
    assert run_on("deployment", "list").output == "No deployment waits for approval.\n"


def test_cl_01_a_deployment_can_be_taken_off_the_list_and_comes_back(
    stage: Stage, run_on: RunOn
) -> None:
    changes = {f"{LTI}deployment_id": "d9"}
    stage.refuse_claims(changes, status=403, reason=Reason.DEPLOYMENT_UNKNOWN)
    approved = stage.platform.deployment_ids[0]

    assert run_on("deployment", "forget", stage.registration.public_id, "d9").exit_code == 0
    assert waiting(stage) == []
    stage.refuse_claims(changes, status=403, reason=Reason.DEPLOYMENT_UNKNOWN)
    assert waiting(stage) == ["d9"]
    refused = run_on("deployment", "forget", stage.registration.public_id, approved)
    assert refused.exit_code == 1
    assert "is approved" in refused.output


def test_cl_01_a_deployment_that_waits_still_waits_where_new_ones_need_no_approval(
    stage: Stage, parts: Parts
) -> None:
    changes = {f"{LTI}deployment_id": "d9"}
    stage.refuse_claims(changes, status=403, reason=Reason.DEPLOYMENT_UNKNOWN)
    settings = parts.settings.model_copy(update={"approve_deployments": False})
    stage.app = create_app(replace(parts, settings=settings))

    stage.refuse_claims(changes, status=403, reason=Reason.DEPLOYMENT_PENDING)

    assert waiting(stage) == ["d9"]
    stage.accept({f"{LTI}deployment_id": "d10"})


def test_cl_01_a_deployment_that_courses_came_through_is_not_forgotten(
    stage: Stage, run_on: RunOn
) -> None:
    stage.accept()
    with stage.database.write() as session:
        session.execute(update(Deployment).values(approved_at=None))

    kept = stage.platform.deployment_ids[0]
    refused = run_on("deployment", "forget", stage.registration.public_id, kept)

    assert refused.exit_code == 1
    assert "rapport deployment approve" in refused.output
    assert kept in waiting(stage)


def test_cl_03_a_deployment_id_has_at_most_255_characters(stage: Stage) -> None:
    longest = "d" * 255
    with served(TestPlatform(client_id="c4", deployment_ids=(longest,))) as fourth:
        stage.register(fourth)
        stage.accept({f"{LTI}deployment_id": longest}, platform=fourth)

    stage.refuse_claims(
        {f"{LTI}deployment_id": longest + "d"}, status=400, reason=Reason.DEPLOYMENT_MALFORMED
    )


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        pytest.param({f"{LTI}deployment_id": 3}, Reason.DEPLOYMENT_MALFORMED, id="CL-04"),
        *(
            pytest.param(
                {f"{LTI}message_type": value}, Reason.MESSAGE_TYPE_UNSUPPORTED, id=f"CL-09-{value}"
            )
            for value in ("LtiFooRequest", "ltiresourcelinkrequest", ["LtiResourceLinkRequest"], 1)
        ),
        *(
            pytest.param(
                {f"{LTI}message_type": value}, Reason.MESSAGE_TYPE_UNSUPPORTED, id=f"CL-10-{value}"
            )
            for value in (
                "LtiStartProctoring",
                "LtiEulaRequest",
                "DataPrivacyLaunchRequest",
                "LtiDataPrivacyLaunchRequest",
            )
        ),
        pytest.param({TARGET: ABSENT}, Reason.TARGET_MISSING, id="CL-12"),
        *(
            pytest.param({TARGET: value}, Reason.TARGET_NOT_OURS, id=f"CL-13-{value}")
            for value in (
                "https://evil.test/lti/launch",
                "http://tool.test/lti/launch",
                "https://a@tool.test/lti/launch",
                "https://tool.test:8443/lti/launch",
                "https://tool.test/lti/../launch",
                "https://tool.test/lti%2flaunch",
                "https://tool.test//evil.test",
                "//tool.test/lti/launch",
                "/lti/launch",
                "javascript:alert(1)",
                7,
            )
        ),
        *(
            pytest.param(
                {f"{LTI}resource_link": value}, Reason.RESOURCE_LINK_MALFORMED, id=f"CL-15-{name}"
            )
            for name, value in {
                "long": {"id": "l" * 256},
                "number": {"id": 7},
                "list": {"id": ["l"]},
                "text": "link-1",
                "not-ascii": {"id": "línk"},
                "nul": {"id": "l\x00"},
            }.items()
        ),
        pytest.param(
            {f"{LTI}resource_link": {"id": None}}, Reason.RESOURCE_LINK_MISSING, id="CL-15-null"
        ),
        *(
            pytest.param({f"{LTI}context": value}, Reason.CONTEXT_MALFORMED, id=f"CL-17-{name}")
            for name, value in {
                "no-id": {"title": "x"},
                "empty": {"id": ""},
                "number": {"id": 7},
                "long": {"id": "c" * 256},
                "list": [],
            }.items()
        ),
        *(
            pytest.param({f"{LTI}roles": value}, Reason.ROLES_MALFORMED, id=f"CL-19-{name}")
            for name, value in {"text": MEMBERSHIP + "Instructor", "object": {"a": 1}}.items()
        ),
    ],
)
def test_a_claim_of_the_wrong_shape_is_refused(
    stage: Stage, changes: dict[str, Any], reason: Reason
) -> None:
    stage.refuse_claims(changes, status=400, reason=reason)


def test_cl_05_one_context_id_in_two_deployments_is_two_courses(stage: Stage) -> None:
    seats = [stage.accept({f"{LTI}deployment_id": deployment}) for deployment in ("d1", "d2")]

    assert len({seat.context.id for seat in seats if seat.context}) == 2
    assert len({seat.user.id for seat in seats}) == 1


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(TestPlatform(client_id="c2"), id="CL-06"),
        pytest.param(TestPlatform(issuer="https://third.test", client_id="c1"), id="CL-07"),
    ],
)
def test_one_sub_in_two_registrations_is_two_people(stage: Stage, other: TestPlatform) -> None:
    with served(other):
        stage.register(other)

        first, second = stage.accept(), stage.accept(platform=other)

    assert first.user.id != second.user.id
    assert (count(stage, User), count(stage, Context)) == (2, 2)


def test_cl_08_subs_that_differ_in_case_are_two_people(stage: Stage) -> None:
    assert stage.accept({"sub": "Ann"}).user.id != stage.accept({"sub": "ann"}).user.id


def test_cl_14_the_signed_target_wins_and_the_difference_is_logged(stage: Stage) -> None:
    stage.accept({TARGET: f"{TOOL}/lti/launch?activity=other"})

    noted = [line["reason"] for line in stage.log.lines() if line["event"] == "launch noted"]
    assert noted == ["target_link_mismatch"]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({f"{LTI}resource_link": {"id": "l" * 255}}, id="CL-15-longest"),
        pytest.param({f"{LTI}resource_link": {"id": "link-1"}}, id="CL-16"),
        pytest.param({f"{LTI}resource_link": {"id": "link-1", "title": 7}}, id="CL-16-number"),
        pytest.param({f"{LTI}context": {"id": "only-an-id"}}, id="CL-17-only-id"),
        *(
            pytest.param({f"{LTI}context": {"id": "c", "type": value}}, id=f"CL-18-{name}")
            for name, value in {
                "unknown": ["http://purl.imsglobal.org/vocab/lis/v2/course#Unheard"],
                "bare": ["CourseSection"],
                "account": ["Account"],
                "text": "CourseSection",
                "number": [1],
            }.items()
        ),
        pytest.param({f"{LTI}roles": [MEMBERSHIP + "Learner", 7, None, {}]}, id="CL-19-filtered"),
        pytest.param({f"{LTI}roles": [f"role-{number}" for number in range(500)]}, id="CL-19-500"),
        *(
            pytest.param({f"{LTI}custom": {"item": value, "due": ""}}, id=f"CL-20-{name}")
            for name, value in {
                "empty": "",
                "unresolved": "$ResourceLink.id.history",
                "number": 7,
                "null": None,
                "nested": {"a": {"b": 1}},
            }.items()
        ),
        pytest.param({f"{LTI}custom": "item"}, id="CL-20-text"),
        pytest.param({f"{LTI}custom": {"due": "", "opens": ""}}, id="CL-21"),
        pytest.param(
            {f"https://vendor.test/claim/{n}": {"x": [n]} for n in range(200)}, id="CL-22"
        ),
    ],
)
def test_a_launch_with_unusual_claims_is_accepted(stage: Stage, changes: dict[str, Any]) -> None:
    assert stage.accept(changes).page().status_code == 200


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "http://lms.test/back",
        "/way-back",
        "https://evil.test/back",
        "https://lms.test@evil.test/back",
    ],
    ids=lambda url: f"CL-23-{url}",
)
def test_a_way_back_that_is_not_safe_is_not_offered(stage: Stage, url: str) -> None:
    seat = stage.accept({f"{LTI}launch_presentation": {"return_url": url}})

    assert return_urls(stage) == [None]
    assert url not in seat.page().text


def test_cl_23_a_way_back_to_the_platform_is_kept(stage: Stage) -> None:
    stage.accept({f"{LTI}launch_presentation": {"return_url": "https://lms.test/course?id=2"}})

    assert return_urls(stage) == ["https://lms.test/course?id=2"]


def return_urls(stage: Stage) -> list[str | None]:
    with stage.database.read() as session:
        return list(session.scalars(select(LaunchSession.return_url)))


@pytest.mark.parametrize(
    "line_item",
    [{}, {"lineitem": ""}, {"lineitem": None}],
    ids=["CL-26", "CL-26-blank", "CL-26-null"],
)
def test_without_a_single_column_none_is_remembered(
    stage: Stage, line_item: dict[str, str | None]
) -> None:
    stage.accept({AGS_CLAIM: {"scope": [], "lineitems": "https://lms.test/items", **line_item}})

    with stage.database.read() as session:
        assert list(session.scalars(select(LineItem.url))) in ([], [None])
        endpoint = session.scalars(select(ServiceEndpoint)).one()
    assert endpoint.lineitems_url == "https://lms.test/items"


@pytest.mark.parametrize(
    "url",
    [
        "http://lms.test/items",
        "https://10.0.0.5/items",
        "https://169.254.169.254/latest",
        "https://[::1]/items",
        "https://localhost.localdomain.local/items",
        "https://0x7f.1/items",
        "ftp://lms.test/items",
        "https://user:pass@lms.test/items",
        7,
    ],
    ids=lambda url: f"CL-27-{url}",
)
@pytest.mark.parametrize("service", ["ags", "nrps"])
def test_a_service_that_may_not_be_called_is_switched_off_for_the_launch(
    stage: Stage, url: object, service: str
) -> None:
    claim = {
        "ags": {AGS_CLAIM: {"scope": [AGS_SCOPE + "score"], "lineitem": url}},
        "nrps": {NRPS_CLAIM: {"context_memberships_url": url, "service_versions": ["2.0"]}},
    }[service]

    stage.accept(claim)

    noted = [line["reason"] for line in stage.log.lines() if line["event"] == "launch noted"]
    assert noted == ["service_disabled"]
    assert count(stage, ServiceHost) == 0


def test_cl_28_a_service_on_a_host_of_the_school_is_learned(stage: Stage) -> None:
    school = "https://school.instructure.com/api/lti"
    stage.accept({AGS_CLAIM: {"scope": [], "lineitems": f"{school}/items"}})

    with stage.database.read() as session:
        assert list(session.scalars(select(ServiceHost.host))) == ["school.instructure.com"]


@pytest.mark.parametrize("standing", [Standing.WAITING, Standing.UNTRIED])
def test_abuse_28_a_stranger_that_nobody_has_proven_takes_no_host_from_a_school(
    stage: Stage, standing: Standing
) -> None:
    school = "https://school.instructure.com/api/lti"
    details = PlatformDetails(
        *("A stranger", "https://evil.test", "c9", f"{school}/a"),
        *("https://evil.test/token", "https://evil.test/jwks"),
    )
    with stage.database.write() as session:
        add_platform(session, details, now=stage.clock(), standing=standing)

    stage.accept({AGS_CLAIM: {"scope": [], "lineitems": f"{school}/items"}})

    with stage.database.read() as session:
        assert list(session.scalars(select(ServiceHost.host))) == ["school.instructure.com"]


def test_abuse_28_cl_28_a_column_at_another_schools_address_is_left_aside_and_the_launch_works(
    stage: Stage,
) -> None:
    theirs = "https://grades.school-two.test"
    with served(TestPlatform(issuer="https://two.test", client_id="c2")) as second:
        stage.register(second)
        stage.accept({AGS_CLAIM: {"scope": [], "lineitems": f"{theirs}/items"}}, platform=second)

        for claim in ({"lineitem": f"{theirs}/items/1"}, {"lineitems": f"{theirs}/items"}):
            stage.accept({AGS_CLAIM: {"scope": [AGS_SCOPE + "score"], **claim}})

    with stage.database.read() as session:
        hosts = session.execute(select(ServiceHost.host, Platform.client_id).join(Platform))
        assert [tuple(row) for row in hosts] == [("grades.school-two.test", "c2")]
        assert not session.scalars(select(LineItem).where(LineItem.url.is_not(None))).all()
    noted = [line["reason"] for line in stage.log.lines() if line["event"] == "launch noted"]
    assert noted == ["service_host_foreign"] * 2


@pytest.mark.parametrize("name", ["lineitem", "lineitem_url", "lineitems", "score_url"])
def test_abuse_27_a_column_that_an_instructor_types_into_the_link_is_none(
    stage: Stage, name: str
) -> None:
    stage.accept({f"{LTI}custom": {name: "https://elsewhere.test/items/1"}})

    assert count(stage, ServiceHost) == 0
    with stage.database.read() as session:
        assert not session.scalars(select(LineItem).where(LineItem.url.is_not(None))).all()


def test_cl_29_blanks_at_the_ends_of_an_id_belong_to_it(stage: Stage) -> None:
    for context, link, sub in (("c", "l", "s"), (" c", "l ", "s ")):
        stage.accept(
            {"sub": sub, f"{LTI}context": {"id": context}, f"{LTI}resource_link": {"id": link}}
        )

    assert [count(stage, table) for table in (User, Context, Placement)] == [2, 2, 2]
