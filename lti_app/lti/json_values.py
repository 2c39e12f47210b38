"""Values in a service's JSON, read with exact numbers and without trust. Pure."""

import json
import math
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from lti_app.core.http import Answer
from lti_app.lti.errors import Outcome, ServiceProblem


def exact_json(answer: Answer) -> Any:
    """Parse a body; fractions become Decimals.

    Raises:
        ServiceProblem: unknown_outcome, for a body that is no JSON or is cut off.
    """
    return json_with(answer, None)


def json_with(answer: Answer, make: Callable[[dict[str, Any]], object] | None) -> Any:
    """Do the same, and put what `make` makes of an object in its place, the innermost first.

    Raises:
        ServiceProblem: unknown_outcome, for a body that is no JSON or is cut off.
    """
    try:
        return json.loads(answer.body, parse_float=Decimal, object_hook=make)
    except (ValueError, RecursionError) as error:
        raise ServiceProblem(Outcome.UNKNOWN, status=answer.status, words="not_json") from error


def number_of(value: object) -> Decimal | None:
    """Return a finite number, None for what is none; a number in a string is taken.

    >>> number_of("8.5"), number_of(True), number_of(float("nan"))
    (Decimal('8.5'), None, None)
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def text_of(value: object) -> str | None:
    """Return a text, None for an empty one: absent, null and empty all mean unset."""
    return value if isinstance(value, str) and value else None
