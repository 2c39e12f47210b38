"""Where a cohort put its cards, and which of them were hardest."""

from lti_app.activities.exercise.sort.cohort import card_uses, hardest_first
from lti_app.activities.exercise.sort.spec import SortItem

ITEM = SortItem.model_validate(
    {
        "id": "sort",
        "kind": "sort",
        "title": "Sort",
        "summary": "Three cards.",
        "minutes": 1,
        "points": "3",
        "introduction": "Sort.",
        "conclusion": "Done.",
        "bins": [{"id": name, "title": name.upper(), "about": "About."} for name in "xyz"],
        "cards": [
            {"id": card, "text": f"Card {card}", "bin": own, "feedback": "Because."}
            for card, own in (("a", "x"), ("b", "y"), ("c", "z"))
        ],
    }
)
EVERYBODY = [
    {"a": "x", "b": "z", "c": "z"},
    {"a": "x", "b": "y", "c": "x"},
    {"a": "x", "b": "z", "c": "y"},
    {"a": "x", "b": "x"},
]


def test_each_card_counts_its_bins_and_the_commonest_wrong_one() -> None:
    found = {
        one.card.id: (one.counts, one.right, one.instead and one.instead.id)
        for one in card_uses(ITEM, EVERYBODY)
    }

    assert found == {
        "a": ((4, 0, 0), 4, None),
        "b": ((1, 1, 2), 1, "z"),
        # Both wrong bins as often: the first of the file.
        "c": ((1, 1, 1), 1, "x"),
    }


def test_hardest_cards_come_first_and_those_that_nobody_got_wrong_not_at_all() -> None:
    everybody = [*EVERYBODY, {"a": "x", "b": "y", "c": "x"}]

    assert [one.card.id for one in hardest_first(card_uses(ITEM, everybody))] == ["c", "b"]


def test_a_card_that_is_not_there_any_more_is_passed_over() -> None:
    assert card_uses(ITEM, [{"gone": "x", "a": "gone"}])[0].counts == (0, 0, 0)
