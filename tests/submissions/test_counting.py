"""Which of several attempts is the grade: the rule alone, against a model in plain fractions."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_app.core.reason import Reason
from lti_app.grading.policy import Cap, Entered, FacetValue, fraction_of, with_entered
from lti_app.grading.service import Work
from lti_app.submissions.counting import MEAN_OF_ATTEMPTS, Counting, counted

START = datetime(2026, 5, 1, tzinfo=UTC)
FACETS = ("quiz", "text")
MILLION = 10**6

shares = st.one_of(st.none(), st.integers(0, 1000))
tries = st.tuples(shares, shares, st.integers(0, 10))


@dataclass(frozen=True)
class Try:
    """One attempt in whole numbers: thousandths of each facet, tenths that lateness leaves."""

    scores: tuple[int | None, int | None]
    kept: int

    def share(self, place: int) -> Fraction | None:
        score = self.scores[place]
        return None if score is None else Fraction(score, 1000) * Fraction(self.kept, 10)

    def whole(self) -> Fraction | None:
        found = [one for one in (self.share(0), self.share(1)) if one is not None]
        return sum(found, Fraction(0)) / len(found) if found else None


def work(number: int, one: Try, cap: Cap | None = None) -> Work:
    facets = tuple(
        FacetValue(
            name,
            Decimal(1),
            None if score is None else Decimal(score) / 1000,
            Reason(f"why_{number}"),
            is_dated=True,
            late_factor=Decimal(one.kept) / 10,
        )
        for name, score in zip(FACETS, one.scores, strict=True)
    )
    at = START + timedelta(hours=number)
    return Work(1, f"attempt-{number}", at, facets, "complete", is_graded=True, cap=cap)


def works_of(given_tries: list[tuple[int | None, int | None, int]]) -> tuple[list[Try], list[Work]]:
    plain = [Try((quiz, text), kept) for quiz, text, kept in given_tries]
    return plain, [work(number, one) for number, one in enumerate(plain)]


some_tries = st.lists(tries, min_size=1, max_size=5)


@given(some_tries)
def test_first_and_last_are_those_that_were_handed_in_first_and_last(
    given_tries: list[tuple[int | None, int | None, int]],
) -> None:
    _plain, works = works_of(given_tries)

    assert counted(works, Counting.FIRST) is works[0]
    assert counted(works, Counting.LAST) is works[-1]


@given(some_tries)
def test_the_best_has_the_largest_share_after_lateness_and_of_equals_is_the_later_one(
    given_tries: list[tuple[int | None, int | None, int]],
) -> None:
    plain, works = works_of(given_tries)
    best = 0
    for number, one in enumerate(plain):
        mine, most = one.whole(), plain[best].whole()
        if most is None or (mine is not None and mine >= most):
            best = number

    assert counted(works, Counting.BEST) is works[best]


@given(some_tries)
def test_the_mean_is_that_of_each_facet_over_the_attempts_that_have_it(
    given_tries: list[tuple[int | None, int | None, int]],
) -> None:
    plain, works = works_of(given_tries)

    found = counted(works, Counting.MEAN)

    assert found.source == works[-1].source
    for place, facet in enumerate(found.facets):
        had = [share for one in plain if (share := one.share(place)) is not None]
        if not had:
            assert facet.counted is None
        elif len(had) == 1:
            assert facet.counted == had[0]
        else:
            mean = sum(had, Fraction(0)) / len(had)
            assert facet.counted == Fraction(floor(mean * MILLION + Fraction(1, 2)), MILLION)
            assert facet.reason == Reason(MEAN_OF_ATTEMPTS, {"count": len(had)})


@given(some_tries, st.sampled_from(Counting))
def test_counting_what_counts_once_more_changes_nothing(
    given_tries: list[tuple[int | None, int | None, int]], rule: Counting
) -> None:
    _plain, works = works_of(given_tries)

    found = counted(works, rule)

    assert counted(works, rule) == found
    assert counted([found], rule) == found


def test_a_cap_is_part_of_what_makes_an_attempt_the_best() -> None:
    capped = work(1, Try((1000, 1000), 10), Cap(Decimal("0.5"), "few_reviews"))
    plain = work(0, Try((600, 600), 10))

    assert counted([plain, capped], Counting.BEST) is plain


def test_the_best_of_facets_of_unlike_weight_goes_by_the_whole_grade() -> None:
    heavy = FacetValue("quiz", Decimal(3), Decimal("0.5"), Reason("why"))
    light = FacetValue("text", Decimal(1), Decimal(1), Reason("why"))
    first = Work(1, "a", START, (heavy, light), None, is_graded=True)
    other = FacetValue("quiz", Decimal(3), Decimal("0.6"), Reason("why"))
    nothing = FacetValue("text", Decimal(1), Decimal(0), Reason("why"))
    second = Work(1, "b", START, (other, nothing), None, is_graded=True)

    best = counted([first, second], Counting.BEST)

    assert best is first
    assert fraction_of(best.facets) == Fraction(5, 8)


@given(some_tries, st.integers(0, 1000))
def test_the_best_is_the_best_with_what_was_entered_by_hand(
    given_tries: list[tuple[int | None, int | None, int]], quiz: int
) -> None:
    _plain, works = works_of(given_tries)
    by_hand = {"quiz": Entered(Decimal(quiz) / 1000, "Spoken exam.")}
    shares = [fraction_of(with_entered(one.facets, by_hand)) for one in works]

    best = counted(works, Counting.BEST, by_hand)

    assert fraction_of(with_entered(best.facets, by_hand)) == max(
        share for share in shares if share is not None
    )


def test_of_attempts_that_are_equal_by_hand_the_best_of_itself_stays_the_grade() -> None:
    _plain, works = works_of([(500, None, 10), (800, None, 10), (300, None, 10)])
    by_hand = {"quiz": Entered(Decimal("0.9"), "Spoken exam.")}

    assert counted(works, Counting.BEST, by_hand) is works[1]


@pytest.mark.parametrize("rule", Counting)
def test_one_attempt_is_the_grade_under_every_rule(rule: Counting) -> None:
    only = work(0, Try((300, None), 9))

    assert counted([only], rule) == only
