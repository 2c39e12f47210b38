"""What a part of a roster tells of people, brought to users and enrolments. It removes nobody.

Who is named as gone is only marked: who leaves is decided when the roster has been read whole.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, Table, bindparam, insert, select, update
from sqlalchemy.orm import Session

from lti_app.core.db.locks import hold_lock
from lti_app.people.models import Enrolment, EnrolmentSource, EnrolmentStatus, User
from lti_app.people.roles import Role
from lti_app.people.roster_rules import role_after

_USERS, _ENROLMENTS = cast(Table, User.__table__), cast(Table, Enrolment.__table__)
_people, _enrolments = _USERS.c, _ENROLMENTS.c

# Statements of tables, and each made once: with the same ones made anew for objects, a page of a
# roster would keep others from writing for twice as long.
_KNOWN = select(
    *_people["id", "sub", "name", "given_name", "family_name", "email"],
).where(
    _people.platform_id == bindparam("platform_id"),
    _people.sub.in_(bindparam("subs", expanding=True)),
)
_IDS = _KNOWN.with_only_columns(_people.sub, _people.id)
_RENAME = (
    update(_USERS)
    .where(_people.id == bindparam("which"))
    .values({name: bindparam(name) for name in ("name", "given_name", "family_name", "email")})
)
_ENROLLED = select(
    *_enrolments["id", "user_id", "role", "status", "roster_role", "roster_reading"],
    _enrolments.launched_at,
    _enrolments.roster_groups.is_not(None).label("has_groups"),
).where(
    _enrolments.platform_id == bindparam("platform_id"),
    _enrolments.context_id == bindparam("context_id"),
    _enrolments.user_id.in_(bindparam("user_ids", expanding=True)),
)
_MARK = (
    update(_ENROLMENTS)
    .where(_enrolments.id.in_(bindparam("ids", expanding=True)))
    .values(roster_reading=bindparam("reading"))
)
_CHANGE = (
    update(_ENROLMENTS)
    .where(_enrolments.id == bindparam("which"))
    .values(
        status=EnrolmentStatus.ACTIVE.value,
        role=bindparam("role"),
        roster_role=bindparam("roster_role"),
    )
)


@dataclass(frozen=True, slots=True)
class ListedNames:
    """What a roster says of a person; a part that it withholds is None and is removed here."""

    name: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    email: str | None = None

    def columns(self) -> dict[str, str | None]:
        """Return them by the names of a user's columns."""
        return {
            "name": self.name,
            "given_name": self.given_name,
            "family_name": self.family_name,
            "email": self.email,
        }


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody as the roster has them. The platform's test user is not listed."""

    sub: str
    role: Role
    is_here: bool
    names: ListedNames = ListedNames()


@dataclass(frozen=True)
class Taken:
    """What a part of a roster came to.

    Attributes:
        told_count: people whom this reading had not told of before; of who has gone and was never
            here that is not known, and each time counts.
        changed_ids: users whose role is another one now.
        had_groups: whether a roster had told of groups of any of them.
    """

    told_count: int
    changed_ids: tuple[int, ...]
    had_groups: bool


def take_listed(
    session: Session,
    listed: Iterable[Listed],
    *,
    platform_id: int,
    context_id: int,
    reading: int,
    now: datetime,
) -> Taken:
    """Remember people that a roster tells of; who is listed twice is who they are last.

    Args:
        listed: a few hundred at most, for one short transaction.
        reading: the number of the reading, above zero.
    """
    people = {one.sub: one for one in listed}
    # A launch beside this one would make the same people.
    hold_lock(session, "launch", platform_id)
    ids = _users(session, people, platform_id=platform_id, now=now)
    taken = _enrol(
        session,
        {user_id: people[sub] for sub, user_id in ids.items()},
        platform_id=platform_id,
        context_id=context_id,
        reading=reading,
        now=now,
    )
    # Who left before we knew them gets no row, and is no sign of a list that goes round.
    return replace(taken, told_count=taken.told_count + len(people) - len(ids))


def _users(
    session: Session, people: Mapping[str, Listed], *, platform_id: int, now: datetime
) -> dict[str, int]:
    """Return the ids of these people by sub; who is not in the course and not known gets no row."""
    connection, where = session.connection(), {"platform_id": platform_id}
    known = connection.execute(_KNOWN, {**where, "subs": list(people)}).all()
    changed = [
        {"which": user_id, **people[sub].names.columns()}
        for user_id, sub, *said in known
        # Of who has gone a platform may say nothing but that; they may be in other courses.
        if people[sub].is_here and said != [*people[sub].names.columns().values()]
    ]
    if changed:
        connection.execute(_RENAME, changed)
    ids = {sub: user_id for user_id, sub, *_said in known}
    new = [one for sub, one in people.items() if sub not in ids and one.is_here]
    if new:
        values = {**where, "created_at": now, "seen_at": now}
        connection.execute(
            insert(_USERS), [{"sub": one.sub, **values, **one.names.columns()} for one in new]
        )
        made = connection.execute(_IDS, {**where, "subs": [one.sub for one in new]})
        ids |= dict(made.all())
    return ids


def _enrol(
    session: Session,
    people: Mapping[int, Listed],
    *,
    platform_id: int,
    context_id: int,
    reading: int,
    now: datetime,
) -> Taken:
    # Columns, not objects: nearly all rows of nearly all readings change in nothing but the mark.
    rows = (
        session.connection()
        .execute(
            _ENROLLED,
            {"platform_id": platform_id, "context_id": context_id, "user_ids": list(people)},
        )
        .all()
    )
    told = sum(abs(row.roster_reading or 0) != reading for row in rows)
    here = [row for row in rows if people[row.user_id].is_here]
    _mark(session, [row.id for row in here], reading)
    _mark(session, [row.id for row in rows if not people[row.user_id].is_here], -reading)
    changed_ids = _change(session, here, people)
    known = {row.user_id for row in rows}
    new = [(user_id, one) for user_id, one in people.items() if user_id not in known]
    _add(session, new, platform_id=platform_id, context_id=context_id, reading=reading, now=now)
    return Taken(told + len(new), changed_ids, any(row.has_groups for row in rows))


def _mark(session: Session, ids: Sequence[int], reading: int) -> None:
    if ids:
        session.connection().execute(_MARK, {"ids": ids, "reading": reading})


def _change(
    session: Session, rows: Sequence[Row[*tuple[Any, ...]]], people: Mapping[int, Listed]
) -> tuple[int, ...]:
    """Bring roles and standing of who is here up to date; return whose role is another one now."""
    active, values, changed = EnrolmentStatus.ACTIVE.value, [], []
    for row in rows:
        says = people[row.user_id].role
        role = role_after(
            Role(row.role),
            said_before=Role(row.roster_role) if row.roster_role else None,
            says=says,
            has_launched=row.launched_at is not None,
        )
        if (row.role, row.status, row.roster_role) != (role.value, active, says.value):
            values.append({"which": row.id, "role": role.value, "roster_role": says.value})
        if row.role != role.value:
            changed.append(row.user_id)
    if values:
        session.connection().execute(_CHANGE, values)
    return tuple(changed)


def _add(
    session: Session,
    people: Sequence[tuple[int, Listed]],
    *,
    platform_id: int,
    context_id: int,
    reading: int,
    now: datetime,
) -> None:
    rows = [
        {
            "platform_id": platform_id,
            "context_id": context_id,
            "user_id": user_id,
            "role": one.role.value,
            "roster_role": one.role.value,
            "status": EnrolmentStatus.ACTIVE.value,
            "source": EnrolmentSource.ROSTER.value,
            "is_test": False,
            "first_seen_at": now,
            "seen_at": now,
            "roster_reading": reading,
        }
        for user_id, one in people
        if one.is_here
    ]
    if rows:
        session.connection().execute(insert(_ENROLMENTS), rows)
