"""JSON as a signature needs it: one reading only. It knows no claim.

Duplicate names, bytes that are not UTF-8, lone surrogates and deep nesting are refused, because
two parsers would read them differently. Source: RFC 8725, section 3.10; RFC 7493.
"""

import json
import re
from typing import Any

MAX_DEPTH = 32
_TOKENS = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]')
_ESCAPED_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


class NotStrictError(Exception):
    """The bytes are not JSON that everybody reads alike."""


class DuplicateNameError(NotStrictError):
    """An object has a member twice."""


def parse_object(data: bytes) -> dict[str, Any]:
    """Parse one JSON object.

    `NaN` and `Infinity` are read as floats, so that a check of numbers can name them.

    Raises:
        DuplicateNameError: a name stands twice in one object.
        NotStrictError: everything else.
    """
    try:
        text = data.decode("utf-8")
        _check_depth(text)
        value = _DECODER.decode(text)
    except (ValueError, RecursionError) as error:
        raise NotStrictError from error
    if not isinstance(value, dict):
        raise NotStrictError
    if _ESCAPED_SURROGATE.search(text):
        _check_surrogates(value)
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise DuplicateNameError
    return value


_DECODER = json.JSONDecoder(object_pairs_hook=_unique)


def _check_depth(text: str) -> None:
    # The number of brackets bounds the depth, and counting them is cheap.
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return
    depth = 0
    for match in _TOKENS.finditer(text):
        mark = match.group()
        depth += (mark in "[{") - (mark in "]}")
        if depth > MAX_DEPTH:
            raise NotStrictError


def _check_surrogates(value: dict[str, Any]) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        raise NotStrictError from error
