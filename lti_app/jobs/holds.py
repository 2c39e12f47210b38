"""Hold kinds of jobs back and let them go again. What a hold is for, its caller knows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from lti_app.jobs.models import JobHold


@dataclass(frozen=True)
class Hold:
    """Since when and why jobs are held back.

    Attributes:
        seen_at: when a person last looked at what the hold is about; None: nobody has.
    """

    reason_code: str
    held_at: datetime
    seen_at: datetime | None


def hold_jobs(session: Session, kinds: Iterable[str], reason_code: str, *, now: datetime) -> None:
    """Let no job of these kinds begin; those that run go on to their end."""
    for kind in kinds:
        session.merge(JobHold(kind=kind, reason_code=reason_code, held_at=now, seen_at=None))


def find_hold(session: Session, kind: str) -> Hold | None:
    """Return the hold of a kind, None when its jobs may begin."""
    row = session.get(JobHold, kind)
    return Hold(row.reason_code, row.held_at, row.seen_at) if row else None


def note_seen(session: Session, kinds: Iterable[str], *, seen_at: datetime | None) -> None:
    """Write down that a person has looked; None: what they saw is not all there was."""
    session.execute(update(JobHold).where(JobHold.kind.in_(list(kinds))).values(seen_at=seen_at))


def let_go(session: Session, kinds: Iterable[str]) -> None:
    """Let jobs of these kinds begin again."""
    session.execute(delete(JobHold).where(JobHold.kind.in_(list(kinds))))
