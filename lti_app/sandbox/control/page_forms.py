"""Reads the forms of the control page. What is done with the values is decided elsewhere."""

from enum import StrEnum
from typing import TypeVar

from flask import request

from lti_app.sandbox.problems import PageProblem, PageProblemError

E = TypeVar("E", bound=StrEnum)


def text(name: str) -> str | None:
    """Return what a field holds, None when it was left empty."""
    return request.form.get(name, "").strip() or None


def number(name: str, *, least: float = 0) -> float | None:
    """Return the number in a field, None when it was left empty.

    Raises:
        PageProblemError: 422, it is no number or too small.
    """
    written = text(name)
    if written is None:
        return None
    try:
        value = float(written)
    except ValueError as error:
        raise not_understood() from error
    if not least <= value <= 1e9:
        raise not_understood()
    return value


def whole_number(name: str, *, least: int = 0) -> int | None:
    """Return the whole number in a field, None when it was left empty."""
    value = number(name, least=least)
    return None if value is None else int(value)


def choice(name: str, choices: type[E]) -> E:
    """Return which of these was chosen.

    Raises:
        PageProblemError: 422, none of them.
    """
    try:
        return choices(request.form.get(name, ""))
    except ValueError as error:
        raise not_understood() from error


def not_understood() -> PageProblemError:
    """Return the problem of a form that holds what it cannot."""
    return PageProblemError(PageProblem.NOT_UNDERSTOOD, 422)
