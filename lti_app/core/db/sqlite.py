"""SQLite made fit for a server: durable, checked, one writer at a time, no surprise upgrade."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from lti_app.core.errors import BusyError

BUSY_TIMEOUT_SECONDS = 4.0


class FairLock:
    """A lock that is given in the order in which it was asked for.

    SQLite's own busy handler polls, so under load an unlucky writer waits for seconds;
    a queue inside the process keeps the tail short.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._is_taken = False
        self._waiting: deque[threading.Event] = deque()

    @contextmanager
    def held(self, *, seconds: float) -> Iterator[None]:
        """Hold the lock; wait for it at most so many seconds.

        Raises:
            BusyError: it did not become free in time.
        """
        self._acquire(seconds)
        try:
            yield
        finally:
            self._release()

    def _acquire(self, seconds: float) -> None:
        with self._guard:
            if not self._is_taken:
                self._is_taken = True
                return
            turn = threading.Event()
            self._waiting.append(turn)
        if turn.wait(seconds):
            return
        with self._guard:
            if turn.is_set():
                return
            self._waiting.remove(turn)
        raise BusyError("database_busy")

    def _release(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._is_taken = False


class ReaderDialect(SQLiteDialect_pysqlite):
    """Begins every transaction itself, so that it sees one state from its first statement on."""

    supports_statement_cache = True
    begin = "BEGIN"

    def do_begin(self, dbapi_connection: Any) -> None:
        """Begin; an event of the engine would do, and cost as much as a statement."""
        dbapi_connection.execute(self.begin)


class WriterDialect(ReaderDialect):
    """Takes the turn to write at once, so that a transaction never fails when it upgrades."""

    supports_statement_cache = True
    begin = "BEGIN IMMEDIATE"


def sqlite_engine(url: str, *, writes: bool) -> Engine:
    """Return an engine for reading or for writing one SQLite file.

    The driver's own transaction handling is off; the dialects above begin transactions.
    """
    registry.register("sqlite.reader", __name__, ReaderDialect.__name__)
    registry.register("sqlite.writer", __name__, WriterDialect.__name__)
    engine = create_engine(
        make_url(url).set(drivername="sqlite+writer" if writes else "sqlite+reader"),
        connect_args={"check_same_thread": False, "timeout": BUSY_TIMEOUT_SECONDS},
        pool_size=1 if writes else 16,
        max_overflow=0 if writes else 48,
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _: object) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={int(BUSY_TIMEOUT_SECONDS * 1000)}",
            f"query_only={'OFF' if writes else 'ON'}",
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    return engine
