"""Whether a kept connection to PostgreSQL still lives; usually seen without asking the server."""

import select
import time
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import DisconnectionError

#: After so long something between us and the server may have forgotten the connection in silence.
ASKED_AFTER_SECONDS = 10.0
_IDLE_SINCE = "idle_since"


def replace_dead_connections(engine: Engine) -> None:
    """Have the pool replace a connection that is dead when somebody takes it.

    SQLAlchemy's own check asks the server each time, at the cost of a query. But nothing is due on
    an idle connection: if something can be read from it, it is the server's farewell.
    """
    dialect = engine.dialect

    @event.listens_for(engine, "checkin")
    def _note(_connection: Any, record: Any) -> None:
        record.info[_IDLE_SINCE] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _look(connection: Any, record: Any, _proxy: Any) -> None:
        idle_since = record.info.get(_IDLE_SINCE)
        if idle_since is None:
            return  # it is new
        has_rested = time.monotonic() - idle_since >= ASKED_AFTER_SECONDS
        if not has_rested and not _has_news(connection.fileno()):
            return
        try:
            dialect.do_ping(connection)
        except dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error


def _has_news(descriptor: int) -> bool:
    watcher = select.poll()
    watcher.register(descriptor, select.POLLIN)
    return bool(watcher.poll(0))
