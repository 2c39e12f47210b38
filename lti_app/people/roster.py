"""When a course's roster is read: owed by a launch, by its day, or because somebody asks.

It asks no platform; how a reading goes is `people.readings`'.
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.audit import Actor
from lti_app.jobs.service import enqueue
from lti_app.people.models import Roster, RosterState
from lti_app.people.roster_rows import RosterView, audit_roster, find_row, view_of

#: The kind of job that reads a roster; its key is the id of the context.
READ_ROSTER = "roster.read"
#: How often people may ask for a reading; in between there is nothing new to see.
ASK_EVERY = timedelta(minutes=1)
ASTRAY_AFTER = timedelta(days=1)


def find_roster(session: Session, *, platform_id: int, context_id: int) -> RosterView | None:
    """Return how a course's roster stands; None where its platform has offered none."""
    row = session.scalar(
        select(Roster).where(Roster.platform_id == platform_id, Roster.context_id == context_id)
    )
    return None if row is None else view_of(row)


def owe_reading(
    session: Session,
    *,
    platform_id: int,
    context_id: int,
    now: datetime,
    host: str | None = None,
    is_urgent: bool = False,
) -> None:
    """Owe a reading; one that is owed or goes on already is enough.

    Args:
        host: where the platform has the list; None for where it was the last time.
        is_urgent: a person asked for it: do not wait out a failure.
    """
    row = find_row(session, platform_id, context_id)
    if row is None:
        row = Roster(platform_id=platform_id, context_id=context_id, asked_at=now)
        session.add(row)
    row.asked_at, row.due_at = now, None
    if row.state != RosterState.READING.value:
        row.state = RosterState.ASKED.value
    session.flush()
    enqueue(
        session,
        READ_ROSTER,
        str(context_id),
        run_at=now,
        platform_id=platform_id,
        host=host,
        is_urgent=is_urgent,
    )


def ask_again(
    session: Session, *, platform_id: int, context_id: int, actor: Actor, now: datetime
) -> bool:
    """Owe a reading of everybody because somebody asks for it.

    Returns:
        False when the last one is too new, or the course has no roster.
    """
    row = find_row(session, platform_id, context_id)
    if row is None or now - row.asked_at < ASK_EVERY:
        return False
    if row.state != RosterState.READING.value:
        row.differences_url = None
    owe_reading(session, platform_id=platform_id, context_id=context_id, now=now, is_urgent=True)
    audit_roster(session, "roster.asked", row, actor, now)
    return True


def wakes(session: Session, *, platform_id: int, context_id: int, now: datetime) -> bool:
    """Whether an instructor's launch has a reading begun: the first one, or one after a sleep.

    One that was owed a day ago has gone astray, such as while its platform was switched off.
    """
    # Launches come one after the other; a row that is only looked at is not held.
    row = session.scalar(
        select(Roster).where(Roster.platform_id == platform_id, Roster.context_id == context_id)
    )
    if row is None:
        return True
    is_astray = now - row.asked_at >= ASTRAY_AFTER
    return row.due_at is None and (is_astray or not view_of(row).is_under_way)


def owe_due_readings(session: Session, *, now: datetime, at_most: int) -> int:
    """Owe the readings whose day has come; return how many."""
    rows = session.execute(
        select(Roster.platform_id, Roster.context_id)
        .where(Roster.due_at <= now)
        .order_by(Roster.due_at)
        .limit(at_most)
    ).all()
    for platform_id, context_id in rows:
        owe_reading(session, platform_id=platform_id, context_id=context_id, now=now)
    return len(rows)
