"""What an exercise's file says, by the kind of its item. It marks nothing and draws nothing."""

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from pydantic import Field, TypeAdapter, model_validator

from lti_app.catalog.spec import ItemSpec, Line, Shared, Slug, Strict, Text

#: The file of `shared/` that scales are kept in, by their name.
SCALES = "scales"


class Subscale(Strict):
    """One area of a scale."""

    id: Slug
    title: Line
    about: Line


class Statement(Strict):
    """One sentence to agree with. `reversed`: agreeing speaks against its area."""

    id: Slug
    text: Line
    subscale: Slug
    reversed: bool = False


class Scale(Strict):
    """Statements with one row of answers, least first; answers count from 1."""

    labels: tuple[Line, ...] = Field(min_length=2, max_length=9)
    subscales: tuple[Subscale, ...] = Field(min_length=1)
    statements: tuple[Statement, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _is_consistent(self) -> "Scale":
        known = [subscale.id for subscale in self.subscales]
        ids = [statement.id for statement in self.statements]
        if len(set(known)) < len(known) or len(set(ids)) < len(ids):
            raise ValueError("an id is used twice")
        used = {statement.subscale for statement in self.statements}
        if used != set(known):
            odd = ", ".join(sorted(used ^ set(known)))
            raise ValueError(f"subscales and statements do not fit together: {odd}")
        return self

    def statements_of(self, subscale: Subscale) -> tuple[Statement, ...]:
        """Return the statements of one area, in their order."""
        return tuple(one for one in self.statements if one.subscale == subscale.id)


class LikertItem(ItemSpec):
    """A self-assessment: it counts for being done and is never scored on its answers.

    Attributes:
        what_it_is, notice: shown before and beside the statements.
        afterwards: what comes of it later, shown on the receipt.
    """

    kind: Literal["likert"]
    scale: Scale
    what_it_is: Line
    notice: Text
    afterwards: Line


#: The next kind of item makes this a union, told apart by `kind`.
ExerciseItem: TypeAlias = LikertItem
_ITEM: TypeAdapter[ExerciseItem] = TypeAdapter(ExerciseItem)


def read_item(document: Mapping[str, Any]) -> ExerciseItem:
    """Read an item that is complete in itself, such as a stored snapshot.

    Raises:
        ValueError: it is not an exercise; pydantic's error says which key.
    """
    return _ITEM.validate_python(document)


def read_file(document: Any, shared: Shared) -> ExerciseItem:
    """Read an item's file, with the shared scale it names put in.

    Raises:
        ValueError: it is not an exercise, or names a scale that the pack does not have.
    """
    if not isinstance(document, dict):
        raise ValueError("an exercise is a mapping of keys and values")
    name = document.get("scale")
    if isinstance(name, str):
        scales = shared.get(SCALES) or {}
        if name not in scales:
            raise ValueError(f"scale: shared/{SCALES}.yaml has no {name}")
        document = {**document, "scale": scales[name]}
    return read_item(document)


def file_schema() -> dict[str, Any]:
    """Return the JSON Schema of an item's file, where a scale may be named instead of written."""
    schema = _ITEM.json_schema()
    written = schema["properties"]["scale"]
    schema["properties"]["scale"] = {"anyOf": [{"type": "string"}, written]}
    return schema
