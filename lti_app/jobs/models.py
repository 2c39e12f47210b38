"""One table of background work. A row is the promise; a thread that runs it is only a helper."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lti_app.core.db import Base, Keep, Privacy, Subject


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    NEEDS_ATTENTION = "needs_attention"


class Job(Base):
    """One thing that must happen, at most one row for each (kind, key).

    `version` counts how often it was asked for, `claimed_version` what the last run knew of: a
    request that comes during a run is seen at its end and runs once more.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        UniqueConstraint("kind", "key"),
        Index("ix_jobs_due", "state", "platform_id", "run_at"),
    )
    __privacy__ = Privacy(subject=Subject.NOBODY, keep=Keep.SYSTEM)

    id: Mapped[int] = mapped_column(primary_key=True)
    platform_id: Mapped[int | None] = mapped_column(ForeignKey("platforms.id"))
    kind: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16), default=JobState.WAITING)
    version: Mapped[int] = mapped_column(default=1)
    claimed_version: Mapped[int] = mapped_column(default=0)
    run_at: Mapped[datetime]
    lease_owner: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    failing_since: Mapped[datetime | None]
    reason_code: Mapped[str | None] = mapped_column(String(64))
    reason_params: Mapped[dict[str, object] | None]
    settled_at: Mapped[datetime | None]
