"""F23: the tool's clock and the platform's tell different times; scores still go forward only.

What a launch makes of a clock that is off stands in `tests/cases`.
"""

import json
from datetime import timedelta

import pytest

from lti_app.grading.models import DeliveryState
from lti_app.sandbox.dialects import CANVAS, MOODLE, PLAIN, Dialect
from tests.conftest import FrozenClock
from tests.delivery.conftest import OpenSchool
from tests.delivery.invariants import check
from tests.delivery.school import School, run_until_settled

by_dialect = pytest.mark.parametrize(
    "dialect", [PLAIN, MOODLE, CANVAS], ids=lambda dialect: dialect.name
)


def assert_forward(school: School) -> None:
    """No score that left, taken or not, was of an older time than the one before it."""
    bodies = [json.loads(sent.body) for sent in school.wire.sent if b"scoreGiven" in sent.body]
    times = [body["timestamp"] for body in bodies]
    versions = [(body["timestamp"], body["scoreGiven"]) for body in bodies]
    assert times == sorted(times)
    assert len(set(versions)) == len(set(times)), "one time was used for two scores"


@pytest.mark.parametrize("hours", [-2, 2])
def test_f23_a_clock_that_jumps_never_takes_a_score_back(
    school: School, clock: FrozenClock, hours: int
) -> None:
    school.grade(score="0.5")
    school.run()
    clock.advance(hours=hours)
    school.grade(score="0.75")
    school.run()
    clock.advance(hours=-hours)
    school.grade(score="1")

    run_until_settled(school, clock, at_most=timedelta(hours=5))

    assert_forward(school)
    assert school.lms.shown() == 10.0
    check(school)


@by_dialect
@pytest.mark.parametrize("minutes", [-10, 10])
def test_f23_a_platform_whose_clock_goes_ten_minutes_off_gets_every_score(
    open_school: OpenSchool, clock: FrozenClock, dialect: Dialect, minutes: int
) -> None:
    school = open_school(dialect)
    school.give_column()
    for score in ("0.5", "0.75", "1"):
        school.grade(score=score)
        run_until_settled(school, clock, at_most=timedelta(minutes=5))
        school.lms.sandbox.skew.by = timedelta(minutes=minutes)
        clock.advance(seconds=20)

    assert_forward(school)
    assert school.state() is DeliveryState.ARRIVED
    check(school)


@by_dialect
@pytest.mark.parametrize("minutes", [-10, 10])
def test_f23_a_platform_that_refuses_our_key_for_its_clock_is_on_hold_and_nobody_is_blamed(
    open_school: OpenSchool, clock: FrozenClock, dialect: Dialect, minutes: int
) -> None:
    school = open_school(dialect)
    school.give_column()
    school.lms.sandbox.skew.by = timedelta(minutes=minutes)
    for sub in ("amara", "tomoko"):
        school.grade(sub)
    run_until_settled(school, clock, at_most=timedelta(hours=1))
    waiting = {(school.state(sub), school.delivery(sub).reason_code) for sub in school.history}
    attempts = [school.delivery(sub).attempts for sub in school.history]

    school.lms.sandbox.skew.by = timedelta()
    run_until_settled(school, clock, at_most=timedelta(minutes=16))

    assert waiting == {(DeliveryState.OWED, "unauthorised")}
    assert attempts == [0, 0]
    assert {school.state(sub) for sub in school.history} == {DeliveryState.ARRIVED}
    check(school)


@by_dialect
def test_f23_small_jumps_there_and_back_end_in_the_last_score(
    open_school: OpenSchool, clock: FrozenClock, dialect: Dialect
) -> None:
    school = open_school(dialect)
    school.give_column()
    for number, seconds in enumerate((3, -5, 0, -1, 1, 60, -60, 0)):
        school.grade(score=f"0.{number + 10}")
        school.run()
        clock.advance(seconds=seconds)

    run_until_settled(school, clock, at_most=timedelta(minutes=5))

    assert_forward(school)
    assert school.state() is DeliveryState.ARRIVED
    check(school)
