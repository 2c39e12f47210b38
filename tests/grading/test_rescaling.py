"""Other points for an activity: shares stay what they were, whoever decided them."""

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import select

from lti_app.core.db import Database
from lti_app.grading.deciding import OverrideWish, excuse, set_override, take_excuse_back
from lti_app.grading.ledger import CHANGE_COLUMN, COLUMN_CHANGING
from lti_app.grading.models import DeliveryState, Grade, GradeEvent, ScoreDelivery
from lti_app.grading.rules import Mark
from lti_app.grading.service import record_again
from lti_app.grading.views import Learner, grade_view
from lti_app.grading.withdrawing import withdraw
from lti_app.jobs.models import Job
from tests.conftest import FrozenClock
from tests.grading.changing import change_points
from tests.grading.ledger import ANN, Ledger


def set_points(ledger: Ledger, points: str) -> None:
    activity, now = ledger.course.activity, ledger.clock()
    changed = change_points(ledger.database, activity, points, actor=ANN, now=now)
    ledger.course = replace(ledger.course, activity=changed)


def enter(ledger: Ledger, points: str | None) -> None:
    learner = Learner(ledger.user.id, ledger.user.public_id, is_graded=True)
    with ledger.database.write() as session:
        activity, seen = ledger.course.activity, grade(ledger).revision
        wish = OverrideWish(None if points is None else Decimal(points), "Spoken.", seen)
        set_override(session, activity, learner, wish, actor=ANN, now=ledger.clock())


def grade(ledger: Ledger) -> Grade:
    with ledger.database.read() as session:
        return session.scalars(select(Grade)).one()


def wanted(row: ScoreDelivery) -> Mark:
    return Mark(row.wanted_points, row.wanted_maximum)


def mark(points: str, maximum: str) -> Mark:
    return Mark(Decimal(points), Decimal(maximum))


def count_changes_owed(database: Database) -> int:
    with database.read() as session:
        return len(session.scalars(select(Job).where(Job.kind == CHANGE_COLUMN)).all())


def test_a_grade_keeps_its_share_and_its_score_is_owed_after_the_column(ledger: Ledger) -> None:
    ledger.grade("0.75")
    ledger.send()

    set_points(ledger, "20")

    found, row = grade(ledger), ledger.row()
    assert found.points == found.released_points == 15
    assert found.maximum == 20
    assert wanted(row) == mark("15", "20")
    assert (row.state, row.reason_code) == (DeliveryState.OWED, COLUMN_CHANGING)
    assert count_changes_owed(ledger.database) == 1


def test_a_score_that_has_not_left_yet_leaves_as_the_same_share(ledger: Ledger) -> None:
    ledger.grade("0.75")

    set_points(ledger, "20")

    row = ledger.row()
    assert wanted(row) == mark("15", "20")
    assert (row.state, row.reason_code) == (DeliveryState.OWED, None)
    body = ledger.fix(ledger.claim())
    assert body.mark == mark("15", "20")


def test_the_same_points_again_change_nothing(ledger: Ledger) -> None:
    ledger.grade("0.75")
    ledger.send()
    set_points(ledger, "20")
    before, owed = grade(ledger).revision, ledger.row().wanted_version

    set_points(ledger, "20")

    assert (grade(ledger).revision, ledger.row().wanted_version) == (before, owed)


def test_rounding_does_not_add_up_over_several_changes(ledger: Ledger) -> None:
    ledger.grade("0.333333")
    enter(ledger, "8.33")

    for points in ("0.03", "7", "10"):
        set_points(ledger, points)

    found = grade(ledger)
    assert (found.points, found.released_points) == (Decimal("3.33"), Decimal("8.33"))


def test_points_that_a_person_entered_stay_as_entered_and_count_as_the_same_share(
    ledger: Ledger,
) -> None:
    ledger.grade("0.5")
    enter(ledger, "8")

    set_points(ledger, "20")

    found = grade_view(grade(ledger), ())
    assert found.override is not None
    assert found.override.entered == mark("8", "10")
    assert found.override.is_rescaled
    assert found.effective == found.released == 16
    assert found.points == 10
    assert wanted(ledger.row()) == mark("16", "20")


def test_points_entered_after_the_change_are_of_the_new_maximum(ledger: Ledger) -> None:
    ledger.grade("0.5")
    enter(ledger, "8")
    set_points(ledger, "20")

    enter(ledger, "9")

    found = grade_view(grade(ledger), ())
    assert found.override is not None
    assert found.effective == 9
    assert not found.override.is_rescaled


def test_a_change_that_waits_for_its_release_goes_on_waiting(ledger: Ledger) -> None:
    ledger.grade("0.5")
    again = ledger.work("0.8")
    with ledger.database.write() as session:
        activity = ledger.course.activity
        record_again(session, activity, [again], actor=ANN, now=ledger.clock())

    set_points(ledger, "20")

    found = grade(ledger)
    assert (found.points, found.released_points) == (Decimal(16), Decimal(10))
    assert wanted(ledger.row()) == mark("10", "20")


def test_points_without_any_work_are_brought_along(ledger: Ledger) -> None:
    learner = Learner(ledger.user.id, ledger.user.public_id, is_graded=True)
    with ledger.database.write() as session:
        wish = OverrideWish(Decimal(7), "Spoken.", 0)
        set_override(session, ledger.course.activity, learner, wish, actor=ANN, now=ledger.clock())

    set_points(ledger, "5")

    found = grade(ledger)
    assert (found.points, found.released_points) == (None, Decimal("3.5"))
    assert found.maximum == 5


def test_who_is_excused_is_sent_nothing_by_it_and_the_new_points_once_back(
    ledger: Ledger,
) -> None:
    ledger.grade("0.75")
    with ledger.database.write() as session:
        activity, user_id, now = ledger.course.activity, ledger.user.id, ledger.clock()
        excuse(session, activity, user_id, "Ill.", actor=ANN, now=now)

    set_points(ledger, "20")

    withheld = ledger.row()
    with ledger.database.write() as session:
        take_excuse_back(session, ledger.course.activity, user_id, actor=ANN, now=now)
    assert withheld.state == DeliveryState.WITHHELD
    assert wanted(withheld) == mark("15", "20")
    assert ledger.row().state == DeliveryState.OWED


def test_what_somebody_graded_in_the_platform_stays_held_and_ours_is_the_new_one(
    ledger: Ledger,
) -> None:
    ledger.grade("0.5")
    ledger.send()
    ledger.grade("0.75")
    ledger.hold(DeliveryState.LMS_NEWER, mark("3", "10"))

    set_points(ledger, "20")

    row = ledger.row()
    assert row.state == DeliveryState.LMS_NEWER
    assert wanted(row) == mark("15", "20")
    ledger.send_again(row.public_id)
    assert ledger.fix(ledger.claim()).mark == mark("15", "20")


def test_a_score_that_is_taken_back_stays_taken_back(ledger: Ledger) -> None:
    ledger.grade("0.75")
    ledger.send()
    learner = Learner(ledger.user.id, ledger.user.public_id, is_graded=True)
    with ledger.database.write() as session:
        activity, now = ledger.course.activity, ledger.clock()
        excuse(session, activity, ledger.user.id, "Ill.", actor=ANN, now=now)
        withdraw(session, activity, learner, actor=ANN, now=now)
    before = ledger.row().wanted_version

    set_points(ledger, "20")

    row = ledger.row()
    assert (row.wanted_points, row.wanted_version) == (None, before)


def test_the_history_tells_of_it(ledger: Ledger) -> None:
    ledger.grade("0.75")

    set_points(ledger, "20")

    with ledger.database.read() as session:
        last = session.scalars(select(GradeEvent).order_by(GradeEvent.id.desc()).limit(1)).one()
    assert (last.kind, last.points, last.maximum, last.actor) == (
        "rescaled",
        Decimal(15),
        Decimal(20),
        "ann",
    )


def test_work_recorded_by_who_read_the_activity_before_has_the_points_of_now(
    ledger: Ledger,
) -> None:
    before = ledger.course
    set_points(ledger, "20")
    ledger.course = before

    ledger.grade("0.75")

    found = grade(ledger)
    assert (found.points, found.maximum) == (Decimal(15), Decimal(20))


def test_an_old_formula_still_explains_its_grade(ledger: Ledger, clock: FrozenClock) -> None:
    ledger.grade("0.5")
    with ledger.database.write() as session:
        session.scalars(select(Grade)).one().formula_version = 1

    set_points(ledger, "20")

    found = grade(ledger)
    assert (found.points, found.formula_version) == (Decimal(10), 1)


@pytest.mark.parametrize("points", ["0.01", "100000"])
def test_the_least_and_the_most_points_keep_a_grade_within_its_maximum(
    ledger: Ledger, points: str
) -> None:
    ledger.grade("1")

    set_points(ledger, points)

    assert grade(ledger).released_points == Decimal(points)
