"""One table of background work. A row is the promise; a thread that runs it is only a helper."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lti_app.core.db import Base, Keep, Privacy, Subject

#: `host` or `host:port`.
HOST_LENGTH = 260


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    #: Claimed and prepared; it follows the next run of its lane that ends in the same process.
    READY = "ready"
    RUNNING = "running"
    DONE = "done"
    NEEDS_ATTENTION = "needs_attention"


class Job(Base):
    """One thing that must happen, at most one row for each (kind, key).

    `version` counts how often it was asked for, `claimed_version` what the last run knew of: a
    request that comes during a run is seen at its end and runs once more. `host` is where it goes
    in the platform, as far as that is known when it is asked for.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        UniqueConstraint("kind", "key"),
        Index("ix_jobs_due", "state", "platform_id", "host", "run_at", "id"),
    )
    __privacy__ = Privacy(subject=Subject.NOBODY, keep=Keep.SYSTEM)

    id: Mapped[int] = mapped_column(primary_key=True)
    platform_id: Mapped[int | None] = mapped_column(ForeignKey("platforms.id"))
    host: Mapped[str | None] = mapped_column(String(HOST_LENGTH))
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


class GateRow(Base):
    """How one way to a platform stands: a platform, a host, or one platform at one host.

    Without a row it is open. What the fields mean stands at `jobs.rules.Gate`.
    """

    __tablename__ = "job_gates"
    __privacy__ = Privacy(subject=Subject.NOBODY, keep=Keep.SYSTEM)

    key: Mapped[str] = mapped_column(String(HOST_LENGTH + 24), primary_key=True)
    platform_id: Mapped[int | None] = mapped_column(ForeignKey("platforms.id"))
    host: Mapped[str | None] = mapped_column(String(HOST_LENGTH))
    limit: Mapped[int | None]
    failures: Mapped[int] = mapped_column(default=0)
    failing_since: Mapped[datetime | None]
    closed_until: Mapped[datetime | None]
    changed_at: Mapped[datetime | None]


class JobHold(Base):
    """While this row stands, no job of the kind begins. `seen_at`: a person has looked why."""

    __tablename__ = "job_holds"
    __privacy__ = Privacy(subject=Subject.NOBODY, keep=Keep.SYSTEM)

    kind: Mapped[str] = mapped_column(String(64), primary_key=True)
    reason_code: Mapped[str] = mapped_column(String(64))
    held_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
