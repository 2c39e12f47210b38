"""The form of a sorting exercise as one tab shows it, read as a person does: by words."""

import re
from dataclasses import dataclass, field

from werkzeug.test import TestResponse

from lti_app.catalog.views import ActivityView
from tests.exercise.sheet import inputs
from tests.exercise.sort.cards import CARDS, small_sort
from tests.peers.world import Visitor

_CARD = re.compile(r'<p class="rp-sortcard__text" id="([^"]*)-text"[^>]*>([^<]*)</p>')
_OWN = ("key", "number", "base_revision", "version")
_WORDS = {text: name for name, text in CARDS.items()}
_VALUES = {one["id"]: str(place) for place, one in enumerate(small_sort()["bins"], start=1)}


def order(page: str) -> list[str]:
    """Return the ids of the cards as they stand on a page."""
    return [_WORDS[text] for _name, text in _CARD.findall(page)]


def lies(page: str) -> dict[str, str]:
    """Return card id to bin id, as chosen on a page."""
    cards = {name: _WORDS[text] for name, text in _CARD.findall(page)}
    bins = {value: name for name, value in _VALUES.items()}
    checked = [(name, value) for name, value, is_checked in inputs(page) if is_checked]
    return {cards[name]: bins[value] for name, value in checked}


@dataclass
class Table:
    """One tab with the form open. `again`: of a further attempt."""

    visitor: Visitor
    activity: ActivityView
    again: bool = False
    hidden: dict[str, object] = field(init=False)

    def __post_init__(self) -> None:
        self.page = self.visitor.get(self.address + ("?again=1" if self.again else "")).text
        self.hidden = {name: value for name, value, _ in inputs(self.page) if name in _OWN}
        self._names = {_WORDS[text]: name for name, text in _CARD.findall(self.page)}

    @property
    def address(self) -> str:
        return f"exercise/{self.activity.public_id}"

    def save(self, placed: dict[str, str]) -> TestResponse:
        return self.post("save", placed)

    def hand_in(self, placed: dict[str, str]) -> TestResponse:
        return self.post("hand_in", placed)

    def receipt(self, placed: dict[str, str]) -> str:
        """Hand in and read the receipt."""
        answer = self.hand_in(placed)
        assert answer.status_code == 303, answer.text
        return self.visitor.client.get(answer.location, base_url=self.visitor.base_url).text

    def post(self, do: str, placed: dict[str, str]) -> TestResponse:
        return self.visitor.post(self.address, {**self.hidden, **self.fields(placed), "do": do})

    def fields(self, placed: dict[str, str]) -> dict[str, object]:
        return {self._names[card]: _VALUES.get(name, name) for card, name in placed.items()}
