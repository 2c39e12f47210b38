"""What people call the platform that they came from; the wiring says how it is known."""

from collections.abc import Callable
from typing import cast

from flask import Flask, current_app
from sqlalchemy.orm import Session

_EXTENSION = "rapport_platform_name"


def tell_platform_names(app: Flask, name_of: Callable[[Session, int], str]) -> None:
    """Let pages name a platform.

    Args:
        name_of: finds the name by the platform's row.
    """
    app.extensions[_EXTENSION] = name_of


def platform_name(session: Session, platform_id: int) -> str:
    """Return what people call a platform."""
    name_of = cast(Callable[[Session, int], str], current_app.extensions[_EXTENSION])
    return name_of(session, platform_id)
