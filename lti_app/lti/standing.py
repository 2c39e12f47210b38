"""When a platform that was registered by a link begins to count, and what it waits for till then.

It registers nothing and verifies no launch.
"""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lti_app.audit import Actor, record_event
from lti_app.core.errors import NotFoundError
from lti_app.lti.errors import Reason
from lti_app.lti.models import Platform
from lti_app.lti.registration import Registration, Standing


def refusal_of(registration: Registration) -> Reason | None:
    """Return why no login and no launch of this platform goes on; None when it may.

    An untried platform may: the launch that it proves is what it waits for.
    """
    if registration.is_disabled:
        return Reason.REGISTRATION_DISABLED
    if registration.standing is Standing.WAITING:
        return Reason.REGISTRATION_WAITING
    return None


def make_active(
    session: Session,
    registration: Registration,
    *,
    now: datetime,
    actor: Actor = Actor.SYSTEM,
) -> None:
    """Let a platform count from now on; one that does already is left alone."""
    changed = session.execute(
        update(Platform)
        .where(Platform.id == registration.id, Platform.standing != Standing.ACTIVE.value)
        .values(standing=Standing.ACTIVE.value)
        .returning(Platform.id)
    ).all()
    if changed:
        record_event(
            session,
            "platform.activated",
            at=now,
            actor=actor,
            about=("platform", registration.public_id),
            platform_id=registration.id,
            moved=(registration.standing.value, Standing.ACTIVE.value),
        )


def granted_scopes_of(session: Session, platform_id: int) -> tuple[str, ...] | None:
    """Return what the platform granted when it was registered by a link; None if it was not.

    Raises:
        NotFoundError: `platform_not_found`.
    """
    row = session.execute(select(Platform.granted_scopes).where(Platform.id == platform_id)).first()
    if row is None:
        raise NotFoundError("platform_not_found")
    return None if row[0] is None else tuple(row[0])
