"""Run jobs: the one entry `claim_run_settle`, and a runner with a few threads around it.

One thread of the runner talks to the database, the others to platforms. In each turn it writes
every ending that is there in one transaction, and begins what has room in another: N scores cost
a few commits, not a few for each.
"""

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy.orm import Session

from lti_app.core.clock import Clock
from lti_app.core.db import Database
from lti_app.core.errors import BusyError
from lti_app.core.logs import get_logger
from lti_app.jobs import service
from lti_app.jobs.hands import Hands
from lti_app.jobs.leases import Leases
from lti_app.jobs.outcome import Handler
from lti_app.jobs.steps import Begun, Steps
from lti_app.jobs.turns import View

#: Jobs mostly wait for answers: room for the widest platform and some beside it.
THREADS = 40
#: Runs ready to follow for each thread: more than what ends while one turn is written.
READY_FOR_EACH_THREAD = 4
#: How long a job that is due may wait when nobody rings.
POLL_SECONDS = 1.0
#: How long endings are gathered while ready runs take the places of those that ended.
GATHER_SECONDS = 0.05

_log = get_logger(__name__)


def claim_run_settle(
    database: Database,
    handlers: Mapping[str, Handler],
    job_id: int,
    *,
    clock: Clock,
    leases: Leases | None = None,
) -> bool:
    """Run one job if it is due and nobody else has it. No transaction is open while it works.

    Args:
        leases: where its lease is kept meanwhile.

    Returns:
        Whether it was run here.
    """
    steps = Steps(database, handlers, clock)
    started = steps.begin(job_id)
    for begun in started.now:
        if leases is not None:
            leases.note(begun.run)
        try:
            steps.end([steps.do(begun)])
        finally:
            if leases is not None:
                leases.drop(begun.run)
    return bool(started.now) or started.done_count > 0


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
        self._steps = Steps(database, handlers, clock)
        self._wake = wake
        self._threads = threads
        self._is_stopping = threading.Event()
        self._leases = Leases(database, clock)
        self._hands = Hands()

    def run_forever(self, *, may_run: Callable[[], bool] = lambda: True) -> None:
        """Run jobs until `stop`; return when those under way have ended and that is written.

        Args:
            may_run: asked before each look; False leaves the work to another process.
        """
        with ThreadPoolExecutor(self._threads, thread_name_prefix="jobs") as pool:
            while not self._is_stopping.is_set():
                self._wake.clear()
                try:
                    self._turn(pool, may_begin=may_run())
                except Exception as error:  # noqa: BLE001 - the runner outlives its database
                    _log.error("runner could not look for jobs", exc_info=error)
                self._wake.wait(POLL_SECONDS)
                if self._hands.ready_count:
                    # No place stands empty meanwhile, and the next turn writes more at once.
                    time.sleep(GATHER_SECONDS)
            self._finish()

    def stop(self) -> None:
        """Begin no further job and let `run_forever` return."""
        self._is_stopping.set()
        self._hands.close()
        self._wake.set()

    def _turn(self, pool: ThreadPoolExecutor, *, may_begin: bool) -> None:
        self._write_endings()
        if may_begin:
            self._begin_due(pool)
        else:
            self._give_back_ready()
        self._leases.renew_when_due()

    def _write_endings(self) -> None:
        unwritten = self._hands.take_unwritten()
        if not unwritten:
            return
        try:
            self._steps.end(unwritten.ended, begun=unwritten.begun)
        except BaseException:
            # Not lost: it is written in a later turn, or the leases run out.
            self._hands.put_back(unwritten)
            raise
        self._leases.drop(*(ended.run for ended in unwritten.ended))

    def _begin_due(self, pool: ThreadPoolExecutor) -> None:
        ready = _Ready(self._hands, self._steps)
        try:
            started = self._steps.begin_due(
                at_most=self._threads - self._hands.under_way_count,
                at_most_behind=READY_FOR_EACH_THREAD * self._threads - self._hands.ready_count,
                besides=self._leases.ids(),
                first=ready,
                ready=self._hands.ready_lanes(),
            )
        except BusyError:
            self._hands.keep_ready([*ready.begun, *ready.given_back])
            raise
        except Exception:
            # Perhaps it is these that cannot be written: their leases run out.
            self._leases.drop(*(begun.run for begun in (*ready.begun, *ready.given_back)))
            raise
        self._leases.drop(*(begun.run for begun in ready.given_back))
        self._leases.note(*(begun.run for begun in (*started.now, *started.behind)))
        self._hands.keep_ready(started.behind)
        for begun in (*ready.begun, *started.now):
            self._hands.begin(1)
            pool.submit(self._work, begun)

    def _work(self, begun: Begun) -> None:
        """Do one run after the other, as long as one takes the place of another."""
        following: Begun | None = begun
        while following is not None:
            following = self._hands.end(self._steps.do(following))
            self._wake.set()

    def _give_back_ready(self) -> None:
        lanes = self._hands.ready_lanes()
        ready = [begun for lane in lanes for begun in self._hands.take_ready(lane)]
        if not ready:
            return
        try:
            with self._database.write() as session:
                self._steps.give_back(session, ready)
        except BaseException:
            self._hands.keep_ready(ready)
            raise
        self._leases.drop(*(begun.run for begun in ready))

    def _finish(self) -> None:
        """Wait for the runs under way, and write how they ended."""
        is_left = True
        while is_left:
            self._wake.clear()
            is_left = self._hands.under_way_count > 0
            try:
                self._give_back_ready()
                self._write_endings()
                self._leases.renew_when_due()
            except Exception as error:  # noqa: BLE001 - a process that is told to end has to end
                _log.error("runner could not write what it leaves", exc_info=error)
            if is_left:
                self._wake.wait(POLL_SECONDS)


class _Ready:
    """What becomes of the ready runs in one transaction."""

    def __init__(self, hands: Hands, steps: Steps) -> None:
        self._hands = hands
        self._steps = steps
        self.begun: list[Begun] = []
        self.given_back: list[Begun] = []

    def decide(self, seen: View) -> None:
        """Begin those that have room by now, and give back those whose way is not open any more."""
        traffic = seen.traffic
        for lane in self._hands.ready_lanes():
            if not traffic.is_open(lane):
                self.given_back += self._hands.take_ready(lane)
                continue
            self._hands.go_on(lane)
            room = traffic.room(lane)
            begun = self._hands.take_ready(lane, room) if room else []
            traffic.busy[lane] += len(begun)
            traffic.ready[lane] -= len(begun)
            self.begun += begun

    def write(self, session: Session) -> None:
        """Write down what was decided."""
        if self.given_back:
            self._steps.give_back(session, self.given_back)
        if self.begun:
            service.note_begun(session, [begun.run for begun in self.begun])
