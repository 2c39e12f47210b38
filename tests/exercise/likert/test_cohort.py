"""Figures of a cohort: everybody weighs the same, and fewer than seven people are no cohort."""

from fractions import Fraction

import pytest

from lti_app.activities.exercise.likert.cohort import cohort_profile
from tests.exercise.items import likert

FULL = {"a": 5, "b": 2, "c": 1, "d": 4}
LOW = {"a": 1, "b": 2, "c": 5, "d": 2}


@pytest.mark.parametrize("count", range(7))
def test_fewer_than_seven_people_have_no_figures(count: int) -> None:
    assert cohort_profile(likert().scale, [FULL] * count) is None


def test_means_are_of_turned_answers_and_spreads_of_given_ones() -> None:
    found = cohort_profile(likert().scale, [FULL] * 5 + [LOW] * 2)

    assert found is not None
    assert [area.mean for area in found.areas] == [Fraction(27, 7), Fraction(19, 7)]
    assert [one.counts for one in found.spreads] == [
        (2, 0, 0, 0, 5),
        (0, 7, 0, 0, 0),
        (5, 0, 0, 0, 2),
        (0, 2, 0, 5, 0),
    ]


def test_an_area_or_statement_that_fewer_than_seven_answered_has_no_figures() -> None:
    without_a = {name: value for name, value in FULL.items() if name != "a"}

    found = cohort_profile(likert().scale, [FULL] * 6 + [without_a] * 3)

    assert found is not None
    assert [area.mean for area in found.areas] == [None, Fraction(3)]
    assert found.spreads[0].counts is None
    assert found.spreads[1].counts == (0, 9, 0, 0, 0)
