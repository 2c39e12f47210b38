"""Run jobs: the one entry `claim_run_settle`, and a runner with a few threads around it."""

import random
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta

from lti_app.core.clock import Clock
from lti_app.core.db import Database
from lti_app.core.errors import BusyError
from lti_app.core.logs import get_logger
from lti_app.core.reason import Reason
from lti_app.jobs import service
from lti_app.jobs.outcome import GiveUp, Handler, JobRun, Outcome, RetryAt
from lti_app.jobs.retry import next_try

THREADS = 4
#: How long a job that is due may wait when nobody rings.
POLL_SECONDS = 1.0
RENEW_EVERY = timedelta(seconds=20)

_log = get_logger(__name__)


def claim_run_settle(
    database: Database,
    handlers: Mapping[str, Handler],
    job_id: int,
    *,
    clock: Clock,
    on_claim: Callable[[JobRun], None] | None = None,
) -> bool:
    """Run one job if it is due and nobody else has it. No transaction is open while it runs.

    Args:
        on_claim: told of the run, so that its lease can be renewed meanwhile.

    Returns:
        Whether it was run here.
    """
    with database.write() as session:
        run = service.claim(session, job_id, now=clock())
    if run is None:
        return False
    if on_claim is not None:
        on_claim(run)
    outcome = _outcome_of(handlers, run, clock())
    with database.write() as session:
        service.settle(session, run, outcome, now=clock())
    return True


def _outcome_of(handlers: Mapping[str, Handler], run: JobRun, started_at: datetime) -> Outcome:
    try:
        return handlers[run.kind](run)
    except BusyError as error:
        again = started_at + timedelta(seconds=error.retry_after_seconds)
        return RetryAt(again, Reason(error.code), is_attempt=False)
    except Exception as error:  # noqa: BLE001 - a job must end in a state, whatever its handler did
        _log.error("job failed unexpectedly", job=run.id, kind=run.kind, exc_info=error)
        return again_or_give_up(
            run, Reason("job_crashed", {"error": type(error).__name__}), now=started_at
        )


def again_or_give_up(run: JobRun, reason: Reason, *, now: datetime) -> RetryAt | GiveUp:
    """Return the next try after one more failure, or that it has failed for too long."""
    at = next_try(
        now,
        attempts=run.attempts + 1,
        failing_since=run.failing_since or now,
        chance=random.random(),  # noqa: S311 - spreads load, protects nothing
    )
    return GiveUp(reason) if at is None else RetryAt(at, reason)


class Runner:
    """Runs due jobs in a few threads until it is stopped.

    A thread is a helper, the row is the promise: killing the process loses nothing, because a
    lease that nobody renews runs out and the job is claimed anew.
    """

    def __init__(
        self,
        database: Database,
        handlers: Mapping[str, Handler],
        *,
        clock: Clock,
        wake: threading.Event,
        threads: int = THREADS,
    ) -> None:
        """Prepare; nothing runs yet, so that it may be made before a fork and started after.

        Args:
            wake: set by whoever enqueued, after the commit.
        """
        self._database = database
        self._handlers = handlers
        self._clock = clock
        self._wake = wake
        self._threads = threads
        self._is_stopping = threading.Event()
        self._guard = threading.Lock()
        self._running: dict[int, JobRun | None] = {}
        self._renewed_at = clock()

    def run_once(self) -> int:
        """Run what is due now, one after the other, in this thread; return how many ran."""
        count = 0
        while ids := self._due(at_most=1):
            count += self._run(ids[0])
        return count

    def run_forever(self, *, may_run: Callable[[], bool] = lambda: True) -> None:
        """Run jobs until `stop`; return when those under way have ended.

        Args:
            may_run: asked before each look; False leaves the work to another process.
        """
        with ThreadPoolExecutor(self._threads, thread_name_prefix="jobs") as pool:
            while not self._is_stopping.is_set():
                self._wake.clear()
                try:
                    if may_run():
                        self._start_due(pool)
                        self._renew()
                except Exception as error:  # noqa: BLE001 - the runner outlives its database
                    _log.error("runner could not look for jobs", exc_info=error)
                self._wake.wait(POLL_SECONDS)

    def stop(self) -> None:
        """Begin no further job and let `run_forever` return."""
        self._is_stopping.set()
        self._wake.set()

    def _due(self, *, at_most: int) -> list[int]:
        with self._database.read() as session:
            return service.list_due(
                session,
                now=self._clock(),
                kinds=list(self._handlers),
                besides=set(self._running),
                at_most=at_most,
            )

    def _start_due(self, pool: ThreadPoolExecutor) -> None:
        free = self._threads - len(self._running)
        for job_id in self._due(at_most=free) if free > 0 else ():
            with self._guard:
                self._running[job_id] = None
            pool.submit(self._run, job_id).add_done_callback(self._ended)

    def _run(self, job_id: int) -> bool:
        try:
            return claim_run_settle(
                self._database,
                self._handlers,
                job_id,
                clock=self._clock,
                on_claim=self._note_claim,
            )
        finally:
            with self._guard:
                self._running.pop(job_id, None)

    def _note_claim(self, run: JobRun) -> None:
        with self._guard:
            if run.id in self._running:
                self._running[run.id] = run

    def _ended(self, future: "Future[bool]") -> None:
        error = future.exception()
        if error is not None:
            # Not settled, so its lease will run out and it will be claimed anew.
            _log.error("job could not be settled", exc_info=error)
        self._wake.set()

    def _renew(self) -> None:
        now = self._clock()
        with self._guard:
            leases = [run.lease for run in self._running.values() if run is not None]
        if not leases or now - self._renewed_at < RENEW_EVERY:
            return
        with self._database.write() as session:
            service.renew(session, leases, now=now)
        self._renewed_at = now
