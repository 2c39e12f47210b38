"""Programs of ours in processes of their own, on a test's database.

A process is forked from one that has imported everything, because importing takes a second.
"""

import multiprocessing
import os
import runpy
import signal
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess

from sqlalchemy import text

from lti_app.core.db import Database
from lti_app.core.errors import BusyError

PATIENCE_SECONDS = 90
_OPEN_ELSEWHERE = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"
)
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(
    [
        "lti_app.cli",
        "lti_app.cli.worker",
        "lti_app.fleet",
        "tests.delivery.dying_web",
        "tests.delivery.dying_worker",
        __name__,
    ]
)


@dataclass(frozen=True)
class Program:
    """One process; what has ended may be told anything."""

    process: ForkServerProcess

    def send_signal(self, number: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.process.pid or 0, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def wait(self, seconds: float | None = None) -> int | None:
        """Return how it ended, less than zero for a signal; None when it still runs after this."""
        self.process.join(seconds)
        return self.process.exitcode


@dataclass
class Programs:
    """Starts programs; what still runs at the end is killed."""

    environment: Mapping[str, str]
    started: list[Program] = field(default_factory=list)

    def start(self, *arguments: str, **more: str) -> Program:
        """Start what `python` with these arguments would run: a file, or `-m` and a module."""
        process = _FORKS.Process(target=_run, args=(arguments, {**self.environment, **more}))
        process.start()
        program = Program(process)
        self.started.append(program)
        return program

    def kill_all(self) -> None:
        for program in self.started:
            program.kill()
            program.wait()


def _run(arguments: tuple[str, ...], environment: Mapping[str, str]) -> None:
    os.environ.update(environment)
    if arguments[0] == "-m":
        sys.argv = list(arguments[1:])
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = list(arguments)
        runpy.run_path(arguments[0], run_name="__main__")


def stop_between_transactions(program: Program, database: Database) -> None:
    """Stop a program where it holds nothing in the database: everybody else would wait for it."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        program.send_signal(signal.SIGSTOP)
        if not _is_held(database):
            return
        program.send_signal(signal.SIGCONT)
        assert time.monotonic() < deadline, "it never lets go of the database"
        time.sleep(0.02)


def _is_held(database: Database) -> bool:
    """Whether another process has a transaction open that may hold up others."""
    try:
        with database.write() as session:
            return not database.is_sqlite and bool(session.scalar(_OPEN_ELSEWHERE))
    except BusyError:
        return True


def wait_for(is_so: Callable[[], bool]) -> None:
    """Wait until something has happened; fail when it does not."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)
