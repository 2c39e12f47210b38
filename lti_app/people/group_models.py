"""Sets of groups, groups, and who is in them: the platform's own, and those made here."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lti_app.core.db import Base, Keep, Privacy, PublicId, Subject
from lti_app.people.models import NAME_LENGTH

#: The `lti_id` of the set for those of the platform's groups that stand in none.
NO_SET = ""


class GroupSource(StrEnum):
    """Who decides about a set: the platform, or the instructors here."""

    LMS = "lms"
    TOOL = "tool"


class GroupSet(Base):
    """Groups that belong together, such as those of one task."""

    __tablename__ = "group_sets"
    __table_args__ = (UniqueConstraint("context_id", "lti_id"),)
    __privacy__ = Privacy(subject=Subject.NOBODY, keep=Keep.COURSE)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[PublicId]
    platform_id: Mapped[int] = mapped_column(ForeignKey("platforms.id"), index=True)
    context_id: Mapped[int] = mapped_column(ForeignKey("contexts.id"))
    source: Mapped[str] = mapped_column(String(8))
    # None for a set that was made here; of those there may be any number.
    lti_id: Mapped[str | None] = mapped_column(String(255))
    name: Mapped[str | None] = mapped_column(String(NAME_LENGTH))
    created_at: Mapped[datetime]


class Group(Base):
    """One group of a set. A group of the platform keeps its id there."""

    __tablename__ = "course_groups"
    __table_args__ = (UniqueConstraint("context_id", "lti_id"),)
    __privacy__ = Privacy(subject=Subject.NOBODY, keep=Keep.COURSE)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[PublicId]
    platform_id: Mapped[int] = mapped_column(ForeignKey("platforms.id"), index=True)
    context_id: Mapped[int] = mapped_column(ForeignKey("contexts.id"))
    set_id: Mapped[int] = mapped_column(ForeignKey("group_sets.id"), index=True)
    lti_id: Mapped[str | None] = mapped_column(String(255))
    name: Mapped[str | None] = mapped_column(String(NAME_LENGTH))
    tag: Mapped[str | None] = mapped_column(String(NAME_LENGTH))
    created_at: Mapped[datetime]


class GroupMember(Base):
    """A person in a group."""

    __tablename__ = "group_members"
    __table_args__ = (UniqueConstraint("group_id", "user_id"),)
    __privacy__ = Privacy(
        subject=Subject.USER,
        keep=Keep.COURSE,
        personal=("group_id",),
        export="groups",
        erase="deleted",
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platforms.id"), index=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("course_groups.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)


class GroupSync(Base):
    """When the platform's groups of a course were read last, and why not since.

    Where people are asked for one by one, `asked_until` is the user who was the last so far.
    `failed_count` counts tries in a row that told of nobody.
    """

    __tablename__ = "group_syncs"
    __privacy__ = Privacy(subject=Subject.NOBODY, keep=Keep.COURSE)

    id: Mapped[int] = mapped_column(primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platforms.id"), index=True)
    context_id: Mapped[int] = mapped_column(ForeignKey("contexts.id"), unique=True)
    synced_at: Mapped[datetime | None]
    tried_at: Mapped[datetime]
    why_not: Mapped[str | None] = mapped_column(String(64))
    asked_until: Mapped[int] = mapped_column(default=0)
    failed_count: Mapped[int] = mapped_column(default=0)
