"""What a handler is given and what it answers. Values only; it touches no database."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from lti_app.core.reason import Reason


@dataclass(frozen=True)
class JobRun:
    """One run of a job.

    Attributes:
        attempts: how often it has failed before this run.
        failing_since: when the first of those failed; None when none did.
        lease: proves that this run, and not a later one, settles the job.
    """

    id: int
    kind: str
    key: str
    platform_id: int | None
    attempts: int
    failing_since: datetime | None
    lease: str


@dataclass(frozen=True)
class Done:
    """Nothing is owed any more."""


@dataclass(frozen=True)
class RetryAt:
    """Try again then.

    Attributes:
        is_attempt: False when nothing failed, such as a platform that asked to wait.
    """

    at: datetime
    reason: Reason
    is_attempt: bool = True


@dataclass(frozen=True)
class GiveUp:
    """Trying again would not help; a person must see it."""

    reason: Reason


Outcome = Done | RetryAt | GiveUp
Handler = Callable[[JobRun], Outcome]
