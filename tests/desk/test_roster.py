"""The page of people in the course: who is shown, what is told of the list, who may change what."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from lti_app.audit.models import AuditEvent
from lti_app.core.db import Database
from lti_app.jobs.models import Job
from lti_app.lti.registration import Registration
from lti_app.people.members import Listed, ListedNames, take_listed
from lti_app.people.models import Enrolment, EnrolmentStatus, Roster, RosterState, User
from lti_app.people.roles import Role
from lti_app.people.roster import READ_ROSTER
from tests.conftest import FrozenClock
from tests.peers.world import Visitor, World

PAGE = "course/people"
LEARNERS = tuple(f"Learner {chr(97 + number)}" for number in range(10))


class Course:
    """A course with a list that was read: a teacher, and learners who have opened nothing."""

    def __init__(self, database: Database, teacher: Visitor, clock: FrozenClock) -> None:
        self.database, self.clock = database, clock
        self.where = {"platform_id": teacher.platform_id, "context_id": teacher.context_id or 0}
        self.list_people(*LEARNERS, reading=1)
        with database.write() as session:
            read_at = clock() - timedelta(hours=3)
            session.add(
                Roster(
                    **self.where,
                    state=RosterState.READ.value,
                    reading=1,
                    asked_at=read_at,
                    begun_at=read_at,
                    read_at=read_at,
                )
            )

    def list_people(self, *names: str, reading: int) -> None:
        listed = [
            Listed(name, Role.LEARNER, is_here=True, names=ListedNames(name)) for name in names
        ]
        with self.database.write() as session:
            take_listed(session, listed, **self.where, reading=reading, now=self.clock())

    def stands(self, state: RosterState, **details: object) -> None:
        with self.database.write() as session:
            session.execute(update(Roster).values(state=state.value, **details))

    def roster(self) -> Roster:
        with self.database.read() as session:
            return session.scalars(select(Roster)).one()

    def hold(self, *still_listed: str) -> None:
        """Let a reading have missed everybody else."""
        self.list_people(*still_listed, reading=2)
        missing = len(LEARNERS) - len(still_listed)
        begun_at = self.clock() + timedelta(seconds=1)
        self.stands(RosterState.HELD, reading=2, leaving_count=missing, begun_at=begun_at)

    def here(self) -> set[str]:
        with self.database.read() as session:
            names = (
                select(User.name)
                .join(Enrolment, Enrolment.user_id == User.id)
                .where(
                    Enrolment.status == EnrolmentStatus.ACTIVE.value,
                    Enrolment.role == Role.LEARNER.value,
                )
            )
            return {name or "" for name in session.scalars(names)}


@pytest.fixture
def course(database: Database, teacher: Visitor, clock: FrozenClock) -> Course:
    return Course(database, teacher, clock)


def test_who_has_opened_nothing_is_on_the_page(course: Course, teacher: Visitor) -> None:
    page = teacher.get(PAGE).text

    assert "11 people are in it." in page
    assert "Learner a" in page
    assert page.count("Not yet") == 10


def test_a_learner_who_opened_nothing_has_not_begun(
    course: Course, teacher: Visitor, world: World, platform: Registration
) -> None:
    activity = world.activity(platform)

    page = teacher.get(f"activities/{activity.public_id}/people").text

    assert "Learner a" in page
    assert "Not begun" in page


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("?find=LEARNER+c", "Learner c", "Learner a"),
        ("?show=staff", "Ann", "Learner a"),
        ("?show=learners", "Learner a", "Not on the list"),
        ("?show=never", "Learner a", "Not on the list"),
        ("?show=left", "Nobody has left the course.", "Learner a"),
        ("?show=missing", "Nobody is missing on the list.", "Learner a"),
        ("?show=rubbish&from=x", "Learner a", "Before these"),
    ],
)
def test_the_list_is_narrowed(
    course: Course, teacher: Visitor, query: str, shown: str, hidden: str
) -> None:
    page = teacher.get(PAGE + query).text

    assert shown in page
    assert hidden not in page


def test_a_long_list_has_pages(course: Course, teacher: Visitor) -> None:
    course.list_people(*(f"Somebody {number:03}" for number in range(300)), reading=1)

    first, last = teacher.get(PAGE).text, teacher.get(f"{PAGE}?from=300").text

    assert "1 to 100 of 311" in first
    assert "301 to 311 of 311" in last
    assert "Somebody 299" in last
    assert "Somebody 299" not in first


def test_an_instructor_has_the_list_read_again(course: Course, teacher: Visitor) -> None:
    answer = teacher.post(f"{PAGE}/read")

    assert answer.status_code == 303
    assert course.roster().state == RosterState.ASKED
    with course.database.read() as session:
        job = session.scalars(select(Job).where(Job.kind == READ_ROSTER)).one()
        actions = session.scalars(select(AuditEvent.action)).all()
    assert job.run_at == course.clock()
    assert "roster.asked" in actions


def test_nr_20_the_list_is_not_read_twice_in_a_minute(course: Course, teacher: Visitor) -> None:
    teacher.post(f"{PAGE}/read")
    course.stands(RosterState.READ)

    answer = teacher.post(f"{PAGE}/read")

    assert answer.headers["Location"].endswith("told=early")
    assert course.roster().state == RosterState.READ


def test_a_reading_tells_how_far_it_is(course: Course, teacher: Visitor) -> None:
    course.stands(RosterState.READING, pages_count=3, members_count=150)

    page = teacher.get(f"{PAGE}/progress").text

    assert "150 people read from" in page
    assert "data-roster-under-way" in page
    assert "<html" not in page


def test_a_reading_that_has_ended_says_so_to_who_waits(course: Course, teacher: Visitor) -> None:
    assert "data-roster-under-way" not in teacher.get(f"{PAGE}/progress").text


@pytest.mark.parametrize(
    ("code", "params", "said"),
    [
        ("refused", {"status": 403, "words": "Insufficient scopes"}, "Insufficient scopes"),
        ("gone", {"status": 404}, "The list is not there any more"),
        ("not_a_roster", {}, "is no list of people"),
        ("old_roster_format", {}, "in an old form"),
        ("roster_of_another_course", {}, "the list of another course"),
        ("next_page_loops", {}, "has no end"),
        ("not_offered", {"words": "memberships"}, "has not given us the right"),
        ("address_refused", {"words": "next_page_elsewhere"}, "on to another address"),
        ("of_tomorrow", {}, "gave no answer"),
    ],
)
def test_what_could_not_be_read_is_said_with_what_to_do(
    course: Course, teacher: Visitor, code: str, params: dict[str, object], said: str
) -> None:
    course.stands(
        RosterState.STALE, reason_code=code, reason_params=params, stale_at=course.clock()
    )

    page = teacher.get(PAGE).text

    assert said in page
    assert "Nobody was taken out of the course." in page
    assert "has not been up to date since" in page
    assert "memberships" not in page


def test_f33_an_instructor_says_that_they_have_left(
    course: Course, teacher: Visitor, world: World, platform: Registration
) -> None:
    course.hold("Learner a", "Learner b")
    page = teacher.get(f"{PAGE}?show=missing").text
    before = course.here()

    answer = teacher.post(f"{PAGE}/let-go", {"reading": 2})

    assert "8 people are missing" in page
    assert before == set(LEARNERS)
    assert answer.headers["Location"].endswith("told=gone")
    assert course.here() == {"Learner a", "Learner b"}


@pytest.mark.parametrize("reading", [1, 3, "x", ""])
def test_f33_a_word_about_another_reading_takes_nobody_out(
    course: Course, teacher: Visitor, reading: object
) -> None:
    course.hold("Learner a")

    teacher.post(f"{PAGE}/let-go", {"reading": reading})

    assert course.here() == set(LEARNERS)


def test_an_assistant_sees_the_page_and_decides_nothing(
    course: Course, world: World, platform: Registration
) -> None:
    assistant = world.visitor(platform, Role.TEACHING_ASSISTANT)
    course.hold("Learner a")

    page = assistant.get(PAGE).text

    assert "A teacher of the course has to say" in page
    assert "Bring up to date" not in page


def test_without_a_list_the_page_says_how_people_come_here(teacher: Visitor) -> None:
    page = teacher.get(PAGE).text

    assert "gives this course no list of its people" in page
    assert "Bring up to date" not in page


def test_the_people_of_another_course_are_not_shown(
    course: Course, world: World, platform: Registration
) -> None:
    other = world.visitor(platform, Role.INSTRUCTOR, course="course-2")

    page = other.get(PAGE).text

    assert "Learner a" not in page
    assert "1 person is in it." in page


def test_who_makes_the_course_is_no_guest(
    course: Course, teacher: Visitor, database: Database, clock: FrozenClock
) -> None:
    designer = Listed("Des", Role.DESIGNER, is_here=True, names=ListedNames("Des Igner"))
    with database.write() as session:
        take_listed(session, [designer], **course.where, reading=1, now=clock())

    page = teacher.get(f"{PAGE}?find=Des").text

    assert "Course designer" in page
    assert "Guest" not in page


@pytest.mark.parametrize(
    ("due_in", "words"),
    [
        (timedelta(hours=21), "It is read again every day."),
        (None, "It is read again when a teacher opens an activity."),
    ],
)
def test_when_the_list_is_read_again_is_true(
    course: Course, teacher: Visitor, clock: FrozenClock, due_in: timedelta | None, words: str
) -> None:
    course.stands(RosterState.READ, due_at=clock() + due_in if due_in else None)

    assert words in teacher.get(PAGE).text
