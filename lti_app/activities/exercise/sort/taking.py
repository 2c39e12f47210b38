"""How a sorting exercise is taken and marked."""

from lti_app.activities.exercise.facets import CHOICES
from lti_app.activities.exercise.parts import ItemRules
from lti_app.activities.exercise.sort.marking import (
    CARDS_RIGHT,
    CARDS_RIGHT_LESS_WRONG,
    Placed,
    choices_facet,
    left_cards,
)
from lti_app.activities.exercise.sort.spec import SortItem
from lti_app.core.translation import _
from lti_app.grading.policy import FacetValue
from lti_app.submissions.contract import Answers

#: The part of the answers that holds card id to bin id.
PLACED = "placed"


def placed_of(answers: Answers) -> Placed:
    """Return card id to bin id."""
    found: Placed = answers.get(PLACED, {})
    return found


def _refuse_answers(item: SortItem, answers: Answers) -> None:
    placed = placed_of(answers)
    if left_cards(item, placed) or len(placed) != len(item.cards):
        raise ValueError("place every card, and only those")
    bins = {one.id for one in item.bins}
    if not bins.issuperset(placed.values()):
        raise ValueError("a card lies in one of the bins")


def _mark(item: SortItem, answers: Answers) -> FacetValue:
    return choices_facet(item, placed_of(answers))


SORT = ItemRules(
    name="sort",
    title=_("Sorting"),
    facet=CHOICES,
    blank={PLACED: {}},
    refuse_answers=_refuse_answers,
    mark=_mark,
    reasons={
        CARDS_RIGHT: _("Cards where they belong: %(right)s of %(cards)s."),
        CARDS_RIGHT_LESS_WRONG: _(
            "Cards where they belong: %(right)s of %(cards)s; "
            "each card elsewhere, %(wrong)s in all, takes one of them away."
        ),
    },
)
