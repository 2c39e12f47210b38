"""One row for each thing that somebody did. It is only ever inserted."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lti_app.core.db import Base, Keep, Privacy, Subject


class Outcome(StrEnum):
    """How it ended."""

    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True)
class Actor:
    """Who acted: a user's public id, or one of the names below."""

    name: str

    OPERATOR: ClassVar["Actor"]
    SYSTEM: ClassVar["Actor"]
    NOBODY: ClassVar["Actor"]


Actor.OPERATOR = Actor("operator")
Actor.SYSTEM = Actor("system")
Actor.NOBODY = Actor("nobody")


class AuditEvent(Base):
    """Actor, action, object, outcome. Codes and public ids only."""

    __tablename__ = "audit_events"
    __table_args__ = (Index("ix_audit_events_object", "object_type", "object_id"),)
    __privacy__ = Privacy(
        subject=Subject.USER,
        keep=Keep.AUDIT,
        personal=("actor", "object_id"),
        export="audit",
        erase="stays, under a public id that names nobody once the user's row is gone",
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # No index of time: rows are added in its order. Each index is a page more that a launch writes.
    at: Mapped[datetime]
    platform_id: Mapped[int | None]
    actor: Mapped[str] = mapped_column(String(32), index=True)
    action: Mapped[str] = mapped_column(String(64))
    object_type: Mapped[str] = mapped_column(String(32))
    object_id: Mapped[str] = mapped_column(String(64))
    outcome: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(String(64))
    before: Mapped[str | None] = mapped_column(String(32))
    after: Mapped[str | None] = mapped_column(String(32))
    correlation_id: Mapped[str | None] = mapped_column(String(32))
