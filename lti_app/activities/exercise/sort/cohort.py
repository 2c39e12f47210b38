"""Where a cohort put its cards. Pure: no database, no page."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from lti_app.activities.exercise.sort.marking import Placed
from lti_app.activities.exercise.sort.spec import Bin, Card, SortItem


@dataclass(frozen=True)
class CardUse:
    """One card over everybody who sorted.

    Attributes:
        counts: how often it lay in each bin, in the order of the bins.
        instead: the wrong bin that it lay in most often, the first of the file on a tie; None where
            it was never wrong.
    """

    card: Card
    counts: tuple[int, ...]
    right: int
    instead: Bin | None


def card_uses(item: SortItem, everybody: Sequence[Placed]) -> tuple[CardUse, ...]:
    """Return where each card lay, in the order of the file."""
    return tuple(_use(item, card, everybody) for card in item.cards)


def hardest_first(uses: Sequence[CardUse]) -> list[CardUse]:
    """Return the cards that anybody got wrong, those that fewest placed right first."""
    return sorted((one for one in uses if one.instead), key=lambda one: one.right)


def _use(item: SortItem, card: Card, everybody: Sequence[Placed]) -> CardUse:
    found = Counter(placed[card.id] for placed in everybody if card.id in placed)
    wrong = [one for one in item.bins if one.id != card.bin and found[one.id]]
    return CardUse(
        card,
        tuple(found[one.id] for one in item.bins),
        found[card.bin],
        max(wrong, key=lambda one: found[one.id], default=None),
    )
