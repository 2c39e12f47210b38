"""What sorted cards come to. Pure: no database, no page."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from lti_app.activities.exercise.facets import CHOICES
from lti_app.activities.exercise.sort.spec import Card, SortItem
from lti_app.core.reason import Reason
from lti_app.grading.policy import FacetValue

#: The reasons that the facet is given.
CARDS_RIGHT = "cards_right"
CARDS_RIGHT_LESS_WRONG = "cards_right_less_wrong"

#: Card id to the id of the bin it was put into; a card that was put nowhere is absent.
Placed = Mapping[str, str]


@dataclass(frozen=True)
class Count:
    """How many cards lie where they belong, lie elsewhere, and were put nowhere."""

    right: int
    wrong: int
    left: int

    @property
    def cards(self) -> int:
        """How many there are."""
        return self.right + self.wrong + self.left


def left_cards(item: SortItem, placed: Placed) -> tuple[Card, ...]:
    """Return the cards that were put nowhere, in the order of the file."""
    return tuple(card for card in item.cards if card.id not in placed)


def count_of(item: SortItem, placed: Placed) -> Count:
    """Count the cards."""
    left = len(left_cards(item, placed))
    right = sum(placed.get(card.id) == card.bin for card in item.cards)
    return Count(right, len(item.cards) - left - right, left)


def share_of(count: Count, *, penalty: bool) -> Decimal:
    """Return the score, 0 to 1: the share of all cards that lie where they belong.

    Args:
        penalty: a card in a wrong bin takes away what one in its own gives. One that was put
            nowhere gives nothing and takes nothing.

    >>> share_of(Count(right=6, wrong=1, left=1), penalty=False)
    Decimal('0.75')
    >>> share_of(Count(right=6, wrong=1, left=1), penalty=True)
    Decimal('0.625')
    >>> share_of(Count(right=1, wrong=7, left=0), penalty=True)
    Decimal('0')
    """
    earned = count.right - count.wrong if penalty else count.right
    return Decimal(max(0, earned)) / Decimal(count.cards)


def choices_facet(item: SortItem, placed: Placed) -> FacetValue:
    """Return the share of cards where they belong, with the counts that explain it."""
    count = count_of(item, placed)
    taken = item.penalty and count.wrong
    reason = (
        Reason(
            CARDS_RIGHT_LESS_WRONG,
            {"right": count.right, "wrong": count.wrong, "cards": count.cards},
        )
        if taken
        else Reason(CARDS_RIGHT, {"right": count.right, "cards": count.cards})
    )
    share = share_of(count, penalty=item.penalty)
    return FacetValue(CHOICES, Decimal(1), share, reason, is_dated=True)
