"""Copies of a course and of a link, as a teacher makes them. Nobody's work comes along."""

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from lti_app.sandbox.dialects import Dialect
from lti_app.sandbox.models import Course, Enrolment, LineItem, Link

#: Ids of copies are made of these and a row's number, far from those that a start gives.
_FIRST_NUMBER = 1000


def copy_course(
    session: Session, course: Course, dialect: Dialect, *, with_learners: bool = False
) -> Course:
    """Make a course of the same links and columns; those who teach it teach the copy, too.

    Args:
        with_learners: lets everybody else in as well; nothing that they did comes along.
    """
    number = next_number(session, Course)
    copy = Course(
        context_id=dialect.spelled_id(number, f"{course.context_id}-copy-{number}"),
        label=f"{course.label}-{number}",
        title=course.title,
        history=[course.context_id, *course.history],
    )
    session.add(copy)
    session.flush()
    staff = select(Enrolment).where(Enrolment.course_id == course.id).order_by(Enrolment.id)
    for one in session.scalars(staff).all():
        if one.is_active and (one.role.teaches or with_learners):
            session.add(
                Enrolment(course=copy, person_id=one.person_id, role=one.role, is_active=True)
            )
    links = select(Link).where(Link.course_id == course.id).order_by(Link.id)
    for link in session.scalars(links).all():
        copy_link(session, link, dialect, to=copy)
    untied = select(LineItem).where(LineItem.course_id == course.id, LineItem.link_id.is_(None))
    _copy_columns(session, untied.order_by(LineItem.id), to=copy, link=None)
    session.flush()
    return copy


def copy_link(session: Session, link: Link, dialect: Dialect, *, to: Course | None = None) -> Link:
    """Make a link like another one with its columns, in its own course unless told where."""
    number = next_number(session, Link)
    copy = Link(
        resource_link_id=dialect.spelled_id(number, f"{link.resource_link_id}-copy-{number}"),
        course=to or link.course,
        tool=link.tool,
        deployment_id=link.deployment_id,
        title=link.title,
        description=link.description,
        target_link_uri=link.target_link_uri,
        custom=dict(link.custom),
        is_graded=link.is_graded,
        dates=link.dates,
        history=[link.resource_link_id, *link.history],
    )
    session.add(copy)
    session.flush()
    tied = select(LineItem).where(LineItem.link_id == link.id).order_by(LineItem.id)
    _copy_columns(session, tied, to=copy.course, link=copy)
    session.flush()
    return copy


def _copy_columns(
    session: Session, columns: Select[LineItem], *, to: Course, link: Link | None
) -> None:
    """Copy columns with our names for them, and no cell. Source: AGS 2.0, section 3.2.7."""
    for one in session.scalars(columns.where(LineItem.deleted_at.is_(None))).all():
        session.add(
            LineItem(
                course=to,
                tool_id=one.tool_id,
                link=link,
                is_coupled=one.is_coupled,
                label=one.label,
                score_maximum=one.score_maximum,
                resource_id=one.resource_id,
                tag=one.tag,
                start_at=one.start_at,
                end_at=one.end_at,
                grades_released=one.grades_released,
                attempts_allowed=one.attempts_allowed,
                review=one.review,
            )
        )


def next_number(session: Session, table: type[Course | Link]) -> int:
    """Return the number of a row that is made while the platform runs."""
    newest = session.scalar(select(func.max(table.id))) or 0
    return _FIRST_NUMBER + newest + 1
