"""What a model refuses, in the words of whoever writes courses; pydantic's own never reach them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from lti_app.catalog.flaws import Flaw, FlawedError, Where, one_of
from lti_app.catalog.schemas import (
    Schema,
    choices,
    known_keys,
    schema_at,
    shape_words,
    tag_of,
)
from lti_app.catalog.value_words import Refused, short, value_words

_MOST_KEYS = 20
_KEY = "[key]"
_COMPARE = "Compare it with what `rapport course schema` prints."
_LENGTHS = {"too_short", "too_long"}


def flaws_of(error: ValueError, document: Any, schema: Callable[[], Schema]) -> list[Flaw]:
    """Return what a reader of a file found, each with its fix.

    Args:
        error: pydantic's, a `FlawedError`, or any other with words of ours.
        document: what was read.
        schema: how such a file looks; called only where it helps.
    """
    if isinstance(error, FlawedError):
        return list(error.flaws)
    if isinstance(error, ValidationError):
        described = schema()
        found = error.errors(include_url=False)
        return [
            flaw
            for one in found
            if not _follows_from_another(one, found)
            for flaw in _flaws(one, document, described)
        ]
    return [Flaw((), " ".join(str(error).split()), _COMPARE)]


def _follows_from_another(one: ErrorDetails, found: Sequence[ErrorDetails]) -> bool:
    """Whether a list has a wrong length only because some of its entries were refused."""
    loc = one["loc"]
    inner = [other for other in found if other["loc"][: len(loc)] == loc and other["loc"] != loc]
    return one["type"] in _LENGTHS and bool(inner)


def _flaws(error: ErrorDetails, document: Any, schema: Schema) -> list[Flaw]:
    where = _in_document(document, error)
    cause = error.get("ctx", {}).get("error")
    if isinstance(cause, FlawedError):
        return [flaw.below(where) for flaw in cause.flaws]
    if isinstance(cause, ValueError):
        return [Flaw(where, " ".join(str(cause).split()), _COMPARE)]
    if error["type"] in _NAMED:
        return [_NAMED[error["type"]](where, document, schema)]
    node = schema_at(schema, document, where)
    if error["type"] == "invalid_key":
        # What YAML made of the key is not what the author looks for.
        where = where[:-1]
    refused = Refused(error.get("input"), error.get("ctx", {}), node)
    what, fix = value_words(error["type"], refused)
    return [Flaw(where, what, fix)]


def _in_document(document: Any, error: ErrorDetails) -> Where:
    """Return the place without the tags of shapes that pydantic puts among its parts."""
    where: list[str | int] = []
    loc = error["loc"]
    for place, part in enumerate(loc, start=1):
        is_key = error["type"] == "missing" and place == len(loc)
        is_there = not isinstance(document, dict) or part in document
        if not (is_key or is_there) and part in document.values():
            continue
        where.append(part)
        try:
            document = document[part]
        except (KeyError, IndexError, TypeError):
            document = None
    return tuple(part for part in where if part != _KEY)


# ------------------------------------------------------- keys that lack, and keys too many


def _missing(where: Where, document: Any, schema: Schema) -> Flaw:
    around = schema_at(schema, document, where[:-1])
    key = str(where[-1])
    extra = [one for one in _keys_at(document, where[:-1]) if one not in known_keys(around)]
    if (fix := one_of(key, extra)).startswith("Did you mean"):
        return Flaw(where, "this key is missing", f"{fix[:-1]}, which stands there instead?")
    shape = shape_words(schema_at(schema, document, where))
    return Flaw(where, "this key is missing", f"Add `{key}:` with {shape}.")


def _extra(where: Where, document: Any, schema: Schema) -> Flaw:
    known = known_keys(schema_at(schema, document, where[:-1]))
    fix = one_of(str(where[-1]), known, most=_MOST_KEYS)
    return Flaw(where, "this key is not used here", fix)


def _no_tag(where: Where, document: Any, schema: Schema) -> Flaw:
    node = schema_at(schema, document, where)
    fix = f"Use one of: {', '.join(choices(node))}."
    return Flaw((*where, tag_of(node)), "this key is missing", fix)


def _wrong_tag(where: Where, document: Any, schema: Schema) -> Flaw:
    node = schema_at(schema, document, where)
    given = _at(document, (*where, tag_of(node)))
    fix = one_of(str(given), choices(node))
    return Flaw((*where, tag_of(node)), f"there is no {tag_of(node)} `{short(given)}`", fix)


_NAMED: Mapping[str, Callable[[Where, Any, Schema], Flaw]] = {
    "missing": _missing,
    "extra_forbidden": _extra,
    "union_tag_not_found": _no_tag,
    "union_tag_invalid": _wrong_tag,
}


def _at(document: Any, where: Where) -> Any:
    for part in where:
        document = document[part]
    return document


def _keys_at(document: Any, where: Where) -> list[str]:
    found = _at(document, where)
    return [str(key) for key in found] if isinstance(found, dict) else []
