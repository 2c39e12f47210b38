"""Programs of ours in processes of their own, on a test's database."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import text

from lti_app.core.db import Database
from lti_app.core.errors import BusyError

PATIENCE_SECONDS = 90
_OPEN_ELSEWHERE = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"
)
Program = subprocess.Popen[bytes]


@dataclass
class Programs:
    """Starts programs; what still runs at the end is killed."""

    environment: Mapping[str, str]
    started: list[Program] = field(default_factory=list)

    def start(self, *arguments: str, **more: str) -> Program:
        environment = {**os.environ, "PYTHONPATH": str(Path.cwd()), **self.environment, **more}
        program = subprocess.Popen([sys.executable, *arguments], env=environment)
        self.started.append(program)
        return program

    def kill_all(self) -> None:
        for program in self.started:
            program.kill()
            program.wait()


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
