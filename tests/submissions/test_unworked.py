"""Who has handed nothing in and has a grade all the same reads on the activity's page why."""

from datetime import timedelta

import pytest

from lti_app.catalog.rules import Release
from lti_app.catalog.service import find_activity
from lti_app.catalog.views import ActivityView
from lti_app.core.db import Database
from lti_app.grading.closing import give_noughts
from lti_app.lti.registration import Registration
from tests.conftest import FrozenClock
from tests.peers.world import Visitor, World
from tests.submissions.test_gradebook import person, points, set_activity

NOUGHT = "Nothing was handed in before this closed, so your grade is 0 of 10 points."
STANDS = "points stand in your grade until you hand in."


@pytest.fixture
def activity(world: World, platform: Registration) -> ActivityView:
    return world.activity(platform)


def close(
    database: Database, activity: ActivityView, clock: FrozenClock, **changes: object
) -> None:
    """Let the activity close, with noughts for who handed nothing in."""
    closes_at = clock() + timedelta(minutes=1)
    clock.advance(minutes=2)
    set_activity(database, closes_at=closes_at, zero_at_close=True, **changes)
    with database.write() as session:
        here = activity.platform_id
        closed = find_activity(session, platform_id=here, activity_id=activity.id)
        assert closed
        give_noughts(session, closed, now=clock(), at_most=10)


def test_a_nought_for_no_work_is_explained(
    activity: ActivityView, ann: Visitor, database: Database, clock: FrozenClock
) -> None:
    address = f"exercise/{activity.public_id}"
    before = ann.get(address).text
    close(database, activity, clock)

    assert NOUGHT not in before
    assert NOUGHT in ann.get(address).text


def test_a_nought_that_is_not_released_is_told_to_nobody(
    activity: ActivityView, ann: Visitor, database: Database, clock: FrozenClock
) -> None:
    close(database, activity, clock, release=Release.BY_HAND.value)

    assert "so your grade is" not in ann.get(f"exercise/{activity.public_id}").text


def test_with_more_time_the_nought_stands_until_the_work_is_there(
    activity: ActivityView, teacher: Visitor, ann: Visitor, database: Database, clock: FrozenClock
) -> None:
    close(database, activity, clock)
    teacher.post(person(activity, ann, database, "/extend"), {"days": "1"})

    page = ann.get(f"exercise/{activity.public_id}").text
    receipt = ann.get(ann.hand_in(activity).location.split("/", 3)[3]).text

    assert STANDS in page
    assert NOUGHT not in page
    assert STANDS not in receipt
    assert "10 of 10 points" in receipt


def test_points_that_were_entered_without_work_are_told_with_their_reason(
    activity: ActivityView, teacher: Visitor, ann: Visitor, database: Database
) -> None:
    teacher.post(person(activity, ann, database, "/override"), points("7", revision=0))

    page = ann.get(f"exercise/{activity.public_id}").text

    assert "The people who run the course entered 7 of 10 points." in page
    assert "Spoken exam." in page
