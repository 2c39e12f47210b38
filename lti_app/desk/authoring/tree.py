"""The fields of an item as a tree, read from its model. Pure: it holds no text of anybody."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from lti_app.catalog.authoring import COMMON_ASKS, Ask, Authored
from lti_app.web.model_shapes import Shape, shape_of

#: What an item says of itself that no author of a single one is asked for.
_UNASKED = frozenset({"id", "kind", "evidence", "version", "locale", "licence"})
ID = "id"
_NUMBERS = (int, float, Decimal)
#: In a group of keys and values, each row has its key and, where the value is one field, this.
KEY, VALUE = "key", "value"
#: A longer text gets several lines.
_LONGEST_LINE = 255
#: No list of an item is longer, whatever its model allows.
MOST_ROWS = 200


class Control(StrEnum):
    """How a field is asked for."""

    HIDDEN = "hidden"
    LINE = "line"
    TEXT = "text"
    NUMBER = "number"
    TICK = "tick"
    CHOICE = "choice"


@dataclass(frozen=True)
class Node:
    """A field. `path`: its keys from the item inwards, joined by dots."""

    name: str
    path: str
    ask: Ask
    is_needed: bool


@dataclass(frozen=True)
class Leaf(Node):
    """A field that holds one value."""

    control: Control
    shape: Shape


@dataclass(frozen=True)
class Group(Node):
    """Fields that stand together."""

    children: tuple[Node, ...]

    def leaf(self, name: str) -> Leaf | None:
        """Return a field of this group that holds one value."""
        found = (one for one in self.children if one.name == name and isinstance(one, Leaf))
        return next(found, None)

    @property
    def first(self) -> Leaf | None:
        """The first field that an author sees: a row is called by what stands there."""
        seen = (Control.LINE, Control.TEXT, Control.CHOICE, Control.NUMBER)
        leaves = (one for one in self.children if isinstance(one, Leaf))
        return next((one for one in leaves if one.control in seen), None)


@dataclass(frozen=True)
class Rows(Node):
    """A list. `is_mapping`: of keys with their values; its rows have the key in `KEY`."""

    each: Node
    least: int
    most: int
    is_mapping: bool = False

    @property
    def has_lists(self) -> bool:
        """Whether a row is long: it has lists of its own, which most authors need."""
        return isinstance(self.each, Group) and any(
            isinstance(one, Rows) and not one.ask.is_seldom for one in self.each.children
        )

    @property
    def has_ids(self) -> bool:
        """Whether other fields can name its rows."""
        return isinstance(self.each, Group) and self.each.leaf(ID) is not None


def tree_of(authored: Authored) -> Group:
    """Return the fields of an item that an author is asked for."""
    asks = {**COMMON_ASKS, **authored.asks}
    children = [
        node
        for name, info in authored.model.model_fields.items()
        if name not in _UNASKED and (node := _node(info.alias or name, info, "", asks))
    ]
    return Group("", "", Ask(""), is_needed=True, children=tuple(children))


def find_rows(tree: Group, path: str) -> Rows | None:
    """Return the list of the item with this path, None when there is none."""
    return next((one for one in every_rows(tree) if one.path == path), None)


def every_rows(node: Node) -> Iterator[Rows]:
    """Yield every list, the outer before the inner."""
    if isinstance(node, Rows):
        yield node
        yield from every_rows(node.each)
    elif isinstance(node, Group):
        for one in node.children:
            yield from every_rows(one)


def _node(name: str, info: FieldInfo, above: str, asks: Mapping[str, Ask]) -> Node | None:
    """Return a field; None for one that no editor can ask for."""
    path = f"{above}.{name}" if above else name
    ask = asks.get(path) or Ask(info.title or name.strip("_").replace("_", " ").capitalize())
    shape = shape_of(name, info)
    is_needed = info.is_required() and not shape.is_optional
    origin, inner = get_origin(shape.kind), get_args(shape.kind)
    if origin in (tuple, list) and inner:
        each = _node("", FieldInfo.from_annotation(inner[0]), path, asks)
        return each and _rows(name, path, ask, shape, each, is_needed=is_needed)
    if origin is dict:
        each = _pair(path, ask, inner, asks)
        return each and _rows(name, path, ask, shape, each, is_needed=is_needed, is_mapping=True)
    if isinstance(shape.kind, type) and issubclass(shape.kind, BaseModel):
        return Group(name, path.rstrip("."), ask, is_needed, _children(shape.kind, path, asks))
    control = _control(name, shape, ask)
    return Leaf(name, path.rstrip("."), ask, is_needed, control, shape) if control else None


def _rows(
    name: str,
    path: str,
    ask: Ask,
    shape: Shape,
    each: Node,
    *,
    is_needed: bool,
    is_mapping: bool = False,
) -> Rows:
    least, most = shape.lengths()
    return Rows(
        name, path, ask, is_needed, each, least, min(most or MOST_ROWS, MOST_ROWS), is_mapping
    )


def _children(model: type[BaseModel], path: str, asks: Mapping[str, Ask]) -> tuple[Node, ...]:
    above = path.rstrip(".")
    found = (
        _node(info.alias or name, info, above, asks) for name, info in model.model_fields.items()
    )
    return tuple(node for node in found if node is not None)


def _pair(path: str, ask: Ask, inner: tuple[Any, ...], asks: Mapping[str, Ask]) -> Group | None:
    """Return a row of a mapping: the key, and the value's fields beside it."""
    key = _node(KEY, FieldInfo.from_annotation(inner[0]), path, asks)
    value = _node(VALUE, FieldInfo.from_annotation(inner[1]), path, asks)
    if not isinstance(key, Leaf) or not isinstance(value, Leaf | Group):
        return None
    beside: tuple[Node, ...] = (value,)
    if isinstance(value, Group):
        model = shape_of(VALUE, FieldInfo.from_annotation(inner[1])).kind
        beside = _children(model, path, asks)
    return Group("", path, ask, is_needed=True, children=(key, *beside))


def _control(name: str, shape: Shape, ask: Ask) -> Control | None:
    if name == ID:
        return Control.HIDDEN
    if ask.names or shape.choices:
        return Control.CHOICE
    if shape.kind is bool:
        return Control.TICK
    if shape.kind is str:
        most = shape.lengths()[1]
        return Control.LINE if most is not None and most <= _LONGEST_LINE else Control.TEXT
    is_number = isinstance(shape.kind, type) and issubclass(shape.kind, _NUMBERS)
    return Control.NUMBER if is_number else None
