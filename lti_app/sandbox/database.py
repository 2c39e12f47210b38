"""The sandbox's own SQLite file: readers beside one writer. It knows no table's meaning."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.orm import Session

from lti_app.sandbox.models import Base
from lti_app.sandbox.schema import bring_in_step

_BUSY_SECONDS = 10


class Database:
    """Opens the file, makes what tables lack, and gives sessions for reading and for writing."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._engine = _engine(path)
        self._writer = self._engine.execution_options(begins="BEGIN IMMEDIATE")
        self._lock = threading.Lock()
        bring_in_step(self._writer, Base.metadata)

    @contextmanager
    def read(self) -> Iterator[Session]:
        with Session(self._engine, autoflush=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Give a session that is committed at the end, or rolled back by an exception."""
        with self._lock, Session(self._writer) as session, session.begin():
            yield session

    def close(self) -> None:
        self._engine.dispose()


def remove_database(path: Path) -> None:
    """Delete the file and what SQLite keeps beside it; a missing file is fine."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _engine(path: Path) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}", connect_args={"timeout": _BUSY_SECONDS}, pool_size=32, max_overflow=96
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _: object) -> None:
        # The driver would begin lazily and upgrade a read to a write half-way: we begin ourselves.
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("begins", "BEGIN"))

    return engine
