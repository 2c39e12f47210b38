from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_app.activities.exercise.kind import RULES
from lti_app.activities.exercise.settings import ExerciseSettings
from lti_app.activities.exercise.sort.marking import choices_facet, count_of
from tests.exercise.sort.cards import CARDS, KEY, all_in, tastes

BINS = ("sweet", "sour", "bitter", "salty")
placements = st.dictionaries(st.sampled_from(sorted(CARDS)), st.sampled_from(BINS))


@given(placements)
def test_the_score_is_the_share_of_all_cards_that_lie_where_they_belong(
    placed: dict[str, str],
) -> None:
    right = sum(KEY[card] == bin_id for card, bin_id in placed.items())

    score = choices_facet(tastes(), placed).score

    assert score is not None
    assert round(Fraction(score), 20) == round(Fraction(right, len(CARDS)), 20)


@given(placements)
def test_with_a_penalty_a_wrong_place_takes_away_and_no_place_does_not(
    placed: dict[str, str],
) -> None:
    right = sum(KEY[card] == bin_id for card, bin_id in placed.items())
    wrong = len(placed) - right

    score = choices_facet(tastes(penalty=True), placed).score

    assert score is not None
    expected = max(Fraction(0), Fraction(right - wrong, len(CARDS)))
    assert round(Fraction(score), 20) == round(expected, 20)


@given(placements)
def test_every_card_is_counted_once(placed: dict[str, str]) -> None:
    count = count_of(tastes(), placed)

    assert count.cards == len(CARDS)
    assert count.left == len(CARDS) - len(placed)


@pytest.mark.parametrize(
    ("changes", "code", "params"),
    [
        pytest.param({}, "cards_right", {"right": 2, "cards": 6}, id="without a penalty"),
        pytest.param(
            {"penalty": True},
            "cards_right_less_wrong",
            {"right": 2, "wrong": 4, "cards": 6},
            id="with a penalty",
        ),
    ],
)
def test_the_reason_says_how_many(
    changes: dict[str, object], code: str, params: dict[str, int]
) -> None:
    reason = choices_facet(tastes(**changes), all_in("sweet")).reason

    assert (reason.code, reason.params) == (code, params)
    assert RULES.reasons[code] % params


def test_a_penalty_that_took_nothing_is_not_spoken_of() -> None:
    assert choices_facet(tastes(penalty=True), KEY).reason.code == "cards_right"


@pytest.mark.parametrize(
    "placed",
    [
        pytest.param({}, id="nothing"),
        pytest.param({**KEY, "sour-1": "crisp"}, id="a bin that is not there"),
        pytest.param({**KEY, "umami-1": "sweet"}, id="a card too many"),
        pytest.param({name: KEY[name] for name in list(KEY)[1:]}, id="a card too few"),
    ],
)
def test_no_other_than_a_whole_sorting_is_handed_in(placed: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"place every card|one of the bins"):
        RULES.refuse_answers(tastes(), {"placed": placed})


def test_whoever_hands_in_has_all_points_where_that_is_what_counts() -> None:
    settings = ExerciseSettings(completion_only=True)

    (facet,) = RULES.mark(tastes(), {"placed": all_in("salty")}, settings).facets

    assert (facet.facet, facet.score) == ("choices", Decimal(1))
