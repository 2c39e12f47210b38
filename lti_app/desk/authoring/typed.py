"""What an author typed, as it was typed, and the item that it makes. Pure.

A field's value is its text, a tick is true or false, a list is a list of such values: whatever
somebody types can be kept, also what is no item yet.
"""

from collections.abc import Mapping
from typing import Any

from lti_app.core.names import one_line
from lti_app.desk.authoring.tree import (
    KEY,
    MOST_ROWS,
    VALUE,
    Control,
    Group,
    Leaf,
    Node,
    Rows,
)

#: Begins the names of an item's fields in a form, whatever its model calls them.
PREFIX = "item."
#: Values of a group's fields, by their names.
Typed = dict[str, Any]


def typed_of(node: Node, given: Any) -> Any:
    """Return what an editor shows for a value of an item; of its blank value for None."""
    if isinstance(node, Group):
        inside = given if isinstance(given, Mapping) else {}
        return {one.name: typed_of(one, inside.get(one.name)) for one in node.children}
    if isinstance(node, Rows):
        return [typed_of(node.each, one) for one in _entries(node, given)]
    if isinstance(node, Leaf) and node.control is Control.TICK:
        return given is True
    return "" if given is None else str(given)


def _entries(rows: Rows, given: Any) -> list[Any]:
    if not rows.is_mapping:
        return list(given or ())
    pairs = (given or {}).items()
    return [
        {KEY: key, **(value if isinstance(value, Mapping) else {VALUE: value})}
        for key, value in pairs
    ]


def item_of(node: Node, typed: Any) -> Any:
    """Return the item that was typed, for its model to read; what is empty is left out."""
    if isinstance(node, Group):
        inside = {one.name: item_of(one, typed.get(one.name)) for one in node.children}
        return {name: value for name, value in inside.items() if value is not None}
    if isinstance(node, Rows):
        found = [item_of(node.each, one) for one in typed or ()]
        return (
            _mapping(found)
            if node.is_mapping
            else [one if one is not None else "" for one in found]
        )
    if isinstance(typed, bool):
        return typed
    text = str(typed or "").strip()
    return text or None


def _mapping(rows: list[Typed]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for row in rows:
        rest = {name: value for name, value in row.items() if name != KEY}
        is_single = set(rest) <= {VALUE}
        found[row.get(KEY, "")] = rest.get(VALUE) if is_single and rest else rest
    return found


def fitted(node: Node, value: Any) -> Any:
    """Return what was stored as the fields of today take it; the item's model may have changed."""
    if isinstance(node, Group):
        inside = value if isinstance(value, Mapping) else {}
        return {one.name: fitted(one, inside.get(one.name)) for one in node.children}
    if isinstance(node, Rows):
        return [fitted(node.each, one) for one in value] if isinstance(value, list) else []
    if isinstance(node, Leaf) and node.control is Control.TICK:
        return value is True
    return value if isinstance(value, str) else ""


def read_form(tree: Group, fields: Mapping[str, str]) -> Typed:
    """Return what a form brought; what the item has no field for is left aside."""
    found: Typed = {}
    for given, value in fields.items():
        prefix, _dot, name = given.partition(".")
        if f"{prefix}." != PREFIX:
            continue
        inside = found
        *outer, last = name.split(".")
        if len(outer) > _DEEPEST:
            continue
        for part in outer:
            below = inside.setdefault(part, {})
            if not isinstance(below, dict):
                break
            inside = below
        else:
            inside.setdefault(last, value.replace("\0", "").replace("\r\n", "\n"))
    typed: Typed = _read(tree, found)
    return typed


#: No field of an item lies deeper.
_DEEPEST = 12


def _read(node: Node, found: Any) -> Any:
    if isinstance(node, Group):
        inside = found if isinstance(found, dict) else {}
        return {one.name: _read(one, inside.get(one.name)) for one in node.children}
    if isinstance(node, Rows):
        inside = found if isinstance(found, dict) else {}
        places = sorted(
            int(key) for key in inside if key.isascii() and key.isdecimal() and len(key) < 5
        )
        return [
            _read(node.each, inside[str(place)])
            for place in places[:MOST_ROWS]
            if str(place) in inside
        ]
    if isinstance(node, Leaf) and node.control is Control.TICK:
        return bool(found) and isinstance(found, str)
    text = found if isinstance(found, str) else ""
    return one_line(text) if isinstance(node, Leaf) and node.control is Control.LINE else text
