"""A database that is fresh, workers over it, and waiting until what is owed has arrived."""

import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.fernet import Fernet
from sqlalchemy import func, select, text

import lti_app.cli.tables  # noqa: F401 - every table has to be known before the first query
from lti_app.core.clock import system_clock
from lti_app.core.db import Database
from lti_app.core.db.migration import upgrade
from lti_app.core.sealing import Keyring
from lti_app.grading.models import DeliveryState, ScoreDelivery
from lti_app.lti.keys import ensure_signing_key

_LOOK_EVERY_SECONDS = 0.25


def place_of(url: str | None) -> str:
    """Return which kind of database is measured, and whether its commits wait for no disk."""
    if url is None:
        return "SQLite"
    database = Database(url)
    with database.read() as session:
        is_durable = session.scalar(text("SHOW fsync")) == "on"
    database.dispose()
    return "PostgreSQL" if is_durable else "PostgreSQL without fsync"


@contextmanager
def fresh_database(url: str | None) -> Iterator[Database]:
    """Yield an empty database with every table: a file, or the PostgreSQL database of this URL.

    Everything that stands in the PostgreSQL database is thrown away.
    """
    with tempfile.TemporaryDirectory() as folder:
        database = Database(url or f"sqlite:///{Path(folder) / 'bench.sqlite3'}")
        if not database.is_sqlite:
            with database.engine.begin() as connection:
                connection.exec_driver_sql("DROP SCHEMA public CASCADE")
                connection.exec_driver_sql("CREATE SCHEMA public")
        upgrade(database)
        yield database
        database.dispose()


class Workers:
    """Worker processes of a benchmark, all with one key."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._key = Fernet.generate_key().decode()
        self._programs: list[subprocess.Popen[bytes]] = []
        with database.write() as session:
            ensure_signing_key(session, Keyring([self._key]), now=system_clock())

    def start(self, count: int) -> None:
        """Start so many."""
        url = self._database.url.render_as_string(hide_password=False)
        command = [sys.executable, "-m", "benchmarks.worker", url, self._key]
        for _ in range(count):
            program = subprocess.Popen(  # noqa: S603 - our own module, no shell
                command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
            self._programs.append(program)

    def stop(self) -> list[dict[str, float]]:
        """Stop them, and return what each reports."""
        for program in self._programs:
            program.send_signal(signal.SIGTERM)
        said = [program.communicate()[0] for program in self._programs]
        self._programs = []
        return [json.loads(text.splitlines()[-1]) for text in said]


@contextmanager
def workers_over(database: Database) -> Iterator[Workers]:
    """Yield what starts workers; none is left running."""
    workers = Workers(database)
    try:
        yield workers
    finally:
        workers.stop()


def arrived(database: Database) -> int:
    """Return how many scores have arrived."""
    with database.read() as session:
        is_there = ScoreDelivery.state == DeliveryState.ARRIVED
        return session.scalar(select(func.count()).where(is_there)) or 0


def last_arrival(database: Database) -> float:
    """Return when the last acknowledgement was written, as seconds since 1970."""
    with database.read() as session:
        at = session.scalar(select(func.max(ScoreDelivery.acknowledged_at)))
    return at.timestamp() if at is not None else 0.0


def wait_until_arrived(database: Database, *, scores: int, at_most: float) -> None:
    """Wait until so many scores have arrived; give up after `at_most` seconds."""
    begun = time.perf_counter()
    while arrived(database) < scores and time.perf_counter() - begun < at_most:
        time.sleep(_LOOK_EVERY_SECONDS)
