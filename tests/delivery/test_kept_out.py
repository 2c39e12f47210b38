"""AG-48 in Moodle, which takes a score and goes on showing the grade that a teacher entered.

On SQLite alone: what a platform says meets no database.
"""

from datetime import timedelta

import pytest

from lti_app.grading.models import DeliveryState
from lti_app.lti.ags import RESULT_SCOPE
from lti_app.sandbox.dialects import CANVAS, MOODLE
from lti_app.sandbox.faults import Fault, Service
from tests.conftest import FrozenClock
from tests.delivery.conftest import OpenSchool
from tests.delivery.invariants import check
from tests.delivery.school import School, run_until_settled

SCORES, RESULTS = Service.SCORES, Service.RESULTS

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def school(open_school: OpenSchool) -> School:
    """A school in a Moodle, whose link has a column."""
    made = open_school(MOODLE)
    made.give_column()
    return made


def teacher_enters_what_we_sent(school: School, clock: FrozenClock) -> None:
    """Let the gradebook show our 5 of 10 by a teacher's hand, and owe 10 of 10."""
    school.grade(score="0.5")
    school.run()
    clock.advance(minutes=1)
    school.lms.teacher_enters(5)
    clock.advance(minutes=1)
    school.grade(score="1")


def test_a_newer_score_behind_the_same_value_by_hand_is_not_called_arrived(
    school: School, clock: FrozenClock
) -> None:
    teacher_enters_what_we_sent(school, clock)

    school.run()

    delivery = school.delivery()
    assert school.lms.shown() == 5.0
    assert (delivery.state, delivery.reason_code) == (DeliveryState.LMS_NEWER, "kept_out")
    assert delivery.lms_points == 5
    check(school)


def test_send_ours_is_tried_once_and_told_again(school: School, clock: FrozenClock) -> None:
    teacher_enters_what_we_sent(school, clock)
    school.run()
    clock.advance(minutes=1)

    school.send_again("amara")
    run_until_settled(school, clock, at_most=timedelta(days=1))

    delivery = school.delivery()
    assert (delivery.state, delivery.reason_code) == (DeliveryState.LMS_NEWER, "kept_out")
    assert not delivery.is_override_allowed
    # The same time is refused, a new one is taken; then a person has the word.
    assert school.lms.received(SCORES) == [200, 200, 409, 200]


@pytest.mark.parametrize("is_newer", [True, False], ids=["newer score", "send ours"])
def test_when_the_teacher_takes_theirs_back_all_is_well_again(
    school: School, clock: FrozenClock, *, is_newer: bool
) -> None:
    teacher_enters_what_we_sent(school, clock)
    school.run()
    clock.advance(minutes=1)
    school.lms.teacher_takes_back()

    if is_newer:
        school.grade(score="0.75")
    else:
        school.send_again("amara")
    school.run()

    assert school.state() is DeliveryState.ARRIVED
    check(school)


def test_a_grade_that_was_entered_before_our_first_score_is_told_too(
    school: School, clock: FrozenClock
) -> None:
    school.lms.teacher_enters(7)
    clock.advance(minutes=1)
    school.grade()

    school.run()

    assert school.state() is DeliveryState.LMS_NEWER
    assert school.delivery().lms_points == 7
    check(school)


@pytest.mark.parametrize("status", [429, 503])
def test_a_platform_too_busy_to_be_looked_at_is_looked_at_later_and_sent_nothing_twice(
    school: School, clock: FrozenClock, status: int
) -> None:
    school.lms.fail(RESULTS, Fault(status=status, request_count=1))
    school.grade()

    school.run()
    waiting = school.state()
    run_until_settled(school, clock, at_most=timedelta(minutes=10))

    assert waiting is DeliveryState.OWED
    assert school.state() is DeliveryState.ARRIVED
    assert school.lms.received(SCORES) == [200]
    check(school)


def test_where_it_lets_nobody_look_its_word_is_enough(school: School) -> None:
    school.lms.fail(RESULTS, Fault(status=403))
    school.grade()

    school.run()

    assert school.state() is DeliveryState.ARRIVED


def test_without_the_scope_to_look_its_word_is_enough(school: School) -> None:
    school.is_offered(without=frozenset({RESULT_SCOPE}))
    school.grade()

    school.run()

    assert school.state() is DeliveryState.ARRIVED
    assert school.lms.received(RESULTS, "GET") == []


def test_a_platform_that_lets_the_last_score_win_is_not_looked_at_after_it(
    open_school: OpenSchool,
) -> None:
    canvas = open_school(CANVAS)
    canvas.give_column()
    canvas.grade()

    canvas.run()

    assert canvas.state() is DeliveryState.ARRIVED
    assert canvas.lms.received(RESULTS, "GET") == []
