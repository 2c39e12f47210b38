"""Attempts with their drafts, and the hand-ins that make a repeated request harmless."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from lti_app.core.db import Base, Keep, Privacy, PublicId, Sealed, Subject


class Attempt(Base):
    """One try of one person at one activity. Its public id is the receipt's number.

    The draft is private until it is handed in, and gone afterwards. `is_reopened`: it was handed in
    because somebody let the person do so, whatever the dates say, so it is never late.
    """

    __tablename__ = "attempts"
    __table_args__ = (UniqueConstraint("platform_id", "activity_id", "user_id", "number"),)
    __privacy__ = Privacy(
        subject=Subject.USER,
        keep=Keep.COURSE,
        personal=("draft", "answers", "started_at", "draft_saved_at", "handed_in_at", "is_late"),
        export="attempts",
        erase="deleted; the draft is unreadable as soon as the data key is gone",
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[PublicId]
    platform_id: Mapped[int] = mapped_column(ForeignKey("platforms.id"), index=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    item_version_id: Mapped[int] = mapped_column(ForeignKey("item_versions.id"))
    number: Mapped[int]
    started_at: Mapped[datetime]
    draft: Mapped[Sealed | None]
    draft_revision: Mapped[int] = mapped_column(default=0)
    draft_saved_at: Mapped[datetime | None]
    answers: Mapped[dict[str, object] | None]
    handed_in_at: Mapped[datetime | None]
    is_late: Mapped[bool] = mapped_column(default=False)
    is_reopened: Mapped[bool] = mapped_column(default=False, server_default=false())


class HandIn(Base):
    """A hand-in request that was answered: the same key with the same body gets that answer."""

    __tablename__ = "hand_ins"
    __table_args__ = (UniqueConstraint("platform_id", "user_id", "key"),)
    __privacy__ = Privacy(
        subject=Subject.USER,
        keep=Keep.COURSE,
        personal=("body_hash", "at"),
        export="not exported: a technical record of the attempt, which is exported",
        erase="deleted",
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platforms.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempts.id"))
    key: Mapped[str] = mapped_column(String(64))
    body_hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
