from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_app.activities.exercise.kind import RULES
from lti_app.activities.exercise.likert.marking import (
    completion_facet,
    most_telling,
    profile_of,
    rarest_of,
    strongest_of,
)
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


@given(answers)
def test_the_strongest_area_is_above_every_other_or_there_is_none(
    responses: dict[str, int],
) -> None:
    areas = profile_of(likert().scale, responses)

    strongest = strongest_of(areas)

    means = sorted(area.mean for area in areas if area.mean is not None)
    assert (strongest is None) == (means[-1] == means[-2])
    assert strongest is None or strongest.mean == means[-1]


def test_an_area_is_spoken_for_by_its_highest_answer_turned_round_where_it_is() -> None:
    scale = likert().scale

    telling = most_telling(scale, scale.subscales[0], {"a": 3, "c": 1})

    assert telling is not None
    assert telling.id == "c"


@pytest.mark.parametrize(
    ("responses", "rare"),
    [
        pytest.param(
            {"a": 2, "b": 1, "c": 3, "d": 2}, ["b", "a"], id="the lowest first, two at most"
        ),
        pytest.param({"a": 4, "b": 3, "c": 5, "d": 3}, ["c"], id="one that is turned round"),
        pytest.param({"a": 3, "b": 4, "c": 3, "d": 5}, [], id="none below the middle"),
        pytest.param({"d": 1}, ["d"], id="only what was answered"),
    ],
)
def test_answers_that_speak_least_for_their_areas_stand_out(
    responses: dict[str, int], rare: list[str]
) -> None:
    assert [one.id for one in rarest_of(likert().scale, responses)] == rare
