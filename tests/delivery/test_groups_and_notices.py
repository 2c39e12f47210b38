"""Groups and notices of the sandbox, as each platform gives them, and with its faults."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from lti_app.bridge.group_reading import GroupReader
from lti_app.bridge.notices import ACT, SUBSCRIBE, notice_handlers
from lti_app.jobs.outcome import Handler
from lti_app.jobs.service import enqueue
from lti_app.lti.calls import ServiceCaller
from lti_app.lti.keys import Signer
from lti_app.lti.models import Deployment, ServiceEndpoint
from lti_app.lti.notice_box import keep_notice
from lti_app.lti.notice_models import ContextCopy
from lti_app.lti.notice_tokens import NoticeVerifier
from lti_app.lti.tokens import TokenSource
from lti_app.people.group_sync import owe_group_sync
from lti_app.people.groups import SYNC_JOB, CourseRef, get_set, list_sets
from lti_app.people.models import Context
from lti_app.sandbox.copying import copy_course
from lti_app.sandbox.dialects import CANVAS, MOODLE, PLAIN, Dialect
from lti_app.sandbox.faults import Fault, Service
from lti_app.sandbox.grouping import fill_group, make_group
from lti_app.sandbox.models import Course, NoticeHandler, Tool
from lti_app.sandbox.notices import CONTEXT_COPY, HELLO_WORLD, about_copy, posts_of
from tests.conftest import FrozenClock
from tests.delivery.conftest import OpenSchool
from tests.delivery.school import School
from tests.jobs.running import run_due
from tests.submissions.factories import make_person

WITH_GROUPS = pytest.mark.parametrize("dialect", [PLAIN, CANVAS], ids=lambda one: one.name)


@dataclass
class Grouped:
    """A course of the sandbox with groups in it, and what the tool knows of them."""

    school: School
    clock: FrozenClock

    def __post_init__(self) -> None:
        sandbox = self.school.lms.sandbox
        with sandbox.database.write() as session:
            course = session.scalars(select(Course)).one()
            tool = session.scalars(select(Tool)).one()
            # Handlers must be at the tool's own domain.
            tool.target_link_uri = "https://tool.test/lti/launch"
            addresses, deployment = sandbox.addresses, tool.deployment_ids[0]
            urls = {
                "groups_url": addresses.groups_url(course),
                "group_sets_url": addresses.group_sets_url(course),
                "memberships_url": addresses.memberships_url(course, tool.id),
            }
            notices_url = addresses.notices_url(tool.id, deployment)
            self.context_id = course.context_id
        platform_id = self.course.platform_id
        with self.school.database.write() as session:
            for sub in ("amara", "tomoko", "kwame"):
                make_person(session, self.school.course, sub, now=self.clock())
            endpoints = update(ServiceEndpoint).where(ServiceEndpoint.platform_id == platform_id)
            session.execute(endpoints.values(**urls))
            deployments = update(Deployment).where(Deployment.platform_id == platform_id)
            types = [CONTEXT_COPY, HELLO_WORLD]
            session.execute(deployments.values(notices_url=notices_url, notice_types=types))

    @property
    def course(self) -> CourseRef:
        course = self.school.course
        return CourseRef(course.platform_id, course.activity.context_id)

    def make(self, name: str, *people: str, of: str | None = None) -> None:
        with self.school.lms.sandbox.database.write() as session:
            course = session.scalars(select(Course)).one()
            fill_group(session, make_group(session, course, name, of), people)

    def work(self) -> None:
        school = self.school
        signer = Signer(school.database, school.keyring, self.clock)
        tokens = TokenSource(school.database, school.wire, school.keyring, signer, self.clock)
        caller = ServiceCaller(school.wire, tokens, self.clock)
        handlers: dict[str, Handler] = {
            SYNC_JOB: GroupReader(caller, self.clock),
            **notice_handlers(caller, self.clock, "https://tool.test/lti/notices"),
        }
        run_due(school.database, handlers, self.clock)

    def read(self) -> dict[str | None, dict[str, list[str]]]:
        self.clock.advance(minutes=2)
        with self.school.database.write() as session:
            owe_group_sync(session, self.course, now=self.clock(), is_urgent=True)
        self.work()
        return self.known()

    def known(self) -> dict[str | None, dict[str, list[str]]]:
        with self.school.database.read() as session:
            found = [
                get_set(session, self.course, one.public_id)
                for one in list_sets(session, self.course)
            ]
        return {
            detail.view.name: {
                one.name: [who.sub for who in detail.members(one)] for one in detail.groups
            }
            for detail in found
        }

    def subscribe(self) -> dict[str, str]:
        """Ask for notices; return what the sandbox then has written down."""
        with self.school.database.write() as session:
            deployment = session.scalars(
                select(Deployment).where(Deployment.platform_id == self.course.platform_id)
            ).one()
            key, now = str(deployment.id), self.clock()
            enqueue(session, SUBSCRIBE, key, run_at=now, platform_id=self.course.platform_id)
        self.work()
        with self.school.lms.sandbox.database.read() as session:
            rows = session.scalars(select(NoticeHandler))
            return {row.notice_type: row.handler for row in rows}


@pytest.fixture
def open_grouped(open_school: OpenSchool, clock: FrozenClock) -> "OpenGrouped":
    return OpenGrouped(open_school, clock)


@dataclass
class OpenGrouped:
    """Opens a school whose groups can be read."""

    open_school: OpenSchool
    clock: FrozenClock

    def __call__(self, dialect: Dialect) -> Grouped:
        return Grouped(self.open_school(dialect), self.clock)


def test_sets_are_read_where_a_platform_has_them(open_grouped: OpenGrouped) -> None:
    course = open_grouped(PLAIN)
    course.make("Red", "amara", "kwame", of="Seminars")
    course.make("Alone", "tomoko")

    assert course.read() == {"Seminars": {"Red": ["amara", "kwame"]}, None: {"Alone": ["tomoko"]}}
    # Its roster was never read here, so each of three people was asked for.
    assert len(course.school.lms.received(Service.GROUPS, "GET")) == 5


def test_people_are_asked_for_one_by_one_where_the_roster_says_nothing(
    open_grouped: OpenGrouped,
) -> None:
    course = open_grouped(CANVAS)
    course.make("Red", "amara", "kwame", of="Seminars")

    assert course.read() == {None: {"Red": ["amara", "kwame"]}}
    assert len(course.school.lms.received(Service.GROUPS, "GET")) > 2


@WITH_GROUPS
def test_a_platform_that_fails_takes_no_group_away(
    open_grouped: OpenGrouped, dialect: Dialect
) -> None:
    course = open_grouped(dialect)
    course.make("Red", "amara")
    before = course.read()
    course.make("Blue", "tomoko")
    course.school.lms.sandbox.faults.set(Service.GROUPS, Fault(status=500))

    during = course.read()
    course.school.lms.sandbox.faults.clear()
    course.clock.advance(seconds=timedelta(hours=1).total_seconds())
    course.work()

    assert during == before
    assert course.known() == {None: {"Red": ["amara"], "Blue": ["tomoko"]}}


def test_moodle_has_none(open_grouped: OpenGrouped) -> None:
    course = open_grouped(MOODLE)

    assert course.read() == {}
    assert course.subscribe() == {}


@WITH_GROUPS
def test_notices_are_asked_for_and_a_copy_that_is_told_of_is_known(
    open_grouped: OpenGrouped, dialect: Dialect
) -> None:
    course = open_grouped(dialect)
    handler = "https://tool.test/lti/notices"
    assert course.subscribe() == {CONTEXT_COPY: handler, HELLO_WORLD: handler}
    sandbox, school = course.school.lms.sandbox, course.school
    with sandbox.database.write() as session:
        copy = copy_course(session, session.scalars(select(Course)).one(), sandbox.dialect)
        (post,) = posts_of(session, sandbox, CONTEXT_COPY, [about_copy(copy)])
        copy_id = copy.context_id

    verifier = NoticeVerifier(school.database, school.wire, course.clock)
    notice = verifier.verify(post.tokens[0])
    with school.database.write() as session:
        row_id = keep_notice(session, notice, now=course.clock())
        platform_id = notice.registration.id
        enqueue(session, ACT, str(row_id), run_at=course.clock(), platform_id=platform_id)
    course.work()

    with school.database.read() as session:
        told = session.scalars(select(ContextCopy)).one()
        origin = session.get_one(Context, course.course.context_id)
    assert (told.context_ref, told.origin_ref) == (copy_id, origin.lti_id)
