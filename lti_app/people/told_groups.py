"""Who is in which of the platform's groups: told by its roster, or asked for one by one."""

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from lti_app.people.group_models import Group
from lti_app.people.group_sync import NONE_BELIEVED, ToldGroups, sync_row
from lti_app.people.groups import CourseRef
from lti_app.people.models import Enrolment, EnrolmentStatus, User

Told = Mapping[str, Sequence[str] | None]


def keep_told(session: Session, course: CourseRef, told: Told) -> None:
    """Keep what a part of a roster told of people's groups, so that nobody reads it for them again.

    Args:
        told: the platform's ids of groups by `sub`; None where it said nothing of groups.
    """
    rows = session.execute(
        select(Enrolment.id, User.sub, Enrolment.roster_groups)
        .join(User, User.id == Enrolment.user_id)
        .where(*_in(course), User.sub.in_(list(told)))
    ).all()
    wanted = {sub: None if ids is None else sorted(ids) for sub, ids in told.items()}
    changed = [
        {"id": row_id, "roster_groups": wanted[sub]}
        for row_id, sub, known in rows
        if known != wanted[sub]
    ]
    if changed:
        session.execute(update(Enrolment), changed)


def told_by_roster(session: Session, course: CourseRef) -> Mapping[str, Sequence[str]]:
    """Return the groups of everybody on the roster; nothing where it tells of nobody's."""
    rows = session.execute(
        select(User.sub, Enrolment.roster_groups)
        .join(User, User.id == Enrolment.user_id)
        .where(*_in(course), *_is_here(), Enrolment.roster_reading.is_not(None))
    ).all()
    if all(ids is None for _sub, ids in rows):
        return {}
    return {sub: ids or () for sub, ids in rows}


def count_people(session: Session, course: CourseRef) -> int:
    """Return how many are in the course now."""
    return session.scalar(select(func.count()).where(*_in(course), *_is_here())) or 0


def list_people(
    session: Session, course: CourseRef, *, after: int, at_most: int
) -> list[tuple[int, str]]:
    """Return who is in the course now, by their ids here and the platform's, in that order."""
    rows = session.execute(
        select(User.id, User.sub)
        .join(Enrolment, Enrolment.user_id == User.id)
        .where(*_in(course), *_is_here(), User.id > after)
        .order_by(User.id)
        .limit(at_most)
    )
    return [(user_id, sub) for user_id, sub in rows]


def count_failure(session: Session, course: CourseRef) -> int:
    """Return how many tries in a row have told of nobody, this one with them."""
    row = sync_row(session, course)
    if row is None:
        return 0
    row.failed_count += 1
    return row.failed_count


def note_asked(session: Session, course: CourseRef, until: int) -> None:
    """Take down behind which user the next run goes on asking; 0 begins with the first."""
    row = sync_row(session, course)
    if row is not None:
        row.asked_until, row.failed_count = until, 0


def has_lost_all(session: Session, course: CourseRef, told: ToldGroups) -> bool:
    """Whether a platform that told of groups tells of none now, and nobody here has believed it."""
    if told.groups:
        return False
    row = sync_row(session, course)
    if row is not None and row.why_not == NONE_BELIEVED:
        return False
    stored = select(Group.id).where(
        Group.platform_id == course.platform_id,
        Group.context_id == course.context_id,
        Group.lti_id.is_not(None),
    )
    return session.scalar(stored.limit(1)) is not None


def _in(course: CourseRef) -> tuple[ColumnElement[bool], ...]:
    return (
        Enrolment.platform_id == course.platform_id,
        Enrolment.context_id == course.context_id,
    )


def _is_here() -> tuple[ColumnElement[bool], ...]:
    return (Enrolment.status == EnrolmentStatus.ACTIVE.value, Enrolment.is_test.is_(False))
