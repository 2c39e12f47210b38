"""Registrations and deployments: added, listed, approved, disabled, each with a line of audit.

It decides which platforms and deployments exist; never what a launch may do.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lti_app.audit import Actor, record_event
from lti_app.core.errors import ConflictError, NotFoundError, RapportError
from lti_app.lti.addresses import is_service_url, parse_address
from lti_app.lti.deployments import (
    add_deployment,
    admit_deployment,
    approve_deployment,
    list_deployments,
)
from lti_app.lti.models import (
    ID_LENGTH,
    AccessToken,
    KeySet,
    Platform,
    ServiceEndpoint,
    ServiceHost,
)
from lti_app.lti.quirks import Family, family_of
from lti_app.lti.registration import Registration, Standing
from lti_app.lti.registration_rows import registration_from, select_registrations

__all__ = [
    "PlatformDetails",
    "Registration",
    "add_deployment",
    "add_platform",
    "admit_deployment",
    "approve_deployment",
    "disable_platform",
    "get_platform",
    "get_platform_by_id",
    "keep_only_platform",
    "list_deployments",
    "list_platforms",
    "move_platform",
]


@dataclass(frozen=True)
class PlatformDetails:
    """What an operator types to register a platform. A family that is not named is guessed."""

    name: str
    issuer: str
    client_id: str
    auth_url: str
    token_url: str
    jwks_url: str
    audience: str | None = None
    family: Family | None = None
    allow_anonymous: bool = False
    max_in_flight: int = 4


_ADDRESSES = ("issuer", "auth_url", "token_url", "jwks_url")


def add_platform(
    session: Session,
    details: PlatformDetails,
    *,
    now: datetime,
    actor: Actor = Actor.OPERATOR,
    deployment_ids: Sequence[str] = (),
    trusted_hosts: Sequence[str] = (),
    standing: Standing = Standing.ACTIVE,
    granted_scopes: Sequence[str] | None = None,
) -> Registration:
    """Register a platform, with deployments that need no further approval.

    Args:
        granted_scopes: what the platform said that it granted; None where it was not asked.

    Raises:
        ConflictError: `platform_exists`; nothing of the old registration was changed.
        RapportError: `address_refused` with the address, `platform_field_missing` with the field.
    """
    _check(details, trusted_hosts)
    granted = None if granted_scopes is None else list(granted_scopes)
    platform = Platform(
        **_values(details), created_at=now, standing=standing.value, granted_scopes=granted
    )
    _store(session, platform, details)
    _audit(session, "platform.added", platform, now=now, actor=actor)
    for deployment_id in deployment_ids:
        add_deployment(session, platform.id, deployment_id, now=now, is_approved=True, actor=actor)
    return _get(session, Platform.id == platform.id)


def move_platform(
    session: Session,
    public_id: str,
    details: PlatformDetails,
    *,
    now: datetime,
    actor: Actor = Actor.OPERATOR,
    trusted_hosts: Sequence[str] = (),
) -> Registration:
    """Give a platform other addresses; its courses and people stay.

    Keys, tokens and service addresses of the old place are forgotten.

    Raises:
        NotFoundError: `platform_not_found`. Otherwise as `add_platform`.
    """
    _check(details, trusted_hosts)
    platform = session.scalar(select(Platform).where(Platform.public_id == public_id))
    if platform is None:
        raise NotFoundError("platform_not_found")
    for name, value in _values(details).items():
        setattr(platform, name, value)
    _store(session, platform, details)
    for table in (KeySet, AccessToken, ServiceHost, ServiceEndpoint):
        session.execute(delete(table).where(table.platform_id == platform.id))
    _audit(session, "platform.moved", platform, now=now, actor=actor)
    return _get(session, Platform.id == platform.id)


def keep_only_platform(
    session: Session,
    details: PlatformDetails,
    *,
    now: datetime,
    deployment_ids: Sequence[str] = (),
    trusted_hosts: Sequence[str] = (),
) -> Registration:
    """Register the one platform of an installation that starts anew each time, such as the demo.

    It is known by its client id: an older registration of it moves to where it is now.
    """
    query = select_registrations().where(Platform.client_id == details.client_id)
    row = session.execute(query.order_by(Platform.id)).first()
    if row is None:
        return add_platform(
            session, details, now=now, deployment_ids=deployment_ids, trusted_hosts=trusted_hosts
        )
    found = registration_from(row)
    if all(getattr(found, name) == getattr(details, name) for name in _ADDRESSES):
        return found
    return move_platform(session, found.public_id, details, now=now, trusted_hosts=trusted_hosts)


def _values(details: PlatformDetails) -> dict[str, Any]:
    family = details.family or family_of(None, details.issuer)
    return {**asdict(details), "family": family.value}


def _store(session: Session, platform: Platform, details: PlatformDetails) -> None:
    try:
        with session.begin_nested():
            session.add(platform)
    except IntegrityError as error:
        raise ConflictError("platform_exists", issuer=details.issuer) from error


def _check(details: PlatformDetails, trusted_hosts: Sequence[str]) -> None:
    for field in ("name", "issuer", "client_id"):
        value = getattr(details, field)
        if not value or len(value) > ID_LENGTH:
            raise RapportError("platform_field_missing", field=field)
    for field in _ADDRESSES[1:]:
        url = getattr(details, field)
        if "#" in url or not is_service_url(url, trusted_hosts):
            raise RapportError("address_refused", address=url)
    if parse_address(details.issuer) is None:
        raise RapportError("address_refused", address=details.issuer)


def list_platforms(session: Session) -> list[Registration]:
    """Return every registration, oldest first."""
    rows = session.execute(select_registrations().order_by(Platform.id))
    return [registration_from(row) for row in rows]


def get_platform(session: Session, public_id: str) -> Registration:
    """Return one registration. Raises NotFoundError."""
    return _get(session, Platform.public_id == public_id)


def get_platform_by_id(session: Session, platform_id: int) -> Registration:
    """Return one registration by its internal id. Raises NotFoundError."""
    return _get(session, Platform.id == platform_id)


def _get(session: Session, condition: ColumnElement[bool]) -> Registration:
    row = session.execute(select_registrations().where(condition)).first()
    if row is None:
        raise NotFoundError("platform_not_found")
    return registration_from(row)


def disable_platform(
    session: Session, public_id: str, *, now: datetime, actor: Actor = Actor.OPERATOR
) -> Registration:
    """Refuse every login and launch of a platform from now on. Raises NotFoundError."""
    platform = session.scalar(select(Platform).where(Platform.public_id == public_id))
    if platform is None:
        raise NotFoundError("platform_not_found")
    platform.disabled_at = platform.disabled_at or now
    session.flush()
    _audit(session, "platform.disabled", platform, now=now, actor=actor)
    return get_platform(session, public_id)


def _audit(
    session: Session, action: str, platform: Platform, *, now: datetime, actor: Actor
) -> None:
    record_event(
        session,
        action,
        at=now,
        actor=actor,
        about=("platform", platform.public_id),
        platform_id=platform.id,
    )
