"""More time for one person: their own dates, and the stage they come back to."""

from datetime import timedelta

import pytest

from lti_app.audit import Actor
from lti_app.grading.extending import extend
from lti_app.grading.participation import advance, find_participation
from lti_app.grading.states import Stage
from tests.grading.ledger import Ledger
from tests.grading.test_deciding import TEACHER, moves, stage_of
from tests.grading.test_releasing import sweep

ANN = Actor("ann")


def give(ledger: Ledger, days: int) -> None:
    with ledger.database.write() as session:
        activity, now = ledger.course.activity, ledger.clock()
        extend(session, activity, ledger.user.id, days, actor=TEACHER, now=now)


def begin_and_close(ledger: Ledger) -> None:
    """Let Ann begin, and the activity close an hour ago."""
    closes_at = ledger.clock() - timedelta(hours=1)
    ledger.place(closes_at=closes_at)
    with ledger.database.write() as session:
        activity, begun = ledger.course.activity, Stage.IN_PROGRESS
        now, user_id = ledger.clock(), ledger.user.id
        advance(session, activity, user_id, begun, actor=ANN, now=now, why="draft_saved")


def test_extra_days_are_kept_for_who_has_not_begun(ledger: Ledger) -> None:
    give(ledger, 3)

    with ledger.database.read() as session:
        where = find_participation(session, ledger.course.activity, ledger.user.id)
    assert (where.stage, where.extra_days) == (Stage.NOT_STARTED, 3)


def test_the_closing_waits_for_who_has_more_time(ledger: Ledger) -> None:
    begin_and_close(ledger)
    give(ledger, 1)

    sweep(ledger)
    before = stage_of(ledger)
    ledger.clock.advance(days=1)
    sweep(ledger)

    assert (before, stage_of(ledger)) == (Stage.IN_PROGRESS, Stage.CLOSED_INCOMPLETE)


def test_who_had_missed_the_closing_is_at_work_again(ledger: Ledger) -> None:
    begin_and_close(ledger)
    sweep(ledger)

    give(ledger, 1)

    assert stage_of(ledger) is Stage.IN_PROGRESS
    assert moves(ledger)[-1] == ("teacher", "closed_incomplete", "in_progress", "extended")


@pytest.mark.parametrize("days", [0, 1])
def test_more_time_that_is_over_already_changes_no_stage(ledger: Ledger, days: int) -> None:
    begin_and_close(ledger)
    sweep(ledger)
    ledger.clock.advance(days=2)

    give(ledger, days)

    assert stage_of(ledger) is Stage.CLOSED_INCOMPLETE
