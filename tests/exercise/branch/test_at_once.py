"""Two tabs choose, or hand in, at the same moment."""

import itertools
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from lti_app.activities.exercise.settings import ExerciseSettings
from lti_app.core.db import Database
from lti_app.submissions.models import Attempt
from tests.conftest import FrozenClock
from tests.exercise.branch.reader import Tab, stands_at
from tests.exercise.branch.stories import small
from tests.exercise.placing import make_of
from tests.peers.at_once import at_once
from tests.peers.world import World

TABS = 6


@pytest.fixture
def tabs(world: World, database: Database) -> list[Tab]:
    """One person, with the story open in several tabs of their own sessions."""
    platform = world.platform()
    activity = world.activity(platform)
    settings = ExerciseSettings(attempts=9).model_dump(mode="json")
    make_of(database, activity, small(), settings=settings)
    return [Tab(world.visitor(platform, sub="ann"), activity) for _ in range(TABS)]


def test_of_choices_at_the_same_moment_one_is_taken_and_the_others_are_told(
    tabs: list[Tab],
) -> None:
    choices = [(tab, ("ask", "wait")[number % 2]) for number, tab in enumerate(tabs)]

    outcomes = at_once(lambda one: f"{one[1]} {one[0].choose(one[1]).status_code}", choices)

    (taken,) = {str(one).split()[0] for one in outcomes if "303" in str(one)}
    (left,) = {"ask", "wait"} - {taken}
    assert {str(one) for one in outcomes} == {f"{taken} 303", f"{left} 409"}
    assert {stands_at(tab.open()) for tab in tabs} == {f"Title of {taken}"}


def test_the_same_choice_at_the_same_moment_is_one(
    tabs: list[Tab], clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when one second ends between them, which the log of choices tells."""
    seconds = itertools.count()
    ticking = lambda _clock: clock.now + timedelta(seconds=next(seconds))  # noqa: E731
    monkeypatch.setattr(FrozenClock, "__call__", ticking)

    assert {*at_once(lambda tab: tab.choose("ask").status_code, tabs)} == {303}
    assert tabs[0].open().count("Your choice") == 1


def test_handing_in_at_the_same_moment_is_one_hand_in(tabs: list[Tab], database: Database) -> None:
    tabs[0].go("ask", "good")
    for tab in tabs:
        tab.open()

    assert {*at_once(lambda tab: tab.hand_in().status_code, tabs)} == {303}
    with database.read() as session:
        assert session.scalars(select(func.count()).select_from(Attempt)).one() == 1
