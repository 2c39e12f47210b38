"""What a button of the editor does to what was typed. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lti_app.desk.authoring.rows import (
    Place,
    add_row,
    find_place,
    move_row,
    remove_row,
    settle_ids,
    title_of,
)
from lti_app.desk.authoring.tree import Group
from lti_app.desk.authoring.typed import Typed, fitted


@dataclass(frozen=True)
class Change:
    """What stands in the editor after a button was pressed.

    Attributes:
        what: the button; `save` for one that the editor does not have.
        at: the name of the row that was touched; empty for none.
        removed: what was taken out, to be put back: its list, index, row and title.
    """

    what: str
    typed: Typed
    at: str
    removed: Mapping[str, Any]

    @property
    def anchor(self) -> str:
        """What the page shows first."""
        return f"at-{self.at.replace('.', '-')}" if self.at else ""


def apply_change(tree: Group, typed: Typed, do: str, removed: Mapping[str, Any]) -> Change:
    """Return what was typed with what a button does to its rows; `typed` itself changes.

    Args:
        do: what the button says, such as `add:scenes` or `up:scenes.2`.
        removed: what was taken out before.
    """
    what, _colon, name = do.partition(":")
    settle_ids(tree, typed)
    if what in {"try", "open", "pick"}:
        return Change(what, typed, "", {})
    if what == "restore":
        return _restored(tree, typed, removed)
    place = find_place(tree, typed, name) if name else None
    if place is not None and what == "add" and place.index is None:
        index = add_row(place)
        return Change(what, typed, name if index is None else f"{name}.{index}", {})
    if place is not None and what in {"up", "down"} and place.index is not None:
        there = move_row(place, -1 if what == "up" else 1)
        return Change(what, typed, f"{_list_of(place)}.{there}", {})
    if place is not None and what == "remove" and place.index is not None:
        return _removed(typed, place)
    return Change("save", typed, "", {})


def _list_of(place: Place) -> str:
    return place.name.rpartition(".")[0]


def _removed(typed: Typed, place: Place) -> Change:
    title, row = title_of(place.rows, place.values[place.index or 0]), remove_row(place)
    gone = {"list": _list_of(place), "index": place.index, "row": row, "title": title}
    return Change("remove", typed, _list_of(place), gone)


def _restored(tree: Group, typed: Typed, removed: Mapping[str, Any]) -> Change:
    place = find_place(tree, typed, str(removed.get("list", "")))
    if place is None or place.index is not None:
        return Change("restore", typed, "", {})
    index = min(int(removed["index"]), len(place.values))
    place.values.insert(index, fitted(place.rows.each, removed["row"]))
    return Change("restore", typed, f"{place.name}.{index}", {})
