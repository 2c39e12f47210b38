from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_app.core.reason import Reason
from lti_app.grading.policy import FacetValue, fraction_of, points_of

WHY = Reason("why")
scores = st.decimals(0, 1, places=6)
weights = st.decimals(0, 100, places=2)


def facet(weight: str, score: str | None) -> FacetValue:
    return FacetValue("part", Decimal(weight), None if score is None else Decimal(score), WHY)


def test_a_grade_is_the_weighted_mean_of_its_facets() -> None:
    facets = [facet("70", "1"), facet("30", "0.5")]

    assert points_of(facets, maximum=Decimal(10)) == Decimal("8.50")


def test_what_was_impossible_gives_its_weight_to_the_rest() -> None:
    facets = [facet("70", None), facet("30", "0.5")]

    assert points_of(facets, maximum=Decimal(10)) == Decimal("5.00")


def test_a_chance_that_was_not_taken_counts_as_nought() -> None:
    facets = [facet("70", "0"), facet("30", "0.5")]

    assert points_of(facets, maximum=Decimal(10)) == Decimal("1.50")


@pytest.mark.parametrize("facets", [[], [facet("1", None)], [facet("0", "1")]])
def test_nothing_to_grade_is_no_grade_and_not_nought(facets: list[FacetValue]) -> None:
    assert points_of(facets, maximum=Decimal(10)) is None


@pytest.mark.parametrize(
    ("score", "maximum", "points"),
    [
        ("0.5", "0.01", "0.01"),
        ("0.3333", "0.03", "0.01"),
        ("0.1", "0.15", "0.02"),
        ("0.666667", "3", "2.00"),
        ("1", "100000", "100000.00"),
    ],
)
def test_points_are_rounded_half_up_to_hundredths(score: str, maximum: str, points: str) -> None:
    assert points_of([facet("1", score)], maximum=Decimal(maximum)) == Decimal(points)


def test_a_share_that_never_ends_does_not_tip_the_rounding() -> None:
    thirds = [facet("1", "1"), facet("1", "0"), facet("1", "0")]

    assert points_of(thirds, maximum=Decimal("0.014999")) == Decimal("0.00")
    assert points_of(thirds, maximum=Decimal("0.015")) == Decimal("0.01")


@given(st.lists(st.tuples(weights, st.none() | scores), max_size=6))
def test_a_grade_never_leaves_the_range_of_its_scores(
    parts: list[tuple[Decimal, Decimal | None]],
) -> None:
    facets = [FacetValue("part", weight, score, WHY) for weight, score in parts]

    fraction = fraction_of(facets)

    counted = [Fraction(score) for weight, score in parts if score is not None and weight > 0]
    assert (fraction is None) == (not counted)
    assert fraction is None or min(counted) <= fraction <= max(counted)


@pytest.mark.parametrize("score", ["NaN", "Infinity", "-0.1", "1.000001"])
def test_26_a_score_outside_nought_to_one_is_refused(score: str) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        facet("1", score)


@pytest.mark.parametrize("maximum", ["0", "-1", "NaN", "Infinity"])
def test_26_a_maximum_that_is_not_above_zero_is_refused(maximum: str) -> None:
    with pytest.raises(ValueError, match="above zero"):
        points_of([facet("1", "1")], maximum=Decimal(maximum))
