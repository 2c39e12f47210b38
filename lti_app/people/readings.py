"""How the reading of a roster goes: begun, taken down page by page, ended, or failed.

A reading that does not reach its end takes nobody out of the course, and one that misses many of
them waits for an instructor's word. What a late run tells of a reading that is over is refused with
`OvertakenError`. It asks no platform.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session

from lti_app.audit import Actor
from lti_app.core.db.locks import hold_lock
from lti_app.core.errors import RapportError
from lti_app.core.reason import Reason
from lti_app.people.models import URL_LENGTH, Enrolment, EnrolmentStatus, Roster, RosterState
from lti_app.people.roles import Role
from lti_app.people.roster_rows import RosterView, audit_roster, find_row, get_row, view_of
from lti_app.people.roster_rules import needs_confirmation

READ_EVERY = timedelta(hours=24)
#: After a trouble that passes.
TRY_AGAIN_AFTER = timedelta(hours=1)
#: Also where a platform tells of changes, everybody is asked for so often.
WHOLE_EVERY = timedelta(days=7)
#: A page to go on with is good for so long; then the reading begins anew.
GO_ON_FOR = timedelta(hours=6)
#: A course that nobody opens for so long is read again when an instructor does.
ASLEEP_AFTER = timedelta(days=60)


class OvertakenError(RapportError):
    """Another run has ended this reading, or begun the next: a late one may change nothing."""

    code = "reading_overtaken"


def begin_reading(
    session: Session, *, platform_id: int, context_id: int, now: datetime
) -> RosterView:
    """Begin a reading, or go on with the one that an earlier run began."""
    row = get_row(session, platform_id, context_id)
    goes_on = row.state == RosterState.READING.value and row.cursor_url is not None
    if goes_on and row.begun_at is not None and now - row.begun_at < GO_ON_FOR:
        return view_of(row)
    has_differences = row.differences_url is not None and row.whole_at is not None
    row.is_whole = not (has_differences and now - (row.whole_at or now) < WHOLE_EVERY)
    if row.state != RosterState.READING.value:
        row.failed_count = 0
    row.state, row.begun_at, row.cursor_url = RosterState.READING.value, now, None
    row.reading += 1
    row.pages_count = row.members_count = row.skipped_count = row.idle_count = 0
    return view_of(row)


def hold_reading(session: Session, roster: RosterView) -> Roster:
    """Return the row of a reading that goes on, held with the lock of launches.

    That lock comes first, as launches have it, or each could wait for what the other holds.

    Raises:
        OvertakenError: it goes on no longer.
    """
    _wait_for_launches(session, roster.platform_id)
    row = get_row(session, roster.platform_id, roster.context_id)
    if row.reading != roster.reading or row.state != RosterState.READING.value:
        raise OvertakenError
    return row


def note_page(row: Roster, *, told: int, skipped: int, next_url: str | None) -> RosterView:
    """Take down that a page was read, so that another run can go on behind it.

    Args:
        row: of the reading, as `hold_reading` returned it in this transaction.
        told: people on it whom this reading had not told of before.
    """
    row.pages_count += 1
    row.members_count += told
    row.skipped_count += skipped
    row.idle_count = 0 if told else row.idle_count + 1
    # A longer one fits nowhere: the page behind it is refused, and nothing is gone on with.
    row.cursor_url = next_url if next_url and len(next_url) <= URL_LENGTH else None
    row.failed_count, row.reason_code, row.reason_params = 0, None, None
    return view_of(row)


def note_trouble(session: Session, roster: RosterView, reason: Reason, *, counts: bool) -> int:
    """Say why a reading does not go on for now; return how often in a row it has not.

    Args:
        counts: whether it is a failure, and not a platform that asked to wait.
    """
    row = hold_reading(session, roster)
    row.failed_count += counts
    row.reason_code, row.reason_params = reason.code, dict(reason.params)
    return row.failed_count


def start_over(session: Session, roster: RosterView, *, forget_differences: bool = False) -> None:
    """Let the next run ask for everybody from the first page on."""
    row = hold_reading(session, roster)
    row.cursor_url = None
    if forget_differences:
        row.differences_url = None


def fail_reading(
    session: Session,
    roster: RosterView,
    reason: Reason,
    *,
    again_after: timedelta | None,
    now: datetime,
) -> None:
    """End a reading that cannot go on. Nobody leaves the course; what we knew is stale from now.

    Args:
        again_after: None where it would fail again: an instructor's launch has it asked for.
    """
    row = hold_reading(session, roster)
    # The next one asks for everybody: what changed may be all that cannot be had.
    row.state, row.cursor_url, row.differences_url = RosterState.STALE.value, None, None
    was_stale, row.stale_at = row.stale_at is not None, row.stale_at or now
    goes_on = again_after is not None and _is_awake(session, row, now)
    row.due_at = now + again_after if again_after and goes_on else None
    row.reason_code, row.reason_params = reason.code, dict(reason.params)
    if not was_stale:
        audit_roster(session, "roster.failed", row, Actor.SYSTEM, now, because=reason.code)


def end_reading(
    session: Session, roster: RosterView, *, differences_url: str | None, now: datetime
) -> bool:
    """End a reading that told of everybody: who is missing leaves, unless too many would.

    Returns:
        False when an instructor has to say first that they have left.
    """
    row = hold_reading(session, roster)
    leaving = is_leaving(row)
    row.leaving_count = session.scalar(select(func.count()).where(*leaving)) or 0
    before = session.scalar(select(func.count()).where(*_on_roster(row))) or 0
    row.cursor_url, row.reason_code, row.reason_params = None, None, None
    row.due_at = now + READ_EVERY if _is_awake(session, row, now) else None
    if needs_confirmation(before=before, leaving=row.leaving_count):
        row.state, row.stale_at = RosterState.HELD.value, row.stale_at or now
        # What has changed since is told from a state that we have not taken over.
        row.differences_url = None
        audit_roster(session, "roster.held", row, Actor.SYSTEM, now)
        return False
    is_short = differences_url is not None and len(differences_url) <= URL_LENGTH
    row.differences_url = differences_url if is_short else None
    row.whole_at = row.begun_at if row.is_whole else row.whole_at
    _let_go(session, row, now=now)
    audit_roster(session, "roster.read", row, Actor.SYSTEM, now)
    return True


def confirm_leaving(
    session: Session,
    *,
    platform_id: int,
    context_id: int,
    reading: int,
    actor: Actor,
    now: datetime,
) -> bool:
    """Let those go who are missing; return False when that is not what the reader was asked.

    Args:
        reading: the one that the reader saw.
    """
    _wait_for_launches(session, platform_id)
    row = find_row(session, platform_id, context_id)
    if row is None or row.state != RosterState.HELD.value or row.reading != reading:
        return False
    _let_go(session, row, now=now)
    audit_roster(session, "roster.confirmed", row, actor, now)
    return True


def _wait_for_launches(session: Session, platform_id: int) -> None:
    """Take the lock that launches of a platform take first."""
    hold_lock(session, "launch", platform_id)


def _let_go(session: Session, row: Roster, *, now: datetime) -> None:
    session.execute(
        update(Enrolment)
        .where(*is_leaving(row))
        .values(status=EnrolmentStatus.INACTIVE.value)
        .execution_options(synchronize_session=False)
    )
    row.state, row.leaving_count = RosterState.READ.value, 0
    row.stale_at, row.read_at = None, row.begun_at or now


def _on_roster(row: Roster) -> tuple[ColumnElement[bool], ...]:
    """Return who was in the course by the roster before the reading began.

    Learners are also without one. Others who were never on it came from elsewhere, such as an
    administrator who looks into a course, and the roster says nothing of them.
    """
    return (
        Enrolment.platform_id == row.platform_id,
        Enrolment.context_id == row.context_id,
        Enrolment.status == EnrolmentStatus.ACTIVE.value,
        Enrolment.is_test.is_(False),
        Enrolment.first_seen_at < row.begun_at,
        or_(Enrolment.roster_reading.is_not(None), Enrolment.role == Role.LEARNER.value),
    )


def is_leaving(row: Roster) -> tuple[ColumnElement[bool], ...]:
    """Return those of them who are missing, and have not launched while it was read."""
    is_told_gone = Enrolment.roster_reading == -row.reading
    is_missing = or_(Enrolment.roster_reading.is_(None), Enrolment.roster_reading != row.reading)
    return (
        *_on_roster(row),
        or_(Enrolment.launched_at.is_(None), Enrolment.launched_at < row.begun_at),
        is_missing if row.is_whole else is_told_gone,
    )


def _is_awake(session: Session, row: Roster, now: datetime) -> bool:
    newest = session.scalar(
        select(func.max(Enrolment.launched_at)).where(
            Enrolment.platform_id == row.platform_id, Enrolment.context_id == row.context_id
        )
    )
    return newest is not None and now - newest < ASLEEP_AFTER
