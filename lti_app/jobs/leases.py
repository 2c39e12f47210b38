"""The leases of the runs that this process has in hand, and keeping them while the runs go on."""

import threading
from datetime import timedelta

from lti_app.core.clock import Clock
from lti_app.core.db import Database
from lti_app.jobs import service
from lti_app.jobs.outcome import JobRun

RENEW_EVERY = timedelta(seconds=20)


class Leases:
    """Which runs are in hand here. Used from many threads."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._guard = threading.Lock()
        self._runs: dict[int, str] = {}
        self._renewed_at = clock()

    def __len__(self) -> int:
        return len(self._runs)

    def ids(self) -> set[int]:
        """Return the jobs in hand."""
        with self._guard:
            return set(self._runs)

    def note(self, *runs: JobRun) -> None:
        """Have claimed runs in hand, to be renewed from now on."""
        with self._guard:
            self._runs.update((run.id, run.lease) for run in runs)

    def drop(self, *runs: JobRun) -> None:
        """Have them in hand no longer."""
        with self._guard:
            for run in runs:
                if self._runs.get(run.id) == run.lease:
                    del self._runs[run.id]

    def renew_when_due(self) -> None:
        """Renew every lease in hand, when the last time is long enough ago."""
        now = self._clock()
        with self._guard:
            leases = list(self._runs.values())
        if not leases or now - self._renewed_at < RENEW_EVERY:
            return
        with self._database.write() as session:
            service.renew(session, leases, now=now)
        self._renewed_at = now
