"""Whoever read an activity before its settings changed goes by the settings of now."""

from datetime import timedelta

from sqlalchemy import select

from lti_app.catalog.rules import Release
from lti_app.grading.closing import give_noughts
from lti_app.grading.columns import remember_column
from lti_app.grading.models import Grade
from tests.grading.ledger import Ledger
from tests.grading.test_deciding import grade_of
from tests.submissions.factories import placement_of


def test_nobody_gets_a_nought_for_a_closing_that_was_moved_meanwhile(ledger: Ledger) -> None:
    ledger.place(closes_at=ledger.clock() - timedelta(minutes=1), zero_at_close=True)
    before = ledger.course.activity
    ledger.place(closes_at=ledger.clock() + timedelta(days=7))

    with ledger.database.write() as session:
        given = give_noughts(session, before, now=ledger.clock(), at_most=9)
        grades = session.scalars(select(Grade)).all()

    assert (given, grades) == (0, [])


def test_a_grade_waits_for_the_release_by_hand_that_was_chosen_meanwhile(ledger: Ledger) -> None:
    before = ledger.course
    ledger.place(release=Release.BY_HAND.value)
    ledger.course = before

    ledger.grade()

    assert grade_of(ledger).released is None


def test_a_column_that_a_launch_told_of_meanwhile_gets_the_score(ledger: Ledger) -> None:
    ledger.place(in_gradebook=False)
    before = ledger.course
    with ledger.database.write() as session:
        placement = placement_of(session, ledger.course)
        remember_column(session, placement, url="https://lms.test/items/2", now=ledger.clock())
    ledger.place(in_gradebook=True)
    ledger.course = before

    ledger.grade()

    assert ledger.row().wanted_points == 10
