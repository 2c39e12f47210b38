"""SQLite made fit for a server: durable, checked, one writer at a time, no surprise upgrade."""

import sqlite3
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from sqlalchemy import Engine, QueuePool, create_engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from lti_app.core.db.tables import Tables
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


def connect_sqlite(path: str, *, writes: bool) -> sqlite3.Connection:
    """Open one SQLite file for reading or for writing, as durable as it can be.

    The driver's own transaction handling is off; the dialects above begin transactions.
    """
    connection = sqlite3.connect(
        path, timeout=BUSY_TIMEOUT_SECONDS, check_same_thread=False, isolation_level=None
    )
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={int(BUSY_TIMEOUT_SECONDS * 1000)}",
        f"query_only={'OFF' if writes else 'ON'}",
    ):
        connection.execute(f"PRAGMA {pragma}").close()
    return connection


def sqlite_engine(path: str, *, writes: bool) -> Engine:
    """Return an engine over such connections: many that read, or one that writes."""
    registry.register("sqlite.reader", __name__, ReaderDialect.__name__)
    registry.register("sqlite.writer", __name__, WriterDialect.__name__)
    return create_engine(
        "sqlite+writer://" if writes else "sqlite+reader://",
        creator=partial(connect_sqlite, path, writes=writes),
        poolclass=QueuePool,
        pool_size=1 if writes else 16,
        max_overflow=0 if writes else 48,
    )


class KeptTransactions:
    """Keeps its connections: those to a file do not break, and a pool costs more than a query.

    A transaction that reads is one query long: each query sees a state of its own.
    """

    def __init__(self, path: str, *, writes: bool) -> None:
        self._connect = partial(connect_sqlite, path, writes=writes)
        self._free: list[sqlite3.Connection] = []
        self.engine = sqlite_engine(path, writes=writes)
        self._writes = writes

    @contextmanager
    def begin(self) -> Iterator[Tables]:
        """Begin one."""
        connection = self._take()
        try:
            if self._writes:
                connection.execute(WriterDialect.begin)
            yield Tables(connection.cursor(), self.engine.dialect)
            connection.commit()
        except BaseException:
            # One that cannot even roll back is not used again.
            connection.rollback()
            self._free.append(connection)
            raise
        self._free.append(connection)

    def _take(self) -> sqlite3.Connection:
        try:
            return self._free.pop()
        except IndexError:
            return self._connect()

    def close(self) -> None:
        """Close the connections that nobody uses."""
        while self._free:
            self._free.pop().close()
