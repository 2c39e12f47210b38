"""An activity is taken out of the gradebook and put back, at a real address."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from lti_app.grading.models import DeliveryState, ScoreDelivery
from lti_app.sandbox.dialects import CANVAS, MOODLE, PLAIN, Dialect
from tests.conftest import FrozenClock
from tests.delivery.conftest import OpenSchool
from tests.delivery.school import ANN, School, run_until_settled
from tests.grading.changing import change_points, switch_gradebook

HOUR = timedelta(hours=1)


def switch(school: School, *, on: bool) -> None:
    activity, now = school.course.activity, school.clock()
    changed = switch_gradebook(school.database, activity, on=on, actor=ANN, now=now)
    school.course = replace(school.course, activity=changed)


def states(school: School) -> set[str]:
    with school.database.read() as session:
        return set(session.scalars(select(ScoreDelivery.state)))


@pytest.mark.parametrize("dialect", [PLAIN, MOODLE, CANVAS], ids=["plain", "moodle", "canvas"])
def test_nothing_is_sent_while_it_is_out_and_the_newest_score_once_it_is_back(
    open_school: OpenSchool, clock: FrozenClock, dialect: Dialect
) -> None:
    school = open_school(dialect)
    school.give_column()
    school.grade("amara", "0.7")
    run_until_settled(school, clock, at_most=HOUR)
    clock.advance(minutes=1)

    switch(school, on=False)
    sent = len(school.wire.sent)
    school.grade("amara", "0.9")
    school.run()
    shown_meanwhile, sent_meanwhile = school.lms.shown(), len(school.wire.sent) - sent
    clock.advance(minutes=1)
    switch(school, on=True)
    run_until_settled(school, clock, at_most=HOUR)

    assert (shown_meanwhile, sent_meanwhile) == (7.0, 0)
    assert school.lms.shown() == 9.0
    assert states(school) == {DeliveryState.ARRIVED}


def test_no_column_is_looked_for_or_made_while_it_is_out(
    bare_school: School, clock: FrozenClock
) -> None:
    bare_school.grade("amara", "0.7")
    switch(bare_school, on=False)

    bare_school.run()
    sent_meanwhile = len(bare_school.wire.sent)
    clock.advance(minutes=1)
    switch(bare_school, on=True)
    run_until_settled(bare_school, clock, at_most=HOUR)

    assert sent_meanwhile == 0
    assert bare_school.state() is DeliveryState.ARRIVED
    assert bare_school.lms.shown() == 7.0


def test_other_points_reach_column_and_score_when_it_is_back(
    school: School, clock: FrozenClock
) -> None:
    school.grade("amara", "0.7")
    run_until_settled(school, clock, at_most=HOUR)
    switch(school, on=False)
    activity, now = school.course.activity, school.clock()
    changed = change_points(school.database, activity, "20", actor=ANN, now=now)
    school.course = replace(school.course, activity=changed)
    school.run()
    (before,) = school.lms.columns()
    clock.advance(minutes=1)

    switch(school, on=True)
    run_until_settled(school, clock, at_most=HOUR)

    (after,) = school.lms.columns()
    assert (before.score_maximum, after.score_maximum) == (10.0, 20.0)
    assert school.lms.shown() == 14.0
