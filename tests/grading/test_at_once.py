"""Hand-ins, graders, releases and computing again at the same moment, on both databases."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from lti_app.catalog.rules import Release
from lti_app.grading.policy import FacetValue
from lti_app.grading.service import record_again
from tests.grading.ledger import WHY, Ledger
from tests.grading.test_deciding import enter, grade_of
from tests.grading.test_releasing import TEACHER, keep_release, release_all
from tests.peers.at_once import at_once


def test_f22_everything_at_once_waits_for_its_turn_and_ends_in_one_state(ledger: Ledger) -> None:
    keep_release(ledger, Release.BY_HAND)
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
