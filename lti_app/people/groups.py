"""Sets, groups and their people as pages and kinds see them. Values; nothing is changed here."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from lti_app.core.errors import NotFoundError
from lti_app.people.group_models import Group, GroupMember, GroupSet, GroupSource, GroupSync
from lti_app.people.models import Enrolment, EnrolmentStatus, User
from lti_app.people.names import PersonName
from lti_app.people.roles import Role

#: The job that reads the groups of one course; its key is the id of the context.
SYNC_JOB = "group_sync"


@dataclass(frozen=True)
class CourseRef:
    """A course of ours, by its rows: what every question here is narrowed to."""

    platform_id: int
    context_id: int


@dataclass(frozen=True)
class SetView:
    """A set of groups. `name` is None for those of the platform's groups that stand in no set."""

    public_id: str
    name: str | None
    source: GroupSource
    group_count: int = 0
    people_count: int = 0

    @property
    def is_ours(self) -> bool:
        """Whether it was made here, so that it may be changed here."""
        return self.source is GroupSource.TOOL


@dataclass(frozen=True)
class GroupView:
    """A group; `set_id` is the public id of its set."""

    public_id: str
    name: str
    tag: str | None
    set_id: str
    source: GroupSource


@dataclass(frozen=True)
class GroupedPerson:
    """Somebody in a course, and in which groups of one set.

    Attributes:
        sub: the platform's own id of the person.
        group_ids: public ids; more than one only in a set of the platform.
    """

    user_id: int
    sub: str
    role: Role
    name: PersonName
    group_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class SetDetail:
    """A set with its groups, and every learner of the course, in a group of it or not.

    Attributes:
        groups: in the order in which they were made.
        people: by name.
    """

    view: SetView
    groups: tuple[GroupView, ...]
    people: tuple[GroupedPerson, ...]

    def members(self, group: GroupView) -> list[GroupedPerson]:
        """Return who is in a group."""
        return [one for one in self.people if group.public_id in one.group_ids]

    @property
    def without_group(self) -> list[GroupedPerson]:
        """Who is in no group of this set."""
        return [one for one in self.people if not one.group_ids]


@dataclass(frozen=True)
class SyncState:
    """How reading the platform's groups went; `why_not` is a code."""

    synced_at: datetime | None
    tried_at: datetime
    why_not: str | None
    asked_until: int = 0


def list_sets(session: Session, course: CourseRef) -> list[SetView]:
    """Return the sets of a course, those of the platform first, then in the order of making."""
    counts = _counts(session, course)
    rows = session.scalars(
        select(GroupSet).where(*_of(GroupSet, course)).order_by(GroupSet.source, GroupSet.id)
    )
    return [_set_view(row, *counts.get(row.id, (0, 0))) for row in rows]


def _counts(session: Session, course: CourseRef) -> Mapping[int, tuple[int, int]]:
    rows = session.execute(
        select(
            Group.set_id,
            func.count(Group.id.distinct()),
            # Who has left the course is counted as little as shown.
            func.count(Enrolment.user_id.distinct()),
        )
        .outerjoin(GroupMember, GroupMember.group_id == Group.id)
        .outerjoin(
            Enrolment,
            and_(
                Enrolment.platform_id == Group.platform_id,
                Enrolment.context_id == Group.context_id,
                Enrolment.user_id == GroupMember.user_id,
                Enrolment.status == EnrolmentStatus.ACTIVE.value,
                Enrolment.is_test.is_(False),
            ),
        )
        .where(*_of(Group, course))
        .group_by(Group.set_id)
    )
    return {set_id: (groups, people) for set_id, groups, people in rows}


def _of(table: type[GroupSet] | type[Group], course: CourseRef) -> tuple[ColumnElement[bool], ...]:
    return (table.platform_id == course.platform_id, table.context_id == course.context_id)


def _set_view(row: GroupSet, groups: int = 0, people: int = 0) -> SetView:
    return SetView(row.public_id, row.name, GroupSource(row.source), groups, people)


def get_set_row(session: Session, course: CourseRef, public_id: str) -> GroupSet:
    """Return the row of a set of this course; for this room's own services.

    Raises:
        NotFoundError: there is none, or it is another course's.
    """
    row = session.scalar(
        select(GroupSet).where(*_of(GroupSet, course), GroupSet.public_id == public_id)
    )
    if row is None:
        raise NotFoundError("group_set_not_found")
    return row


def get_set(session: Session, course: CourseRef, public_id: str) -> SetDetail:
    """Return a set with its groups and everybody who could be in one.

    Raises:
        NotFoundError: there is none, or it is another course's.
    """
    row = get_set_row(session, course, public_id)
    groups = session.scalars(
        select(Group).where(*_of(Group, course), Group.set_id == row.id).order_by(Group.id)
    ).all()
    views = {group.id: _group_view(group, row) for group in groups}
    memberships = _memberships(session, course, views)
    people = _people(session, course, memberships)
    return SetDetail(
        _set_view(row, len(views), sum(bool(one.group_ids) for one in people)),
        tuple(views.values()),
        tuple(sorted(people, key=lambda one: one.name.sort_key())),
    )


def _group_view(row: Group, of: GroupSet) -> GroupView:
    return GroupView(row.public_id, row.name or "", row.tag, of.public_id, GroupSource(of.source))


def _memberships(
    session: Session, course: CourseRef, views: Mapping[int, GroupView]
) -> Mapping[int, list[str]]:
    """Return the public ids of the groups that people are in, by user id."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = session.execute(
        select(GroupMember.user_id, GroupMember.group_id)
        .where(GroupMember.platform_id == course.platform_id, GroupMember.group_id.in_(list(views)))
        .order_by(GroupMember.group_id)
    )
    for user_id, group_id in rows:
        found[user_id].append(views[group_id].public_id)
    return found


def _people(
    session: Session, course: CourseRef, memberships: Mapping[int, list[str]]
) -> list[GroupedPerson]:
    """Return the learners of now, and whoever else of the course is in one of the groups."""
    name = (User.public_id, User.name, User.given_name, User.family_name, User.email)
    rows = session.execute(
        select(User.id, User.sub, Enrolment.role, *name)
        .join(Enrolment, Enrolment.user_id == User.id)
        .where(
            User.platform_id == course.platform_id,
            Enrolment.platform_id == course.platform_id,
            Enrolment.context_id == course.context_id,
            Enrolment.status == EnrolmentStatus.ACTIVE.value,
            Enrolment.is_test.is_(False),
            or_(Enrolment.role == Role.LEARNER.value, User.id.in_(_members_of(course))),
        )
    )
    return [
        GroupedPerson(
            user_id,
            sub,
            Role(role),
            PersonName(public_id, *names),
            tuple(memberships.get(user_id, ())),
        )
        for user_id, sub, role, public_id, *names in rows
        if role == Role.LEARNER.value or user_id in memberships
    ]


def _members_of(course: CourseRef) -> Select[int]:
    return (
        select(GroupMember.user_id)
        .join(Group, Group.id == GroupMember.group_id)
        .where(*_of(Group, course), GroupMember.platform_id == course.platform_id)
    )


def list_groups_of(session: Session, course: CourseRef, user_id: int) -> list[GroupView]:
    """Return the groups that one person is in, of every set of the course."""
    rows = session.execute(
        select(Group, GroupSet)
        .join(GroupMember, GroupMember.group_id == Group.id)
        .join(GroupSet, GroupSet.id == Group.set_id)
        .where(*_of(Group, course), *_of(GroupSet, course))
        .where(GroupMember.platform_id == course.platform_id, GroupMember.user_id == user_id)
        .order_by(GroupSet.id, Group.id)
    )
    return [_group_view(group, of) for group, of in rows]


def find_sync(session: Session, course: CourseRef) -> SyncState | None:
    """Return how reading the platform's groups went; None where it was never tried."""
    row = session.scalar(
        select(GroupSync).where(
            GroupSync.platform_id == course.platform_id,
            GroupSync.context_id == course.context_id,
        )
    )
    return SyncState(row.synced_at, row.tried_at, row.why_not, row.asked_until) if row else None
