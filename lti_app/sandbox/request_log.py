"""Reads back what tools asked for, newest first. Writing it is the observed views' work."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lti_app.sandbox.models import ReceivedRequest


def list_received(
    session: Session, *, service: str | None = None, after: int = 0, most: int | None = None
) -> Sequence[ReceivedRequest]:
    """Return the log, newest first: of one service, after an entry's id, so many at most."""
    entries = select(ReceivedRequest).where(ReceivedRequest.id > after)
    if service is not None:
        entries = entries.where(ReceivedRequest.service == service)
    return session.scalars(entries.order_by(ReceivedRequest.id.desc()).limit(most)).all()


def keep_newest_received(session: Session, count: int) -> None:
    """Forget all but the newest entries."""
    newest = select(ReceivedRequest.id).order_by(ReceivedRequest.id.desc()).limit(count)
    session.execute(delete(ReceivedRequest).where(ReceivedRequest.id.not_in(newest)))


def forget_received(session: Session) -> None:
    """Empty the log."""
    session.execute(delete(ReceivedRequest))
