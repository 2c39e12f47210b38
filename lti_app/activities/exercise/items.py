"""Every kind of item: what its file says, told apart by `kind`, and its rules."""

from collections.abc import Mapping
from typing import Annotated, Any, TypeAlias

from pydantic import Field, TypeAdapter

from lti_app.activities.exercise.branch.spec import BranchItem
from lti_app.activities.exercise.branch.taking import BRANCH
from lti_app.activities.exercise.likert.spec import LikertItem, Scale
from lti_app.activities.exercise.likert.taking import LIKERT
from lti_app.activities.exercise.parts import ItemRules
from lti_app.activities.exercise.sort.spec import SortItem
from lti_app.activities.exercise.sort.taking import SORT
from lti_app.catalog.flaws import Flaw, FlawedError, one_of
from lti_app.catalog.spec import ItemSpec, Line, Shared

#: The file of `shared/` that scales are kept in, by their name.
SCALES = "scales"

_SCALES: TypeAdapter[dict[Line, Scale]] = TypeAdapter(dict[Line, Scale])

ExerciseItem: TypeAlias = LikertItem | BranchItem | SortItem
_ITEM: TypeAdapter[ExerciseItem] = TypeAdapter(Annotated[ExerciseItem, Field(discriminator="kind")])
_RULES: Mapping[str, ItemRules] = {one.name: one for one in (LIKERT, BRANCH, SORT)}


#: The names of every kind of item.
ITEM_KINDS = frozenset(_RULES)


def as_item(item: ItemSpec) -> ExerciseItem:
    """Return an item of this kind of activity as what it is."""
    if not isinstance(item, ExerciseItem):
        raise TypeError("not an exercise")
    return item


def rules_of(item: ItemSpec) -> ItemRules:
    """Return the rules of an item."""
    return _RULES[as_item(item).kind]


def every_item_rules() -> tuple[ItemRules, ...]:
    """Return the rules of every kind of item."""
    return tuple(_RULES.values())


def read_item(document: Mapping[str, Any]) -> ExerciseItem:
    """Read an item that is complete in itself, such as a stored snapshot.

    Raises:
        ValueError: it is not an exercise; pydantic's error says which key.
    """
    return _ITEM.validate_python(document)


def read_file(document: Any, shared: Shared) -> ExerciseItem:
    """Read an item's file, with the shared scale it names put in.

    Raises:
        ValueError: it is not an exercise, or names a scale that the pack does not have; a
            `FlawedError` says where and what to do.
    """
    name = document.get("scale") if isinstance(document, dict) else None
    if isinstance(name, str):
        scales = shared.get(SCALES) or {}
        if name not in scales:
            what = f"shared/{SCALES}.yaml has no `{name}`"
            raise FlawedError([Flaw(("scale",), what, one_of(name, scales))])
        document = {**document, "scale": scales[name]}
    return read_item(document)


def file_schema() -> dict[str, Any]:
    """Return the JSON Schema of an item's file, where a scale may be named instead of written."""
    schema = _ITEM.json_schema()
    likert = schema.get("$defs", {}).get(LikertItem.__name__, schema)
    written = likert["properties"]["scale"]
    likert["properties"]["scale"] = {"anyOf": [{"type": "string"}, written]}
    return {"type": "object", **schema}


def read_scales(document: Any) -> object:
    """Read the shared file of scales, by their name.

    Raises:
        ValueError: what stands there is not such scales.
    """
    return _SCALES.validate_python(document)


def scales_schema() -> dict[str, Any]:
    """Return the JSON Schema of the shared file of scales."""
    return _SCALES.json_schema()
