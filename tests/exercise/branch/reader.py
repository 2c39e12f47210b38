"""A tab in which somebody reads a story, and what it shows."""

import html
import re
from dataclasses import dataclass

from werkzeug.test import TestResponse

from lti_app.catalog.views import ActivityView
from tests.exercise.sheet import inputs
from tests.peers.world import Visitor

_OWN = ("key", "number", "base_revision", "version", "step", "scene")
_NOW = re.compile(r'<h2 id="now".*?<span dir="auto">(.*?)</span></h2>', re.DOTALL)


def stands_at(page: str) -> str:
    """Return the title of the scene that a page says the story stands in."""
    found = _NOW.search(page)
    assert found, page
    return html.unescape(found[1])


def offered(page: str) -> list[str]:
    """Return the ids of the options that can be chosen on a page."""
    return [value for name, value, _ in inputs(page) if name == "option"]


@dataclass
class Tab:
    """One tab with the story open; it stays as it was drawn until it is opened again."""

    visitor: Visitor
    activity: ActivityView

    def __post_init__(self) -> None:
        self.open()

    @property
    def address(self) -> str:
        return f"exercise/{self.activity.public_id}"

    def open(self) -> str:
        return self._drawn(self.visitor.get(f"{self.address}?again=1").text)

    def choose(self, chosen: str | None, **changes: object) -> TestResponse:
        """Choose in the scene that is shown."""
        fields = {} if chosen is None else {"option": chosen}
        return self._post({**fields, "do": "choose", **changes})

    def go(self, *options: str) -> "Tab":
        """Choose one after the other, each in the scene that follows."""
        for option in options:
            assert self.choose(option).status_code == 303
            self.open()
        return self

    def hand_in(self) -> TestResponse:
        return self._post({"do": "hand_in"})

    def _post(self, fields: dict[str, object]) -> TestResponse:
        return self.visitor.post(self.address, {**self.hidden, **fields})

    def _drawn(self, page: str) -> str:
        self.page = page
        self.hidden = {name: value for name, value, _ in inputs(page) if name in _OWN}
        return page
