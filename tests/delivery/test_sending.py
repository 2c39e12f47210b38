"""Owed scores and a strict LMS over real HTTP, by one clock that the test moves."""

from datetime import timedelta

import pytest

from lti_app.grading.models import DeliveryState
from lti_app.lti.ags import RESULT_SCOPE, SCORE_SCOPE
from lti_app.lti.line_items import WRITE_SCOPE
from lti_app.sandbox.faults import Fault, Service
from tests.conftest import FrozenClock
from tests.delivery.invariants import check
from tests.delivery.school import School, run_until_settled

SCORES, RESULTS, TOKEN = Service.SCORES, Service.RESULTS, Service.TOKEN


def test_a_score_arrives_once_with_its_comment(school: School) -> None:
    school.grade()

    school.run()

    cell = school.lms.cell()
    assert cell is not None
    assert (cell.score, cell.score_version) == (10.0, 1)
    assert cell.comment == "Complete. This counts for being done, not for what was answered."
    assert school.state() is DeliveryState.ARRIVED


def test_nothing_is_sent_twice_when_nothing_changed(school: School) -> None:
    school.grade()
    school.run()

    school.grade()
    school.run()

    assert school.lms.received(SCORES) == [200]


def test_ag_24_points_keep_our_maximum_and_the_platform_scales_them(school: School) -> None:
    school.grade(score="0.25")

    school.run()

    assert school.lms.shown() == 2.5


def test_a_better_score_follows_with_a_later_time(school: School) -> None:
    school.grade(score="0.5")
    school.run()

    school.grade(score="1")
    school.run()

    assert school.lms.shown() == 10.0
    assert school.lms.received(RESULTS, "GET") == [200]


def test_f9_an_lms_that_answers_503_for_a_minute_gets_the_score_once(
    school: School, clock: FrozenClock
) -> None:
    school.lms.fail(SCORES, Fault(status=503, until=clock() + timedelta(minutes=1)))
    school.grade()

    run_until_settled(school, clock, at_most=timedelta(minutes=10))

    cell = school.lms.cell()
    assert cell is not None
    assert (cell.score, cell.score_version) == (10.0, 1)
    assert school.lms.received(SCORES).count(200) == 1
    assert school.state() is DeliveryState.ARRIVED


def test_a_busy_lms_is_shown_as_on_its_way_with_the_reason(school: School) -> None:
    school.lms.fail(SCORES, Fault(status=503))
    school.grade()

    school.run()

    delivery = school.delivery()
    assert (delivery.state, delivery.reason_code) == (DeliveryState.OWED, "unknown_outcome")
    assert delivery.attempts == 1
    assert delivery.next_at == school.next_due_at()


def test_f19_a_score_whose_answer_was_lost_is_not_sent_again(
    school: School, clock: FrozenClock
) -> None:
    school.lms.fail(SCORES, Fault(drops_reply=True))
    school.grade()

    run_until_settled(school, clock, at_most=timedelta(minutes=10))

    assert school.lms.received(SCORES) == [200]
    assert school.lms.shown() == 10.0
    assert school.state() is DeliveryState.ARRIVED


def test_where_results_may_not_be_read_a_lost_answer_costs_one_harmless_repetition(
    school: School, clock: FrozenClock
) -> None:
    school.is_offered(without=frozenset({RESULT_SCOPE}))
    school.lms.fail(SCORES, Fault(drops_reply=True, request_count=1))
    school.grade()

    run_until_settled(school, clock, at_most=timedelta(days=1))

    cell = school.lms.cell()
    assert cell is not None
    assert cell.score == 10.0
    assert school.state() is DeliveryState.ARRIVED


def test_f7_a_platform_that_asks_to_wait_is_waited_for(school: School, clock: FrozenClock) -> None:
    school.lms.fail(SCORES, Fault(status=429, retry_after="1800", request_count=1))
    school.grade()

    school.run()

    assert school.next_due_at() == clock() + timedelta(seconds=1800)
    assert school.delivery().attempts == 0
    clock.advance(seconds=1800)
    school.run()
    assert school.lms.received(SCORES) == [429, 200]


def test_f14_a_refused_key_burns_no_attempts_and_all_flows_when_it_is_mended(
    school: School, clock: FrozenClock
) -> None:
    school.lms.fail(TOKEN, Fault(status=401))
    for sub in ("amara", "tomoko"):
        school.grade(sub)

    run_until_settled(school, clock, at_most=timedelta(hours=2))
    attempts = [school.delivery(sub).attempts for sub in ("amara", "tomoko")]
    school.lms.mend()
    run_until_settled(school, clock, at_most=timedelta(hours=1))

    assert attempts == [0, 0]
    assert [school.lms.shown(sub) for sub in ("amara", "tomoko")] == [10.0, 10.0]


def test_f17_one_person_who_cannot_be_graded_holds_up_nobody_else(school: School) -> None:
    school.lms.suspend("amara")
    for sub in ("amara", "tomoko"):
        school.grade(sub)

    school.run()

    assert school.state("amara") is DeliveryState.NOT_GRADABLE
    assert school.lms.shown("tomoko") == 10.0
    words = (school.delivery("amara").reason_params or {})["words"]
    assert words == "userId is no active learner here."


def test_send_again_after_the_cause_is_gone(school: School) -> None:
    school.lms.suspend("amara")
    school.grade()
    school.run()
    school.lms.suspend("amara", is_active=True)

    school.send_again()
    school.run()

    assert school.lms.shown() == 10.0


def test_f18_ag_48_what_a_teacher_entered_is_not_written_over(
    school: School, clock: FrozenClock
) -> None:
    school.grade(score="0.5")
    school.run()
    clock.advance(minutes=1)
    school.lms.teacher_enters(7)
    clock.advance(minutes=1)

    school.grade(score="1")
    school.run()

    delivery = school.delivery()
    assert school.lms.shown() == 7.0
    assert delivery.state == DeliveryState.LMS_NEWER
    assert delivery.lms_points == 7


def test_f18_send_ours_puts_ours_in_its_place(school: School, clock: FrozenClock) -> None:
    school.grade(score="0.5")
    school.run()
    clock.advance(minutes=1)
    school.lms.teacher_enters(7)
    clock.advance(minutes=1)
    school.grade(score="1")
    school.run()

    school.send_again("amara")
    school.run()

    assert school.lms.shown() == 10.0
    assert school.state() is DeliveryState.ARRIVED


def test_f18_send_ours_holds_when_the_platform_was_busy_at_first(
    school: School, clock: FrozenClock
) -> None:
    school.grade(score="0.5")
    school.run()
    clock.advance(minutes=1)
    school.lms.teacher_enters(7)
    clock.advance(minutes=1)
    school.grade(score="1")
    school.run()

    school.lms.fail(SCORES, Fault(status=503, request_count=1))
    school.send_again("amara")
    run_until_settled(school, clock, at_most=timedelta(minutes=10))

    assert school.lms.shown() == 10.0


def test_ag_12_a_teacher_who_graded_before_our_first_score_is_respected(
    school: School, clock: FrozenClock
) -> None:
    school.grade()
    clock.advance(minutes=1)
    school.lms.teacher_enters(3)
    clock.advance(minutes=-1)

    school.run()

    assert school.lms.shown() == 3.0
    assert school.state() is DeliveryState.LMS_NEWER


@pytest.mark.parametrize("is_newer_owed", [True, False], ids=["newer owed", "nothing newer"])
@pytest.mark.parametrize("is_stored", [True, False], ids=["stored", "lost"])
def test_ag_12_a_teacher_who_graded_after_a_first_score_without_an_answer_is_respected(
    school: School, clock: FrozenClock, *, is_stored: bool, is_newer_owed: bool
) -> None:
    school.lms.fail(SCORES, Fault(status=503, stores=is_stored, request_count=1))
    school.grade(score="0.5")
    school.run()
    school.lms.teacher_enters(7)
    clock.advance(seconds=1)
    if is_newer_owed:
        school.grade(score="1")

    run_until_settled(school, clock, at_most=timedelta(hours=1))

    delivery = school.delivery()
    assert school.lms.shown() == 7.0
    assert delivery.state == DeliveryState.LMS_NEWER
    assert delivery.lms_points == 7
    check(school)


def test_f19_a_newer_score_follows_the_one_whose_answer_was_lost(
    school: School, clock: FrozenClock
) -> None:
    school.lms.fail(SCORES, Fault(drops_reply=True, request_count=1))
    school.grade(score="0.5")
    school.run()
    clock.advance(seconds=1)
    school.grade(score="1")

    run_until_settled(school, clock, at_most=timedelta(hours=1))

    assert school.lms.received(SCORES) == [200, 200]
    assert school.lms.shown() == 10.0
    assert school.state() is DeliveryState.ARRIVED
    check(school)


def test_ag_12_a_refused_time_over_our_own_score_gets_one_new_time(
    school: School, clock: FrozenClock
) -> None:
    school.grade(score="0.5")
    school.run()
    clock.advance(seconds=2)
    school.lms.teacher_enters(5)
    school.grade(score="1")

    school.run()

    assert school.lms.received(SCORES) == [200, 409, 200]
    assert school.lms.shown() == 10.0


def test_f15_a_deleted_column_is_named_and_not_made_anew_by_itself(school: School) -> None:
    school.lms.delete_columns()
    school.grade()

    school.run()

    assert school.state() is DeliveryState.COLUMN_DELETED
    assert school.lms.columns() == []


def test_f15_made_again_at_somebodys_word_it_is_one_column_with_every_score(
    school: School,
) -> None:
    for sub in ("amara", "tomoko"):
        school.grade(sub)
    school.run()
    school.lms.delete_columns()
    school.grade("kwame")
    school.run()

    school.send_again()
    school.run()

    (column,) = school.lms.columns()
    assert (column.label, column.score_maximum) == ("Where do I start?", 10.0)
    assert [school.lms.shown(sub) for sub in ("amara", "tomoko", "kwame")] == [10.0] * 3


def test_ag_36_a_link_without_a_column_gets_one_and_only_one(bare_school: School) -> None:
    bare_school.lms.delete_columns()
    for sub in ("amara", "tomoko", "kwame"):
        bare_school.grade(sub)

    bare_school.run()

    (column,) = bare_school.lms.columns()
    assert column.resource_id == bare_school.course.activity.public_id
    assert column.tag == "exercise"
    assert [bare_school.lms.shown(sub) for sub in ("amara", "tomoko", "kwame")] == [10.0] * 3


def test_a_column_that_was_made_without_an_answer_is_found_and_not_made_twice(
    bare_school: School, clock: FrozenClock
) -> None:
    bare_school.lms.delete_columns()
    bare_school.lms.fail(Service.LINE_ITEMS, Fault(status=503, request_count=1))
    bare_school.grade()
    bare_school.run()
    activity = bare_school.course.activity
    bare_school.lms.add_column(resource_id=activity.public_id, tag=activity.kind)

    run_until_settled(bare_school, clock, at_most=timedelta(minutes=10))

    assert len(bare_school.lms.columns()) == 1
    assert bare_school.lms.shown() == 10.0


def test_ag_37_where_no_column_may_be_made_none_is_tried(bare_school: School) -> None:
    bare_school.lms.delete_columns()
    bare_school.is_offered(without=frozenset({WRITE_SCOPE}))
    bare_school.grade()

    bare_school.run()

    assert bare_school.state() is DeliveryState.NO_COLUMN
    assert bare_school.lms.received(Service.LINE_ITEMS) == []


def test_ag_35_without_the_scope_nothing_is_requested(school: School) -> None:
    school.is_offered(without=frozenset({SCORE_SCOPE}))
    school.grade()

    school.run()

    assert (school.state(), school.delivery().reason_code) == (
        DeliveryState.REFUSED,
        "not_offered",
    )
    assert school.lms.received(SCORES) == []


def test_ag_50_a_platform_that_is_switched_off_is_left_alone(school: School) -> None:
    school.grade()
    school.disable_platform()

    school.run()

    assert school.delivery().reason_code == "platform_disabled"
    assert school.lms.received(TOKEN) == []


@pytest.mark.parametrize("days", [27, 29])
def test_after_four_weeks_without_success_a_person_is_asked(
    school: School, clock: FrozenClock, days: int
) -> None:
    school.lms.fail(SCORES, Fault(status=500))
    school.grade()
    school.run()

    clock.advance(days=days)
    school.run()

    expected = DeliveryState.NEEDS_ATTENTION if days > 28 else DeliveryState.OWED
    assert school.state() is expected
