"""What has changed on a roster since a tool last read it.

The address is opaque to tools; a number of a change that never was is one they made up, or one of
before the course was laid anew. Source: NRPS 2.0, section 2.4.3.
"""

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from lti_app.sandbox.models import Course, Enrolment, Person, RosterChange
from lti_app.sandbox.refusals import RefusalError

SINCE = "since"


def newest_change(session: Session, course: Course) -> int:
    """Return the number of the newest change of a course, 0 before the first."""
    newest = select(func.max(RosterChange.id)).where(RosterChange.course_id == course.id)
    return session.scalar(newest) or 0


def changed_people(
    session: Session, course: Course, since: str
) -> list[tuple[Person, Enrolment | None]]:
    """Return who came, left or was suspended since then, with their place in the course now.

    Raises:
        RefusalError: 410, this number is told no longer.
    """
    if not since.isdigit() or int(since[:9]) > newest_change(session, course):
        raise RefusalError(410, "gone", "These changes are told no longer.")
    changed = select(RosterChange.person_id).where(
        RosterChange.course_id == course.id, RosterChange.id > int(since[:9])
    )
    people = session.scalars(select(Person).where(Person.id.in_(changed)).order_by(Person.id))
    enrolments = {
        one.person_id: one
        for one in session.scalars(
            select(Enrolment)
            .where(Enrolment.course_id == course.id)
            .options(joinedload(Enrolment.person))
        )
    }
    return [(person, enrolments.get(person.id)) for person in people]
