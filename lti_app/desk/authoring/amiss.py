"""What keeps typed words from being an item: a sentence for each field, by the field's name."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import gettext, ngettext
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from lti_app.catalog.authoring import Authored
from lti_app.catalog.flaws import Flaw, FlawedError
from lti_app.catalog.spec import ItemSpec
from lti_app.desk.authoring.rows import find_place, title_of
from lti_app.desk.authoring.tree import ID, KEY, VALUE, Control, Group, Leaf, Node, Rows
from lti_app.desk.authoring.typed import Typed, item_of
from lti_app.web.model_words import amiss_words

#: Sentences by the name of a field, such as `scenes.2.title`; of the whole item by the empty name.
Amiss = dict[str, str]
_QUOTED = re.compile(r"`([^`]*)`")
_KEY_MARK = "[key]"


def read_item(
    authored: Authored, tree: Group, typed: Typed, public_id: str
) -> tuple[ItemSpec | None, Amiss]:
    """Return the item that was typed, or what is amiss with it."""
    amiss = dict(_repeated_keys(tree, typed, ""))
    document = {**item_of(tree, typed), "id": public_id, "kind": authored.name}
    item: ItemSpec | None = None
    try:
        item = authored.model.model_validate(document)
    except ValidationError as error:
        words = _Words(tree, typed)
        for one in error.errors(include_url=False):
            for name, sentence in words.of(one):
                amiss.setdefault(name, sentence)
    return (None if amiss else item), amiss


def _repeated_keys(node: Node, value: Any, name: str) -> Iterator[tuple[str, str]]:
    """Yield the keys that stand in a group of keys and values already."""
    if isinstance(node, Group):
        for one in node.children:
            yield from _repeated_keys(one, value[one.name], _joined(name, one.name))
    elif isinstance(node, Rows):
        keys: set[str] = set()
        for index, row in enumerate(value):
            at = _joined(name, index)
            if node.is_mapping:
                if row[KEY] and row[KEY] in keys:
                    yield _joined(at, KEY), gettext("This one stands in an earlier row already.")
                keys.add(row[KEY])
            yield from _repeated_keys(node.each, row, at)


def _joined(name: str, part: str | int) -> str:
    return f"{name}.{part}" if name else str(part)


class _Words:
    """Puts errors of a model into words, and to the field that an author can change."""

    def __init__(self, tree: Group, typed: Typed) -> None:
        self._tree, self._typed = tree, typed
        self._titles = dict(_titles(tree, typed))
        self._labels = dict(_labels(tree))

    def of(self, error: ErrorDetails) -> Iterator[tuple[str, str]]:
        cause = error.get("ctx", {}).get("error")
        if isinstance(cause, FlawedError):
            for flaw in cause.flaws:
                name, _node = self._place(flaw.below(error["loc"]).where)
                yield name, self._said(flaw)
            return
        name, node = self._place(error["loc"])
        if isinstance(node, Rows) and error["type"] == "too_short" and self._has(name, node.least):
            # Only because some rows were refused, which says what is amiss with them.
            return
        if isinstance(cause, ValueError):
            yield name, self._told(str(cause))
        else:
            yield name, _sentence(error, node)

    def _place(self, where: tuple[str | int, ...]) -> tuple[str, Node]:
        """Return the field that an error is about, or what is nearest to it."""
        node: Node = self._tree
        value: Any = self._typed
        name = ""
        for part in where:
            if part == _KEY_MARK:
                continue
            step = _step(node, value, part)
            if step is None:
                break
            piece, node, value = step
            name = _joined(name, piece)
        if isinstance(node, Leaf) and node.control is Control.HIDDEN:
            return self._place(where[:-1])
        if isinstance(node, Group) and name:
            return _first_of(node, name)
        return name, node

    def _has(self, name: str, least: int) -> bool:
        place = find_place(self._tree, self._typed, name)
        return place is not None and len(place.values) >= least

    def _said(self, flaw: Flaw) -> str:
        what = self._told(flaw.what)
        return f"{what[:1].upper()}{what[1:]}. {self._told(flaw.fix)}"

    def _told(self, words: str) -> str:
        """Return words for authors of files in those of the page: titles and labels."""
        return _QUOTED.sub(lambda found: f"“{self._named(found[1])}”", words)

    def _named(self, quoted: str) -> str:
        parts = quoted.split(": ")
        return ": ".join(
            self._titles.get(one) or self._labels.get(one.rstrip(":"), one) for one in parts
        )


def _step(node: Node, value: Any, part: str | int) -> tuple[str | int, Node, Any] | None:
    """Return one step inwards: how the form names it, the field, what stands there."""
    if isinstance(node, Group):
        child = next((one for one in node.children if one.name == part), None)
        return (child.name, child, value[child.name]) if child else None
    if isinstance(node, Rows) and node.is_mapping:
        index = next((n for n, row in enumerate(value) if row[KEY].strip() == part), None)
        return None if index is None else (index, node.each, value[index])
    if isinstance(node, Rows) and isinstance(part, int) and part < len(value):
        return part, node.each, value[part]
    return None


def _first_of(group: Group, name: str) -> tuple[str, Node]:
    """Return the field of a row that says what is amiss with all of it."""
    found = group.leaf(VALUE) or group.first
    return (_joined(name, found.name), found) if found else (name, group)


def _titles(node: Node, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(node, Group):
        for one in node.children:
            yield from _titles(one, value[one.name])
    elif isinstance(node, Rows):
        for row in value:
            if node.has_ids and row[ID]:
                yield row[ID], title_of(node, row)
            yield from _titles(node.each, row)


def _labels(node: Node) -> Iterator[tuple[str, str]]:
    if node.name and node.ask.label:
        yield node.name, gettext(node.ask.label)
    if isinstance(node, Rows):
        yield from _labels(node.each)
    elif isinstance(node, Group):
        for one in node.children:
            yield from _labels(one)


def _sentence(error: ErrorDetails, node: Node) -> str:
    """Return what a field takes, for who typed something else."""
    code, limits = error["type"], error.get("ctx", {})
    if isinstance(node, Rows):
        return _length_words(node, code, limits)
    if not isinstance(node, Leaf):
        return str(gettext("Something is missing here."))
    if node.control is Control.CHOICE:
        return str(gettext("Choose one of these."))
    if code in _EMPTY and node.control in (Control.LINE, Control.TEXT):
        return str(gettext("Write something here."))
    return amiss_words(node.shape)


_EMPTY = frozenset({"missing", "string_too_short", "string_type"})


def _length_words(rows: Rows, code: str, limits: Mapping[str, Any]) -> str:
    if code == "too_long":
        too_many = limits["actual_length"] - limits["max_length"]
        return str(ngettext("Remove %(num)s of these.", "Remove %(num)s of these.", too_many))
    least = max(rows.least, 1)
    needed = least - limits.get("actual_length", 0)
    return str(ngettext("Add at least %(num)s of these.", "Add at least %(num)s of these.", needed))
