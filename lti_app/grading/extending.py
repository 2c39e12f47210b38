"""Give one person more time, or take it back. It decides no grade: that is computed again after."""

from datetime import datetime

from sqlalchemy.orm import Session

from lti_app.audit import Actor, record_event
from lti_app.catalog.service import hold_activity
from lti_app.catalog.views import ActivityView
from lti_app.grading.participation import held_participation, new_participation, set_stage
from lti_app.grading.states import Stage

#: A year: nothing that is counted in days is put off for longer.
MOST_DAYS = 365


def extend(
    session: Session,
    activity: ActivityView,
    user_id: int,
    days: int,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Let the due and the closing date lie later for one person.

    Who had missed the closing and has time again stands where they were before it.

    Args:
        days: 0 to `MOST_DAYS`, counted from the dates of the activity; 0 takes it back.
    """
    # Before the person, in the order of whoever changes the settings.
    activity = hold_activity(session, activity)
    row = held_participation(session, activity, user_id)
    row = row or new_participation(session, activity, user_id)
    row.extra_days, row.changed_at = days, now
    session.flush()
    record_event(
        session,
        "participation.extended",
        at=now,
        actor=actor,
        about=("participation", row.public_id),
        platform_id=activity.platform_id,
        because=f"days_{days}",
    )
    closes_at = activity.extended(days).closes_at
    is_open = closes_at is None or now < closes_at
    if is_open and row.state == Stage.CLOSED_INCOMPLETE:
        begun = Stage.IN_PROGRESS
        set_stage(session, activity, user_id, row, begun, actor=actor, now=now, why="extended")
