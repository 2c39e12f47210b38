"""What one request did to the outside: rows, log lines, connections. Seen, not judged."""

import io
import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from werkzeug.test import TestResponse

from lti_app.core.db import Database
from lti_app.core.ids import digest
from lti_app.core.logs import configure_logs
from lti_app.lti.models import LoginAttempt
from lti_app.people.models import Context, Enrolment, User
from lti_app.web.models import LaunchSession

_PERSONAL_TABLES = (User, Context, Enrolment, LaunchSession)
_connections: list[tuple[str, int]] = []


def _note_connection(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        _connections.append((str(arguments[1][0]), int(arguments[1][1])))


# The interpreter reports every connection that Python opens, whoever opens it.
sys.addaudithook(_note_connection)


@dataclass(frozen=True)
class Observation:
    """Everything that is judged about one rejected request.

    Attributes:
        rows: how many rows each personal table gained.
        log: the lines that were written meanwhile.
        connections: host and port of every connection that was opened meanwhile.
        is_consumed: whether the presented attempt is used up; None when none was presented with
            its browser's cookie.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    text: str
    rows: dict[str, int]
    log: tuple[dict[str, Any], ...]
    connections: tuple[tuple[str, int], ...]
    is_consumed: bool | None


@dataclass
class Log:
    """The program's log, as it is written in production."""

    stream: io.StringIO = field(default_factory=io.StringIO)

    def lines(self, since: int = 0) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.stream.getvalue()[since:].splitlines()]

    @property
    def size(self) -> int:
        return len(self.stream.getvalue())


@contextmanager
def written_log() -> Iterator[Log]:
    """Write every log line to memory until the block ends."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    log = Log()
    configure_logs("INFO", stream=log.stream)
    try:
        yield log
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)


def count_rows(database: Database) -> dict[str, int]:
    with database.read() as session:
        return {
            table.__tablename__: session.scalar(select(func.count()).select_from(table)) or 0
            for table in _PERSONAL_TABLES
        }


@dataclass
class Watch:
    """The time between two looks."""

    database: Database
    log: Log
    rows: dict[str, int]
    log_size: int
    connection_count: int

    def observe(self, response: TestResponse, *, presented_state: str | None) -> Observation:
        after = count_rows(self.database)
        return Observation(
            status=response.status_code,
            headers=tuple(response.headers.items()),
            text=response.get_data(as_text=True),
            rows={name: after[name] - self.rows[name] for name in after},
            log=tuple(self.log.lines(self.log_size)),
            connections=tuple(_connections[self.connection_count :]),
            is_consumed=self._is_consumed(presented_state) if presented_state else None,
        )

    def _is_consumed(self, state: str) -> bool:
        with self.database.read() as session:
            attempt = session.scalars(
                select(LoginAttempt).where(LoginAttempt.state_hash == digest(state))
            ).one()
        return attempt.consumed_at is not None


def watch(database: Database, log: Log) -> Watch:
    return Watch(database, log, count_rows(database), log.size, len(_connections))


def connections_since(count: int = 0) -> list[tuple[str, int]]:
    return _connections[count:]
