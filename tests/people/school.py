"""A course with people, and an instructor who makes groups in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import update

from lti_app.audit import Actor
from lti_app.core.db import Database
from lti_app.people.group_changes import Changer
from lti_app.people.groups import CourseRef, SetDetail, get_set
from lti_app.people.models import User
from lti_app.people.roles import Role
from tests.conftest import FrozenClock
from tests.submissions.factories import Course, make_course, make_person


@dataclass
class School:
    """One course."""

    database: Database
    clock: FrozenClock
    made: Course

    @property
    def course(self) -> CourseRef:
        return CourseRef(self.made.platform_id, self.made.context_id)

    def enrol(self, name: str, role: Role = Role.LEARNER, *, email: str | None = None) -> str:
        """Let somebody in whose `sub` is their name, and return their public id."""
        with self.database.write() as session:
            person = make_person(session, self.made, name, now=self.clock(), role=role)
            session.execute(update(User).where(User.id == person.id).values(email=email))
            return person.public_id

    @contextmanager
    def changing(self) -> Iterator[Changer]:
        with self.database.write() as session:
            yield Changer(session, self.course, Actor("teacher"), self.clock())

    def make_set(self, name: str = "Tandems", *groups: str) -> str:
        with self.changing() as changer:
            set_id = changer.make_set(name)
            for group in groups:
                changer.add_group(set_id, group)
        return set_id

    def detail(self, set_id: str) -> SetDetail:
        with self.database.read() as session:
            return get_set(session, self.course, set_id)

    def placed(self, set_id: str) -> dict[str, list[str]]:
        """Return who is in which group of a set, by `sub`."""
        detail = self.detail(set_id)
        return {group.name: [one.sub for one in detail.members(group)] for group in detail.groups}


def make_school(database: Database, clock: FrozenClock, lti_id: str = "course") -> School:
    with database.write() as session:
        made = make_course(session, now=clock(), lti_id=lti_id, link=f"link {lti_id}")
    return School(database, clock, made)
