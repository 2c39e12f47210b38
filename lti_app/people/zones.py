"""The time zone of a course: the first instructor's browser says it, an instructor changes it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.audit import Actor, record_event
from lti_app.people.models import Context


def find_course_zone(session: Session, *, platform_id: int, context_id: int) -> str | None:
    """Return the IANA name of a course's zone; None while nobody told us."""
    return session.scalar(
        select(Context.time_zone).where(
            Context.platform_id == platform_id, Context.id == context_id
        )
    )


def set_course_zone(
    session: Session, zone: str, *, platform_id: int, context_id: int, actor: Actor, now: datetime
) -> None:
    """Let dates of a course be written in this zone; the moments that were chosen stay.

    Args:
        zone: an IANA name.
    """
    context = session.scalars(
        select(Context).where(Context.platform_id == platform_id, Context.id == context_id)
    ).one()
    if context.time_zone == zone:
        return
    context.time_zone = zone
    record_event(
        session,
        "context.zone_changed",
        at=now,
        actor=actor,
        about=("context", context.public_id),
        platform_id=platform_id,
    )
