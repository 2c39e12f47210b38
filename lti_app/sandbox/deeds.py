"""What a teacher or an administrator does by hand: to columns, to people, to a whole course.

Tools are not told; they find out. Who may do it is decided by the page or the API that asks.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.sandbox.gradebook import change_maximum
from lti_app.sandbox.models import Course, Enrolment, LineItem, Link, Person, RosterChange
from lti_app.sandbox.roles import CourseRole


class Standing(StrEnum):
    """How somebody stands in a course."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    GONE = "gone"


def find_course(session: Session, context_id: str) -> Course | None:
    """Return a course by the context id that tools are told."""
    return session.scalar(select(Course).where(Course.context_id == context_id))


def find_link(session: Session, context_id: str, resource_link_id: str) -> Link | None:
    """Return a link of a course by the id that tools are told."""
    return session.scalar(
        select(Link)
        .join(Course)
        .where(Link.resource_link_id == resource_link_id, Course.context_id == context_id)
    )


def find_column(session: Session, context_id: str, line_item_id: int) -> LineItem | None:
    """Return a column of a course, also one that was deleted by hand."""
    return session.scalar(
        select(LineItem)
        .join(Course)
        .where(LineItem.id == line_item_id, Course.context_id == context_id)
    )


def list_columns(session: Session, course: Course) -> list[LineItem]:
    """Return every column of a course, also those that were deleted by hand."""
    columns = select(LineItem).where(LineItem.course_id == course.id).order_by(LineItem.id)
    return list(session.scalars(columns))


def change_column(
    item: LineItem,
    *,
    label: str | None = None,
    maximum: float | None = None,
    attempts_allowed: int | None = None,
) -> None:
    """Rename a column, give it another maximum, limit its attempts; None leaves a thing alone.

    Scores in it follow the maximum.
    """
    if label is not None:
        item.label = label
    if maximum is not None:
        change_maximum(item, maximum)
    if attempts_allowed is not None:
        item.attempts_allowed = attempts_allowed


def delete_column(item: LineItem, now: datetime) -> None:
    """Take a column out of the gradebook, with its cells; it can be restored."""
    item.deleted_at = now


def restore_column(item: LineItem) -> None:
    """Bring a deleted column back with everything that stood in it."""
    item.deleted_at = None


def conclude(course: Course, *, is_concluded: bool) -> None:
    """End a course, or open it again."""
    course.is_concluded = is_concluded


def change_standing(
    session: Session,
    course: Course,
    person: Person,
    standing: Standing,
    *,
    role: CourseRole = CourseRole.LEARNER,
) -> None:
    """Suspend somebody, take them out of the course, or let them in; their grades stay.

    Args:
        role: of somebody who was not in the course.
    """
    session.add(RosterChange(course_id=course.id, person_id=person.id))
    enrolment = session.scalar(
        select(Enrolment).where(Enrolment.course_id == course.id, Enrolment.person_id == person.id)
    )
    if standing is Standing.GONE:
        if enrolment is not None:
            session.delete(enrolment)
        return
    if enrolment is None:
        enrolment = Enrolment(course=course, person=person, role=role)
        session.add(enrolment)
    enrolment.is_active = standing is Standing.ACTIVE
