"""Rosters read from the sandbox, as each platform gives them, and with its faults."""

from dataclasses import dataclass

import pytest
from sqlalchemy import select, update

from lti_app.bridge.rosters import RosterReader
from lti_app.lti.calls import ServiceCaller
from lti_app.lti.keys import Signer
from lti_app.lti.models import ServiceEndpoint
from lti_app.lti.tokens import TokenSource
from lti_app.people.models import Enrolment, EnrolmentStatus, RosterState, User
from lti_app.people.roles import Role
from lti_app.people.roster import READ_ROSTER, find_roster, owe_reading
from lti_app.people.roster_rows import RosterView
from lti_app.sandbox.deeds import Standing, change_standing
from lti_app.sandbox.dialects import CANVAS, MOODLE, PLAIN, Dialect
from lti_app.sandbox.faults import Fault, Service
from lti_app.sandbox.models import Course, Person, Tool
from tests.conftest import FrozenClock
from tests.delivery.conftest import OpenSchool
from tests.delivery.school import School
from tests.jobs.running import run_due

DIALECTS = pytest.mark.parametrize(
    "dialect", [PLAIN, MOODLE, CANVAS], ids=lambda dialect: dialect.name
)
EVERYBODY = {"rima", "tomas", "amara", "tomoko", "kwame"}


@dataclass
class Rostered:
    """A course of the sandbox, and how the tool reads its people."""

    school: School
    clock: FrozenClock

    def __post_init__(self) -> None:
        sandbox = self.school.lms.sandbox
        with sandbox.database.read() as session:
            course = session.scalars(select(Course)).one()
            tool_id = session.scalars(select(Tool.id)).one()
            url = sandbox.addresses.memberships_url(course, tool_id)
        with self.school.database.write() as session:
            session.execute(
                update(ServiceEndpoint)
                .where(ServiceEndpoint.platform_id == self.school.course.platform_id)
                .values(memberships_url=url)
            )

    @property
    def _where(self) -> dict[str, int]:
        course = self.school.course
        return {"platform_id": course.platform_id, "context_id": course.activity.context_id}

    def read(self, **span: float) -> RosterView:
        self.clock.advance(**(span or {"minutes": 2}))
        where = self._where
        with self.school.database.write() as session:
            owe_reading(
                session,
                platform_id=where["platform_id"],
                context_id=where["context_id"],
                now=self.clock(),
                is_urgent=True,
            )
        return self.go_on()

    def go_on(self) -> RosterView:
        school, where = self.school, self._where
        signer = Signer(school.database, school.keyring, self.clock)
        tokens = TokenSource(school.database, school.wire, school.keyring, signer, self.clock)
        caller = ServiceCaller(school.wire, tokens, self.clock)
        handlers = {READ_ROSTER: RosterReader(school.database, caller, self.clock)}
        run_due(school.database, handlers, self.clock)
        with school.database.read() as session:
            found = find_roster(
                session, platform_id=where["platform_id"], context_id=where["context_id"]
            )
        assert found is not None
        return found

    def roles(self) -> dict[str, str]:
        """Return who is here, as what."""
        with self.school.database.read() as session:
            rows = session.execute(
                select(User.sub, Enrolment.role)
                .join(Enrolment, Enrolment.user_id == User.id)
                .where(
                    Enrolment.platform_id == self.school.course.platform_id,
                    Enrolment.status == EnrolmentStatus.ACTIVE.value,
                )
            )
            return dict(rows.all())

    def stands(self, sub: str, standing: Standing) -> None:
        with self.school.lms.sandbox.database.write() as session:
            course = session.scalars(select(Course)).one()
            person = session.scalars(select(Person).where(Person.sub == sub)).one()
            change_standing(session, course, person, standing)

    def asked(self) -> list[int]:
        return self.school.lms.received(Service.MEMBERSHIPS, "GET")


@pytest.fixture
def open_rostered(open_school: OpenSchool, clock: FrozenClock) -> "OpenRostered":
    return OpenRostered(open_school, clock)


@dataclass
class OpenRostered:
    """Opens a school whose roster can be read."""

    open_school: OpenSchool
    clock: FrozenClock

    def __call__(self, dialect: Dialect = PLAIN) -> Rostered:
        return Rostered(self.open_school(dialect), self.clock)


@DIALECTS
def test_each_platforms_roster_is_taken_in(open_rostered: OpenRostered, dialect: Dialect) -> None:
    course = open_rostered(dialect)

    roster = course.read()

    found = course.roles()
    assert roster.state is RosterState.READ
    assert set(found) == EVERYBODY
    assert found["rima"] == Role.INSTRUCTOR
    assert found["amara"] == Role.LEARNER
    # Moodle calls a teacher without editing rights a learner until they come themselves.
    is_told = dialect.name != "moodle"
    assert found["tomas"] == (Role.TEACHING_ASSISTANT if is_told else Role.LEARNER)


@DIALECTS
def test_nr_03_every_page_is_asked_for_once(open_rostered: OpenRostered, dialect: Dialect) -> None:
    course = open_rostered(dialect)
    course.school.lms.enrol_many(240)

    course.read()

    assert len(course.roles()) == 245
    pages = 3 if dialect.name == "moodle" else 5
    assert course.asked() == [200] * pages


@DIALECTS
@pytest.mark.parametrize("standing", [Standing.SUSPENDED, Standing.GONE])
def test_who_is_suspended_or_gone_leaves_and_comes_back(
    open_rostered: OpenRostered, dialect: Dialect, standing: Standing
) -> None:
    course = open_rostered(dialect)
    course.school.lms.enrol_many(10)
    course.read()

    course.stands("amara", standing)
    course.read(days=1)
    away = course.roles()
    course.stands("amara", Standing.ACTIVE)
    course.read(days=1)

    assert "amara" not in away
    assert len(away) == 14
    assert course.roles()["amara"] == Role.LEARNER


def test_nr_12_changes_alone_are_asked_for_where_they_are_told(
    open_rostered: OpenRostered,
) -> None:
    course = open_rostered()
    course.school.lms.enrol_many(240)
    course.read()

    course.read(days=1)

    assert len(course.asked()) == 6
    assert len(course.roles()) == 245


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Fault(status=500, skip_count=2), id="F33 page 3 fails"),
        pytest.param(Fault(truncates=True, skip_count=2), id="F33 page 3 is truncated"),
        pytest.param(Fault(breaks_off=True, skip_count=2), id="F33 page 3 breaks off"),
        pytest.param(Fault(drops_reply=True, skip_count=2), id="F33 page 3 is dropped"),
        pytest.param(Fault(members={"members": None}, skip_count=2), id="F33 without members"),
        pytest.param(
            Fault(headers={"Link": '<https://evil.test/p>; rel="next"'}, skip_count=2),
            id="NR-05 another host",
        ),
        pytest.param(Fault(members={"context": {"id": "x"}}, skip_count=2), id="NR-17"),
    ],
)
def test_f33_a_page_with_a_fault_takes_nobody_out(
    open_rostered: OpenRostered, fault: Fault
) -> None:
    course = open_rostered(MOODLE)
    course.school.lms.enrol_many(240)
    course.read()
    course.school.lms.fail(Service.MEMBERSHIPS, fault)

    roster = course.read()
    for _ in range(8):
        course.clock.advance(hours=1)
        roster = course.go_on()

    assert roster.state is RosterState.STALE
    assert roster.stale_at is not None
    assert len(course.roles()) == 245


def test_f33_a_list_that_shrinks_to_nobody_is_held(open_rostered: OpenRostered) -> None:
    course = open_rostered(MOODLE)
    course.read()
    course.school.lms.fail(Service.MEMBERSHIPS, Fault(members={"members": []}))

    roster = course.read()

    assert (roster.state, roster.leaving_count) == (RosterState.HELD, 5)
    assert set(course.roles()) == EVERYBODY


def test_a_platform_that_asks_to_wait_is_waited_for(open_rostered: OpenRostered) -> None:
    course = open_rostered()
    course.school.lms.fail(
        Service.MEMBERSHIPS, Fault(status=429, retry_after="30", request_count=1)
    )

    waiting = course.read()
    course.clock.advance(seconds=31)
    roster = course.go_on()

    assert waiting.state is RosterState.READING
    assert waiting.failed_count == 0
    assert roster.state is RosterState.READ
