"""The login attempt that a launch answers: found, and used once.

One short read finds everything that a warm launch needs. It looks at no signature; what it takes
from the token only chooses rows, and nothing is trusted for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, and_, bindparam, select

from lti_app.core.db import Database, Place, Prepared
from lti_app.core.ids import digest
from lti_app.lti.claims import LTI, is_identifier
from lti_app.lti.models import Deployment, LoginAttempt, Platform, ServiceEndpoint
from lti_app.lti.registration import Registration
from lti_app.lti.registration_rows import registration_columns, registration_from

_MAX_STATE = 512

_attempts, _platforms, _deployments, _endpoints = (
    cast(Table, model.__table__) for model in (LoginAttempt, Platform, Deployment, ServiceEndpoint)
)
_NAMED_DEPLOYMENT = and_(
    _deployments.c.platform_id == _attempts.c.platform_id,
    _deployments.c.deployment_id == bindparam("deployment_id"),
)
_NAMED_CONTEXT = and_(
    _endpoints.c.deployment_id == _deployments.c.id,
    _endpoints.c.context_ref == bindparam("context_ref"),
)
_FIND = Prepared(
    select(
        *_attempts.c["id", "nonce_hash", "browser_hash", "target_link_uri"],
        *_attempts.c["expires_at", "consumed_at", "storage_target"],
        *_deployments.c["id", "approved_at", "notices_url", "notice_types"],
        *_endpoints.c["lineitems_url", "memberships_url", "scopes"],
        *_endpoints.c["groups_url", "group_sets_url"],
        *registration_columns(),
    )
    .select_from(
        _attempts.join(_platforms, _platforms.c.id == _attempts.c.platform_id)
        .outerjoin(_deployments, _NAMED_DEPLOYMENT)
        .outerjoin(_endpoints, _NAMED_CONTEXT)
    )
    .where(_attempts.c.state_hash == bindparam("state_hash"))
)
_CONSUME = Prepared(
    _attempts.update()
    .where(_attempts.c.id == bindparam("attempt_id"), _attempts.c.consumed_at.is_(None))
    .where(_attempts.c.expires_at > bindparam("now"))
    .values(consumed_at=bindparam("now"))
)


@dataclass(frozen=True)
class StoredEndpoint:
    """The service addresses we have of the context that the token names."""

    lineitems_url: str | None
    memberships_url: str | None
    scopes: tuple[str, ...]
    groups_url: str | None
    group_sets_url: str | None


@dataclass(frozen=True)
class Attempt:
    """A login attempt with its registration, and the rows that the unproven token points at.

    Attributes:
        deployment_row_id: our row of the named deployment; None when this registration has none.
        notices_url: where notices are asked for in this deployment, of `notice_types`.
    """

    id: int
    nonce_hash: str
    browser_hash: str
    target_link_uri: str
    expires_at: datetime
    consumed_at: datetime | None
    storage_target: str | None
    deployment_row_id: int | None
    is_approved: bool
    endpoint: StoredEndpoint | None
    registration: Registration
    notices_url: str | None = None
    notice_types: frozenset[str] = frozenset()


def find_attempt(database: Database, state: str, claims: Mapping[str, Any]) -> Attempt | None:
    """Return the attempt of a state, whatever has become of it."""
    if len(state) > _MAX_STATE:
        return None
    deployment_id = claims.get(f"{LTI}deployment_id")
    values = {
        "state_hash": digest(state),
        "deployment_id": deployment_id if is_identifier(deployment_id) else "",
        "context_ref": _context_id(claims),
    }
    with database.read_tables() as tables:
        rows = _FIND.rows(tables, values)
    return _attempt_from(rows[0]) if rows else None


def _context_id(claims: Mapping[str, Any]) -> str:
    context = claims.get(f"{LTI}context")
    context_id = context.get("id") if isinstance(context, dict) else None
    return context_id if isinstance(context_id, str) and is_identifier(context_id) else ""


def _attempt_from(row: tuple[Any, ...]) -> Attempt:
    lineitems_url, memberships_url, scopes, groups_url, group_sets_url = row[11:16]
    endpoint = None
    if scopes is not None:
        endpoint = StoredEndpoint(
            lineitems_url, memberships_url, tuple(scopes), groups_url, group_sets_url
        )
    return Attempt(
        id=row[0],
        nonce_hash=row[1],
        browser_hash=row[2],
        target_link_uri=row[3],
        expires_at=row[4],
        consumed_at=row[5],
        storage_target=row[6],
        deployment_row_id=row[7],
        is_approved=row[8] is not None,
        endpoint=endpoint,
        registration=registration_from(row[16:]),
        notices_url=row[9],
        notice_types=frozenset(row[10] or ()),
    )


def consume_attempt(place: Place, attempt_id: int, *, now: datetime) -> bool:
    """Use an attempt up. True exactly once, whoever asks at the same time."""
    return _CONSUME.run(place, {"attempt_id": attempt_id, "now": now}) == 1
