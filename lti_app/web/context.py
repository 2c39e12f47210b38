"""What a view may ask for: the database of this request, the viewer, the clock, the services."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from flask import current_app, g
from sqlalchemy.orm import Session

from lti_app.core.clock import Clock
from lti_app.core.db import Database
from lti_app.core.errors import NotFoundError
from lti_app.core.sealing import Keyring
from lti_app.core.settings import Settings
from lti_app.web.viewer import Viewer

EXTENSION = "rapport"


@dataclass(frozen=True)
class Services:
    """What the wiring hands to every request.

    Attributes:
        wake: tells the embedded runner that a job may be due; cheap, may be called often.
    """

    settings: Settings
    database: Database
    clock: Clock
    keyring: Keyring
    wake: Callable[[], None]


def services() -> Services:
    """Return the services of this app."""
    return cast(Services, current_app.extensions[EXTENSION])


def clock() -> Clock:
    """Return the clock; call it for the time."""
    return services().clock


def db() -> Session:
    """Return this request's session: for reading on GET and HEAD, for writing otherwise."""
    return cast(Session, g.rapport_db)


def viewer() -> Viewer:
    """Return who makes this request.

    Raises:
        NotFoundError: the page needs a session and there is none.
    """
    found = viewer_or_none()
    if found is None:
        raise NotFoundError("no_session")
    return found


def viewer_or_none() -> Viewer | None:
    """Return who makes this request, or None on a page before a session."""
    return cast("Viewer | None", g.get("rapport_viewer"))
