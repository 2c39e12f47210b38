"""Tables of groups: sets, groups, and who is in them."""

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lti_app.sandbox.models.base import Base
from lti_app.sandbox.models.course import Course, Person


class GroupSet(Base):
    """Groups that belong together. A dialect without sets tells of its groups alone."""

    __tablename__ = "group_sets"

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"))
    name: Mapped[str]


class Group(Base):
    """A group of a course, in a set or by itself."""

    __tablename__ = "groups"

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"))
    set_id: Mapped[int | None] = mapped_column(ForeignKey("group_sets.id"))
    name: Mapped[str]
    tag: Mapped[str | None]

    course: Mapped[Course] = relationship()


class GroupMember(Base):
    """A person in a group."""

    __tablename__ = "group_members"
    __table_args__ = (UniqueConstraint("group_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))

    person: Mapped[Person] = relationship()
