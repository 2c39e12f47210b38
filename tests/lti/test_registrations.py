from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from lti_app.audit.models import AuditEvent
from lti_app.core.db import Database
from lti_app.core.errors import ConflictError, NotFoundError, RapportError
from lti_app.lti.deployments import MAX_PENDING, note_pending
from lti_app.lti.errors import LtiError, PendingDeployment, Reason
from lti_app.lti.models import Deployment, KeySet
from lti_app.lti.quirks import Family
from lti_app.lti.registrations import (
    PlatformDetails,
    add_platform,
    approve_deployment,
    disable_platform,
    get_platform,
    keep_only_platform,
    list_deployments,
    list_platforms,
    move_platform,
)
from tests.conftest import FrozenClock
from tests.lti.room import Room

DETAILS = PlatformDetails(
    name="School",
    issuer="https://school.test",
    client_id="c9",
    auth_url="https://school.test/auth",
    token_url="https://school.test/token",
    jwks_url="https://school.test/jwks",
)


def actions(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


def test_a_registered_platform_is_listed_with_its_deployments(
    database: Database, clock: FrozenClock
) -> None:
    with database.write() as session:
        added = add_platform(session, DETAILS, now=clock(), deployment_ids=("1", "2"))

    with database.read() as session:
        assert list_platforms(session) == [added]
        assert get_platform(session, added.public_id) == added
        deployments = list_deployments(session, added.id)
    assert [(one.deployment_id, one.is_approved) for one in deployments] == [
        ("1", True),
        ("2", True),
    ]
    assert actions(database) == ["platform.added", "deployment.added", "deployment.added"]


def test_a_second_registration_of_the_same_client_changes_nothing(
    database: Database, clock: FrozenClock
) -> None:
    with database.write() as session:
        first = add_platform(session, DETAILS, now=clock())

    with pytest.raises(ConflictError), database.write() as session:
        add_platform(session, replace(DETAILS, jwks_url="https://evil.test/jwks"), now=clock())

    with database.read() as session:
        assert list_platforms(session) == [first]


def test_two_clients_of_one_issuer_are_two_platforms(
    database: Database, clock: FrozenClock
) -> None:
    with database.write() as session:
        add_platform(session, DETAILS, now=clock())
        add_platform(session, replace(DETAILS, client_id="c10"), now=clock())

    with database.read() as session:
        assert [one.client_id for one in list_platforms(session)] == ["c9", "c10"]


NOT_CALLED = ("javascript:alert(1)", "https://a@b.test/", "https://b.test/#x", "")


@pytest.mark.parametrize(
    ("field", "url"),
    [
        *((field, url) for field in ("auth_url", "token_url", "jwks_url") for url in NOT_CALLED),
        *(("issuer", url) for url in ("javascript:alert(1)", "https://a@b.test/", "")),
    ],
)
def test_an_address_that_may_not_be_called_is_refused(
    database: Database, clock: FrozenClock, field: str, url: str
) -> None:
    changes: dict[str, Any] = {field: url}
    details = replace(DETAILS, **changes)

    with pytest.raises(RapportError) as refused, database.write() as session:
        add_platform(session, details, now=clock())

    assert refused.value.code in ("address_refused", "platform_field_missing")


def test_hosted_canvas_is_recognised_by_its_issuer(database: Database, clock: FrozenClock) -> None:
    canvas = replace(DETAILS, issuer="https://canvas.instructure.com")

    with database.write() as session:
        assert add_platform(session, canvas, now=clock()).family is Family.CANVAS


def test_a_disabled_platform_may_not_begin_a_login(room: Room) -> None:
    with room.database.write() as session:
        disabled = disable_platform(session, room.registration.public_id, now=room.clock())

    assert disabled.is_disabled
    with pytest.raises(LtiError) as refused:
        room.login()
    assert refused.value.reason is Reason.REGISTRATION_DISABLED


def test_what_does_not_exist_is_not_found(database: Database, clock: FrozenClock) -> None:
    with database.write() as session:
        platform = add_platform(session, DETAILS, now=clock())
        with pytest.raises(NotFoundError, match="platform_not_found"):
            disable_platform(session, "nothing", now=clock())
        with pytest.raises(NotFoundError, match="platform_not_found"):
            approve_deployment(session, "nothing", "1", now=clock())
        with pytest.raises(NotFoundError, match="deployment_not_found"):
            approve_deployment(session, platform.public_id, "1", now=clock())


def test_a_pending_deployment_is_written_down_once_and_approved_once(
    database: Database, clock: FrozenClock
) -> None:
    with database.write() as session:
        platform = add_platform(session, DETAILS, now=clock())
        pending = PendingDeployment(platform.id, "7")
        assert note_pending(session, pending, now=clock())
        assert not note_pending(session, pending, now=clock())
        assert [one.is_approved for one in list_deployments(session, platform.id)] == [False]
        approve_deployment(session, platform.public_id, "7", now=clock())
        approve_deployment(session, platform.public_id, "7", now=clock())
        assert [one.is_approved for one in list_deployments(session, platform.id)] == [True]

    assert actions(database)[1:] == ["deployment.pending", "deployment.approved"]


def test_a_platform_cannot_fill_the_list_of_pending_deployments(
    database: Database, clock: FrozenClock
) -> None:
    with database.write() as session:
        platform = add_platform(session, DETAILS, now=clock())
        for number in range(MAX_PENDING + 5):
            note_pending(session, PendingDeployment(platform.id, str(number)), now=clock())

        assert session.scalar(select(func.count()).select_from(Deployment)) == MAX_PENDING


def test_a_moved_platform_keeps_its_identity_and_forgets_its_keys(room: Room) -> None:
    room.launch()
    moved = replace(room.platform.details(), issuer="https://moved.test")

    with room.database.write() as session:
        after = move_platform(
            session,
            room.registration.public_id,
            moved,
            now=room.clock(),
            trusted_hosts=("127.0.0.1",),
        )
        assert session.scalar(select(func.count()).select_from(KeySet)) == 0

    assert (after.id, after.issuer) == (room.registration.id, "https://moved.test")


def test_the_only_platform_is_added_then_kept_then_moved(
    database: Database, clock: FrozenClock
) -> None:
    def keep(details: PlatformDetails) -> tuple[int, str]:
        with database.write() as session:
            found = keep_only_platform(session, details, now=clock(), deployment_ids=("1",))
        return found.id, found.auth_url

    elsewhere = replace(DETAILS, auth_url="https://school.test/other")
    first, same, moved = keep(DETAILS), keep(DETAILS), keep(elsewhere)

    assert first == same
    assert moved == (first[0], "https://school.test/other")
    assert actions(database) == ["platform.added", "deployment.added", "platform.moved"]
