"""What a handler is given and what it answers. Values only; it touches no database.

A run has three phases. Its handler prepares it in a transaction; its work is done while none is
open; its ending is written in another transaction, together with what becomes of the job.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Generic, TypeVar

from sqlalchemy.orm import Session

from lti_app.core.reason import Reason

Told = TypeVar("Told")


@dataclass(frozen=True)
class JobRun:
    """One run of a job.

    Attributes:
        attempts: how often it has failed before this run.
        failing_since: when the first of those failed; None when none did.
        lease: proves that this run, and not a later one, settles the job.
        host: where it goes in the platform; None when that was not known yet.
    """

    id: int
    kind: str
    key: str
    platform_id: int | None
    attempts: int
    failing_since: datetime | None
    lease: str
    host: str | None = None


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


@dataclass(frozen=True)
class NotBegun:
    """Nothing was done after all: it is due as it was before."""


Outcome = Done | RetryAt | GiveUp | NotBegun


@dataclass(frozen=True)
class Ending(Generic[Told]):
    """How the work of a run ended, to be written in the transaction that settles its job.

    Attributes:
        write: writes what several runs tell, and returns their outcomes in that order. Endings
            with the same `write` are written together. It is called again, with fewer, when a
            transaction fails, so it changes nothing but rows.
        told: what this run has to tell.
        is_good: the way to the platform is as open as before, so another may follow at once.
    """

    write: Callable[[Session, Sequence[Told]], Sequence[Outcome]]
    told: Told
    is_good: bool = False


def ending(
    write: Callable[[Session], Outcome], *, is_good: bool = False
) -> Ending[Callable[[Session], Outcome]]:
    """Return an ending that is written for itself."""
    return Ending(_write_each, write, is_good)


def _write_each(
    session: Session, writes: Sequence[Callable[[Session], Outcome]]
) -> Sequence[Outcome]:
    return [write(session) for write in writes]


def _give_nothing_back(_session: Session) -> None:
    """Leave the rows as they are."""


@dataclass(frozen=True)
class Work:
    """What a run does while no transaction is open.

    Attributes:
        do: called once, in any thread.
        give_back: called instead when it will not be done, to undo what was prepared.
    """

    do: Callable[[], Ending[Any] | Outcome]
    give_back: Callable[[Session], None] = _give_nothing_back


#: Prepares runs of its kind; returns for each, in order, its work or its outcome at once.
Handler = Callable[[Session, Sequence[JobRun]], Sequence[Work | Outcome]]


def handler_of(act: Callable[[JobRun], Outcome]) -> Handler:
    """Return the handler of jobs that open their own transactions while they run."""

    def prepare(_session: Session, runs: Sequence[JobRun]) -> Sequence[Work | Outcome]:
        return [Work(partial(act, run)) for run in runs]

    return prepare
