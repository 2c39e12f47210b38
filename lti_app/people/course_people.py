"""Who is in a course and who was, for a page. It changes nothing."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.people.models import Enrolment, EnrolmentStatus, Roster, RosterState, User
from lti_app.people.names import PersonName
from lti_app.people.readings import is_leaving
from lti_app.people.roles import Role


@dataclass(frozen=True)
class CoursePerson:
    """Somebody in a course.

    Attributes:
        is_missing: the newest roster lacks them, and nobody has said yet that they have left.
        is_on_roster: whether a roster has ever told of them.
        opened_at: when they last opened something here; None for never.
    """

    name: PersonName
    role: Role
    is_here: bool
    is_missing: bool
    is_on_roster: bool
    since: datetime
    opened_at: datetime | None


def list_course_people(
    session: Session, *, platform_id: int, context_id: int
) -> list[CoursePerson]:
    """Return everybody of a course by name, those who left too; the test user is nobody."""
    missing = _missing(session, platform_id, context_id)
    rows = session.execute(
        select(
            User.id,
            User.public_id,
            User.name,
            User.given_name,
            User.family_name,
            User.email,
            Enrolment.role,
            Enrolment.status,
            Enrolment.roster_role,
            Enrolment.first_seen_at,
            Enrolment.launched_at,
            Enrolment.seen_at,
        )
        .join(Enrolment, Enrolment.user_id == User.id)
        .where(
            User.platform_id == platform_id,
            Enrolment.platform_id == platform_id,
            Enrolment.context_id == context_id,
            Enrolment.is_test.is_(False),
        )
    )
    people = [
        CoursePerson(
            name=PersonName(*who),
            role=Role(role),
            is_here=status == EnrolmentStatus.ACTIVE.value,
            is_missing=user_id in missing,
            is_on_roster=said is not None,
            since=since,
            opened_at=max(launched_at, seen_at) if launched_at else None,
        )
        for user_id, *who, role, status, said, since, launched_at, seen_at in rows
    ]
    return sorted(people, key=lambda one: one.name.sort_key())


def _missing(session: Session, platform_id: int, context_id: int) -> frozenset[int]:
    row = session.scalar(
        select(Roster).where(
            Roster.platform_id == platform_id,
            Roster.context_id == context_id,
            Roster.state == RosterState.HELD.value,
        )
    )
    if row is None:
        return frozenset()
    return frozenset(session.scalars(select(Enrolment.user_id).where(*is_leaving(row))))
