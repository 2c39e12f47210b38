"""Tables of the course side: tools, people, courses, who is in them, links to tools.

`history` of a copy: the ids of what it was copied from, the nearest first.
"""

from sqlalchemy import Enum, ForeignKey, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lti_app.sandbox.models.base import Base
from lti_app.sandbox.roles import CourseRole


class Tool(Base):
    """A registration. One that the options no longer name stays, but is not active."""

    __tablename__ = "tools"

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    login_url: Mapped[str]
    jwks_url: Mapped[str]
    redirect_uris: Mapped[list[str]]
    target_link_uri: Mapped[str]
    deployment_ids: Mapped[list[str]]
    custom: Mapped[dict[str, str]]
    is_active: Mapped[bool] = mapped_column(default=True)
    #: Registered while this ran, so no start takes it away.
    came_by_link: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: What it may ask for; None is everything that there is.
    scopes: Mapped[list[str] | None]


class Person(Base):
    """Somebody with an account here; `sub` is what tools know them by."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    sub: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    given_name: Mapped[str | None]
    family_name: Mapped[str | None]
    email: Mapped[str | None]
    shares_identity: Mapped[bool]


class Course(Base):
    """A course: what LTI calls a context."""

    __tablename__ = "courses"

    id: Mapped[int] = mapped_column(primary_key=True)
    context_id: Mapped[str] = mapped_column(unique=True)
    label: Mapped[str]
    title: Mapped[str]
    is_concluded: Mapped[bool] = mapped_column(default=False, server_default=false())
    history: Mapped[list[str]] = mapped_column(default=list, server_default="[]")


class Enrolment(Base):
    """A person in a course; somebody who is not active is suspended."""

    __tablename__ = "enrolments"
    __table_args__ = (UniqueConstraint("course_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    role: Mapped[CourseRole] = mapped_column(Enum(CourseRole, native_enum=False))
    is_active: Mapped[bool]

    course: Mapped[Course] = relationship()
    person: Mapped[Person] = relationship()


class RosterChange(Base):
    """Somebody came into a course, was suspended, or left it; the newest has the highest id."""

    __tablename__ = "roster_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))


class Link(Base):
    """A link to a tool in a course: what LTI calls a resource link.

    `is_graded` tells that it was made with points, also when its column is gone.
    """

    __tablename__ = "links"

    id: Mapped[int] = mapped_column(primary_key=True)
    resource_link_id: Mapped[str] = mapped_column(unique=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"))
    tool_id: Mapped[int] = mapped_column(ForeignKey("tools.id"))
    deployment_id: Mapped[str]
    title: Mapped[str]
    description: Mapped[str]
    target_link_uri: Mapped[str | None]
    custom: Mapped[dict[str, str]]
    is_graded: Mapped[bool] = mapped_column(default=False, server_default=false())
    history: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    #: When it can be opened and when work is taken, as the tool said that made it.
    dates: Mapped[dict[str, object] | None]

    course: Mapped[Course] = relationship()
    tool: Mapped[Tool] = relationship()
