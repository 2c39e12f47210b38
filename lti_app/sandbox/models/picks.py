"""Tables of deep linking: what a tool was asked for, and what it brought back."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lti_app.sandbox.models.base import Base
from lti_app.sandbox.models.course import Course, Person, Tool


class Pick(Base):
    """Somebody's visit at a tool to choose content for a course.

    `key` names it in the way back. `items` is what the tool sent, until somebody confirms it.
    """

    __tablename__ = "picks"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    tool_id: Mapped[int] = mapped_column(ForeignKey("tools.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    deployment_id: Mapped[str]
    place: Mapped[str]
    data: Mapped[str | None]
    items: Mapped[list[dict[str, object]]] = mapped_column(JSON, default=list, server_default="[]")
    answered_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]

    tool: Mapped[Tool] = relationship()
    course: Mapped[Course] = relationship()
    person: Mapped[Person] = relationship()
