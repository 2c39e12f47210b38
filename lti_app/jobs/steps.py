"""The phases of runs: begun in one transaction, worked on in none, ended in another.

Each transaction takes as many runs as there are. Where it fails, each run gets one of its own, so
that no job pays for another. It starts no thread and knows no kind of job.
"""

import random
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

from sqlalchemy.orm import Session

from lti_app.core.clock import Clock
from lti_app.core.db import Database
from lti_app.core.errors import BusyError
from lti_app.core.logs import get_logger
from lti_app.core.reason import Reason
from lti_app.jobs import service
from lti_app.jobs.gates import Lane
from lti_app.jobs.outcome import Ending, GiveUp, Handler, JobRun, NotBegun, Outcome, RetryAt, Work
from lti_app.jobs.retry import next_try
from lti_app.jobs.turns import Rota, View, view_to_claim

Item = TypeVar("Item")
Key = TypeVar("Key")

_log = get_logger(__name__)


@dataclass(frozen=True)
class Begun:
    """A claimed run with its work, both committed."""

    run: JobRun
    work: Work

    @property
    def lane(self) -> Lane:
        """Where it goes."""
        return lane_of(self.run)


@dataclass(frozen=True)
class Ended:
    """A run whose work was done, or failed; not written down yet."""

    run: JobRun
    how: Ending[Any] | Outcome

    @property
    def lane(self) -> Lane:
        """Where it went."""
        return lane_of(self.run)

    @property
    def is_good(self) -> bool:
        """Whether another may follow on the same lane at once."""
        return isinstance(self.how, Ending) and self.how.is_good


def lane_of(run: JobRun) -> Lane:
    """Return where a run goes."""
    return Lane(run.platform_id, run.host)


@dataclass
class Started:
    """What one transaction began.

    Attributes:
        now: to be worked on at once.
        behind: to be worked on when a run of the same lane has ended well.
        done_count: runs that needed no work and are settled.
    """

    now: list[Begun] = field(default_factory=list)
    behind: list[Begun] = field(default_factory=list)
    done_count: int = 0


class Beforehand(Protocol):
    """What is done in the transaction of a claim, before anything is claimed."""

    def decide(self, seen: View) -> None:
        """Decide what to do, and count it in the traffic."""

    def write(self, session: Session) -> None:
        """Write it; again in a transaction of its own where the first one failed."""


class Steps:
    """Begins and ends runs. It may be used from many threads."""

    def __init__(self, database: Database, handlers: Mapping[str, Handler], clock: Clock) -> None:
        self._database = database
        self._handlers = handlers
        self._clock = clock
        self._rota = Rota()

    def begin_due(
        self,
        *,
        at_most: int,
        besides: set[int],
        at_most_behind: int = 0,
        first: Beforehand | None = None,
        ready: Collection[Lane] = (),
    ) -> Started:
        """Claim and prepare what is due and has room.

        Args:
            at_most_behind: how many to prepare beyond the room there is, to follow others.
            ready: lanes on which the caller has runs that only wait for room.

        Raises:
            BusyError: the database gave no turn; nothing was begun.
        """

        def claim(session: Session) -> service.Claimed:
            seen = view_to_claim(
                session,
                self._rota,
                now=self._clock(),
                at_most=at_most,
                at_most_behind=at_most_behind,
                ready=ready,
            )
            if first is not None:
                first.decide(seen)
                first.write(session)
            return service.claim_due(
                session,
                seen,
                kinds=self._handlers,
                besides=besides,
                at_most=at_most,
                at_most_behind=at_most_behind,
            )

        claimed = service.Claimed()
        try:
            with self._database.write() as session:
                claimed = claim(session)
                return self._prepare_all(session, claimed)
        except BusyError:
            raise
        except Exception as error:  # one job must not hold up the others
            if not claimed.now and not claimed.behind:
                raise
            _log.error("jobs could not be prepared together", exc_info=error)
            if first is not None:
                with self._database.write() as session:
                    first.write(session)
            return self._begin_each([run.id for run in (*claimed.now, *claimed.behind)])

    def begin(self, job_id: int) -> Started:
        """Claim and prepare one job; nothing is begun when it is not due or has no room."""
        try:
            with self._database.write() as session:
                run = service.claim(session, job_id, now=self._clock())
                claimed = service.Claimed([run] if run is not None else [])
                return self._prepare_all(session, claimed)
        except BusyError:
            raise
        except Exception as error:  # noqa: BLE001 - a job must end in a state, whatever its handler did
            return self._crash(job_id, error)

    def _begin_each(self, job_ids: Sequence[int]) -> Started:
        together = Started()
        for job_id in job_ids:
            started = self.begin(job_id)
            together.now += started.now
            together.done_count += started.done_count
        return together

    def _crash(self, job_id: int, error: Exception) -> Started:
        """Settle a job that cannot even be prepared."""
        with self._database.write() as session:
            run = service.claim(session, job_id, now=self._clock())
            if run is None:
                return Started()
            service.settle(session, run, self._crashed(run, error), now=self._clock())
        return Started(done_count=1)

    def _prepare_all(self, session: Session, claimed: service.Claimed) -> Started:
        prepared: dict[int, Work | Outcome] = {}
        runs = [*claimed.now, *claimed.behind]
        for kind, of_kind in _by(runs, lambda run: run.kind):
            found = self._handlers[kind](session, of_kind)
            prepared |= {run.id: one for run, one in zip(of_kind, found, strict=True)}
        at_once = [(run, one) for run in runs if not isinstance(one := prepared[run.id], Work)]
        if at_once:
            session.flush()
            service.settle_all(session, at_once, now=self._clock())
        return Started(
            _with_work(claimed.now, prepared),
            _with_work(claimed.behind, prepared),
            len(at_once),
        )

    def do(self, begun: Begun) -> Ended:
        """Do the work of a run. No transaction is open meanwhile."""
        started_at = self._clock()
        try:
            return Ended(begun.run, begun.work.do())
        except BusyError as error:
            again = started_at + timedelta(seconds=error.retry_after_seconds)
            return Ended(begun.run, RetryAt(again, Reason(error.code), is_attempt=False))
        except Exception as error:  # noqa: BLE001 - a job must end in a state, whatever its work did
            return Ended(begun.run, self._crashed(begun.run, error))

    def end(self, ended: Sequence[Ended], *, begun: Sequence[JobRun] = ()) -> None:
        """Write down how runs ended, and which ready ones have begun in their places.

        Writing the same again changes nothing.

        Raises:
            BusyError: the database gave no turn; perhaps not everything is written.
        """
        try:
            with self._database.write() as session:
                self._write(session, ended)
                if begun:
                    service.note_begun(session, begun)
        except Exception as error:
            if not ended or (len(ended) == 1 and isinstance(error, BusyError)):
                raise
            if begun:
                self.end((), begun=begun)
            for one in ended:
                self._end_alone(one)

    def _end_alone(self, ended: Ended) -> None:
        try:
            with self._database.write() as session:
                self._write(session, [ended])
        except BusyError:
            raise
        except Exception as error:  # noqa: BLE001 - a job must end in a state, whatever its ending did
            with self._database.write() as session:
                crashed = self._crashed(ended.run, error)
                service.settle(session, ended.run, crashed, now=self._clock())

    def _write(self, session: Session, ended: Sequence[Ended]) -> None:
        # Everybody locks in the same order, so that no two processes wait for each other.
        ended = sorted(ended, key=lambda one: (one.lane.key, one.run.id))
        outcomes = [(one.run, one.how) for one in ended if not isinstance(one.how, Ending)]
        told = [(one.run, one.how) for one in ended if isinstance(one.how, Ending)]
        for write, group in _by(told, lambda one: one[1].write):
            found = write(session, [how.told for _, how in group])
            outcomes += [(run, how) for (run, _), how in zip(group, found, strict=True)]
        session.flush()
        if outcomes:
            service.settle_all(session, outcomes, now=self._clock())

    def give_back(self, session: Session, begun: Sequence[Begun]) -> None:
        """Undo runs whose work was never begun."""
        for one in begun:
            one.work.give_back(session)
        session.flush()
        given = [(one.run, NotBegun()) for one in begun]
        service.settle_all(session, given, now=self._clock())

    def _crashed(self, run: JobRun, error: Exception) -> Outcome:
        _log.error("job failed unexpectedly", job=run.id, kind=run.kind, exc_info=error)
        reason = Reason("job_crashed", {"error": type(error).__name__})
        return again_or_give_up(run, reason, now=self._clock())


def _by(items: Iterable[Item], key: Callable[[Item], Key]) -> Iterable[tuple[Key, list[Item]]]:
    """Group items, in the order in which their keys come first."""
    groups: dict[Key, list[Item]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return groups.items()


def _with_work(runs: Sequence[JobRun], prepared: Mapping[int, Work | Outcome]) -> list[Begun]:
    return [Begun(run, work) for run in runs if isinstance(work := prepared[run.id], Work)]


def again_or_give_up(run: JobRun, reason: Reason, *, now: datetime) -> RetryAt | GiveUp:
    """Return the next try after one more failure, or that it has failed for too long."""
    at = next_try(
        now,
        attempts=run.attempts + 1,
        failing_since=run.failing_since or now,
        chance=random.random(),  # noqa: S311 - spreads load, protects nothing
    )
    return GiveUp(reason) if at is None else RetryAt(at, reason)
