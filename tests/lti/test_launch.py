import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from lti_app.audit.models import AuditEvent
from lti_app.core.db import Database
from lti_app.lti.errors import LtiError, PendingDeployment, Reason
from lti_app.lti.launch import (
    LaunchForm,
    LaunchVerifier,
    consume_attempt,
    parse_launch_form,
    settle_refusal,
)
from lti_app.lti.models import Deployment, LoginAttempt, Platform, ServiceEndpoint, ServiceHost
from lti_app.lti.quirks import Family
from lti_app.lti.registrations import admit_deployment
from lti_app.lti.roles import ContextRole
from lti_app.lti.services import remember_services
from lti_app.lti.verified import (
    AgsClaim,
    ContextClaim,
    MessageType,
    Names,
    Note,
    NrpsClaim,
    VerifiedLaunch,
)
from tests.conftest import FrozenClock
from tests.lti.room import TRUSTED, Room, make_room, register
from tests.peers.launch_claims import (
    AGS_CLAIM,
    AGS_SCOPE,
    LTI,
    MEMBERSHIP,
    NRPS_CLAIM,
    canvas_claims,
    recorded_moodle_claims,
)
from tests.peers.platform import ABSENT, TOOL, TestPlatform, served

TARGET = f"{TOOL}/lti/launch"
SCHOOL = "https://canvas.example.edu"


def keep(room: Room, launch: VerifiedLaunch) -> None:
    """Do in one transaction what the bridge does."""
    with room.database.write() as session:
        assert consume_attempt(session, launch.attempt_id, now=room.clock())
        remember_services(session, launch, now=room.clock())


def refusal(room: Room, changes: dict[str, Any]) -> Reason:
    with pytest.raises(LtiError) as refused:
        room.launch(changes)
    return refused.value.reason


def test_a_plain_launch_becomes_values(room: Room) -> None:
    launch = room.launch()

    assert launch.registration == room.registration
    assert (launch.deployment.deployment_id, launch.deployment.is_approved) == ("d1", True)
    assert launch.message_type is MessageType.RESOURCE_LINK
    assert launch.sub == "user-1"
    assert launch.names == Names("Ann Ångström", "Ann", "Ångström", "ann@example.org")
    assert launch.roles.roles == {ContextRole.LEARNER}
    assert launch.context == ContextClaim("course-1", "REL101", "Relational leadership")
    assert launch.resource_link is not None
    assert launch.resource_link.id == "link-1"
    assert launch.target_link_uri == TARGET
    assert launch.issued_at == room.clock()
    assert (launch.ags, launch.nrps, launch.notes) == (None, None, ())
    assert launch.frame_origins == ("https://lms.test",)


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("launch-learner", ContextRole.LEARNER),
        ("launch-learner-ungraded-link", ContextRole.LEARNER),
        ("launch-from-deep-link", ContextRole.LEARNER),
        ("launch-teacher", ContextRole.INSTRUCTOR),
        ("launch-teacher-ungraded-link", ContextRole.INSTRUCTOR),
        ("launch-non-editing-teacher", ContextRole.INSTRUCTOR),
        ("launch-site-admin", ContextRole.INSTRUCTOR),
    ],
)
def test_a_launch_recorded_from_moodle_is_understood(
    database: Database, clock: FrozenClock, name: str, role: ContextRole
) -> None:
    lms = TestPlatform(issuer="http://localhost:8000", deployment_ids=("1",))
    with served(lms):
        room = make_room(database, clock, lms)

        launch = room.launch(base=recorded_moodle_claims(name, target=TARGET))

    services = "http://localhost:8000/mod/lti/services.php"
    assert launch.roles.roles == {role}
    assert launch.platform_info.family is Family.MOODLE
    assert launch.context is not None
    assert (launch.context.id, launch.context.types) == ("2", ("CourseSection",))
    assert launch.nrps == NrpsClaim(f"{services}/CourseSection/2/bindings/1/memberships")
    assert launch.ags is not None
    assert launch.ags.line_items_url == f"{services}/2/lineitems?type_id=1"
    assert (launch.ags.line_item_url is None) is name.endswith("ungraded-link")
    assert launch.presentation.return_url is not None
    assert launch.frame_origins == ("http://localhost:8000",)
    assert "due" not in launch.custom, "an unresolved variable is no value"
    assert launch.custom["eq"] == "a=b=c"
    assert launch.notes == ()


@pytest.mark.parametrize(
    ("roles", "role"),
    [
        ((MEMBERSHIP + "Learner",), ContextRole.LEARNER),
        (
            (
                MEMBERSHIP + "Instructor",
                "http://purl.imsglobal.org/vocab/lis/v2/membership/Instructor#TeachingAssistant",
                "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor",
            ),
            ContextRole.TEACHING_ASSISTANT,
        ),
    ],
)
def test_a_launch_as_canvas_describes_it_is_understood(
    database: Database, clock: FrozenClock, roles: tuple[str, ...], role: ContextRole
) -> None:
    claims = canvas_claims(target=TARGET, school=SCHOOL, roles=roles)
    claims["azp"] = "c1"
    lms = TestPlatform(
        issuer="https://canvas.instructure.com", deployment_ids=(claims[f"{LTI}deployment_id"],)
    )
    with served(lms):
        room = make_room(database, clock, lms)

        launch = room.launch({"exp": int(clock().timestamp()) + 3600}, base=claims)

    assert launch.roles.highest is role
    assert launch.registration.family is Family.CANVAS
    assert launch.ags == AgsClaim(
        scopes=frozenset(AGS_SCOPE + name for name in ("lineitem", "result.readonly", "score")),
        line_items_url=f"{SCHOOL}/api/lti/courses/17/line_items",
        line_item_url=f"{SCHOOL}/api/lti/courses/17/line_items/42",
    )
    assert launch.locale == "es"
    assert launch.presentation.return_url is not None
    assert launch.presentation.return_url.startswith(SCHOOL)
    assert launch.frame_origins == (SCHOOL, "https://canvas.instructure.com")
    assert launch.custom == {}


def test_a_warm_launch_asks_nobody_and_leaves_nothing_to_write(room: Room) -> None:
    services = {
        AGS_CLAIM: {
            "scope": [AGS_SCOPE + "score"],
            "lineitems": f"{room.platform.url}/items",
            "lineitem": f"{room.platform.url}/items/1",
        }
    }
    keep(room, room.launch(services))
    asked_before = len(room.platform.peer.requests) if room.platform.peer else -1

    second = room.launch(services)
    third = room.launch(services)

    assert len(room.platform.peer.requests if room.platform.peer else []) == asked_before == 1
    assert not second.news.hosts
    assert not second.news.has_changed_addresses
    assert third.news == second.news


def test_verifying_writes_nothing(room: Room) -> None:
    room.launch()
    start = room.login()
    token = room.platform.sign(room.platform.claims(start.fields["nonce"], now=room.clock()))
    before = contents(room.database)

    room.verify(start, token)

    assert contents(room.database) == before


def contents(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    tables = (AuditEvent, Deployment, LoginAttempt, Platform, ServiceEndpoint, ServiceHost)
    with database.read() as session:
        return {
            table.__tablename__: [tuple(row) for row in session.execute(select(table.__table__))]
            for table in tables
        }


def test_the_newest_service_addresses_are_kept(room: Room) -> None:
    def launch(number: int) -> None:
        keep(
            room,
            room.launch(
                {
                    AGS_CLAIM: {"scope": [], "lineitems": f"{SCHOOL}/items/{number}"},
                    NRPS_CLAIM: {
                        "context_memberships_url": f"{SCHOOL}/members",
                        "service_versions": ["1.0", "2.0"],
                    },
                }
            ),
        )

    launch(1)
    launch(2)

    with room.database.read() as session:
        endpoint = session.scalars(select(ServiceEndpoint)).one()
        hosts = list(session.scalars(select(ServiceHost.host)))
        added = session.scalar(
            select(func.count()).where(AuditEvent.action == "service_host.added")
        )
    assert endpoint.lineitems_url == f"{SCHOOL}/items/2"
    assert endpoint.memberships_url == f"{SCHOOL}/members"
    assert (hosts, added) == (["canvas.example.edu"], 1)


def test_a_host_of_another_issuers_registration_is_refused(room: Room) -> None:
    with served(TestPlatform(issuer="https://other.test", client_id="c9")) as other:
        register(room.database, room.clock, other)
        theirs = {AGS_CLAIM: {"scope": [], "lineitems": f"{other.url}/items"}}

        launch = room.launch(theirs)

    assert launch.ags is None
    assert launch.notes == (Note.SERVICE_HOST_FOREIGN,)
    assert not launch.news.hosts


def test_a_host_that_another_issuer_has_learned_is_refused(room: Room) -> None:
    services = {AGS_CLAIM: {"scope": [], "lineitems": f"{SCHOOL}/items"}}
    keep(room, room.launch(services))
    with served(TestPlatform(issuer="https://other.test", client_id="c9")) as other:
        late = make_room(room.database, room.clock, other)

        assert late.launch(services).ags is None
        assert room.launch(services).ags is not None


def test_another_client_of_the_same_issuer_may_use_the_same_host(room: Room) -> None:
    services = {AGS_CLAIM: {"scope": [], "lineitems": f"{SCHOOL}/items"}}
    keep(room, room.launch(services))
    with served(TestPlatform(client_id="c2")) as sibling:
        second = make_room(room.database, room.clock, sibling)

        assert second.launch(services).ags is not None


def test_the_family_is_learned_from_a_launch(room: Room) -> None:
    keep(room, room.launch({f"{LTI}tool_platform": {"guid": "g", "product_family_code": "moodle"}}))

    assert room.launch().registration.family is Family.MOODLE


def test_an_attempt_is_consumed_exactly_once_however_many_ask(room: Room) -> None:
    launch = room.launch()
    barrier = threading.Barrier(20)

    def consume(_: int) -> bool:
        barrier.wait()
        with room.database.write() as session:
            return consume_attempt(session, launch.attempt_id, now=room.clock())

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(consume, range(20))) == 1


def test_an_attempt_that_has_run_out_is_not_consumed(room: Room) -> None:
    launch = room.launch()
    room.clock.advance(minutes=10)

    with room.database.write() as session:
        assert not consume_attempt(session, launch.attempt_id, now=room.clock())


def test_a_deployment_nobody_knows_is_written_down_for_the_operator(room: Room) -> None:
    with pytest.raises(LtiError) as refused:
        room.launch({f"{LTI}deployment_id": "d7"})
    error = refused.value
    with room.database.write() as session:
        settle_refusal(session, error, now=room.clock())

    assert (error.reason, error.status) == (Reason.DEPLOYMENT_UNKNOWN, 403)
    assert error.pending == PendingDeployment(room.registration.id, "d7")
    with room.database.read() as session:
        waiting = session.scalars(select(Deployment).where(Deployment.approved_at.is_(None))).one()
        attempt = session.scalars(select(LoginAttempt)).one()
    assert waiting.deployment_id == "d7"
    assert attempt.consumed_at == room.clock()
    assert refusal(room, {f"{LTI}deployment_id": "d7"}) is Reason.DEPLOYMENT_PENDING


def test_a_deployment_of_another_registration_is_unknown_here(room: Room) -> None:
    with served(TestPlatform(client_id="c2", deployment_ids=("d5",))) as sibling:
        register(room.database, room.clock, sibling)

        assert refusal(room, {f"{LTI}deployment_id": "d5"}) is Reason.DEPLOYMENT_UNKNOWN


def test_where_deployments_need_no_approval_a_new_one_is_admitted(room: Room) -> None:
    room.verifier.auto_approve = True

    launch = room.launch({f"{LTI}deployment_id": "d7"})
    assert launch.deployment.id is None
    with room.database.write() as session:
        made = admit_deployment(session, launch, now=room.clock())
        assert admit_deployment(session, launch, now=room.clock()) == made

    assert room.launch({f"{LTI}deployment_id": "d7"}).deployment.id == made


def test_a_refusal_before_the_browser_is_known_consumes_nothing(room: Room) -> None:
    start = room.login()
    form = LaunchForm(state=start.state, id_token="x")

    with pytest.raises(LtiError) as refused:
        room.verifier.verify(form, {})

    assert (refused.value.reason, refused.value.attempt_id) == (Reason.COOKIE_MISSING, None)


def test_a_disabled_platform_may_not_end_a_login(room: Room) -> None:
    start = room.login()
    with room.database.write() as session:
        session.execute(update(Platform).values(disabled_at=room.clock()))
    token = room.platform.sign(room.platform.claims(start.fields["nonce"], now=room.clock()))

    with pytest.raises(LtiError) as refused:
        room.verify(start, token)

    assert refused.value.reason is Reason.REGISTRATION_DISABLED
    assert refused.value.attempt_id is not None


def test_an_anonymous_launch_needs_the_operators_leave(
    database: Database, clock: FrozenClock
) -> None:
    with served(TestPlatform(allow_anonymous=True)) as lms:
        room = make_room(database, clock, lms)

        assert room.launch({"sub": ABSENT}).sub is None
        assert refusal(room, {"sub": ""}) is Reason.SUB_MISSING
        assert refusal(room, {"sub": None}) is Reason.SUB_MISSING


def test_other_messages_are_recognised_and_not_supported_yet(room: Room) -> None:
    for message in ("LtiStartProctoring", "LtiEulaRequest"):
        reason = refusal(room, {f"{LTI}message_type": message})
        assert reason is Reason.MESSAGE_TYPE_UNSUPPORTED


def test_a_form_is_read_without_judging_it() -> None:
    form = parse_launch_form({"state": ["s"], "id_token": ["a", "b"], "error": [""]})

    assert form == LaunchForm(state="s", repeated="id_token")


def test_what_a_platform_answers_instead_of_a_token_is_shortened(room: Room) -> None:
    start = room.login()
    form = LaunchForm(
        state=start.state,
        id_token="x",
        error="<script>",
        error_description="<b>no\x00thing</b>" + "x" * 50_000,
    )

    with pytest.raises(LtiError) as refused:
        room.verifier.verify(form, {start.cookie_name: start.browser_secret})

    error = refused.value
    assert (error.reason, error.status) == (Reason.PLATFORM_REFUSED, 401)
    assert error.params["platform_error"] == "other"
    assert error.params["description"] == ("<b>nothing</b>" + "x" * 50_000)[:200]


def test_a_new_process_needs_no_outgoing_request(room: Room) -> None:
    room.launch()
    again = LaunchVerifier(room.database, room.http, room.clock, TOOL, TRUSTED)
    room.verifier = again

    room.launch()

    assert len(room.platform.key_requests) == 1


@pytest.mark.parametrize(
    ("seconds", "reason"),
    [(0, None), (59, None), (60, Reason.TOKEN_EXPIRED), (61, Reason.TOKEN_EXPIRED)],
)
def test_a_token_is_accepted_until_a_minute_after_its_end(
    room: Room, seconds: int, reason: Reason | None
) -> None:
    start = room.login()
    token = room.platform.sign(room.platform.claims(start.fields["nonce"], now=room.clock()))
    room.clock.now += timedelta(seconds=60 + seconds)

    if reason is None:
        assert room.verify(start, token).sub == "user-1"
    else:
        with pytest.raises(LtiError) as refused:
            room.verify(start, token)
        assert refused.value.reason is reason
