"""The form of a sorting exercise: one field for each card. It decides nothing about marks.

Names and values of fields say nothing about where a card belongs: an author's ids often do.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from flask_babel import gettext
from wtforms import Field, RadioField
from wtforms.validators import AnyOf, InputRequired

from lti_app.activities.exercise.player import PlayerForm
from lti_app.activities.exercise.seed import dealt
from lti_app.activities.exercise.sort.spec import Card, SortItem
from lti_app.activities.exercise.sort.taking import PLACED, placed_of
from lti_app.submissions.contract import Answers

#: Before a card's mark in the name of its field.
_PREFIX = "card-"


class SortForm(PlayerForm):
    """One field for each card, in the order of this attempt.

    Attributes:
        names: card id to the name of its field.
    """

    names: ClassVar[Mapping[str, str]] = {}

    def field_of(self, card: Card) -> Field:
        """Return the field of a card."""
        found: Field = self[self.names[card.id]]
        return found

    def read(self, item: SortItem, stored: Answers, *, now: datetime) -> Answers:
        """Return what is placed so far; a bin that is not there is no place."""
        bins = {value: bin_id for bin_id, value in bin_values(item).items()}
        placed = {one.id: bins.get(self.field_of(one).data or "") for one in item.cards}
        return {PLACED: {name: bin_id for name, bin_id in placed.items() if bin_id is not None}}

    def differences(self, item: SortItem, stored: Answers) -> Mapping[str, str]:
        """Return field name to the bin that is stored and not chosen here."""
        placed, values = placed_of(stored), bin_values(item)
        return {
            self.names[one.id]: item.bin_of(placed[one.id]).title
            for one in item.cards
            if one.id in placed and values[placed[one.id]] != self.field_of(one).data
        }


def sort_form(item: SortItem, answers: Answers, seed: str) -> type[PlayerForm]:
    """Return the form of an item: every card is there from the beginning.

    Raises:
        ValueError: the answers are not where cards of this item were put.
    """
    values = bin_values(item)
    if not {card.id for card in item.cards}.issuperset(placed_of(answers)):
        raise ValueError("a card that is not there")
    if not set(values).issuperset(placed_of(answers).values()):
        raise ValueError("a bin that is not there")
    choices = [(values[one.id], one.title) for one in item.bins]
    texts = {one.id: one.text for one in item.cards}
    names = _names(item, seed)
    fields = {
        name: RadioField(
            texts[card_id],
            choices=choices,
            validate_choice=False,
            validators=[
                InputRequired(gettext("Choose a place for this card.")),
                AnyOf(list(values.values()), gettext("Choose one of these places.")),
            ],
        )
        for card_id, name in names.items()
    }
    return type("SortItemForm", (SortForm,), {**fields, "names": names})


def filled(item: SortItem, answers: Answers, seed: str) -> Mapping[str, Any]:
    """Return field names and values of answers."""
    names, values = _names(item, seed), bin_values(item)
    return {names[card]: values[bin_id] for card, bin_id in placed_of(answers).items()}


def bin_values(item: SortItem) -> dict[str, str]:
    """Return bin id to what stands for it in the form: its place in the row of bins."""
    return {one.id: str(place) for place, one in enumerate(item.bins, start=1)}


def in_order(item: SortItem, seed: str) -> tuple[Card, ...]:
    """Return the cards in the order of this attempt."""
    cards = {one.id: one for one in item.cards}
    return tuple(cards[card_id] for card_id in _names(item, seed))


def _names(item: SortItem, seed: str) -> dict[str, str]:
    """Return card id to the name of its field, in the order of this attempt."""
    marks = dealt(seed, tuple(one.id for one in item.cards))
    return {card_id: _PREFIX + mark for card_id, mark in marks.items()}
