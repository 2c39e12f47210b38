"""What health and metrics tell of owed work.

It knows neither the ledger nor platforms: the wiring says where the numbers come from.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask import Flask, current_app
from sqlalchemy.orm import Session

_EXTENSION = "rapport.owed"


@dataclass(frozen=True)
class Owed:
    """How much is owed; numbers and codes, nothing of a person.

    Attributes:
        scores: count by (public id of the platform, state), the arrived ones left out.
        oldest_score_at: since when the oldest score is on its way; None when none is.
        jobs: count by (kind, state).
        is_sending_held: after a restore, until an operator lets it go on.
    """

    scores: Mapping[tuple[str, str], int]
    oldest_score_at: datetime | None
    jobs: Mapping[tuple[str, str], int]
    is_sending_held: bool

    def oldest_score_age(self, now: datetime) -> float | None:
        """Return how long the oldest owed score has waited, in seconds; None when none is owed."""
        if self.oldest_score_at is None:
            return None
        return max((now - self.oldest_score_at).total_seconds(), 0.0)


Look = Callable[[Session], Owed]


def report_owed(app: Flask, look: Look) -> None:
    """Say how this app finds out what is owed."""
    app.extensions[_EXTENSION] = look


def look_at_owed(session: Session) -> Owed:
    """Return what is owed now."""
    return cast(Look, current_app.extensions[_EXTENSION])(session)
