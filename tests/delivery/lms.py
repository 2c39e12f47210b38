"""A sandbox LMS at a real address, and what stands in its gradebook."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from lti_app.sandbox.app import create_sandbox
from lti_app.sandbox.config import CourseSeed, SandboxConfig, rapport_registration
from lti_app.sandbox.dialects import PLAIN, Dialect
from lti_app.sandbox.faults import Fault, Service
from lti_app.sandbox.gradebook import grade_by_hand
from lti_app.sandbox.models import (
    Course,
    Enrolment,
    LineItem,
    Person,
    ReceivedRequest,
    Result,
    Tool,
)
from lti_app.sandbox.roles import CourseRole
from lti_app.sandbox.server import serving
from lti_app.sandbox.state import Sandbox, sandbox_of
from tests.sandbox.courses import COURSES, A
from tests.sandbox.ports import free_port

CLIENT = "c1"
HOST = "127.0.0.1"
Clock = Callable[[], datetime]


@dataclass
class Lms:
    """One course of a platform, seen from its own side."""

    made: Flask
    issuer: str

    @property
    def sandbox(self) -> Sandbox:
        return sandbox_of(self.made)

    @property
    def container_url(self) -> str:
        with self.sandbox.database.read() as session:
            course = session.scalars(select(Course)).one()
            tool = session.scalars(select(Tool)).one()
            return self.sandbox.addresses.line_items_url(course, tool.id)

    @property
    def column_url(self) -> str:
        with self.sandbox.database.read() as session:
            return self.sandbox.addresses.line_item_url(_columns(session)[0])

    def fail(self, service: Service, fault: Fault) -> None:
        self.sandbox.faults.set(service, fault)

    def mend(self) -> None:
        self.sandbox.faults.clear()

    def cell(self, sub: str = "amara") -> Result | None:
        with self.sandbox.database.read() as session:
            return session.scalar(_cells_of(sub))

    def shown(self, sub: str = "amara") -> float | None:
        """Return the points in the gradebook, None while there are none."""
        cell = self.cell(sub)
        return None if cell is None else cell.score

    def comments(self, sub: str = "amara") -> list[str]:
        """Return the comments that were added to a cell, where the dialect adds them."""
        with self.sandbox.database.read() as session:
            cell = session.scalar(_cells_of(sub))
            return [] if cell is None else [comment.text for comment in cell.comments]

    def columns(self) -> list[LineItem]:
        with self.sandbox.database.read() as session:
            return _columns(session)

    def received(self, service: Service, method: str = "POST") -> list[int]:
        """Return the statuses of the requests that a service answered, oldest first."""
        with self.sandbox.database.read() as session:
            rows = select(ReceivedRequest.status).where(
                ReceivedRequest.service == service, ReceivedRequest.method == method
            )
            return list(session.scalars(rows.order_by(ReceivedRequest.id)))

    def teacher_enters(self, score: float, sub: str = "amara") -> None:
        with self.sandbox.database.write() as session:
            person = session.scalars(select(Person).where(Person.sub == sub)).one()
            grade_by_hand(
                session,
                _columns(session)[0],
                person,
                score=score,
                comment=None,
                now=self.sandbox.now(),
            )

    def teacher_takes_back(self, sub: str = "amara") -> None:
        """Let an entered grade be overridden no longer: Moodle shows what a tool sent last."""
        with self.sandbox.database.write() as session:
            sent = (
                select(ReceivedRequest)
                .where(ReceivedRequest.service == Service.SCORES, ReceivedRequest.status == 200)
                .order_by(ReceivedRequest.id.desc())
            )
            last = next(row for row in session.scalars(sent) if row.user_id == sub)
            cell = session.scalars(_cells_of(sub)).one()
            cell.score = float(str(last.detail["score_given"]))
            cell.is_graded_here = False

    def suspend(self, sub: str, *, is_active: bool = False) -> None:
        with self.sandbox.database.write() as session:
            person = select(Person.id).where(Person.sub == sub).scalar_subquery()
            session.execute(
                update(Enrolment).where(Enrolment.person_id == person).values(is_active=is_active)
            )

    def enrol_many(self, count: int) -> list[str]:
        """Enrol more learners and return what they are known by."""
        subs = [f"learner{number}" for number in range(count)]
        with self.sandbox.database.write() as session:
            course = session.scalars(select(Course)).one()
            for sub in subs:
                person = Person(sub=sub, name=sub, shares_identity=False)
                session.add(
                    Enrolment(course=course, person=person, role=CourseRole.LEARNER, is_active=True)
                )
        return subs

    def is_asked_by_others(self, now: datetime) -> None:
        """Let the tool's bucket be nearly full already, as after many other requests."""
        buckets = self.sandbox.buckets
        assert buckets is not None
        while buckets.reserve(CLIENT, now):
            pass

    def conclude(self, *, is_concluded: bool = True) -> None:
        with self.sandbox.database.write() as session:
            session.execute(update(Course).values(is_concluded=is_concluded))

    def allow_attempts(self, count: int | None) -> None:
        with self.sandbox.database.write() as session:
            session.execute(update(LineItem).values(attempts_allowed=count))

    def add_column(self, *, resource_id: str, tag: str) -> None:
        with self.sandbox.database.write() as session:
            course, tool = (session.scalars(select(one.id)).one() for one in (Course, Tool))
            session.add(
                LineItem(
                    course_id=course,
                    tool_id=tool,
                    is_coupled=False,
                    label="Made",
                    score_maximum=10,
                    resource_id=resource_id,
                    tag=tag,
                )
            )

    def change_column(self, *, label: str, score_maximum: float) -> None:
        """Let a teacher rename a column and give it another maximum; grades keep their share."""
        with self.sandbox.database.write() as session:
            (column,) = _columns(session)
            for result in session.scalars(select(Result)):
                if result.score is not None:
                    result.score *= score_maximum / column.score_maximum
            column.label, column.score_maximum = label, score_maximum

    def delete_columns(self) -> None:
        with self.sandbox.database.write() as session:
            for column in _columns(session):
                column.deleted_at = self.sandbox.now()

    def restore_columns(self) -> None:
        """Bring back what was deleted, with its grades, as from a bin."""
        with self.sandbox.database.write() as session:
            session.execute(update(LineItem).values(deleted_at=None))


def _columns(session: Session) -> list[LineItem]:
    there = select(LineItem).where(LineItem.deleted_at.is_(None))
    return list(session.scalars(there.order_by(LineItem.id)))


def _cells_of(sub: str) -> Select[Result]:
    """Select a person's cell in the column that is there."""
    cells = select(Result).join(Person).join(LineItem)
    return cells.where(Person.sub == sub, LineItem.deleted_at.is_(None))


def prepare_file(path: Path) -> Path:
    """Make a sandbox's database with its course; the platform key in it is slow to make."""
    sandbox_of(create_sandbox(_config(path, f"http://{HOST}:1", "http://localhost:8000"))).close()
    return path


def _config(
    path: Path,
    issuer: str,
    tool_url: str,
    *,
    clock: Clock | None = None,
    dialect: Dialect = PLAIN,
) -> SandboxConfig:
    tool = rapport_registration(tool_url, client_id=CLIENT)
    course = next(course for course in COURSES if course.context_id == A)
    config = SandboxConfig(
        issuer=issuer,
        database=path,
        tools=(tool,),
        courses=(_with_links_of(course, CLIENT),),
        dialect=dialect,
    )
    return replace(config, clock=clock) if clock else config


def _with_links_of(course: CourseSeed, client: str) -> CourseSeed:
    links = tuple(link for link in course.links if link.client_id in (None, client))
    return replace(course, links=links)


@contextmanager
def lms_at(
    prepared: Path,
    folder: Path,
    tool_url: str,
    *,
    clock: Clock | None,
    dialect: Dialect = PLAIN,
    tool_keys_kept_for: timedelta | None = None,
) -> Iterator[Lms]:
    """Serve a fresh copy of the prepared sandbox until the block ends.

    Args:
        tool_url: where the sandbox finds the tool's key set.
        clock: the sandbox's; the real time when None.
    """
    port = free_port()
    path = Path(shutil.copy(prepared, folder / f"sandbox-{port}.sqlite3"))
    issuer = f"http://{HOST}:{port}"
    config = _config(path, issuer, tool_url, clock=clock, dialect=dialect)
    with serving(replace(config, tool_keys_kept_for=tool_keys_kept_for)) as made:
        yield Lms(made, issuer)
