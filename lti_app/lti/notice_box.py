"""Notices that were proven, each kept once, and what came of them. It verifies none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lti_app.lti.models import Deployment
from lti_app.lti.notice_models import ContextCopy, Notice, NoticeSubscription
from lti_app.lti.notice_tokens import ProvenNotice


@dataclass(frozen=True)
class KeptNotice:
    """A notice that waits to be acted upon."""

    id: int
    platform_id: int
    deployment_id: int
    type: str
    context_ref: str | None
    origin_refs: tuple[str, ...]


def keep_notice(session: Session, notice: ProvenNotice, *, now: datetime) -> int | None:
    """Keep a notice and return its row; None when it was kept before."""
    values = {
        "platform_id": notice.registration.id,
        "deployment_id": notice.deployment_id,
        "notice_id": notice.notice_id,
        "type": notice.type,
        "context_ref": notice.context_ref,
        "origin_refs": list(notice.origin_refs),
        "received_at": now,
    }
    return _insert(session, Notice, values, ["deployment_id", "notice_id"])


def _insert(
    session: Session,
    table: type[Notice] | type[ContextCopy],
    values: dict[str, object],
    unique: list[str],
) -> int | None:
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    insert = postgresql.insert(table) if is_postgresql else sqlite.insert(table)
    row_id: int | None = session.scalar(
        insert.values(**values).on_conflict_do_nothing(index_elements=unique).returning(table.id)
    )
    return row_id


def find_waiting(session: Session, platform_id: int | None, notice_id: int) -> KeptNotice | None:
    """Return a notice that nothing was done about yet."""
    row = session.scalar(
        select(Notice).where(
            Notice.platform_id == platform_id, Notice.id == notice_id, Notice.done_at.is_(None)
        )
    )
    if row is None:
        return None
    return KeptNotice(
        row.id,
        row.platform_id,
        row.deployment_id,
        row.type,
        row.context_ref,
        tuple(row.origin_refs),
    )


def note_done(session: Session, notice: KeptNotice, *, now: datetime) -> None:
    """Write down that a notice was acted upon."""
    session.get_one(Notice, notice.id).done_at = now


def remember_copies(
    session: Session, notice: KeptNotice, origin_refs: Sequence[str], *, now: datetime
) -> int:
    """Write down what a course was copied from; return how much of that was news."""
    added = 0
    for origin_ref in origin_refs:
        if notice.context_ref is None or origin_ref == notice.context_ref:
            continue
        values = {
            "platform_id": notice.platform_id,
            "deployment_id": notice.deployment_id,
            "context_ref": notice.context_ref,
            "origin_ref": origin_ref,
            "told_at": now,
        }
        unique = ["deployment_id", "context_ref", "origin_ref"]
        added += _insert(session, ContextCopy, values, unique) is not None
    return added


def forget_old_notices(session: Session, *, before: datetime, limit: int) -> int:
    """Delete notices that came before; whoever sends one again has a token out of its time."""
    old = select(Notice.id).where(Notice.received_at < before).order_by(Notice.id).limit(limit)
    return session.connection().execute(delete(Notice).where(Notice.id.in_(old))).rowcount


def note_subscription(
    session: Session,
    deployment_id: int,
    *,
    types: Sequence[str] | None,
    why_not: str | None,
    now: datetime,
) -> None:
    """Write down how asking for notices went.

    Args:
        types: what the platform sends us now; None leaves what we knew.
    """
    row = session.scalar(
        select(NoticeSubscription).where(NoticeSubscription.deployment_id == deployment_id)
    )
    if row is None:
        platform_id = session.get_one(Deployment, deployment_id).platform_id
        row = NoticeSubscription(platform_id=platform_id, deployment_id=deployment_id, types=[])
        session.add(row)
    row.checked_at, row.why_not = now, why_not[:64] if why_not else None
    if types is not None:
        row.types = sorted(types)
