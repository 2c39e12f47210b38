"""Users, contexts, enrolments and data keys. Every row belongs to one platform."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lti_app.core.db import Base, Keep, Privacy, PublicId, Subject

NAME_LENGTH = 255
URL_LENGTH = 2048


class EnrolmentStatus(StrEnum):
    """Whether a person is in the context now."""

    ACTIVE = "active"
    INACTIVE = "inactive"


class EnrolmentSource(StrEnum):
    """How we learned of an enrolment."""

    LAUNCH = "launch"
    ROSTER = "roster"


class RosterState(StrEnum):
    """Where the reading of a course's roster stands."""

    #: A reading is owed and has not begun.
    ASKED = "asked"
    READING = "reading"
    READ = "read"
    #: It was read to its end, and so many are missing that an instructor has to say so.
    HELD = "held"
    #: It could not be read to its end; what we knew before stands.
    STALE = "stale"


class User(Base):
    """A person as one registration knows them: (platform, sub). Never joined by e-mail."""

    __tablename__ = "users"
    __table_args__ = (UniqueConstraint("platform_id", "sub"),)
    __privacy__ = Privacy(
        subject=Subject.USER,
        keep=Keep.REGISTRATION,
        personal=(
            "sub",
            "name",
            "given_name",
            "family_name",
            "email",
            "locale",
            "time_zone",
            "legacy_id",
        ),
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
    #: What the platform called them before LTI 1.3, if a launch has proven it.
    legacy_id: Mapped[str | None] = mapped_column(String(255))
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
    """A person in a context, as what, and since when.

    `launched_at` is when a launch last told anything, None for who has never opened the tool here.
    `roster_role` is what the roster said last, None for who was never on it. `roster_reading` is
    the number of the last reading that told of them, below zero where it said that they are gone.
    `roster_groups` are the platform's ids of their groups, None where it said nothing of groups.
    """

    __tablename__ = "enrolments"
    __table_args__ = (UniqueConstraint("context_id", "user_id"),)
    __privacy__ = Privacy(
        subject=Subject.USER,
        keep=Keep.COURSE,
        personal=(
            "role",
            "roster_role",
            "roster_groups",
            "status",
            "first_seen_at",
            "seen_at",
            "launched_at",
        ),
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
    launched_at: Mapped[datetime | None]
    roster_role: Mapped[str | None] = mapped_column(String(32))
    roster_reading: Mapped[int | None]
    roster_groups: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))


class Roster(Base):
    """How the people of one course are known from its platform: one row for each course.

    A reading has a number. While it goes on, `cursor_url` is the page that comes next; `is_whole`
    says whether it is of everybody, and not of what has changed.
    """

    __tablename__ = "rosters"
    __privacy__ = Privacy(subject=Subject.NOBODY, keep=Keep.COURSE)

    id: Mapped[int] = mapped_column(primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platforms.id"), index=True)
    context_id: Mapped[int] = mapped_column(ForeignKey("contexts.id"), unique=True)
    state: Mapped[str] = mapped_column(String(16), default=RosterState.ASKED)
    reading: Mapped[int] = mapped_column(default=0)
    is_whole: Mapped[bool] = mapped_column(default=True)
    cursor_url: Mapped[str | None] = mapped_column(String(URL_LENGTH))
    differences_url: Mapped[str | None] = mapped_column(String(URL_LENGTH))
    pages_count: Mapped[int] = mapped_column(default=0)
    members_count: Mapped[int] = mapped_column(default=0)
    skipped_count: Mapped[int] = mapped_column(default=0)
    #: Pages in a row that told of nobody new, and failures in a row.
    idle_count: Mapped[int] = mapped_column(default=0)
    failed_count: Mapped[int] = mapped_column(default=0)
    leaving_count: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime]
    begun_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    whole_at: Mapped[datetime | None]
    stale_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    reason_code: Mapped[str | None] = mapped_column(String(64))
    reason_params: Mapped[dict[str, object] | None]


class MentorScope(Base):
    """Whom a mentor may follow in a context, by `sub`, as their newest launch named them."""

    __tablename__ = "mentor_scopes"
    __table_args__ = (UniqueConstraint("context_id", "user_id"),)
    __privacy__ = Privacy(
        subject=Subject.USER,
        keep=Keep.COURSE,
        personal=("subs",),
        export="whom they may follow",
        erase="deleted; of a person who is followed, their name in the list",
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platforms.id"), index=True)
    context_id: Mapped[int] = mapped_column(ForeignKey("contexts.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    subs: Mapped[list[str]]
    updated_at: Mapped[datetime]
