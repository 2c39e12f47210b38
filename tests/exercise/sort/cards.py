"""A small sorting exercise: its ids and the order of its file give its key away, as authors' do."""

from typing import Any

from lti_app.activities.exercise.items import read_item
from lti_app.activities.exercise.sort.spec import SortItem

#: Card id to its words, in the order of the file.
CARDS = {
    "sweet-1": "Ripe apple",
    "sweet-2": "Honey",
    "sour-1": "Lemon",
    "sour-2": "Vinegar",
    "bitter-1": "Coffee",
    "bitter-2": "Dark chocolate",
}
#: Card id to where it belongs.
KEY = {name: name.split("-")[0] for name in CARDS}
#: Card id to why.
WHY = {name: f"Reason {place}, in a word." for place, name in enumerate(CARDS, start=1)}


def small_sort(**changes: Any) -> dict[str, Any]:
    """Return the file of six cards and four bins, to the last of which none belongs."""
    return {
        "id": "tastes",
        "kind": "sort",
        "title": "Tastes",
        "summary": "Six cards.",
        "minutes": 2,
        "points": "10",
        "introduction": "Put each card where it *belongs*.",
        "bins": [
            {"id": name, "title": f"{name} things", "about": f"what tastes {name}"}
            for name in ("sweet", "sour", "bitter", "salty")
        ],
        "cards": [
            {"id": name, "text": text, "bin": KEY[name], "feedback": WHY[name]}
            for name, text in CARDS.items()
        ],
        "conclusion": "Tongues *differ*, conclusion-words.",
        **changes,
    }


def tastes(**changes: Any) -> SortItem:
    item = read_item(small_sort(**changes))
    assert isinstance(item, SortItem)
    return item


def all_in(bin_id: str) -> dict[str, str]:
    """Return placements of every card in one bin: two of six belong there."""
    return dict.fromkeys(CARDS, bin_id)
