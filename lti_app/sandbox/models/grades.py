"""Tables of the gradebook: columns, and what stands in their cells."""

from datetime import datetime

from sqlalchemy import Enum, ForeignKey, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lti_app.sandbox.models.base import Base
from lti_app.sandbox.models.course import Course, Link, Person
from lti_app.sandbox.vocabulary import ActivityProgress, GradingProgress


class LineItem(Base):
    """A column of the gradebook; it belongs to the tool that it was made for.

    A column that a person deleted stays with its cells, so that it can be restored; for tools it
    does not exist. `attempts_allowed` is None where attempts are not limited.
    """

    __tablename__ = "line_items"

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"))
    tool_id: Mapped[int] = mapped_column(ForeignKey("tools.id"))
    link_id: Mapped[int | None] = mapped_column(ForeignKey("links.id"))
    is_coupled: Mapped[bool]
    label: Mapped[str]
    score_maximum: Mapped[float]
    resource_id: Mapped[str | None]
    tag: Mapped[str | None]
    start_at: Mapped[datetime | None]
    end_at: Mapped[datetime | None]
    grades_released: Mapped[bool | None]
    attempts_allowed: Mapped[int | None]
    deleted_at: Mapped[datetime | None]
    #: What the tool says of looking at the work behind a cell, as it was sent.
    review: Mapped[dict[str, object] | None]

    course: Mapped[Course] = relationship()
    link: Mapped[Link | None] = relationship()
    results: Mapped[list["Result"]] = relationship(cascade="all, delete-orphan")


class Result(Base):
    """A cell of the gradebook: the last score that arrived, and what the platform made of it.

    `score` is in points of the column; None means that nothing is recorded.
    `scored_at` is the time in the last score, or the moment a person graded here.
    """

    __tablename__ = "results"
    __table_args__ = (UniqueConstraint("line_item_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    line_item_id: Mapped[int] = mapped_column(ForeignKey("line_items.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    score: Mapped[float | None]
    comment: Mapped[str | None]
    activity_progress: Mapped[ActivityProgress | None] = mapped_column(
        Enum(ActivityProgress, native_enum=False)
    )
    grading_progress: Mapped[GradingProgress | None] = mapped_column(
        Enum(GradingProgress, native_enum=False)
    )
    scored_at: Mapped[datetime]
    stored_at: Mapped[datetime]
    score_version: Mapped[int]
    scoring_user_id: Mapped[str | None]
    is_graded_here: Mapped[bool]
    attempt_count: Mapped[int] = mapped_column(default=0, server_default="0")
    needs_grading: Mapped[bool] = mapped_column(default=False, server_default=false())

    person: Mapped[Person] = relationship()
    comments: Mapped[list["Comment"]] = relationship(
        cascade="all, delete-orphan", order_by="Comment.id"
    )

    @property
    def shown_comments(self) -> list[str]:
        """What a reader of the gradebook sees: all that were added, or the one there is."""
        added = [comment.text for comment in self.comments]
        return added or [text for text in [self.comment] if text]


class Comment(Base):
    """A comment of a tool, in a dialect that adds each to the former ones."""

    __tablename__ = "comments"

    id: Mapped[int] = mapped_column(primary_key=True)
    result_id: Mapped[int] = mapped_column(ForeignKey("results.id"))
    text: Mapped[str]
    at: Mapped[datetime]
