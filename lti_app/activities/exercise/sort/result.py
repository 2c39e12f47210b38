"""What a receipt shows of sorted cards: by where they were put, and as much more as may be told."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext
from markupsafe import Markup

from lti_app.activities.exercise.player import Outcome
from lti_app.activities.exercise.sort.marking import Count, Placed, count_of, left_cards
from lti_app.activities.exercise.sort.spec import Bin, Card, SortItem
from lti_app.activities.exercise.sort.taking import placed_of
from lti_app.submissions.contract import Result
from lti_app.web.markdown import to_html


@dataclass(frozen=True)
class CardLine:
    """One card where it was put.

    Attributes:
        is_right: whether it belongs there; None while that may not be told.
        belongs: title of the bin where it belongs, if it was put elsewhere and that may be told.
        why: the author's words; they tell where it belongs, so they wait for that, too.
    """

    text: str
    is_right: bool | None = None
    belongs: str | None = None
    why: Markup | None = None


@dataclass(frozen=True)
class Group:
    """The cards in one bin; `bin` None: those that were put nowhere."""

    bin: Bin | None
    lines: tuple[CardLine, ...]


@dataclass(frozen=True)
class SortResult:
    """What came of a person's sorting.

    Attributes:
        groups: those with cards, in the order of the bins.
        count, conclusion: None while they may not be told; a conclusion may speak of any card.
        later: when more is shown; empty when all of it is.
    """

    groups: tuple[Group, ...]
    has_penalty: bool
    count: Count | None
    conclusion: Markup | None
    later: str


def sort_result(item: SortItem, outcome: Outcome) -> Result:
    """Return the partial that draws what came of sorting, and its values."""
    placed = placed_of(outcome.answers)
    return Result(
        "activities/exercise/sort/_result.html",
        SortResult(
            groups=tuple(_groups(item, placed, outcome)),
            has_penalty=item.penalty,
            count=count_of(item, placed) if outcome.shows_feedback else None,
            conclusion=to_html(item.conclusion) if outcome.shows_key else None,
            later=outcome.later,
        ),
        who_sees_it(),
        explains=outcome.shows_feedback,
    )


def who_sees_it() -> str:
    """Return who sees the answers, in words for the learner."""
    words: str = gettext(
        "The people who run the course see where you put the cards. Other learners do not."
    )
    return words


def by_text(cards: Iterable[Card]) -> list[Card]:
    """Return cards by their words: in the file, those of one bin often stand together."""
    return sorted(cards, key=lambda card: card.text.casefold())


def _groups(item: SortItem, placed: Placed, outcome: Outcome) -> Iterable[Group]:
    for one in item.bins:
        cards = by_text(card for card in item.cards if placed.get(card.id) == one.id)
        if cards:
            yield Group(one, tuple(_line(item, card, one, outcome) for card in cards))
    if left := by_text(left_cards(item, placed)):
        yield Group(None, tuple(_line(item, card, None, outcome) for card in left))


def _line(item: SortItem, card: Card, where: Bin | None, outcome: Outcome) -> CardLine:
    if not outcome.shows_feedback:
        return CardLine(card.text)
    is_right = where is not None and where.id == card.bin
    tells = is_right or outcome.shows_key
    return CardLine(
        card.text,
        is_right,
        belongs=item.bin_of(card.bin).title if outcome.shows_key and not is_right else None,
        why=to_html(card.feedback) if tells else None,
    )
