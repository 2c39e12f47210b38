"""What staff read of a sorting exercise: the hardest cards, and where each one was put."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from lti_app.activities.exercise.sort.cohort import CardUse, card_uses, hardest_first
from lti_app.activities.exercise.sort.marking import count_of
from lti_app.activities.exercise.sort.spec import SortItem
from lti_app.activities.exercise.sort.taking import placed_of
from lti_app.core.csv_text import Cell
from lti_app.submissions.report import Answered, Report

#: Cards in the picture of the hardest ones; the table has all.
_MOST_BARS = 8


@dataclass(frozen=True)
class SortReport:
    """What the partial shows.

    Attributes:
        people: how many sorted.
        hardest: card, how many placed it right, that in words.
        bins: their titles.
        lines: card, how often it lay in each bin, the place of the right one.
    """

    people: int
    hardest: tuple[tuple[str, int, str], ...]
    bins: tuple[str, ...]
    lines: tuple[tuple[str, tuple[int, ...], int], ...]


def sort_report(item: SortItem, people: Sequence[Answered]) -> Report:
    """Return where everybody's cards lay."""
    uses = card_uses(item, [placed_of(one.answers) for one in people])
    titles = {one.id: one.title for one in item.bins}
    places = {one.id: place for place, one in enumerate(item.bins)}

    def cells(one: Answered) -> Sequence[Cell]:
        placed = placed_of(one.answers)
        bins = (titles.get(placed.get(card.id, "")) for card in item.cards)
        return (count_of(item, placed).right, *bins)

    return Report(
        "activities/exercise/sort/_report.html",
        SortReport(
            people=len(people),
            hardest=tuple(_bar(one, len(people)) for one in hardest_first(uses)[:_MOST_BARS]),
            bins=tuple(titles.values()),
            lines=tuple((one.card.text, one.counts, places[one.card.bin]) for one in uses),
        ),
        columns=(_("Cards placed right"), *(card.text for card in item.cards)),
        cells=cells,
    )


def _bar(use: CardUse, people: int) -> tuple[str, int, str]:
    # The bin is there: only cards that were wrong stand among the hardest.
    instead = use.instead.title if use.instead else ""
    words = _("%(card)s (most often wrongly in: %(bin)s)", card=use.card.text, bin=instead)
    return words, use.right, _("%(count)s of %(all)s", count=use.right, all=people)
