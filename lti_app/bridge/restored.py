"""A database from a backup: what is held back, what no longer counts, and letting it go again.

The LMS may have newer scores than a restored ledger knows. So sending is held from the first
moment, until an operator has seen the differences (`bridge.differences`). It asks no platform.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from lti_app.audit import Actor, record_event
from lti_app.core.errors import ConflictError
from lti_app.grading.ledger import CHANGE_COLUMN, ENSURE_COLUMN, SEND_SCORE
from lti_app.jobs.holds import Hold, find_hold, let_go, note_seen

RESTORED = "restored"
#: Everything that reaches a gradebook.
SENDING = (SEND_SCORE, ENSURE_COLUMN, CHANGE_COLUMN)
#: Run on restored data before anybody sees it. A session that was ended since the backup must not
#: live again, nor a launch be accepted twice.
AFTER_RESTORE = (
    "DELETE FROM handovers",
    "DELETE FROM launch_sessions",
    "DELETE FROM login_attempts",
    "DELETE FROM job_holds",
    *(
        "INSERT INTO job_holds (kind, reason_code, held_at)"  # noqa: S608 - our own constants
        f" VALUES ('{kind}', '{RESTORED}', CURRENT_TIMESTAMP)"
        for kind in SENDING
    ),
)


class SendingHeldError(ConflictError):
    """Sending may not go on: nobody has looked at the differences yet."""

    code = "differences_not_seen"


def find_sending_hold(session: Session) -> Hold | None:
    """Return since when sending is held; None when it is not."""
    return find_hold(session, SEND_SCORE)


def note_differences_seen(session: Session, *, actor: Actor, now: datetime) -> None:
    """Write down that an operator has been shown the differences."""
    note_seen(session, SENDING, seen_at=now)
    _record(session, "scores.compared", actor=actor, now=now)


def resume_sending(session: Session, *, actor: Actor, now: datetime) -> bool:
    """Let owed scores go again.

    Returns:
        False when they were not held.

    Raises:
        SendingHeldError: `differences_not_seen`.
    """
    hold = find_sending_hold(session)
    if hold is None:
        return False
    if hold.seen_at is None:
        raise SendingHeldError
    let_go(session, SENDING)
    _record(session, "scores.resumed", actor=actor, now=now)
    return True


def _record(session: Session, action: str, *, actor: Actor, now: datetime) -> None:
    record_event(session, action, at=now, actor=actor, about=("database", RESTORED))
