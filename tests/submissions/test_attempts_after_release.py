"""What learners read of an attempt that they handed in after their grade was released."""

import html
from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from lti_app.activities.exercise.settings import ExerciseSettings
from lti_app.catalog.models import Activity
from lti_app.catalog.rules import Release
from lti_app.catalog.views import ActivityView
from lti_app.core.db import Database
from lti_app.lti.registration import Registration
from lti_app.submissions.models import Attempt
from tests.conftest import FrozenClock
from tests.exercise.placing import make_of
from tests.exercise.sort.cards import KEY, WHY, all_in, small_sort
from tests.exercise.sort.table import Table
from tests.peers.world import Visitor, World
from tests.submissions.test_gradebook import settings

Receipts = Callable[[], list[str]]
BEST = "because it is your best"
FACET = "of 100"
WAITS = "What was right is shown once your grade is released."


@pytest.fixture
def activity(world: World, platform: Registration, database: Database) -> ActivityView:
    found = world.activity(platform)
    twice = ExerciseSettings(attempts=2).model_dump(mode="json")
    make_of(database, found, small_sort(), points=10, settings=twice)
    with database.write() as session:
        session.execute(update(Activity).values(release=Release.BY_HAND.value))
    return found


@pytest.fixture
def hand_in(activity: ActivityView, ann: Visitor, clock: FrozenClock) -> Callable[..., None]:
    def act(placed: dict[str, str]) -> None:
        clock.advance(minutes=5)
        assert Table(ann, activity, again=True).hand_in(placed).status_code == 303

    return act


@pytest.fixture
def release(activity: ActivityView, teacher: Visitor, clock: FrozenClock) -> Callable[[], None]:
    def act() -> None:
        clock.advance(minutes=5)
        assert teacher.post(f"activities/{activity.public_id}/release").status_code == 303

    return act


@pytest.fixture
def receipts(ann: Visitor, database: Database) -> Receipts:
    def read() -> list[str]:
        with database.read() as session:
            ids = session.scalars(select(Attempt.public_id).order_by(Attempt.number)).all()
        return [html.unescape(ann.get(f"receipts/{one}").text) for one in ids]

    return read


def reasons(page: str) -> list[str]:
    """Return why cards lie right or wrong, as far as a page tells it."""
    return [why for why in WHY.values() if why in page]


def test_a_further_attempt_waits_for_a_release_of_its_own(
    hand_in: Callable[..., None], release: Callable[[], None], receipts: Receipts
) -> None:
    hand_in(all_in("sweet"))
    release()
    hand_in(KEY)

    first, second = receipts()

    assert (bool(reasons(first)), reasons(second)) == (True, [])
    assert WAITS in second
    assert "These points were released before you handed this in." in second
    assert "These points were released before you handed this in." not in first


def test_no_receipt_tells_how_a_further_attempt_did_before_its_release(
    hand_in: Callable[..., None], release: Callable[[], None], receipts: Receipts
) -> None:
    hand_in(all_in("sweet"))
    release()
    hand_in(KEY)

    for page in receipts():
        assert "Your best one counts." in page
        assert (BEST in page, FACET in page) == (False, False)


def test_a_last_attempt_that_leaves_nothing_to_release_waits_for_nothing(
    hand_in: Callable[..., None], release: Callable[[], None], receipts: Receipts
) -> None:
    hand_in(all_in("sweet"))
    release()
    hand_in(all_in("salty"))

    _first, second = receipts()

    assert WAITS not in second
    assert reasons(second)


def test_a_release_after_the_last_attempt_tells_all_of_it(
    hand_in: Callable[..., None], release: Callable[[], None], receipts: Receipts
) -> None:
    hand_in(all_in("sweet"))
    release()
    hand_in(KEY)
    release()

    for page in receipts():
        assert (BEST in page, FACET in page, bool(reasons(page))) == (True, True, True)


def test_a_grade_that_came_out_otherwise_is_told_in_parts_only_when_released(
    hand_in: Callable[..., None],
    release: Callable[[], None],
    receipts: Receipts,
    activity: ActivityView,
    teacher: Visitor,
) -> None:
    hand_in(all_in("sweet"))
    release()
    assert FACET in receipts()[0]

    given = settings(release="by_hand", **{"own-attempts": "2", "own-completion_only": "y"})
    teacher.post(f"activities/{activity.public_id}/settings", given)

    assert FACET not in receipts()[0]
    release()
    assert "100 of 100" in receipts()[0]
