"""What the picker needs of whoever speaks with the platform. It knows no protocol."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, cast

from flask import current_app
from sqlalchemy.orm import Session

from lti_app.catalog.views import ActivityView
from lti_app.core.errors import ConflictError

EXTENSION = "rapport.courier"


class AnsweredError(ConflictError):
    """The platform has its answer already."""

    code = "deep_link_answered"


@dataclass(frozen=True)
class Whose:
    """Everything that must be the same from the launch to the answer."""

    platform_id: int
    user_id: int
    context_id: int
    session_public_id: str


@dataclass(frozen=True)
class Adding:
    """What a platform waits for.

    Attributes:
        accept_multiple: whether it takes more than one activity.
        takes_links: whether it takes what we have to give.
        sends_columns: whether it makes gradebook columns for what it is given.
        chosen: what has been picked so far.
    """

    public_id: str
    accept_multiple: bool
    takes_links: bool
    sends_columns: bool
    chosen: Sequence[Mapping[str, Any]]
    is_finished: bool
    expires_at: datetime


@dataclass(frozen=True)
class Prepared:
    """An activity that waits for its link, and one sentence about it."""

    activity: ActivityView
    summary: str


@dataclass(frozen=True, repr=False)
class WayBack:
    """A form that brings something to the platform, by the browser: one field, signed."""

    action: str
    field: str
    token: str


class Courier(Protocol):
    """Keeps what a platform asked for, and brings the answer."""

    def find(self, session: Session, whose: Whose) -> Adding | None:
        """Return what the platform waits for, None when it waits for nothing."""

    def keep(
        self,
        session: Session,
        whose: Whose,
        chosen: Sequence[Mapping[str, Any]],
        *,
        now: datetime,
    ) -> None:
        """Keep what has been picked so far.

        Raises:
            ConflictError: it is too late for that.
        """

    def finish(self, session: Session, whose: Whose, *, now: datetime, is_cancel: bool) -> None:
        """Let nobody answer again.

        Raises:
            ConflictError: somebody did, or it is too late to bring anything but nothing.
        """

    def bring_back(
        self,
        session: Session,
        whose: Whose,
        prepared: Sequence[Prepared],
        *,
        now: datetime,
        message: str = "",
    ) -> WayBack:
        """Return the answer, signed now.

        Raises:
            BusyError: there is no key to sign with.
        """


def courier() -> Courier:
    """Return this app's courier."""
    return cast(Courier, current_app.extensions[EXTENSION])
