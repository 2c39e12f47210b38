"""Sessions that end before their time, because a roster says so. It runs without Flask."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from lti_app.people.models import Enrolment, EnrolmentStatus
from lti_app.web.models import LaunchSession


def end_sessions_of_left(
    session: Session, *, platform_id: int, context_id: int, now: datetime
) -> None:
    """End the sessions of everybody who is no longer in a course."""
    left = select(Enrolment.user_id).where(
        Enrolment.platform_id == platform_id,
        Enrolment.context_id == context_id,
        Enrolment.status == EnrolmentStatus.INACTIVE.value,
    )
    _end(session, LaunchSession.user_id.in_(left), platform_id, context_id, now)


def end_sessions_of(
    session: Session,
    user_ids: Collection[int],
    *,
    platform_id: int,
    context_id: int,
    now: datetime,
) -> None:
    """End these people's sessions in a course: they may do other things there by now."""
    if user_ids:
        _end(session, LaunchSession.user_id.in_(user_ids), platform_id, context_id, now)


def _end(
    session: Session,
    whose: ColumnElement[bool],
    platform_id: int,
    context_id: int,
    now: datetime,
) -> None:
    session.execute(
        update(LaunchSession)
        .where(
            LaunchSession.platform_id == platform_id,
            LaunchSession.context_id == context_id,
            LaunchSession.ended_at.is_(None),
            whose,
        )
        .values(ended_at=now)
        .execution_options(synchronize_session=False)
    )
