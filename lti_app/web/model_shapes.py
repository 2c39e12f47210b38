"""What the fields of a pydantic model are, as far as a form can show them. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from annotated_types import Ge, GroupedMetadata, Gt, Le, Lt, MaxLen, MinLen
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from lti_app.core.words import Section, Words

T = TypeVar("T")
_PLAIN = (bool, int, float, Decimal, str)


@dataclass(frozen=True)
class Shape:
    """One field of a model.

    Attributes:
        kind: the type without None; a Literal or an Enum for a choice.
        notes: constraints, `Words`, the `Section`.
    """

    name: str
    info: FieldInfo
    kind: Any
    is_optional: bool
    notes: tuple[Any, ...]

    @property
    def choices(self) -> tuple[Any, ...]:
        """What there is to choose from; empty where nothing is chosen."""
        if get_origin(self.kind) is Literal:
            return get_args(self.kind)
        return tuple(self.kind) if _is_a(self.kind, Enum) else ()

    @property
    def section(self) -> Section:
        """Where on a page of settings it stands."""
        return self._find(Section) or Section.KIND

    def name_of(self, value: object) -> str:
        """Return what people call a value, marked for translation; empty without `Words`."""
        words = self._find(Words)
        return words.of.get(written(value), "") if words else ""

    def ends(self) -> tuple[tuple[str, Any], tuple[str, Any]]:
        """Return how a number is bounded below and above.

        Each is `ge`, `gt`, `le` or `lt` with the number; two empty for no bound. A whole number
        has no `gt` and `lt`: above 0 is from 1.
        """
        return self._low(), self._high()

    def _low(self) -> tuple[str, Any]:
        ge, gt = self._find(Ge), self._find(Gt)
        if ge is not None or gt is None:
            return ("ge", ge.ge) if ge else ("", None)
        above: Any = gt.gt
        return ("ge", above + 1) if self.kind is int else ("gt", above)

    def _high(self) -> tuple[str, Any]:
        le, lt = self._find(Le), self._find(Lt)
        if le is not None or lt is None:
            return ("le", le.le) if le else ("", None)
        below: Any = lt.lt
        return ("le", below - 1) if self.kind is int else ("lt", below)

    def lengths(self) -> tuple[int, int | None]:
        """Return how long a text is at least, and at most; None for as long as one likes."""
        least, most = self._find(MinLen), self._find(MaxLen)
        return least.min_length if least else 0, most.max_length if most else None

    def _find(self, wanted: type[T]) -> T | None:
        return next((one for one in self.notes if isinstance(one, wanted)), None)


def shapes_of(model: type[BaseModel]) -> Iterator[Shape]:
    """Yield the fields of a model that a form can show, in their order."""
    for name, info in model.model_fields.items():
        shape = shape_of(name, info)
        if shape.choices or shape.kind in _PLAIN:
            yield shape


def written(value: object) -> str:
    """Return a value of a choice as a form sends it."""
    return str(value.value if isinstance(value, Enum) else value)


def shape_of(name: str, info: FieldInfo) -> Shape:
    """Return what a field is, whether a form can show it or not."""
    kind, notes, is_optional = info.annotation, tuple(info.metadata), False
    while get_origin(kind) in (Annotated, Union, UnionType):
        parts = get_args(kind)
        if get_origin(kind) is Annotated:
            kind, notes = parts[0], notes + parts[1:]
            continue
        inner = [one for one in parts if one is not type(None)]
        is_optional = is_optional or len(inner) < len(parts)
        # Of several types, no form can show which.
        kind = inner[0] if len(inner) == 1 else None
    return Shape(name, info, kind, is_optional, tuple(_one_by_one(notes)))


def _one_by_one(notes: tuple[Any, ...]) -> Iterator[Any]:
    for one in notes:
        yield from one if isinstance(one, GroupedMetadata) else (one,)


def _is_a(kind: object, wanted: type[object]) -> bool:
    return isinstance(kind, type) and issubclass(kind, wanted)
