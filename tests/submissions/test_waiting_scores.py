"""A score that waits behind a closed way: staff read what for, the learner nothing technical."""

import pytest
from sqlalchemy import select, update

from lti_app.catalog.models import Placement
from lti_app.catalog.views import ActivityView
from lti_app.core.db import Database
from lti_app.grading.columns import remember_column
from lti_app.grading.ledger import SEND_SCORE
from lti_app.grading.models import ScoreDelivery
from lti_app.jobs.gates import Lane, Told, note_answer
from lti_app.jobs.holds import hold_jobs
from lti_app.jobs.rules import MOST_FAILURES, Sign
from lti_app.lti.registration import Registration
from lti_app.people.roles import Role
from tests.conftest import FrozenClock
from tests.peers.world import Visitor, World

BUSY = "The platform is busy and asked us to wait."
SILENT = "The platform does not answer, so we ask it only now and then."
KEY_REFUSED = "The platform does not accept our key, so all scores for it wait."
RESTORED = "This tool was restored from a backup, so no score is sent for now."


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
    """Somebody whose score is owed."""
    visitor = world.visitor(platform, name="Ann Done")
    visitor.hand_in(activity)
    return visitor


def close(database: Database, ann: Visitor, clock: FrozenClock, told: Told, times: int = 1) -> None:
    with database.write() as session:
        for _ in range(times):
            lane = Lane(ann.platform_id, "lms.test")
            note_answer(session, lane, told, now=clock(), passing=())


@pytest.mark.parametrize(
    ("told", "times", "said", "next_at"),
    [
        (Told(Sign.THROTTLED, 600), 1, BUSY, "9:10"),
        (Told(Sign.UNAUTHORISED), 1, KEY_REFUSED, "9:15"),
        (Told(Sign.FAILING), MOST_FAILURES, SILENT, "9:00"),
    ],
    ids=["throttled", "key refused", "host silent"],
)
def test_staff_read_what_a_score_waits_for_since_when_and_when_it_is_tried(
    activity: ActivityView,
    teacher: Visitor,
    ann: Visitor,
    database: Database,
    clock: FrozenClock,
    told: Told,
    times: int,
    said: str,
    next_at: str,
) -> None:
    address = f"activities/{activity.public_id}/people"
    before = teacher.get(address).text
    close(database, ann, clock, told, times)

    page = teacher.get(address).text

    assert said not in before
    assert said in page
    assert "9:00" in page.split("since", 1)[1][:60]
    assert next_at in page.split("We try again by ourselves on", 1)[1][:60]


def test_after_a_restore_staff_read_that_sending_is_held_and_whom_to_ask(
    activity: ActivityView, teacher: Visitor, ann: Visitor, database: Database, clock: FrozenClock
) -> None:
    with database.write() as session:
        hold_jobs(session, [SEND_SCORE], "restored", now=clock())
        # What its own try met says nothing while nothing is tried.
        session.execute(update(ScoreDelivery).values(reason_code="not_sent"))

    page = teacher.get(f"activities/{activity.public_id}/people").text

    assert RESTORED in page
    assert "compare the two and let scores go again" in page
    assert "tried again on" not in page


def test_what_a_scores_own_try_met_says_more_than_the_closed_way(
    activity: ActivityView, teacher: Visitor, ann: Visitor, database: Database, clock: FrozenClock
) -> None:
    close(database, ann, clock, Told(Sign.FAILING), MOST_FAILURES)
    with database.write() as session:
        session.execute(update(ScoreDelivery).values(reason_code="unknown_outcome"))

    page = teacher.get(f"activities/{activity.public_id}/people").text

    assert "so we look before we send it again" in page
    assert SILENT not in page


def test_a_learner_reads_nothing_of_the_platforms_affairs(
    world: World,
    platform: Registration,
    activity: ActivityView,
    database: Database,
    clock: FrozenClock,
) -> None:
    bob = world.visitor(platform)
    receipt = bob.hand_in(activity).location.split("/receipts/")[1]
    close(database, bob, clock, Told(Sign.UNAUTHORISED))

    page = bob.get(f"receipts/{receipt}").text

    assert "Your grade is on its way to the gradebook." in page
    assert KEY_REFUSED not in page
