"""A value that a model refused, in an author's words: what is amiss, and what to write."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lti_app.catalog.flaws import one_of
from lti_app.catalog.schemas import Schema, bounds, choices, known_keys, shape_words

_QUOTES = "Put it in quotes."
_SLUG, _LANGUAGE = "[a-z0-9]+(-[a-z0-9]+)*", "^[a-z]{2,3}"
_NOTHING = "nothing stands here"

#: What is amiss, and the fix.
Words = tuple[str, str]


@dataclass(frozen=True)
class Refused:
    """A value with the limits that it broke and the schema of its place."""

    value: Any
    limits: Mapping[str, Any]
    node: Schema

    @property
    def shown(self) -> str:
        """The value as it can stand in a line."""
        return short(self.value)

    @property
    def read_as(self) -> str:
        """What the value was read as, with what came of it, for who wrote it otherwise."""
        if isinstance(self.value, bool):
            return f"`{self.shown}`"
        return f"the {self.kind.partition(' ')[2]} {self.shown}"

    @property
    def kind(self) -> str:
        """What the value was read as."""
        return next((word for kind, word in _KINDS if isinstance(self.value, kind)), "a date")


def value_words(code: str, refused: Refused) -> Words:
    """Return what is amiss with a value and the fix, by pydantic's code for the error."""
    return _WORDS.get(code, _unforeseen)(refused)


def _unforeseen(refused: Refused) -> Words:
    return f"`{refused.shown}` does not belong here", f"Write {shape_words(refused.node)}."


def _not_text(refused: Refused) -> Words:
    if refused.value in (None, ""):
        return _NOTHING, "Write a text behind the colon."
    if isinstance(refused.value, list | dict):
        return f"this is {refused.kind} and must be a text", "Write one text."
    return f"this is read as {refused.read_as}, not as text", _QUOTES


def _not_whole(refused: Refused) -> Words:
    if refused.value in (None, ""):
        return _NOTHING, _number("a whole number", refused.node)
    return f"`{refused.shown}` is not a whole number", _number("a whole number", refused.node)


def _not_number(refused: Refused) -> Words:
    if refused.value in (None, ""):
        return _NOTHING, _number("a number", refused.node)
    return f"`{refused.shown}` is not a number", _number("a number", refused.node)


def _out_of_range(refused: Refused) -> Words:
    return f"{refused.shown} is out of range", _number("a number", refused.node)


def _number(word: str, node: Schema) -> str:
    return f"Write {word} {bounds(node)}".rstrip() + "."


def _decimals(refused: Refused) -> Words:
    places = refused.limits.get("decimal_places", 2)
    return f"{refused.shown} has too many decimals", f"Round it to {places} decimals."


def _not_truth(refused: Refused) -> Words:
    if refused.value in (None, ""):
        return _NOTHING, "Write true or false."
    return f"`{refused.shown}` is neither true nor false", "Write true or false."


def _not_a_list(refused: Refused) -> Words:
    fix = "Begin each entry on a line of its own with a hyphen and a space."
    what = f"this is {refused.kind} and must be a list"
    return what if refused.value is not None else _NOTHING, fix


def _not_a_group(refused: Refused) -> Words:
    keys = ", ".join(known_keys(refused.node))
    fix = f"Write the keys {keys}." if keys else "Write lines of `key: value`."
    what = f"this is {refused.kind} and must be a group of keys"
    return what if refused.value is not None else _NOTHING, fix


def _too_long(refused: Refused) -> Words:
    most = refused.limits["max_length"]
    return f"the text has {len(refused.value)} characters", f"Shorten it to {most} or fewer."


def _too_few(refused: Refused) -> Words:
    least, has = refused.limits["min_length"], refused.limits["actual_length"]
    return f"too few entries: {has}, where {least} are needed", f"Add at least {least - has}."


def _too_many(refused: Refused) -> Words:
    most, has = refused.limits["max_length"], len(refused.value)
    return f"too many entries: {has}, where {most} may stand", f"Remove at least {has - most}."


def _pattern(refused: Refused) -> Words:
    if _SLUG in refused.limits["pattern"]:
        slug = re.sub(r"[^a-z0-9]+", "-", str(refused.value).lower()).strip("-") or "a-name"
        what = f"`{refused.shown}` is more than small letters, digits and single hyphens"
        return what, f"Write `{slug}`."
    if refused.limits["pattern"].startswith(_LANGUAGE):
        return f"`{refused.shown}` is no language tag", "Write one such as en-GB, de or ar."
    return _unforeseen(refused)


def _not_allowed(refused: Refused) -> Words:
    what = f"`{refused.shown}` is none of the words that may stand here"
    return what, one_of(str(refused.value), choices(refused.node))


def _key_no_text(refused: Refused) -> Words:
    return f"the key is read as {refused.read_as}, not as text", "Put the key in quotes."


_WORDS: Mapping[str, Callable[[Refused], Words]] = {
    "string_type": _not_text,
    "string_too_short": _not_text,
    "string_too_long": _too_long,
    "string_pattern_mismatch": _pattern,
    "int_type": _not_whole,
    "int_parsing": _not_whole,
    "int_from_float": _not_whole,
    "int_parsing_size": _not_whole,
    "float_type": _not_number,
    "float_parsing": _not_number,
    "decimal_type": _not_number,
    "decimal_parsing": _not_number,
    "finite_number": _not_number,
    "decimal_max_places": _decimals,
    "greater_than": _out_of_range,
    "greater_than_equal": _out_of_range,
    "less_than": _out_of_range,
    "less_than_equal": _out_of_range,
    "bool_type": _not_truth,
    "bool_parsing": _not_truth,
    "tuple_type": _not_a_list,
    "list_type": _not_a_list,
    "dict_type": _not_a_group,
    "mapping_type": _not_a_group,
    "model_type": _not_a_group,
    "model_attributes_type": _not_a_group,
    "too_short": _too_few,
    "too_long": _too_many,
    "literal_error": _not_allowed,
    "enum": _not_allowed,
    "invalid_key": _key_no_text,
}
_KINDS: Sequence[tuple[type, str]] = (
    (bool, "true or false"),
    (int, "a number"),
    (float, "a number"),
    (str, "a text"),
    (dict, "a group of keys"),
    (list, "a list"),
)


def short(value: Any) -> str:
    """Return a value as it can stand in a line."""
    text = " ".join(str(value).split()) if not isinstance(value, bool) else str(value).lower()
    return text if len(text) <= 40 else f"{text[:39]}…"
