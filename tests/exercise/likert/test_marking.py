from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_app.activities.exercise.kind import RULES
from lti_app.activities.exercise.likert.marking import completion_facet, profile_of
from lti_app.activities.exercise.settings import ExerciseSettings
from tests.exercise.items import likert, scale_of

ALL = {"a": 5, "b": 2, "c": 5, "d": 4}
answers = st.fixed_dictionaries({name: st.integers(1, 5) for name in ALL})


@given(answers)
def test_a_self_assessment_is_never_scored_on_its_answers(responses: dict[str, int]) -> None:
    assert completion_facet(likert(), responses).score == 1


def test_completion_is_nought_until_every_statement_is_answered() -> None:
    facet = completion_facet(likert(), {"a": 5})

    assert facet.score == 0
    assert (facet.reason.code, facet.reason.params) == ("statements_missing", {"count": 3})


def test_the_mean_of_an_area_counts_reversed_statements_turned_round() -> None:
    one, two = profile_of(likert().scale, ALL)

    assert (one.mean, one.answers) == (Fraction(3), (1, 5))
    assert (two.mean, two.answers) == (Fraction(3), (2, 4))


@pytest.mark.parametrize(("answered", "has_mean"), [(5, True), (4, True), (3, False), (0, False)])
def test_an_area_has_a_mean_when_four_fifths_are_answered(answered: int, *, has_mean: bool) -> None:
    responses = {f"s{number}": 3 for number in range(answered)}

    (area,) = profile_of(scale_of(5).scale, responses)

    assert (area.mean is not None) is has_mean


@given(answers)
def test_a_mean_stays_on_the_scale(responses: dict[str, int]) -> None:
    means = [area.mean for area in profile_of(likert().scale, responses)]

    assert all(mean is not None and 1 <= mean <= 5 for mean in means)


def test_the_marks_of_the_kind_are_one_facet_of_completion() -> None:
    marked = RULES.mark(likert(), {"responses": ALL}, ExerciseSettings())

    (facet,) = marked.facets
    assert (facet.facet, str(facet.score)) == ("completion", "1")
    assert marked.comment_code == "complete"
