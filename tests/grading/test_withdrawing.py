"""Taking a released grade back: what counts no longer, once, with everything written down."""

import pytest
from sqlalchemy import select

from lti_app.audit.models import AuditEvent
from lti_app.grading.columns import remember_column
from lti_app.grading.comparing import Finding, list_believed, settle_look
from lti_app.grading.models import DeliveryState
from lti_app.grading.participation import StageError
from lti_app.grading.views import Learner
from lti_app.grading.withdrawing import withdraw
from tests.grading.ledger import Ledger
from tests.grading.test_deciding import (
    TEACHER,
    enter,
    events,
    excuse_ann,
    grade_of,
    take_back,
)
from tests.grading.test_releasing import release_all
from tests.submissions.factories import placement_of


def withdraw_ann(ledger: Ledger) -> None:
    learner = Learner(ledger.user.id, ledger.user.public_id, is_graded=True)
    with ledger.database.write() as session:
        withdraw(session, ledger.course.activity, learner, actor=TEACHER, now=ledger.clock())


def test_a_grade_that_counts_is_not_taken_back(ledger: Ledger) -> None:
    ledger.grade()

    with pytest.raises(StageError):
        withdraw_ann(ledger)

    assert grade_of(ledger).released == 10
    assert ledger.row().wanted_points == 10


def test_what_was_taken_back_before_it_could_leave_asks_nothing_of_a_column_found_later(
    ledger: Ledger,
) -> None:
    ledger.grade()
    excuse_ann(ledger)
    withdraw_ann(ledger)

    with ledger.database.write() as session:
        placement = placement_of(session, ledger.course)
        remember_column(session, placement, url="https://lms.test/items/2", now=ledger.clock())

    # Somebody may have graded there, and nothing of ours is there.
    assert ledger.row().state == DeliveryState.ARRIVED
    assert ledger.find_claim() is None


def test_without_a_released_grade_there_is_nothing_to_take_back(ledger: Ledger) -> None:
    excuse_ann(ledger)

    with pytest.raises(StageError):
        withdraw_ann(ledger)


def test_who_is_excused_after_the_score_was_sent_has_it_taken_back(ledger: Ledger) -> None:
    ledger.grade()
    ledger.send()
    excuse_ann(ledger)

    withdraw_ann(ledger)

    assert grade_of(ledger).released is None
    row = ledger.row()
    assert (row.state, row.wanted_points, row.wanted_comment_code) == (
        DeliveryState.OWED,
        None,
        None,
    )
    assert ledger.fix(ledger.claim()).mark.points is None
    assert events(ledger)[-1] == ("withdrawn", "teacher", None)
    with ledger.database.read() as session:
        assert "grade.withdrawn" in session.scalars(select(AuditEvent.action)).all()


def test_what_never_left_is_taken_back_here_alone(ledger: Ledger) -> None:
    ledger.grade()
    excuse_ann(ledger)

    withdraw_ann(ledger)
    take_back(ledger)

    assert ledger.row().state == DeliveryState.ARRIVED
    assert ledger.find_claim() is None


def test_after_a_restore_a_gradebook_without_the_score_is_as_it_should_be(ledger: Ledger) -> None:
    ledger.grade()
    ledger.send()
    excuse_ann(ledger)
    withdraw_ann(ledger)
    ledger.send()

    with ledger.database.write() as session:
        (believed,) = list_believed(session)
        finding = settle_look(session, believed, None, now=ledger.clock())

    assert finding is Finding.SAME
    assert ledger.row().state == DeliveryState.ARRIVED


def test_an_override_that_was_cleared_and_left_nothing_can_be_taken_back(ledger: Ledger) -> None:
    enter(ledger, "9", seen=0)
    ledger.send()
    enter(ledger, None, seen=1)

    withdraw_ann(ledger)

    assert grade_of(ledger).released is None
    assert ledger.row().wanted_points is None


def test_an_excuse_does_not_stop_what_takes_a_score_back(ledger: Ledger) -> None:
    enter(ledger, "9", seen=0)
    ledger.send()
    enter(ledger, None, seen=1)
    withdraw_ann(ledger)

    excuse_ann(ledger)

    assert ledger.row().state == DeliveryState.OWED


def test_a_grade_that_was_taken_back_is_new_when_it_counts_again(ledger: Ledger) -> None:
    ledger.grade()
    ledger.send()
    excuse_ann(ledger)
    withdraw_ann(ledger)
    ledger.send()

    take_back(ledger)
    release_all(ledger)

    assert grade_of(ledger).released == 10
    assert ledger.row().state == DeliveryState.OWED
    assert ledger.row().wanted_points == 10
