"""Users, contexts, enrolments and data keys. Every row belongs to one platform."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lti_app.core.db import Base, Keep, Privacy, PublicId, Subject

NAME_LENGTH = 255


class EnrolmentStatus(StrEnum):
    """Whether a person is in the context now."""

    ACTIVE = "active"
    INACTIVE = "inactive"


class EnrolmentSource(StrEnum):
    """How we learned of an enrolment."""

    LAUNCH = "launch"
    ROSTER = "roster"


class User(Base):
    """A person as one registration knows them: (platform, sub). Never joined by e-mail."""

    __tablename__ = "users"
    __table_args__ = (UniqueConstraint("platform_id", "sub"),)
    __privacy__ = Privacy(
        subject=Subject.USER,
        keep=Keep.REGISTRATION,
        personal=("sub", "name", "given_name", "family_name", "email", "locale", "time_zone"),
        export="profile",
        erase="deleted with everything that hangs on it; released grades lose their owner's name",
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[PublicId]
    platform_id: Mapped[int] = mapped_column(ForeignKey("platforms.id"), index=True)
    sub: Mapped[str] = mapped_column(String(255))
    name: Mapped[str | None] = mapped_column(String(NAME_LENGTH))
    given_name: Mapped[str | None] = mapped_column(String(NAME_LENGTH))
    family_name: Mapped[str | None] = mapped_column(String(NAME_LENGTH))
    email: Mapped[str | None] = mapped_column(String(NAME_LENGTH))
    locale: Mapped[str | None] = mapped_column(String(35))
    time_zone: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class DataKey(Base):
    """A person's data key, wrapped. Deleting the row makes their private text unreadable."""

    __tablename__ = "data_keys"
    __privacy__ = Privacy(
        subject=Subject.USER,
        keep=Keep.REGISTRATION,
        personal=("wrapped",),
        export="not exported: a key, not a statement about the person",
        erase="deleted first, which is the erasure of all private text, also in backups",
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platforms.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), unique=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)


class Context(Base):
    """A course in the LMS: (registration, deployment, `context.id`)."""

    __tablename__ = "contexts"
    __table_args__ = (UniqueConstraint("deployment_id", "lti_id"),)
    __privacy__ = Privacy(subject=Subject.NOBODY, keep=Keep.REGISTRATION)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[PublicId]
    platform_id: Mapped[int] = mapped_column(ForeignKey("platforms.id"), index=True)
    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployments.id"))
    lti_id: Mapped[str] = mapped_column(String(255))
    title: Mapped[str | None] = mapped_column(String(NAME_LENGTH))
    label: Mapped[str | None] = mapped_column(String(NAME_LENGTH))
    time_zone: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime]


class Enrolment(Base):
    """A person in a context, as what, and since when."""

    __tablename__ = "enrolments"
    __table_args__ = (UniqueConstraint("context_id", "user_id"),)
    __privacy__ = Privacy(
        subject=Subject.USER,
        keep=Keep.COURSE,
        personal=("role", "status", "first_seen_at", "seen_at"),
        export="enrolments",
        erase="deleted",
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platforms.id"), index=True)
    context_id: Mapped[int] = mapped_column(ForeignKey("contexts.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    role: Mapped[str] = mapped_column(String(32))
    status: Mapped[str] = mapped_column(String(16), default=EnrolmentStatus.ACTIVE)
    source: Mapped[str] = mapped_column(String(16), default=EnrolmentSource.LAUNCH)
    is_test: Mapped[bool] = mapped_column(default=False)
    first_seen_at: Mapped[datetime]
    seen_at: Mapped[datetime]
