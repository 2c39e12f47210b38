"""The login attempt that a launch answers: found, tied to its browser, used once.

One short read finds everything that a warm launch needs. It looks at no signature; what it takes
from the token only chooses rows, and nothing is trusted for it.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, select, update
from sqlalchemy.orm import Session

from lti_app.core.db import Database
from lti_app.core.ids import digest
from lti_app.lti.claims import LTI, is_identifier
from lti_app.lti.errors import LtiError, Reason
from lti_app.lti.login import cookie_name_of
from lti_app.lti.models import Deployment, LoginAttempt, Platform, ServiceEndpoint
from lti_app.lti.registration import Registration
from lti_app.lti.registrations import REGISTRATION_COLUMNS, registration_from

_MAX_STATE = 512


@dataclass(frozen=True)
class StoredEndpoint:
    """The service addresses we have of the context that the token names."""

    lineitems_url: str | None
    memberships_url: str | None
    scopes: tuple[str, ...]


@dataclass(frozen=True)
class Attempt:
    """A login attempt with its registration, and the rows that the unproven token points at.

    Attributes:
        deployment_row_id: our row of the named deployment; None when this registration has none.
    """

    id: int
    nonce_hash: str
    browser_hash: str
    target_link_uri: str
    expires_at: datetime
    consumed_at: datetime | None
    deployment_row_id: int | None
    is_approved: bool
    endpoint: StoredEndpoint | None
    registration: Registration


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
    with database.read() as session:
        row = session.execute(_attempt_query(), values).first()
    return _attempt_from(tuple(row)) if row else None


@cache
def _attempt_query() -> Select[*tuple[Any, ...]]:
    """Built once: putting the query together costs more than running it."""
    return (
        select(
            LoginAttempt.id,
            LoginAttempt.nonce_hash,
            LoginAttempt.browser_hash,
            LoginAttempt.target_link_uri,
            LoginAttempt.expires_at,
            LoginAttempt.consumed_at,
            Deployment.id,
            Deployment.approved_at,
            ServiceEndpoint.lineitems_url,
            ServiceEndpoint.memberships_url,
            ServiceEndpoint.scopes,
            *REGISTRATION_COLUMNS,
        )
        .join(Platform, Platform.id == LoginAttempt.platform_id)
        .outerjoin(
            Deployment,
            and_(
                Deployment.platform_id == LoginAttempt.platform_id,
                Deployment.deployment_id == bindparam("deployment_id"),
            ),
        )
        .outerjoin(
            ServiceEndpoint,
            and_(
                ServiceEndpoint.deployment_id == Deployment.id,
                ServiceEndpoint.context_ref == bindparam("context_ref"),
            ),
        )
        .where(LoginAttempt.state_hash == bindparam("state_hash"))
    )


def _context_id(claims: Mapping[str, Any]) -> str:
    context = claims.get(f"{LTI}context")
    context_id = context.get("id") if isinstance(context, dict) else None
    return context_id if isinstance(context_id, str) and is_identifier(context_id) else ""


def _attempt_from(row: tuple[Any, ...]) -> Attempt:
    lineitems_url, memberships_url, scopes = row[8:11]
    endpoint = None
    if scopes is not None:
        endpoint = StoredEndpoint(lineitems_url, memberships_url, tuple(scopes))
    return Attempt(
        id=row[0],
        nonce_hash=row[1],
        browser_hash=row[2],
        target_link_uri=row[3],
        expires_at=row[4],
        consumed_at=row[5],
        deployment_row_id=row[6],
        is_approved=row[7] is not None,
        endpoint=endpoint,
        registration=registration_from(row[11:]),
    )


def check_binding(
    attempt: Attempt, state: str, cookies: Mapping[str, str], *, now: datetime
) -> None:
    """Refuse an attempt that is over, or that another browser began.

    Raises:
        LtiError: 401. It carries the attempt's id once the cookie has been compared.
    """
    if attempt.consumed_at is not None:
        raise LtiError(Reason.STATE_USED, platform_id=attempt.registration.id)
    if attempt.expires_at <= now:
        raise LtiError(Reason.STATE_EXPIRED, platform_id=attempt.registration.id)
    secret = cookies.get(cookie_name_of(state))
    if not secret:
        raise LtiError(Reason.COOKIE_MISSING, platform_id=attempt.registration.id)
    if not hmac.compare_digest(digest(secret), attempt.browser_hash):
        raise LtiError(Reason.COOKIE_MISMATCH, platform_id=attempt.registration.id)


def consume_attempt(session: Session, attempt_id: int, *, now: datetime) -> bool:
    """Use an attempt up. True exactly once, whoever asks at the same time."""
    result = session.execute(
        update(LoginAttempt)
        .where(
            LoginAttempt.id == attempt_id,
            LoginAttempt.consumed_at.is_(None),
            LoginAttempt.expires_at > now,
        )
        .values(consumed_at=now)
    )
    return bool(result.rowcount == 1)  # type: ignore[attr-defined] # an UPDATE gives a CursorResult
