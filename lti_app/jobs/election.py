"""Which of several processes runs the embedded runner. On SQLite there is only one process."""

import threading
import time
from contextlib import suppress

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from lti_app.core.db import Database
from lti_app.core.logs import get_logger

#: The name of the lock; any number, the same in every process of an installation.
_LOCK = 0x5261_7070_6F72_74
_ASK_EVERY_SECONDS = 5.0

_log = get_logger(__name__)


class Election:
    """Holds PostgreSQL's advisory lock on one connection for as long as this process runs jobs.

    When the process or its connection dies, the server frees the lock and another process wins.
    Begin it after a fork: a connection must not be shared between processes.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: Connection | None = None
        self._asked_at = float("-inf")
        self._guard = threading.Lock()

    def is_won(self) -> bool:
        """Whether this process is the one; asks the server at most every five seconds."""
        if self._database.is_sqlite:
            return True
        with self._guard:
            now = time.monotonic()
            if now - self._asked_at >= _ASK_EVERY_SECONDS:
                self._asked_at = now
                self._ask()
            return self._connection is not None

    def leave(self) -> None:
        """Give the lock back."""
        with self._guard:
            connection, self._connection = self._connection, None
            if connection is not None:
                # The server would free the lock with the connection too, but some time later.
                with suppress(SQLAlchemyError):
                    connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": _LOCK})
                connection.invalidate()
                connection.close()

    def _ask(self) -> None:
        """Make sure of the lock that we hold, or try to get it."""
        try:
            if self._connection is not None:
                self._connection.execute(text("SELECT 1"))
                return
            connection = self._database.engine.connect().execution_options(
                isolation_level="AUTOCOMMIT"
            )
            if connection.scalar(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": _LOCK}):
                self._connection = connection
                _log.info("this process runs the jobs")
            else:
                connection.close()
        except SQLAlchemyError as error:
            _log.warning("election lost its connection", exc_info=error)
            connection_lost, self._connection = self._connection, None
            if connection_lost is not None:
                connection_lost.invalidate()
                connection_lost.close()
