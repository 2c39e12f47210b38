"""As much of JSON Schema as our schemas use, to look at our own files as an editor would."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

_TYPES: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


def faults(schema: Any, value: Any, root: Any = None, at: str = "") -> Iterator[str]:
    """Yield where a value does not fit a schema, and which rule it breaks."""
    root = root or schema
    while "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rpartition("/")[2]]
    for rule in ("anyOf", "oneOf"):
        fitting = [one for one in schema.get(rule, ()) if not [*faults(one, value, root, at)]]
        if rule in schema and not fitting:
            yield f"{at} {rule}"
    if not _is(schema.get("type"), value):
        yield f"{at} type"
    elif isinstance(value, dict):
        yield from _group(schema, value, root, at)
    elif isinstance(value, list):
        yield from _list(schema, value, root, at)
    else:
        yield from _plain(schema, value, at)


def _is(wanted: str | None, value: Any) -> bool:
    if wanted is None:
        return True
    # To Python a truth is a number.
    return isinstance(value, _TYPES[wanted]) and (wanted == "boolean" or type(value) is not bool)


def _group(schema: Any, value: dict[str, Any], root: Any, at: str) -> Iterator[str]:
    known, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    other = schema.get("additionalProperties", {})
    yield from (f"{at}.{key} required" for key in schema.get("required", ()) if key not in value)
    for key, part in value.items():
        by_pattern = [one for pattern, one in patterns.items() if re.search(pattern, key)]
        found = known.get(key) or next(iter(by_pattern), other)
        if found is False:
            yield f"{at}.{key} additionalProperties"
        else:
            yield from faults(found, part, root, f"{at}.{key}")


def _list(schema: Any, value: list[Any], root: Any, at: str) -> Iterator[str]:
    if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
        yield f"{at} items"
    for place, part in enumerate(value):
        yield from faults(schema.get("items", {}), part, root, f"{at}.{place}")


def _plain(schema: Any, value: Any, at: str) -> Iterator[str]:
    if value not in schema.get("enum", [schema.get("const", value)]):
        yield f"{at} enum"
    if isinstance(value, str):
        fits = schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value))
        if not fits or not re.search(schema.get("pattern", ""), value):
            yield f"{at} text"
    elif isinstance(value, int | float):
        low, high = schema.get("minimum", value), schema.get("maximum", value)
        if not low <= value <= high or value <= schema.get("exclusiveMinimum", value - 1):
            yield f"{at} range"
