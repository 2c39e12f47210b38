"""The real runner with the real handlers of scores, in a process of its own.

    python -m benchmarks.worker DATABASE_URL KEY

It logs as a worker in production does, to standard error. It runs until SIGTERM and then prints
to standard output, as JSON, what it used and how long its claims took.
"""

import json
import resource
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import lti_app.cli.tables  # noqa: F401 - every table has to be known before the first query
from lti_app.bridge.scores import score_handlers
from lti_app.core.clock import system_clock
from lti_app.core.db import Database
from lti_app.core.http import HttpClient
from lti_app.core.logs import configure_logs
from lti_app.core.sealing import Keyring
from lti_app.jobs.runner import Runner
from lti_app.jobs.service import claim_due
from lti_app.jobs.turns import view_to_claim
from lti_app.lti.keys import Signer
from lti_app.lti.tokens import TokenSource


@contextmanager
def timed_claims() -> Iterator[list[float]]:
    """Note how long each claim takes, from the look at what is due to the rows that are ours."""
    seconds: list[float] = []

    def view(*arguments: Any, **more: Any) -> Any:
        begun = time.perf_counter()
        seen = view_to_claim(*arguments, **more)
        seconds.append(time.perf_counter() - begun)
        return seen

    def claim(*arguments: Any, **more: Any) -> Any:
        begun = time.perf_counter()
        claimed = claim_due(*arguments, **more)
        seconds[-1] += time.perf_counter() - begun
        return claimed

    with (
        patch("lti_app.jobs.steps.view_to_claim", view),
        patch("lti_app.jobs.service.claim_due", claim),
    ):
        yield seconds


def main(url: str, key: str) -> None:
    """Run jobs until SIGTERM."""
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
    configure_logs("INFO")
    database, keyring = Database(url), Keyring([key])
    http = HttpClient(trusted_hosts=("127.0.0.1", *(f"127.0.1.{n}" for n in range(1, 255))))
    signer = Signer(database, keyring, system_clock)
    tokens = TokenSource(database, http, keyring, signer, system_clock)
    handlers = score_handlers(database, http, tokens, system_clock)
    runner = Runner(database, handlers, clock=system_clock, wake=threading.Event())
    working = threading.Thread(target=runner.run_forever)
    with timed_claims() as claim_seconds:
        working.start()
        signal.sigwait([signal.SIGTERM])
        runner.stop()
        working.join()
    ordered = sorted(claim_seconds) or [0.0]
    report = {
        "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "cpu_seconds": time.process_time(),
        "claims": len(ordered),
        "claim_p50_ms": 1000 * ordered[len(ordered) // 2],
        "claim_p99_ms": 1000 * ordered[min(len(ordered) * 99 // 100, len(ordered) - 1)],
    }
    print(json.dumps(report), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
