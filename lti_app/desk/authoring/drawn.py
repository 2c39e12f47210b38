"""What the page of an editor draws: every field with its words, its value and what is amiss."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext, ngettext

from lti_app.desk.authoring.amiss import Amiss
from lti_app.desk.authoring.rows import title_of
from lti_app.desk.authoring.tree import Control, Group, Leaf, Node, Rows, find_rows
from lti_app.desk.authoring.typed import Typed
from lti_app.web.model_shapes import written

_LONGEST_TITLE = 60


@dataclass(frozen=True)
class Drawn:
    """A field, a group of fields, or a list, as it is drawn.

    Attributes:
        control: of a field: `hidden`, `line`, `text`, `number`, `tick`, `choice`; else `group`,
            `rows`, or `row`.
        choices: values and words.
        parts: of a group its fields, of a list its rows.
        seldom: fields that stand folded away.
        title: what a row is called.
        is_open: whether a long row is unfolded; of anything else, what is seldom needed.
        is_seldom_open: of a long row, whether what is seldom needed is unfolded.
        add: the words of the button that adds a row; empty when there can be no more.
        is_first, is_last: of a row.
        is_switch: a box with whose tick others beside it are not asked for.
        is_switched: one of those others; never one that is amiss.
    """

    control: str
    name: str
    label: str = ""
    hint: str = ""
    amiss: str = ""
    value: Any = ""
    choices: tuple[tuple[str, str], ...] = ()
    parts: tuple["Drawn", ...] = ()
    seldom: tuple["Drawn", ...] = ()
    title: str = ""
    is_open: bool = False
    is_seldom_open: bool = False
    is_long: bool = False
    add: str = ""
    is_first: bool = False
    is_last: bool = False
    is_switch: bool = False
    is_switched: bool = False

    @property
    def id(self) -> str:
        """What the page can point at."""
        return f"at-{self.name.replace('.', '-')}"

    def all(self) -> Iterator["Drawn"]:
        """Yield this and everything in it, in the order of the page."""
        yield self
        for one in (*self.parts, *self.seldom):
            yield from one.all()


@dataclass(frozen=True)
class Drawing:
    """Draws what was typed.

    Attributes:
        at: the name of the row that was touched last, which is unfolded.
    """

    tree: Group
    typed: Typed
    amiss: Amiss
    at: str = ""

    def draw(self) -> Drawn:
        """Return the whole editor."""
        return self._group(self.tree, self.typed, "")

    def _node(self, node: Node, value: Any, name: str, label: str = "") -> Drawn:
        if isinstance(node, Group):
            return self._group(node, value, name)
        if isinstance(node, Rows):
            return self._rows(node, value, name)
        if isinstance(node, Leaf):
            return self._leaf(node, value, name, label)
        raise TypeError(type(node).__name__)

    def _group(self, group: Group, value: Typed, name: str) -> Drawn:
        switches = {one.ask.unless for one in group.children}
        drawn = [
            (one.ask.is_seldom, self._child(one, value, name, is_switch=one.name in switches))
            for one in group.children
        ]
        seldom = tuple(one for is_seldom, one in drawn if is_seldom)
        return Drawn(
            "group",
            name,
            label=gettext(group.ask.label) if group.ask.label else "",
            hint=gettext(group.ask.hint) if group.ask.hint else "",
            parts=tuple(one for is_seldom, one in drawn if not is_seldom),
            seldom=seldom,
            is_open=any(self._is_touched(one) for one in seldom),
        )

    def _child(self, node: Node, beside: Typed, name: str, *, is_switch: bool) -> Drawn:
        drawn = self._node(node, beside[node.name], f"{name}.{node.name}".lstrip("."))
        is_amiss = any(one.amiss for one in drawn.all())
        is_switched = bool(node.ask.unless) and not is_amiss
        return replace(drawn, is_switch=is_switch, is_switched=is_switched)

    def _is_touched(self, drawn: Drawn) -> bool:
        """Whether somebody looks for this: it is amiss, or was changed just now."""
        return any(one.amiss for one in drawn.all()) or (
            bool(self.at) and f"{self.at}.".startswith(f"{drawn.name}.")
        )

    def _rows(self, rows: Rows, values: list[Any], name: str) -> Drawn:
        parts = tuple(
            self._row(rows, value, f"{name}.{index}", index, len(values))
            for index, value in enumerate(values)
        )
        return Drawn(
            "rows",
            name,
            label=gettext(rows.ask.label),
            hint=gettext(rows.ask.hint) if rows.ask.hint else "",
            amiss=self.amiss.get(name, ""),
            parts=parts,
            add=(gettext(rows.ask.add) if rows.ask.add else gettext("Add one"))
            if len(values) < rows.most
            else "",
        )

    def _row(self, rows: Rows, value: Any, name: str, index: int, count: int) -> Drawn:
        each = gettext(rows.ask.each) if rows.ask.each else gettext(rows.ask.label)
        title = title_of(rows, value)
        numbered = f"{each} {index + 1}"
        inside = self._node(rows.each, value, name, label=numbered)
        row = Drawn(
            "row",
            name,
            label=numbered,
            title=_shortened(title) if rows.has_lists else "",
            parts=inside.parts if isinstance(rows.each, Group) else (inside,),
            seldom=inside.seldom,
            is_long=rows.has_lists,
            is_first=index == 0,
            is_last=index == count - 1,
            is_open=inside.is_open,
        )
        if not rows.has_lists:
            return row
        is_open = not title or self._is_touched(row)
        return replace(row, is_open=is_open, is_seldom_open=inside.is_open)

    def _leaf(self, leaf: Leaf, value: Any, name: str, label: str) -> Drawn:
        return Drawn(
            leaf.control.value,
            name,
            label=gettext(leaf.ask.label) if leaf.ask.label else label,
            hint=gettext(leaf.ask.hint) if leaf.ask.hint else "",
            amiss=self.amiss.get(name, ""),
            value=value,
            choices=tuple(self._choices(leaf, value)) if leaf.control is Control.CHOICE else (),
        )

    def _choices(self, leaf: Leaf, value: str) -> Iterator[tuple[str, str]]:
        yield "", gettext("Choose …") if leaf.is_needed else gettext("None")
        known = set()
        for one, words in self._values(leaf):
            known.add(one)
            yield one, words
        if value and value not in known:
            # What was taken away can be put back; until then the choice is kept.
            yield value, gettext("What was removed")

    def _values(self, leaf: Leaf) -> Iterator[tuple[str, str]]:
        if not leaf.ask.names:
            for one in leaf.shape.choices:
                words = leaf.shape.name_of(one)
                yield written(one), gettext(words) if words else written(one).replace("_", " ")
            return
        rows = find_rows(self.tree, leaf.ask.names)
        if rows is None:
            return
        each = gettext(rows.ask.each)
        values: Any = self.typed
        for part in rows.path.split("."):
            values = values[part]
        for number, row in enumerate(values, start=1):
            yield row["id"], _shortened(title_of(rows, row)) or f"{each} {number}"


def _shortened(title: str) -> str:
    return title if len(title) <= _LONGEST_TITLE else f"{title[: _LONGEST_TITLE - 1].rstrip()}…"


def amiss_count_words(count: int) -> str:
    """Return how many fields are amiss."""
    return str(ngettext("One field needs another look", "%(num)s fields need another look", count))
