"""Reads JSON bodies strictly: no repeated names, no NaN, no number that is a word.

It knows forms of values; what they mean is decided by whoever asks.
"""

import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime

from lti_app.sandbox.refusals import RefusalError

Body = Mapping[str, object]

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


def bad_request(reason: str) -> RefusalError:
    """Return the refusal for a body of the wrong shape."""
    return RefusalError(400, "bad_request", reason)


def read_object(raw: bytes) -> Body:
    """Return a JSON object.

    Raises:
        RefusalError: it is not UTF-8, not JSON, no object, or says a name twice.
    """
    try:
        body = json.loads(
            raw.decode("utf-8"), object_pairs_hook=_without_repeats, parse_constant=_no_constant
        )
    except (ValueError, RecursionError) as error:
        raise bad_request("The body is not a JSON object.") from error
    if not isinstance(body, dict):
        raise bad_request("The body is not a JSON object.")
    return body


def text(body: Body, name: str) -> str:
    """Return text that is there and not blank."""
    value = optional_text(body, name)
    if value is None:
        raise bad_request(f"{name} is missing.")
    return value


def optional_text(body: Body, name: str) -> str | None:
    """Return text as it is written; absent, null and blank all mean that it is unset."""
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise bad_request(f"{name} must be text.")
    return value if value.strip() else None


def optional_number(body: Body, name: str) -> float | None:
    """Return a finite number; absent and null mean that there is none."""
    value = body.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise bad_request(f"{name} must be a number.")
    try:
        number = float(value)
    except OverflowError as error:
        raise bad_request(f"{name} is too large.") from error
    if not math.isfinite(number):
        raise bad_request(f"{name} must be finite.")
    return number


def optional_flag(body: Body, name: str) -> bool | None:
    """Return true or false; absent and null mean that it is unset."""
    value = body.get(name)
    if value is not None and not isinstance(value, bool):
        raise bad_request(f"{name} must be true or false.")
    return value


def optional_object(body: Body, name: str) -> Body | None:
    """Return an object inside the body; absent and null mean that there is none."""
    value = body.get(name)
    if value is not None and not isinstance(value, dict):
        raise bad_request(f"{name} must be an object.")
    return value


def time(body: Body, name: str) -> datetime:
    """Return a moment that is there."""
    value = optional_time(body, name)
    if value is None:
        raise bad_request(f"{name} is missing.")
    return value


def optional_time(body: Body, name: str) -> datetime | None:
    """Return a moment in UTC, written in ISO 8601 with its zone; the blank text is unset."""
    value = optional_text(body, name)
    if value is None:
        return None
    if not _TIME.fullmatch(value):
        raise bad_request(f"{name} must be an ISO 8601 time with a zone.")
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise bad_request(f"{name} is no time that exists.") from error


def _without_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    body = dict(pairs)
    if len(body) != len(pairs):
        raise ValueError("a name is repeated")
    return body


def _no_constant(name: str) -> object:
    raise ValueError(name)
