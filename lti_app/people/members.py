"""What a part of a roster tells of people, brought to users and enrolments. It removes nobody.

Who is named as gone is only marked: who leaves is decided when the roster has been read whole.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from lti_app.core.db.locks import hold_lock
from lti_app.people.models import Enrolment, EnrolmentSource, EnrolmentStatus, User
from lti_app.people.roles import Role
from lti_app.people.roster_rules import role_after


@dataclass(frozen=True, slots=True)
class ListedNames:
    """What a roster says of a person; a part that it withholds is None and is removed here."""

    name: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    email: str | None = None


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
        told_count: people whom this reading had not told of before.
        changed_ids: users whose role is another one now.
    """

    told_count: int
    changed_ids: tuple[int, ...]


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
    return _enrol(
        session,
        {user_id: people[sub] for sub, user_id in ids.items()},
        platform_id=platform_id,
        context_id=context_id,
        reading=reading,
        now=now,
    )


def _users(
    session: Session, people: Mapping[str, Listed], *, platform_id: int, now: datetime
) -> dict[str, int]:
    """Return the ids of these people by sub; who is not in the course and not known gets no row."""
    names = (User.name, User.given_name, User.family_name, User.email)
    which = User.platform_id == platform_id
    known = session.execute(
        select(User.id, User.sub, *names).where(which, User.sub.in_(list(people)))
    ).all()
    changed = [
        {"id": user_id, **asdict(people[sub].names)}
        for user_id, sub, *said in known
        if tuple(said) != tuple(asdict(people[sub].names).values())
    ]
    if changed:
        session.execute(update(User), changed)
    ids = {sub: user_id for user_id, sub, *_said in known}
    new = [one for sub, one in people.items() if sub not in ids and one.is_here]
    if new:
        values = {"platform_id": platform_id, "created_at": now, "seen_at": now}
        session.execute(
            insert(User), [{"sub": one.sub, **values, **asdict(one.names)} for one in new]
        )
        made = select(User.sub, User.id).where(which, User.sub.in_([one.sub for one in new]))
        ids |= dict(session.execute(made).all())
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
    rows = session.scalars(
        select(Enrolment).where(
            Enrolment.platform_id == platform_id,
            Enrolment.context_id == context_id,
            Enrolment.user_id.in_(list(people)),
        )
    ).all()
    told = sum(abs(row.roster_reading or 0) != reading for row in rows)
    changed = [row.user_id for row in rows if _update(row, people[row.user_id], reading)]
    known = {row.user_id for row in rows}
    new = [(user_id, one) for user_id, one in people.items() if user_id not in known]
    session.flush()
    told += _add(
        session, new, platform_id=platform_id, context_id=context_id, reading=reading, now=now
    )
    return Taken(told, tuple(changed))


def _update(row: Enrolment, listed: Listed, reading: int) -> bool:
    """Bring an enrolment up to date; return whether the role is another one now."""
    row.roster_reading = reading if listed.is_here else -reading
    if not listed.is_here:
        return False
    before = row.role
    row.status = EnrolmentStatus.ACTIVE.value
    row.role = role_after(
        Role(row.role),
        said_before=Role(row.roster_role) if row.roster_role else None,
        says=listed.role,
        has_launched=row.launched_at is not None,
    ).value
    row.roster_role = listed.role.value
    return row.role != before


def _add(
    session: Session,
    people: Sequence[tuple[int, Listed]],
    *,
    platform_id: int,
    context_id: int,
    reading: int,
    now: datetime,
) -> int:
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
        session.execute(insert(Enrolment), rows)
    return len(rows)
