"""One row for each course: how its roster stands. It decides nothing."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.audit import Actor, record_event
from lti_app.core.errors import NotFoundError
from lti_app.core.reason import Reason
from lti_app.people.models import Context, Roster, RosterState


@dataclass(frozen=True)
class RosterView:
    """How a course's roster stands.

    Attributes:
        reading: number of the reading under way, or of the last one; 0 before the first.
        members_count: people that it has told of so far.
        read_at: when the newest reading that counts ended.
        stale_at: since when it could not be read; None when the last reading went well.
        due_at: when it is read again by itself; None for not at all, or under way.
        leaving_count: people who are missing and have not been let go.
    """

    platform_id: int
    context_id: int
    state: RosterState
    reading: int
    is_whole: bool
    cursor_url: str | None
    differences_url: str | None
    pages_count: int
    members_count: int
    skipped_count: int
    idle_count: int
    failed_count: int
    leaving_count: int
    begun_at: datetime | None
    read_at: datetime | None
    stale_at: datetime | None
    due_at: datetime | None
    reason: Reason | None

    @property
    def is_under_way(self) -> bool:
        """Whether a reading is owed or goes on."""
        return self.state in (RosterState.ASKED, RosterState.READING)


def find_row(session: Session, platform_id: int, context_id: int) -> Roster | None:
    """Return the row of a course, held until the transaction ends; None where there is none."""
    return session.scalar(
        select(Roster)
        .where(Roster.platform_id == platform_id, Roster.context_id == context_id)
        .with_for_update()
    )


def get_row(session: Session, platform_id: int, context_id: int) -> Roster:
    """Do the same where there must be one.

    Raises:
        NotFoundError: the course has no roster.
    """
    row = find_row(session, platform_id, context_id)
    if row is None:
        raise NotFoundError("roster_not_found")
    return row


def audit_roster(
    session: Session,
    action: str,
    row: Roster,
    actor: Actor,
    now: datetime,
    *,
    because: str | None = None,
) -> None:
    """Record what became of a roster; its object is the course."""
    public_id = session.scalars(
        select(Context.public_id).where(
            Context.platform_id == row.platform_id, Context.id == row.context_id
        )
    ).one()
    record_event(
        session,
        action,
        at=now,
        actor=actor,
        about=("context", public_id),
        platform_id=row.platform_id,
        because=because,
    )


def view_of(row: Roster) -> RosterView:
    """Return the row as a value."""
    return RosterView(
        platform_id=row.platform_id,
        context_id=row.context_id,
        state=RosterState(row.state),
        reading=row.reading,
        is_whole=row.is_whole,
        cursor_url=row.cursor_url,
        differences_url=row.differences_url,
        pages_count=row.pages_count,
        members_count=row.members_count,
        skipped_count=row.skipped_count,
        idle_count=row.idle_count,
        failed_count=row.failed_count,
        leaving_count=row.leaving_count,
        begun_at=row.begun_at,
        read_at=row.read_at,
        stale_at=row.stale_at,
        due_at=row.due_at,
        reason=Reason(row.reason_code, row.reason_params or {}) if row.reason_code else None,
    )
