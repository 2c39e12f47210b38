"""Who left the course stays on the page with all that is theirs, and comes back to it."""

import pytest
from sqlalchemy import select, update

from lti_app.catalog.models import Placement
from lti_app.catalog.rules import Release
from lti_app.catalog.views import ActivityView
from lti_app.core.db import Database
from lti_app.grading.columns import remember_column
from lti_app.grading.models import ScoreDelivery
from lti_app.lti.registration import Registration
from lti_app.people.models import Enrolment, EnrolmentStatus
from lti_app.people.roles import Role
from tests.conftest import FrozenClock
from tests.peers.world import Visitor, World
from tests.submissions.test_gradebook import person, points, set_activity


@pytest.fixture
def platform(world: World) -> Registration:
    return world.platform()


@pytest.fixture
def activity(
    world: World, platform: Registration, database: Database, clock: FrozenClock
) -> ActivityView:
    made = world.activity(platform)
    with database.write() as session:
        placement = session.scalars(select(Placement)).one()
        remember_column(session, placement, url="https://lms.test/items/1", now=clock())
    return made


@pytest.fixture
def teacher(world: World, platform: Registration) -> Visitor:
    return world.visitor(platform, Role.INSTRUCTOR)


@pytest.fixture
def ann(world: World, platform: Registration, activity: ActivityView) -> Visitor:
    """Somebody who has handed in."""
    visitor = world.visitor(platform, name="Ann Done")
    visitor.hand_in(activity)
    return visitor


def put(database: Database, ann: Visitor, status: EnrolmentStatus) -> None:
    """Let the roster say whether she is in the course."""
    with database.write() as session:
        hers = update(Enrolment).where(Enrolment.user_id == ann.user_id)
        session.execute(hers.values(status=status.value))


def test_who_left_is_shown_so_and_keeps_work_and_grade(
    activity: ActivityView, teacher: Visitor, ann: Visitor, database: Database
) -> None:
    address = f"activities/{activity.public_id}/people"
    put(database, ann, EnrolmentStatus.INACTIVE)
    left = teacher.get(address).text

    put(database, ann, EnrolmentStatus.ACTIVE)
    back = teacher.get(address).text

    assert "Left the course" in left
    assert "On its way" in left
    assert "Left the course" not in back
    assert "Handed in" in back


def test_a_grade_of_who_left_waits_to_be_released_until_they_are_back(
    activity: ActivityView, teacher: Visitor, ann: Visitor, database: Database
) -> None:
    set_activity(database, release=Release.BY_HAND.value)
    teacher.post(person(activity, ann, database, "/override"), points("7"))
    pages = f"activities/{activity.public_id}/people", f"activities/{activity.public_id}/release"
    put(database, ann, EnrolmentStatus.INACTIVE)
    left = [teacher.get(page).text for page in pages]

    put(database, ann, EnrolmentStatus.ACTIVE)
    back = [teacher.get(page).text for page in pages]

    assert ["Review and release 1 grade" in page for page in left] == [False, False]
    assert "Ann Done" not in left[1]
    assert "Review and release 1 grade" in back[0]
    assert "Ann Done" in back[1]


def test_points_for_who_left_are_owed_to_the_gradebook_as_everybodys(
    activity: ActivityView, teacher: Visitor, ann: Visitor, database: Database
) -> None:
    put(database, ann, EnrolmentStatus.INACTIVE)

    teacher.post(person(activity, ann, database, "/override"), points("7"))

    with database.read() as session:
        assert session.scalars(select(ScoreDelivery.wanted_points)).one() == 7
