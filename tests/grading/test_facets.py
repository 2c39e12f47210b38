"""One facet that a person scored: it wins in the grade, stays through new work, and can go."""

from decimal import Decimal

import pytest
from sqlalchemy import func, select

from lti_app.core.errors import NotFoundError
from lti_app.grading.deciding import OverrideAnswer
from lti_app.grading.facets import FacetWish, enter_facet
from lti_app.grading.models import FacetOverride
from lti_app.grading.policy import Entered as ByHand
from lti_app.grading.policy import FacetValue, lessened, points_of, with_entered
from lti_app.grading.service import record_again
from lti_app.grading.views import Learner
from tests.grading.ledger import ANN, WHY, Ledger
from tests.grading.test_deciding import TEACHER, enter, events, grade_of

HALF = FacetValue("completion", Decimal(1), Decimal("0.5"), WHY, is_dated=True)


def score(
    ledger: Ledger, share: str | None, *, seen: int = 1, facet: str = "completion"
) -> OverrideAnswer:
    wish = FacetWish(facet, None if share is None else Decimal(share), "Spoken exam.", seen)
    learner = Learner(ledger.user.id, ledger.user.public_id, is_graded=True)
    with ledger.database.write() as session:
        activity, now = ledger.course.activity, ledger.clock()
        return enter_facet(session, activity, learner, wish, actor=TEACHER, now=now)


def test_an_entered_score_counts_whatever_was_late_or_impossible() -> None:
    entered = {"completion": ByHand(Decimal("0.8"), "Spoken exam.")}
    late = lessened([HALF], Decimal("0.5"))
    impossible = [FacetValue("completion", Decimal(1), None, WHY)]

    for facets in (late, impossible):
        assert points_of(with_entered(facets, entered), maximum=Decimal(10)) == 8


@pytest.mark.parametrize("share", ["NaN", "Infinity", "-0.01", "1.01"])
def test_abuse_26_an_entered_score_outside_nought_to_one_is_refused(share: str) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        with_entered([HALF], {"completion": ByHand(Decimal(share), "")})


def test_the_grade_is_computed_from_the_entered_score_and_sent(ledger: Ledger) -> None:
    ledger.grade("0.5")

    score(ledger, "0.8")

    grade = grade_of(ledger)
    assert (grade.points, grade.override) == (Decimal(8), None)
    assert grade.facets[0].score == Decimal("0.5")
    assert grade.facets[0].entered == ByHand(Decimal("0.8"), "Spoken exam.")
    assert grade.released == 8
    assert ledger.row().wanted_points == 8
    assert events(ledger)[-2:] == [
        ("facet_overridden", "teacher", Decimal(8)),
        ("released", "teacher", Decimal(8)),
    ]


def test_it_stays_when_new_work_is_handed_in_and_when_grades_are_computed_again(
    ledger: Ledger,
) -> None:
    ledger.grade("0.5")
    score(ledger, "0.8")

    ledger.grade("1")
    with ledger.database.write() as session:
        works = [ledger.work("0.3")]
        again = record_again(session, ledger.course.activity, works, actor=ANN, now=ledger.clock())

    assert [(one.before, one.after) for one in again] == [(Decimal(8), Decimal(8))]
    assert grade_of(ledger).points == 8


def test_cleared_the_computed_score_counts_again(ledger: Ledger) -> None:
    ledger.grade("0.5")
    score(ledger, "0.8")

    score(ledger, None, seen=2)

    assert grade_of(ledger).points == grade_of(ledger).released == 5
    with ledger.database.read() as session:
        assert session.scalar(select(func.count()).select_from(FacetOverride)) == 0


def test_points_for_the_whole_grade_win_over_a_part(ledger: Ledger) -> None:
    ledger.grade("0.5")
    enter(ledger, "9", seen=1)

    score(ledger, "0.8", seen=2)

    grade = grade_of(ledger)
    assert (grade.points, grade.effective, grade.released) == (Decimal(8), Decimal(9), Decimal(9))


def test_abuse_29_who_looked_at_an_older_grade_changes_no_part(ledger: Ledger) -> None:
    ledger.grade("0.5")
    enter(ledger, "9", seen=1)

    answer = score(ledger, "0.8", seen=1)

    assert not answer.is_kept
    assert grade_of(ledger).points == 5
    assert events(ledger)[-1][:2] == ("override_lost", "teacher")


@pytest.mark.parametrize("facet", ["", "feedback"])
def test_a_part_that_the_grade_does_not_have_is_not_there(ledger: Ledger, facet: str) -> None:
    ledger.grade("0.5")

    with pytest.raises(NotFoundError):
        score(ledger, "0.8", facet=facet)
