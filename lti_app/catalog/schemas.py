"""What a JSON Schema says about one place of a file: its keys, its bounds, what it may be."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lti_app.catalog.flaws import Where

Schema = Mapping[str, Any]


def schema_at(schema: Schema, document: Any, where: Where) -> Schema:
    """Return the part of a schema that is about a place; an empty one where it says nothing.

    Args:
        document: what is in the file; where a schema offers several shapes, its keys tell which.
    """
    root, node = schema, _shape(schema, schema, document)
    for part in where:
        node = _inside(node, part)
        document = _value_at(document, part)
        node = _shape(root, node, document)
    return node


def known_keys(node: Schema) -> list[str]:
    """Return the keys that a group may have."""
    return list(node.get("properties", {}))


def choices(node: Schema) -> list[str]:
    """Return what a value may be where only a few words are allowed."""
    if "const" in node:
        return [str(node["const"])]
    mapped = node.get("discriminator", {}).get("mapping", {})
    return [str(one) for one in node.get("enum", mapped)]


def tag_of(node: Schema) -> str:
    """Return the key that tells which of several shapes a group has; empty when there is one."""
    return str(node.get("discriminator", {}).get("propertyName", ""))


def bounds(node: Schema) -> str:
    """Return the numbers that are allowed.

    >>> bounds({"minimum": 1, "maximum": 600})
    'from 1 to 600'
    >>> bounds({"anyOf": [{"exclusiveMinimum": 0, "maximum": 10.0}, {"type": "string"}]})
    'more than 0 and at most 10'
    """
    found = {key: one[key] for one in _branches(node) for key in _LIMITS if key in one}
    if {"minimum", "maximum"} <= set(found):
        return f"from {_plain(found['minimum'])} to {_plain(found['maximum'])}"
    said = [f"{words} {_plain(found[key])}" for key, words in _LIMITS.items() if key in found]
    return " and ".join(said)


def shape_words(node: Schema) -> str:
    """Return what belongs in a place, in an author's words."""
    if named := choices(node):
        return named[0] if len(named) == 1 else f"one of: {', '.join(named)}"
    kinds = [one.get("type", "") for one in _branches(node)]
    return next((_SHAPES[kind] for kind in kinds if kind in _SHAPES), "what belongs there")


_LIMITS = {
    "exclusiveMinimum": "more than",
    "minimum": "at least",
    "exclusiveMaximum": "less than",
    "maximum": "at most",
}
_SHAPES = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a group of keys",
}


def _shape(root: Schema, node: Schema, document: Any) -> Schema:
    """Return the schema with references followed, of the shape that the document has."""
    while "$ref" in node:
        node = root["$defs"][node["$ref"].rpartition("/")[2]]
    mapped: Mapping[str, str] = node.get("discriminator", {}).get("mapping", {})
    told = document.get(tag_of(node)) if isinstance(document, dict) else None
    if isinstance(told, str) and told in mapped:
        return _shape(root, {"$ref": mapped[told]}, document)
    options = [_shape(root, one, document) for one in node.get("anyOf", ())]
    wanted = "object" if isinstance(document, dict) else "array" if _is_list(document) else ""
    return next((one for one in options if one.get("type") == wanted), node)


def _inside(node: Schema, part: str | int) -> Schema:
    if type(part) is int:
        return node.get("items", {})  # type: ignore[no-any-return]  # JSON
    others = [*node.get("patternProperties", {}).values(), node.get("additionalProperties")]
    other = next((one for one in others if isinstance(one, dict)), {})
    return node.get("properties", {}).get(part, other)  # type: ignore[no-any-return]  # JSON


def _value_at(document: Any, part: str | int) -> Any:
    try:
        return document[part]
    except (KeyError, IndexError, TypeError):
        return None


def _branches(node: Schema) -> Iterator[Schema]:
    yield node
    yield from node.get("anyOf", ())


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _plain(number: float) -> str:
    return f"{number:g}" if number < 1_000_000 else str(number)
