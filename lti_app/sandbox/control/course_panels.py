"""What the control page offers for each course, in words. It changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from lti_app.sandbox.deeds import Standing, list_columns
from lti_app.sandbox.models import Course, Enrolment, LineItem, Link, Person
from lti_app.sandbox.pages.words import points
from lti_app.sandbox.roles import CourseRole
from lti_app.sandbox.wording import _

Choices = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class CoursePanel:
    """A course, and each thing that can be chosen in it: what is sent, and its words."""

    course: Course
    columns: Sequence[LineItem]
    link_choices: Choices
    column_choices: Choices
    learner_choices: Choices
    person_choices: Choices
    standing_choices: Choices


def course_panels(session: Session, courses: Sequence[Course]) -> list[CoursePanel]:
    """Return one panel for each course."""
    everybody = session.scalars(select(Person).order_by(Person.id)).all()
    return [_panel(session, course, everybody) for course in courses]


def standing_words() -> dict[Standing, str]:
    """Return what somebody's standing in a course is called."""
    return {
        Standing.ACTIVE: _("in the course"),
        Standing.SUSPENDED: _("suspended"),
        Standing.GONE: _("not in the course"),
    }


def _panel(session: Session, course: Course, everybody: Sequence[Person]) -> CoursePanel:
    enrolments = session.scalars(
        select(Enrolment)
        .where(Enrolment.course_id == course.id)
        .order_by(Enrolment.id)
        .options(joinedload(Enrolment.person))
    ).all()
    learners = [one.person for one in enrolments if one.role is CourseRole.LEARNER]
    columns = list_columns(session, course)
    return CoursePanel(
        course=course,
        columns=columns,
        link_choices=_link_choices(session, course),
        column_choices=[(str(column.id), _column_words(column)) for column in columns],
        learner_choices=[(person.sub, person.name) for person in learners],
        person_choices=_person_choices(everybody, enrolments),
        standing_choices=[(one.value, words) for one, words in standing_words().items()],
    )


def _link_choices(session: Session, course: Course) -> Choices:
    links = session.scalars(select(Link).where(Link.course_id == course.id).order_by(Link.id))
    return [(link.resource_link_id, link.title) for link in links]


def _person_choices(everybody: Sequence[Person], enrolments: Sequence[Enrolment]) -> Choices:
    words = standing_words()
    standings = {
        one.person_id: Standing.ACTIVE if one.is_active else Standing.SUSPENDED
        for one in enrolments
    }
    return [
        (person.sub, f"{person.name}: {words[standings.get(person.id, Standing.GONE)]}")
        for person in everybody
    ]


def _column_words(column: LineItem) -> str:
    words = f"{column.label} ({points(column.score_maximum)})"
    return f"{words}, {_('deleted')}" if column.deleted_at else words
