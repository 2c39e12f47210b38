"""Hand-ins, graders, releases and computing again at the same moment, on both databases."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from threading import Event
from time import sleep

import pytest

from lti_app.catalog.rules import Release
from lti_app.catalog.service import hold_settings
from lti_app.grading.deciding import excuse
from lti_app.grading.extending import extend
from lti_app.grading.models import DeliveryState
from lti_app.grading.participation import hold_people
from lti_app.grading.policy import FacetValue
from lti_app.grading.service import record_again
from lti_app.grading.switching import enter_gradebook, leave_gradebook
from tests.grading.changing import change_points
from tests.grading.ledger import WHY, Ledger
from tests.grading.test_deciding import enter, grade_of
from tests.grading.test_releasing import TEACHER, release_all
from tests.peers.at_once import PATIENCE_SECONDS, at_once


def test_f22_everything_at_once_waits_for_its_turn_and_ends_in_one_state(ledger: Ledger) -> None:
    ledger.place(release=Release.BY_HAND)
    ledger.grade("0.5")

    def again() -> None:
        facets = (FacetValue("completion", Decimal(1), Decimal("0.7"), WHY),)
        work = replace(ledger.work("0.7"), facets=facets)
        with ledger.database.write() as session:
            activity, now = ledger.course.activity, ledger.clock()
            record_again(session, activity, [work], actor=TEACHER, now=now)

    acts: list[Callable[[], object]] = [
        lambda: ledger.grade("0.6"),
        lambda: release_all(ledger),
        again,
        lambda: enter(ledger, "9", seen=1),
    ] * 4

    outcomes = at_once(lambda act: act(), acts)
    release_all(ledger)

    assert not [one for one in outcomes if isinstance(one, Exception)]
    grade = grade_of(ledger)
    assert grade.released == grade.effective == ledger.row().wanted_points


def test_more_time_and_other_points_wait_for_each_other_in_one_order(ledger: Ledger) -> None:
    ledger.grade("0.5")
    activity, now = ledger.course.activity, ledger.clock()

    def more_time() -> None:
        with ledger.database.write() as session:
            extend(session, activity, ledger.user.id, 3, actor=TEACHER, now=now)
            record_again(session, activity, [ledger.work("0.7")], actor=TEACHER, now=now)

    def other_points(points: str) -> None:
        change_points(ledger.database, activity, points, actor=TEACHER, now=now)

    acts: list[Callable[[], object]] = [
        more_time,
        lambda: other_points("20"),
        more_time,
        lambda: other_points("30"),
    ] * 4

    outcomes = at_once(lambda act: act(), acts)

    assert not [one for one in outcomes if isinstance(one, Exception)]


@pytest.mark.parametrize("switch", [leave_gradebook, enter_gradebook])
def test_an_excuse_waits_for_a_gradebook_switch_that_has_begun(
    ledger: Ledger, switch: Callable[..., None]
) -> None:
    ledger.grade("0.5")
    activity, now = ledger.course.activity, ledger.clock()
    has_begun = Event()

    def set_otherwise() -> None:
        with ledger.database.write() as session:
            hold_settings(session, activity)
            switch(session, activity, now=now)
            has_begun.set()
            # The excuse comes to where it has to wait.
            sleep(0.3)
            hold_people(session, [ledger.user.id])

    def excuse_them() -> None:
        assert has_begun.wait(PATIENCE_SECONDS)
        with ledger.database.write() as session:
            excuse(session, activity, ledger.user.id, "Ill.", actor=TEACHER, now=now)

    outcomes = at_once(lambda act: act(), [set_otherwise, excuse_them])

    assert outcomes == [None, None]
    assert ledger.row().state == DeliveryState.WITHHELD
