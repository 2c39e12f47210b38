"""The runner inside a web process: one of N processes works, the others stand by."""

import threading
from collections.abc import Mapping

from lti_app.core.clock import Clock
from lti_app.core.db import Database
from lti_app.jobs.election import Election
from lti_app.jobs.outcome import Handler
from lti_app.jobs.runner import Runner


class EmbeddedRunner:
    """Runs jobs in threads of this process while the process holds the election."""

    def __init__(self, database: Database, handlers: Mapping[str, Handler], clock: Clock) -> None:
        """Prepare; call `start` after the fork, because threads do not survive one."""
        self._wake = threading.Event()
        self._election = Election(database)
        self._runner = Runner(database, handlers, clock=clock, wake=self._wake)

    def wake(self) -> None:
        """Look for due jobs now."""
        self._wake.set()

    def start(self) -> None:
        """Run jobs in threads of this process until it ends."""
        threading.Thread(
            target=self._runner.run_forever,
            kwargs={"may_run": self._election.is_won},
            name="runner",
            daemon=True,
        ).start()

    def stop(self) -> None:
        """Begin no further job, and let another process win."""
        self._runner.stop()
        self._election.leave()
