"""Rows of the answer table as Moodle and Canvas say them, in their own words and statuses.

On SQLite alone: `test_answers` has the rows on both databases, and what a platform says meets none.
"""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from lti_app.grading.models import DeliveryState
from lti_app.sandbox.dialects import CANVAS, MOODLE, Dialect
from lti_app.sandbox.faults import Fault, Service
from tests.conftest import FrozenClock
from tests.delivery.conftest import OpenSchool
from tests.delivery.invariants import check
from tests.delivery.school import School, run_until_settled

SCORES, RESULTS, TOKEN = Service.SCORES, Service.RESULTS, Service.TOKEN
PEOPLE = ("amara", "tomoko", "kwame")
PAGE = "<!DOCTYPE html><title>Maintenance</title>"

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture(params=[MOODLE, CANVAS], ids=lambda one: one.name)
def school(request: pytest.FixtureRequest, open_school: OpenSchool) -> School:
    """A school on each of the two platforms, whose link has a column."""
    made = open_school(request.param)
    made.give_column()
    return made


def dialect_of(school: School) -> Dialect:
    return school.lms.sandbox.dialect


def test_2xx_as_it_is_said_there_is_there(school: School) -> None:
    for sub in PEOPLE:
        school.grade(sub)

    school.run()

    assert school.lms.received(SCORES) == [200] * 3
    assert {school.state(sub) for sub in PEOPLE} == {DeliveryState.ARRIVED}
    check(school)


@pytest.mark.parametrize(
    "fault",
    [
        Fault(body=PAGE, content_type="text/html", stores=True, request_count=1),
        Fault(status=500, stores=True, request_count=1),
        Fault(drops_reply=True, request_count=1),
        Fault(status=302, headers={"Location": "/login"}, stores=True, request_count=1),
    ],
    ids=["page", "500", "dropped", "redirect"],
)
def test_an_unknown_outcome_is_looked_at_and_never_a_second_attempt(
    school: School, clock: FrozenClock, fault: Fault
) -> None:
    school.lms.fail(SCORES, fault)
    school.grade()

    run_until_settled(school, clock, at_most=timedelta(minutes=10))

    cell = school.lms.cell()
    assert len(school.lms.received(SCORES)) == 1
    assert school.state() is DeliveryState.ARRIVED
    assert cell is not None
    assert (cell.score_version, cell.score) == (1, 10.0)
    check(school)


def test_an_unknown_outcome_that_hid_nothing_is_followed_by_the_score(
    school: School, clock: FrozenClock
) -> None:
    school.lms.fail(SCORES, Fault(status=503, request_count=2))
    school.grade()

    run_until_settled(school, clock, at_most=timedelta(minutes=30))

    assert school.lms.received(SCORES) == [503, 503, 200]
    check(school)


def test_401_costs_one_new_token(school: School) -> None:
    school.lms.fail(SCORES, Fault(status=401, request_count=1))
    school.grade()

    school.run()

    assert school.lms.received(SCORES) == [401, 200]
    assert school.lms.received(TOKEN) == [200, 200]
    check(school)


def test_401_for_good_holds_the_registration_until_it_is_mended(
    school: School, clock: FrozenClock
) -> None:
    school.lms.fail(SCORES, Fault(status=401))
    for sub in PEOPLE:
        school.grade(sub)
    run_until_settled(school, clock, at_most=timedelta(hours=1))
    attempts = [school.delivery(sub).attempts for sub in PEOPLE]

    school.lms.mend()
    run_until_settled(school, clock, at_most=timedelta(minutes=16))

    assert attempts == [0, 0, 0]
    assert {school.state(sub) for sub in PEOPLE} == {DeliveryState.ARRIVED}
    check(school)


def test_a_time_that_is_not_later_is_told_apart_from_a_refusal(
    school: School, clock: FrozenClock
) -> None:
    school.grade(score="0.5")
    school.run()
    clock.advance(seconds=2)
    school.lms.teacher_enters(5)
    clock.advance(seconds=-1)
    school.grade(score="1")

    school.run()

    stale = dialect_of(school).scores.stale_status
    assert school.lms.received(SCORES)[:2] == [200, stale]

    run_until_settled(school, clock, at_most=timedelta(minutes=5))

    is_kept = dialect_of(school) is MOODLE
    assert school.state() is (DeliveryState.LMS_NEWER if is_kept else DeliveryState.ARRIVED)
    assert school.lms.received(SCORES)[-1] == 200


def test_ag_48_what_a_teacher_entered_is_shown_and_not_fought(
    school: School, clock: FrozenClock
) -> None:
    school.grade(score="0.5")
    school.run()
    clock.advance(minutes=1)
    school.lms.teacher_enters(7)
    clock.advance(minutes=1)
    school.grade(score="1")

    school.run()

    assert school.lms.shown() == 7.0
    assert school.state() is DeliveryState.LMS_NEWER
    check(school)


def test_ag_07_somebody_who_is_not_graded_there_holds_up_nobody(school: School) -> None:
    for sub in ("rima", *PEOPLE):
        school.grade(sub)

    school.run()

    assert school.state("rima") is DeliveryState.NOT_GRADABLE
    assert {school.state(sub) for sub in PEOPLE} == {DeliveryState.ARRIVED}
    check(school)


def test_f15_a_deleted_column_made_again_is_one_column_with_every_score(school: School) -> None:
    for sub in PEOPLE[:2]:
        school.grade(sub)
    school.run()
    school.lms.delete_columns()
    school.grade(PEOPLE[2])
    school.run()
    held = school.state(PEOPLE[2])

    school.send_again()
    school.run()

    assert held is DeliveryState.COLUMN_DELETED
    assert len(school.lms.columns()) == 1
    assert [school.lms.shown(sub) for sub in PEOPLE] == [10.0] * 3
    check(school)


def test_f16_another_maximum_scales_and_another_name_stays(
    school: School, clock: FrozenClock
) -> None:
    school.grade(score="0.5")
    school.run()
    clock.advance(minutes=1)
    school.lms.change_column(label="Renamed by a teacher", score_maximum=50)

    school.grade(score="0.75")
    school.run()

    (column,) = school.lms.columns()
    assert (column.label, school.lms.shown()) == ("Renamed by a teacher", 37.5)
    assert school.state() is DeliveryState.ARRIVED


def test_a_regrade_of_the_same_work_is_no_new_attempt(school: School, clock: FrozenClock) -> None:
    school.grade(score="0.5")
    school.run()
    clock.advance(minutes=1)
    school.grade(score="1", is_regraded=True)

    school.run()

    cell = school.lms.cell()
    assert cell is not None
    assert cell.attempt_count == (1 if dialect_of(school) is CANVAS else 0)
    check(school)


def test_f17_ag_31_canvas_attempts_that_are_used_up_wait_until_there_are_more(
    open_school: OpenSchool, clock: FrozenClock
) -> None:
    school = open_school(CANVAS)
    school.give_column()
    school.lms.allow_attempts(1)
    school.grade(score="0.5")
    school.run()
    clock.advance(minutes=1)
    school.grade(score="1")
    school.grade("tomoko")
    school.run()
    held = school.delivery()

    school.lms.allow_attempts(2)
    run_until_settled(school, clock, at_most=timedelta(days=1))

    assert held.state == DeliveryState.NOT_GRADABLE
    assert "maximum number of allowed attempts" in str((held.reason_params or {})["words"])
    assert school.lms.shown("tomoko") == 10.0
    assert school.lms.shown() == 10.0
    check(school)


def test_f17_a_canvas_course_that_has_ended_takes_its_scores_when_it_opens(
    open_school: OpenSchool, clock: FrozenClock
) -> None:
    school = open_school(CANVAS)
    school.give_column()
    school.lms.conclude()
    for sub in PEOPLE:
        school.grade(sub)
    school.run()
    held = {school.state(sub) for sub in PEOPLE}

    school.lms.conclude(is_concluded=False)
    run_until_settled(school, clock, at_most=timedelta(days=1))

    assert held == {DeliveryState.NOT_GRADABLE}
    assert {school.state(sub) for sub in PEOPLE} == {DeliveryState.ARRIVED}
    check(school)


def test_f17_the_test_student_is_not_graded_there_and_holds_up_nobody(
    open_school: OpenSchool,
) -> None:
    school = open_school(CANVAS)
    school.give_column()
    for sub in ("test", *PEOPLE):
        school.grade(sub)

    school.run()

    assert school.state("test") is DeliveryState.NOT_GRADABLE
    assert {school.state(sub) for sub in PEOPLE} == {DeliveryState.ARRIVED}
    check(school)


def test_ag_09_a_canvas_that_has_enough_is_waited_for(
    open_school: OpenSchool, clock: FrozenClock
) -> None:
    school = open_school(replace(CANVAS))
    school.give_column()
    school.lms.is_asked_by_others(clock())
    school.grade()

    school.run()
    waiting = school.delivery()
    run_until_settled(school, clock, at_most=timedelta(minutes=5))

    assert (waiting.reason_code, waiting.attempts) == ("throttled", 0)
    assert school.state() is DeliveryState.ARRIVED
    check(school)


def test_ag_11_moodle_refuses_another_media_type_in_words_that_are_kept(
    open_school: OpenSchool,
) -> None:
    school = open_school(MOODLE)
    school.give_column()
    school.lms.fail(SCORES, Fault(status=415, body=json.dumps({"reason": "No handler found"})))
    school.grade()

    school.run()

    delivery = school.delivery()
    assert delivery.state == DeliveryState.REFUSED
    assert delivery.reason_params == {"status": 415, "words": "No handler found"}
    check(school)
