"""The platform's groups of a course, taken over as they were told. Those made here are not touched.

Only a list that was read to its end comes here, so what is missing in it is gone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, insert, select
from sqlalchemy.orm import Session

from lti_app.core.db.locks import hold_lock
from lti_app.jobs.service import enqueue
from lti_app.people.group_models import (
    NO_SET,
    Group,
    GroupMember,
    GroupSet,
    GroupSource,
    GroupSync,
)
from lti_app.people.groups import SYNC_JOB, CourseRef
from lti_app.people.models import Enrolment, EnrolmentStatus, User

#: Why no groups were taken over: all of them are missing at once, which may be a mistake there.
NONE_TOLD = "no_groups_told"
#: After an instructor had them read again: what is missing now is gone.
NONE_BELIEVED = "no_groups_believed"
#: Too many to ask for each of them; groups are known then, and not who is in them.
TOO_MANY = "too_many_to_ask"


@dataclass(frozen=True)
class ToldGroup:
    """A group as the platform tells of it; `set_id` is the platform's, None for none."""

    id: str
    name: str | None
    tag: str | None = None
    set_id: str | None = None


@dataclass(frozen=True)
class ToldGroups:
    """All groups of a course.

    Attributes:
        sets: names by the platform's id.
        members: the groups of each person by `sub`; whoever is not in it stays as they are.
    """

    sets: Mapping[str, str | None]
    groups: Sequence[ToldGroup]
    members: Mapping[str, Sequence[str]]


def owe_group_sync(
    session: Session, course: CourseRef, *, now: datetime, is_urgent: bool = False
) -> None:
    """Owe a reading of the platform's groups, and let pages know that there is such a thing.

    Args:
        is_urgent: a person asked for it: an empty list is believed then.
    """
    row = sync_row(session, course)
    if row is None:
        session.add(
            GroupSync(platform_id=course.platform_id, context_id=course.context_id, tried_at=now)
        )
        session.flush()
    else:
        row.tried_at = now
        if is_urgent and row.why_not == NONE_TOLD:
            row.why_not = NONE_BELIEVED
    enqueue(
        session,
        SYNC_JOB,
        str(course.context_id),
        run_at=now,
        platform_id=course.platform_id,
        is_urgent=is_urgent,
    )


def note_trouble(session: Session, course: CourseRef, why_not: str, *, now: datetime) -> None:
    """Write down that the groups could not be read; those of before stay."""
    row = sync_row(session, course)
    if row is not None:
        row.tried_at, row.why_not, row.failed_count = now, why_not[:64], 0


def _is_here(course: CourseRef) -> tuple[ColumnElement[bool], ...]:
    return (
        User.platform_id == course.platform_id,
        Enrolment.platform_id == course.platform_id,
        Enrolment.context_id == course.context_id,
        Enrolment.status == EnrolmentStatus.ACTIVE.value,
    )


def take_groups(session: Session, course: CourseRef, told: ToldGroups, *, now: datetime) -> None:
    """Make the platform's groups here what it told, so far as it told."""
    hold_lock(session, "groups", course.context_id)
    sets = _take_sets(session, course, told, now)
    groups = _take_groups(session, course, told, sets, now)
    _take_members(session, course, told, groups)
    for lti_id, row in sets.items():
        # Now that no group stands in it.
        if lti_id not in _wanted_sets(told):
            session.delete(row)
    sync = sync_row(session, course)
    if sync is not None:
        sync.synced_at = sync.tried_at = now
        sync.why_not = None


def sync_row(session: Session, course: CourseRef) -> GroupSync | None:
    """Return how reading the groups of a course stands; None where it was never tried."""
    return session.scalar(
        select(GroupSync).where(
            GroupSync.platform_id == course.platform_id,
            GroupSync.context_id == course.context_id,
        )
    )


def _set_of(group: ToldGroup, told: ToldGroups) -> str:
    """Return the set of a group: one that nobody told of is none."""
    return group.set_id if group.set_id is not None and group.set_id in told.sets else NO_SET


def _wanted_sets(told: ToldGroups) -> Mapping[str, str | None]:
    is_loose = any(_set_of(group, told) == NO_SET for group in told.groups)
    return {**told.sets, **({NO_SET: None} if is_loose else {})}


def _take_sets(
    session: Session, course: CourseRef, told: ToldGroups, now: datetime
) -> dict[str, GroupSet]:
    rows = {
        row.lti_id or NO_SET: row
        for row in session.scalars(
            select(GroupSet).where(
                GroupSet.platform_id == course.platform_id,
                GroupSet.context_id == course.context_id,
                GroupSet.source == GroupSource.LMS.value,
            )
        )
    }
    for lti_id, name in _wanted_sets(told).items():
        if lti_id not in rows:
            rows[lti_id] = GroupSet(
                platform_id=course.platform_id,
                context_id=course.context_id,
                source=GroupSource.LMS.value,
                lti_id=lti_id,
                created_at=now,
            )
            session.add(rows[lti_id])
        rows[lti_id].name = name
    session.flush()
    return rows


def _take_groups(
    session: Session,
    course: CourseRef,
    told: ToldGroups,
    sets: Mapping[str, GroupSet],
    now: datetime,
) -> dict[str, Group]:
    rows = {
        row.lti_id: row
        for row in session.scalars(
            select(Group).where(
                Group.platform_id == course.platform_id,
                Group.context_id == course.context_id,
                Group.lti_id.is_not(None),
            )
        )
        if row.lti_id is not None
    }
    wanted = {group.id: group for group in told.groups}
    gone = [row.id for lti_id, row in rows.items() if lti_id not in wanted]
    session.execute(
        delete(GroupMember).where(
            GroupMember.platform_id == course.platform_id, GroupMember.group_id.in_(gone)
        )
    )
    session.execute(
        delete(Group).where(Group.platform_id == course.platform_id, Group.id.in_(gone))
    )
    for lti_id, group in wanted.items():
        if lti_id not in rows:
            rows[lti_id] = Group(
                platform_id=course.platform_id,
                context_id=course.context_id,
                lti_id=lti_id,
                created_at=now,
            )
            session.add(rows[lti_id])
        row = rows[lti_id]
        row.set_id = sets[_set_of(group, told)].id
        row.name, row.tag = group.name, group.tag
    session.flush()
    return {lti_id: row for lti_id, row in rows.items() if lti_id in wanted}


def _take_members(
    session: Session, course: CourseRef, told: ToldGroups, groups: Mapping[str, Group]
) -> None:
    people = dict(
        session.execute(
            select(User.sub, User.id)
            .join(Enrolment, Enrolment.user_id == User.id)
            .where(*_is_here(course))
        ).all()
    )
    known = {people[sub] for sub in told.members if sub in people}
    wanted = {
        (groups[group_id].id, people[sub])
        for sub, group_ids in told.members.items()
        for group_id in group_ids
        if sub in people and group_id in groups
    }
    of_groups = GroupMember.group_id.in_([row.id for row in groups.values()])
    of_platform = GroupMember.platform_id == course.platform_id
    stored = {
        (row.group_id, row.user_id): row.id
        for row in session.scalars(select(GroupMember).where(of_platform, of_groups))
        if row.user_id in known
    }
    gone = [row_id for pair, row_id in stored.items() if pair not in wanted]
    session.execute(delete(GroupMember).where(of_platform, GroupMember.id.in_(gone)))
    new = [
        {"platform_id": course.platform_id, "group_id": group_id, "user_id": user_id}
        for group_id, user_id in sorted(wanted - stored.keys())
    ]
    if new:
        session.execute(insert(GroupMember), new)
