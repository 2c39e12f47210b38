"""Adding, moving and removing rows of what was typed, and the ids that rows are named by. Pure."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lti_app.desk.authoring.tree import ID, Group, Leaf, Node, Rows, every_rows
from lti_app.desk.authoring.typed import Typed, typed_of

#: Begins the id of a row that has no title yet.
_NEW = "new-"
_LONGEST_ID = 48


@dataclass(frozen=True)
class Place:
    """A list of what was typed, or a row of it.

    Attributes:
        rows: what the list is.
        values: the list itself.
        index: of the row; None for the list.
        name: how a form names it, such as `scenes.2.options`.
    """

    rows: Rows
    values: list[Any]
    index: int | None
    name: str


def find_place(tree: Group, typed: Typed, name: str) -> Place | None:
    """Return what a name such as `scenes.2.options` or `scenes.2` leads to, None for nothing."""
    node: Node = tree
    value: Any = typed
    place: Place | None = None
    parts = name.split(".")
    for depth, part in enumerate(parts, start=1):
        path = ".".join(parts[:depth])
        if isinstance(node, Group):
            below = next((one for one in node.children if one.name == part), None)
            if below is None:
                return None
            node, value = below, value.get(part)
            place = Place(node, value, None, path) if isinstance(node, Rows) else None
        elif isinstance(node, Rows) and part.isascii() and part.isdecimal() and len(part) < 5:
            index = int(part)
            if index >= len(value):
                return None
            place = Place(node, value, index, path)
            node, value = node.each, value[index]
        else:
            return None
    return place


def add_row(place: Place) -> int | None:
    """Add an empty row; return its index, None when there are as many as there can be."""
    rows, values = place.rows, place.values
    if len(values) >= rows.most:
        return None
    values.append(typed_of(rows.each, None))
    for inner in _inner_lists(rows.each):
        values[-1][inner.name] = [typed_of(inner.each, None) for _ in range(inner.least)]
    give_ids(rows, values)
    return len(values) - 1


def _inner_lists(node: Node) -> Iterator[Rows]:
    if isinstance(node, Group):
        yield from (one for one in node.children if isinstance(one, Rows))


def remove_row(place: Place) -> Any:
    """Take a row out and return it."""
    return place.values.pop(place.index or 0)


def move_row(place: Place, by: int) -> int:
    """Move a row by one place up (-1) or down (1); return where it is then."""
    index = place.index or 0
    there = min(max(index + by, 0), len(place.values) - 1)
    place.values.insert(there, place.values.pop(index))
    return there


def give_ids(rows: Rows, values: list[Any]) -> None:
    """Give every row of a list that has none an id that no other row has."""
    if not rows.has_ids:
        return
    taken = {row[ID] for row in values}
    number = 1
    for row in values:
        while not row[ID]:
            if f"{_NEW}{number}" not in taken:
                row[ID] = f"{_NEW}{number}"
                taken.add(row[ID])
            number += 1


def settle_ids(tree: Group, typed: Typed) -> None:
    """Name rows after their titles, once they have one; whatever names them follows."""
    for rows in every_rows(tree):
        if rows.has_ids:
            for values in _lists_at(tree, typed, rows.path):
                give_ids(rows, values)
                for old, new in _titled(rows, values):
                    _rename(tree, typed, rows.path, old, new)


def _lists_at(node: Node, value: Any, path: str) -> Iterator[list[Any]]:
    """Yield every list with this path: one, or one for each row of an outer list."""
    if isinstance(node, Rows):
        if node.path == path:
            yield value
            return
        for row in value:
            yield from _lists_at(node.each, row, path)
    elif isinstance(node, Group):
        for one in node.children:
            if path == one.path or path.startswith(f"{one.path}."):
                yield from _lists_at(one, value[one.name], path)


def _titled(rows: Rows, values: list[Any]) -> Iterator[tuple[str, str]]:
    """Give rows with a title their id; yield the old and the new one."""
    taken = {row[ID] for row in values}
    for row in values:
        name = slug_of(title_of(rows, row))
        if row[ID].startswith(_NEW) and name:
            old, number = row[ID], 1
            new = name
            while new in taken or new.startswith(_NEW):
                number += 1
                new = f"{name}-{number}" if not name.startswith(_NEW) else f"a-{name}-{number}"
            row[ID] = new
            taken.add(new)
            yield old, new


def slug_of(title: str) -> str:
    """Return a title as an id; empty where nothing of it can stand in one.

    >>> slug_of("Zoë asks: who knows?")
    'zoe-asks-who-knows'
    """
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:_LONGEST_ID].strip("-")


def title_of(rows: Rows, row: Any) -> str:
    """Return what an author calls a row: what stands in its first field."""
    if not isinstance(rows.each, Group):
        return str(row).strip()
    first = rows.each.first
    return str(row.get(first.name, "")).strip() if first else ""


def _rename(node: Node, value: Any, path: str, old: str, new: str) -> None:
    if isinstance(node, Group):
        for one in node.children:
            if isinstance(one, Leaf):
                if one.ask.names == path and value.get(one.name) == old:
                    value[one.name] = new
            else:
                _rename(one, value[one.name], path, old, new)
    elif isinstance(node, Rows) and isinstance(node.each, Group):
        for row in value:
            _rename(node.each, row, path, old, new)
