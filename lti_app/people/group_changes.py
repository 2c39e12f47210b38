"""What instructors do to the groups they make here. The platform's own are never touched."""

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count as numbers

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from lti_app.audit import Actor, record_event
from lti_app.core.db.locks import hold_lock
from lti_app.core.errors import ConflictError, NotFoundError
from lti_app.people.group_models import Group, GroupMember, GroupSet, GroupSource
from lti_app.people.groups import CourseRef, SetDetail, get_set, get_set_row
from lti_app.people.splitting import split_evenly

MOST_SETS = 50
MOST_GROUPS = 500


class GroupsFullError(ConflictError):
    """There are as many as a course can have."""

    code = "too_many_groups"


class NameTakenError(ConflictError):
    """Another group of the set is called so."""

    code = "group_name_taken"


@dataclass(frozen=True)
class Changer:
    """Who changes groups, where and when."""

    session: Session
    course: CourseRef
    actor: Actor
    now: datetime

    def make_set(self, name: str) -> str:
        """Make an empty set and return its public id.

        Raises:
            GroupsFullError: the course has enough of them.
        """
        self._hold()
        here = select(func.count()).where(
            GroupSet.platform_id == self.course.platform_id,
            GroupSet.context_id == self.course.context_id,
            GroupSet.source == GroupSource.TOOL.value,
        )
        if (self.session.scalar(here) or 0) >= MOST_SETS:
            raise GroupsFullError
        row = GroupSet(
            platform_id=self.course.platform_id,
            context_id=self.course.context_id,
            source=GroupSource.TOOL.value,
            name=name,
            created_at=self.now,
        )
        self.session.add(row)
        self.session.flush()
        self._record("group_set.made", row.public_id)
        return row.public_id

    def rename_set(self, set_id: str, name: str) -> None:
        """Give a set another name."""
        self._own_set(set_id).name = name

    def remove_set(self, set_id: str) -> None:
        """Take a set away with its groups; people and their work stay as they are."""
        row = self._own_set(set_id)
        self._remove([group.id for group in self._groups(row)])
        self.session.delete(row)
        self._record("group_set.removed", set_id)

    def add_group(self, set_id: str, name: str) -> str:
        """Add an empty group to a set and return its public id.

        Raises:
            NameTakenError, GroupsFullError.
        """
        row = self._own_set(set_id)
        groups = self._groups(row)
        if any(_same(one.name, name) for one in groups):
            raise NameTakenError
        return self._add(row, groups, [name])[0].public_id

    def rename_group(self, set_id: str, group_id: str, name: str) -> None:
        """Give a group another name. Raises NameTakenError."""
        groups = self._groups(self._own_set(set_id))
        group = _find(groups, group_id)
        if any(one is not group and _same(one.name, name) for one in groups):
            raise NameTakenError
        group.name = name

    def remove_group(self, set_id: str, group_id: str) -> None:
        """Take a group away; who was in it is in none then."""
        group = _find(self._groups(self._own_set(set_id)), group_id)
        self._remove([group.id])
        self._record("group.removed", group_id)

    def place(self, set_id: str, people: Collection[str], group_id: str | None) -> int:
        """Put people of the course into one group of a set, out of any other; return how many.

        Args:
            people: public ids; whoever is no learner of the course is passed over.
            group_id: None takes them out of their groups.
        """
        row = self._own_set(set_id)
        groups = self._groups(row)
        target = _find(groups, group_id) if group_id else None
        here = get_set(self.session, self.course, set_id).people
        chosen = [one.user_id for one in here if one.name.public_id in people]
        self._move(groups, dict.fromkeys(chosen, target))
        return len(chosen)

    def split(
        self, set_id: str, group_count: int, name: str, chance: random.Random
    ) -> tuple[int, int]:
        """Split who is in no group evenly into new groups.

        Args:
            name: of each new group, with `%(number)s` in it; a number that is taken is left out.

        Returns:
            How many people, and how many groups.
        """
        row = self._own_set(set_id)
        groups = self._groups(row)
        waiting = [one.user_id for one in get_set(self.session, self.course, set_id).without_group]
        parts = split_evenly(waiting, min(group_count, len(waiting)) or 1, chance)
        names = _free_names(name, [one.name or "" for one in groups], len(parts))
        made = self._add(row, groups, names) if waiting else []
        for group, part in zip(made, parts, strict=False):
            self._move([], dict.fromkeys(part, group))
        self._record("group_set.split", set_id)
        return len(waiting), len(made)

    def assign(self, set_id: str, wanted: Mapping[int, str]) -> None:
        """Put people into groups by name; a group that is not there yet is made.

        Args:
            wanted: name of the group by user id; the caller has seen that they are in the course.
        """
        row = self._own_set(set_id)
        groups = self._groups(row)
        known = {(one.name or "").casefold() for one in groups}
        new = {name.casefold(): name for name in wanted.values() if name.casefold() not in known}
        made = self._add(row, groups, list(new.values()))
        by_name = {(one.name or "").casefold(): one for one in [*groups, *made]}
        self._move(groups, {user_id: by_name[name.casefold()] for user_id, name in wanted.items()})
        self._record("group_set.filled", set_id)

    def detail(self, set_id: str) -> SetDetail:
        """Return a set as it is now."""
        return get_set(self.session, self.course, set_id)

    def _hold(self) -> None:
        hold_lock(self.session, "groups", self.course.context_id)

    def _own_set(self, set_id: str) -> GroupSet:
        """Return a set that may be changed here.

        Raises:
            NotFoundError: none of this course.
            ConflictError: the platform decides about it.
        """
        self._hold()
        row = get_set_row(self.session, self.course, set_id)
        if row.source != GroupSource.TOOL.value:
            raise ConflictError("groups_of_platform")
        return row

    def _groups(self, row: GroupSet) -> Sequence[Group]:
        return self.session.scalars(
            select(Group)
            .where(Group.platform_id == self.course.platform_id, Group.set_id == row.id)
            .order_by(Group.id)
        ).all()

    def _add(self, row: GroupSet, groups: Sequence[Group], names: Sequence[str]) -> list[Group]:
        if len(groups) + len(names) > MOST_GROUPS:
            raise GroupsFullError
        made = [
            Group(
                platform_id=row.platform_id,
                context_id=row.context_id,
                set_id=row.id,
                name=name,
                created_at=self.now,
            )
            for name in names
        ]
        self.session.add_all(made)
        self.session.flush()
        return made

    def _move(self, groups: Sequence[Group], targets: Mapping[int, Group | None]) -> None:
        """Take people out of these groups and put each into theirs."""
        self.session.execute(
            delete(GroupMember).where(
                GroupMember.platform_id == self.course.platform_id,
                GroupMember.group_id.in_([one.id for one in groups]),
                GroupMember.user_id.in_(list(targets)),
            )
        )
        rows = [
            {"platform_id": self.course.platform_id, "group_id": group.id, "user_id": user_id}
            for user_id, group in targets.items()
            if group is not None
        ]
        if rows:
            self.session.execute(insert(GroupMember), rows)

    def _remove(self, group_ids: Sequence[int]) -> None:
        of_platform = self.course.platform_id
        self.session.execute(
            delete(GroupMember).where(
                GroupMember.platform_id == of_platform, GroupMember.group_id.in_(group_ids)
            )
        )
        self.session.execute(
            delete(Group).where(Group.platform_id == of_platform, Group.id.in_(group_ids))
        )

    def _record(self, action: str, about: str) -> None:
        record_event(
            self.session,
            action,
            at=self.now,
            actor=self.actor,
            about=("group_set", about),
            platform_id=self.course.platform_id,
        )


def _find(groups: Sequence[Group], public_id: str) -> Group:
    found = next((one for one in groups if one.public_id == public_id), None)
    if found is None:
        raise NotFoundError("group_not_found")
    return found


def _same(one: str | None, other: str) -> bool:
    return (one or "").casefold() == other.casefold()


def _free_names(pattern: str, taken: Sequence[str], wanted: int) -> list[str]:
    used = {name.casefold() for name in taken}
    free = (
        name
        for number in numbers(1)
        if (name := pattern % {"number": number}).casefold() not in used
    )
    return [next(free) for _ in range(wanted)]
