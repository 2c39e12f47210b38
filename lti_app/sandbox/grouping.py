"""What a teacher does to the groups of a course. Tools are not told; they read them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from lti_app.sandbox.models import Course, Enrolment, Group, GroupMember, GroupSet, Person


@dataclass(frozen=True, slots=True)
class Grouped:
    """A group with the set it stands in and the people in it, by name."""

    group: Group
    set_name: str | None
    people: Sequence[Person]


def list_groups(session: Session, course: Course) -> list[Grouped]:
    """Return the groups of a course in the order in which they were made."""
    sets = {
        one.id: one.name
        for one in session.scalars(select(GroupSet).where(GroupSet.course_id == course.id))
    }
    groups = session.scalars(select(Group).where(Group.course_id == course.id).order_by(Group.id))
    return [
        Grouped(group, sets.get(group.set_id or 0), _people(session, group))
        for group in groups.all()
    ]


def _people(session: Session, group: Group) -> list[Person]:
    members = session.scalars(
        select(GroupMember)
        .where(GroupMember.group_id == group.id)
        .options(joinedload(GroupMember.person))
    ).all()
    return sorted((one.person for one in members), key=lambda one: one.name)


def find_group(session: Session, course: Course, group_id: int) -> Group | None:
    """Return a group of a course."""
    return session.scalar(select(Group).where(Group.course_id == course.id, Group.id == group_id))


def make_group(session: Session, course: Course, name: str, set_name: str | None) -> Group:
    """Make an empty group, and its set where there is none of that name."""
    group = Group(course_id=course.id, name=name)
    if set_name:
        group.set_id = _set(session, course, set_name).id
    session.add(group)
    session.flush()
    return group


def _set(session: Session, course: Course, name: str) -> GroupSet:
    found = session.scalar(
        select(GroupSet).where(GroupSet.course_id == course.id, GroupSet.name == name)
    )
    if found is None:
        found = GroupSet(course_id=course.id, name=name)
        session.add(found)
        session.flush()
    return found


def fill_group(session: Session, group: Group, subs: Sequence[str]) -> None:
    """Let exactly these people of the course be in a group."""
    people = session.scalars(
        select(Enrolment.person_id)
        .join(Person)
        .where(Enrolment.course_id == group.course_id, Person.sub.in_(subs))
    ).all()
    session.execute(delete(GroupMember).where(GroupMember.group_id == group.id))
    session.add_all(GroupMember(group_id=group.id, person_id=one) for one in people)


def remove_group(session: Session, group: Group) -> None:
    """Take a group away; its people stay in the course."""
    session.execute(delete(GroupMember).where(GroupMember.group_id == group.id))
    session.delete(group)


def has_groups(session: Session, course: Course) -> bool:
    """Whether a course has any group."""
    return session.scalar(select(Group.id).where(Group.course_id == course.id).limit(1)) is not None


def ids_of_groups(session: Session, course: Course, person_id: int) -> list[int]:
    """Return the groups of one person."""
    return list(
        session.scalars(
            select(Group.id)
            .join(GroupMember, GroupMember.group_id == Group.id)
            .where(Group.course_id == course.id, GroupMember.person_id == person_id)
            .order_by(Group.id)
        )
    )
