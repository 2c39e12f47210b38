from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_app.core.reason import Reason
from lti_app.grading.policy import (
    Cap,
    FacetValue,
    fraction_of,
    lessened,
    points_of,
    read_points,
)

WHY = Reason("why")
scores = st.decimals(0, 1, places=6)
weights = st.decimals(0, 100, places=2)


def facet(weight: str, score: str | None, **more: object) -> FacetValue:
    value = None if score is None else Decimal(score)
    return FacetValue("part", Decimal(weight), value, WHY, **more)  # type: ignore[arg-type]  # its fields


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
def test_abuse_26_a_score_outside_nought_to_one_is_refused(score: str) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        facet("1", score)


@pytest.mark.parametrize("maximum", ["0", "-1", "NaN", "Infinity"])
def test_abuse_26_a_maximum_that_is_not_above_zero_is_refused(maximum: str) -> None:
    with pytest.raises(ValueError, match="above zero"):
        points_of([facet("1", "1")], maximum=Decimal(maximum))


def test_lateness_lessens_the_late_facet_and_nothing_else() -> None:
    facets = [facet("50", "1", is_dated=True), facet("50", "1")]

    assert points_of(lessened(facets, Decimal("0.8")), maximum=Decimal(10)) == Decimal("9.00")


def test_lateness_never_turns_what_was_impossible_into_nought() -> None:
    facets = lessened([facet("1", None, is_dated=True)], Decimal(0))

    assert points_of(facets, maximum=Decimal(10)) is None


def test_a_bonus_is_added_and_never_leads_beyond_the_maximum() -> None:
    half, bonus = facet("10", "0.5"), facet("1", "1", is_bonus=True)

    assert points_of([half, bonus], maximum=Decimal(10)) == Decimal("6.00")
    assert points_of([facet("10", "1"), bonus], maximum=Decimal(10)) == Decimal("10.00")


def test_a_bonus_alone_is_no_grade() -> None:
    assert points_of([facet("1", "1", is_bonus=True)], maximum=Decimal(10)) is None


def test_a_cap_holds_whatever_bonus_there_is() -> None:
    facets = [facet("10", "1"), facet("5", "1", is_bonus=True)]

    cap = Cap(Decimal("0.6"), "unsigned")

    assert points_of(facets, maximum=Decimal(10), cap=cap) == Decimal("6.00")


def test_an_old_grade_is_explained_by_the_formula_of_its_time() -> None:
    facets = lessened([facet("1", "1", is_dated=True)], Decimal("0.5"))

    assert points_of(facets, maximum=Decimal(10), version=1) == Decimal("10.00")
    assert points_of(facets, maximum=Decimal(10), version=2) == Decimal("5.00")


@given(st.lists(st.tuples(weights, st.none() | scores), max_size=6))
def test_without_lateness_bonus_and_cap_both_formulas_agree(
    parts: list[tuple[Decimal, Decimal | None]],
) -> None:
    facets = [FacetValue("part", weight, score, WHY) for weight, score in parts]

    assert fraction_of(facets, version=1) == fraction_of(facets)


@given(
    st.lists(st.tuples(weights, st.none() | scores, st.booleans(), st.booleans()), max_size=6),
    scores,
    scores,
)
def test_a_grade_stays_between_nought_and_its_cap_and_lateness_never_raises_it(
    parts: list[tuple[Decimal, Decimal | None, bool, bool]], factor: Decimal, most: Decimal
) -> None:
    facets = [
        FacetValue("part", weight, score, WHY, is_dated=dated, is_bonus=bonus)
        for weight, score, dated, bonus in parts
    ]
    cap = Cap(most, "why")

    whole = fraction_of(facets, cap=cap)
    late = fraction_of(lessened(facets, factor), cap=cap)

    assert (whole is None) == (late is None)
    if whole is not None and late is not None:
        assert 0 <= late <= whole <= Fraction(most)


BAD_POINTS = [
    "NaN",
    "Infinity",
    "-1",
    "1e308",
    "1,5",
    "true",
    "101",
    "",
    " ",
    "+1",
    "1_0",
    "0x1",
    "7.555",
    ".5",
    "5.",
    "٣",
    "1e1",
]


@pytest.mark.parametrize("typed", BAD_POINTS)
def test_abuse_26_what_is_no_number_of_points_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="not points"):
        read_points(typed, maximum=Decimal(100))


def test_abuse_26_points_stay_exact() -> None:
    typed = [read_points(text, maximum=Decimal(100)) for text in ("0.1", "0.2", "0", "100")]

    assert typed[0] + typed[1] == Decimal("0.3")
    assert typed[2:] == [0, 100]
