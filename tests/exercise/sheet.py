"""The form of an exercise as one tab shows it, and what is chosen in it."""

import re
from dataclasses import dataclass, field

from werkzeug.test import TestResponse

from lti_app.catalog.views import ActivityView
from tests.peers.world import Visitor

_TAG = re.compile(r"<input[^>]*>")
_ATTRIBUTE = re.compile(r'(name|value)="([^"]*)"')
_OWN = ("key", "number", "base_revision", "version")


def inputs(page: str) -> list[tuple[str, str, bool]]:
    """Return name, value and whether it is checked, of every input."""
    found = []
    for tag in _TAG.findall(page):
        attributes = dict(_ATTRIBUTE.findall(tag))
        found.append((attributes.get("name", ""), attributes.get("value", ""), " checked" in tag))
    return found


def chosen(page: str) -> dict[str, str]:
    """Return the answers that are chosen on a page, by statement."""
    return {
        name.removeprefix("statement-"): value
        for name, value, is_checked in inputs(page)
        if is_checked
    }


def answers(value: str = "4", *, count: int = 20) -> dict[str, object]:
    """Return the fields of the first statements, all with one answer."""
    return {f"statement-s{number}": value for number in range(1, count + 1)}


@dataclass
class Sheet:
    """One tab with the form open."""

    visitor: Visitor
    activity: ActivityView
    hidden: dict[str, object] = field(init=False)

    def __post_init__(self) -> None:
        self.page = self.visitor.get(self.address).text
        self.hidden = {name: value for name, value, _ in inputs(self.page) if name in _OWN}

    @property
    def address(self) -> str:
        return f"exercise/{self.activity.public_id}"

    def save(self, fields: dict[str, object]) -> TestResponse:
        return self.visitor.post(self.address, {**self.hidden, **fields, "do": "save"})

    def hand_in(self, fields: dict[str, object]) -> TestResponse:
        return self.visitor.post(self.address, {**self.hidden, **fields, "do": "hand_in"})
