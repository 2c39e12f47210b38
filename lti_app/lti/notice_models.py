"""What is remembered of notices: each one once, what it told, and where we asked for them."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lti_app.core.db import Base, Keep, Privacy, Subject
from lti_app.lti.models import ID_LENGTH


class Notice(Base):
    """A notice that was proven and not yet forgotten, so that it is acted upon once."""

    __tablename__ = "notices"
    __table_args__ = (UniqueConstraint("deployment_id", "notice_id"),)
    __privacy__ = Privacy(subject=Subject.NOBODY, keep=Keep.DAYS)

    id: Mapped[int] = mapped_column(primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platforms.id"))
    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployments.id"))
    notice_id: Mapped[str] = mapped_column(String(ID_LENGTH))
    type: Mapped[str] = mapped_column(String(64))
    context_ref: Mapped[str | None] = mapped_column(String(ID_LENGTH))
    origin_refs: Mapped[list[str]]
    received_at: Mapped[datetime] = mapped_column(index=True)
    done_at: Mapped[datetime | None]


class ContextCopy(Base):
    """The platform told that one course was copied from another. Both are its own ids."""

    __tablename__ = "context_copies"
    __table_args__ = (UniqueConstraint("deployment_id", "context_ref", "origin_ref"),)
    __privacy__ = Privacy(subject=Subject.NOBODY, keep=Keep.REGISTRATION)

    id: Mapped[int] = mapped_column(primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platforms.id"), index=True)
    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployments.id"))
    context_ref: Mapped[str] = mapped_column(String(ID_LENGTH))
    origin_ref: Mapped[str] = mapped_column(String(ID_LENGTH))
    told_at: Mapped[datetime]


class NoticeSubscription(Base):
    """Which notices one deployment was asked for, and how that went the last time."""

    __tablename__ = "notice_subscriptions"
    __privacy__ = Privacy(subject=Subject.NOBODY, keep=Keep.REGISTRATION)

    id: Mapped[int] = mapped_column(primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platforms.id"), index=True)
    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployments.id"), unique=True)
    types: Mapped[list[str]]
    checked_at: Mapped[datetime]
    why_not: Mapped[str | None] = mapped_column(String(64))
