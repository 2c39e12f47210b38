"""One database by its URL, with two ways in: `read()` and `write()`. It knows no table."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from pathlib import Path

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from lti_app.core.db.living import replace_dead_connections
from lti_app.core.db.sqlite import BUSY_TIMEOUT_SECONDS, FairLock, KeptTransactions
from lti_app.core.db.tables import PooledStatements, PooledTransactions, Tables, Transactions
from lti_app.core.errors import BusyError, ClashError

_AFTER_COMMIT = "after_commit"
#: PostgreSQL's words for a transaction that it ended in favour of another: serialization failure,
#: deadlock.
_CLASHES = frozenset({"40001", "40P01"})
_PASSING_SQLITE = frozenset({"BUSY", "LOCKED", "FULL", "IOERR", "CANTOPEN"})


class Database:
    """SQLite or PostgreSQL. Sessions do not expire at commit, so values outlive them."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._lock = FairLock()
        self._writer: Engine
        self._reader: Engine
        self._reading: Transactions
        self._writing: Transactions
        self._changing: Transactions
        if self.is_sqlite:
            self._open_sqlite(self.url.database or ":memory:")
        else:
            # The last one first: it has its statements prepared, and surely lives.
            self._writer = create_engine(url, pool_size=10, max_overflow=10, pool_use_lifo=True)
            event.listen(self._writer, "connect", _compile_no_query)
            replace_dead_connections(self._writer)
            self._reader = self._writer.execution_options(postgresql_readonly=True)
            self._reading = self._changing = PooledStatements(self._writer)
            self._writing = PooledTransactions(self._writer)
        self._driver_error = self._writer.dialect.loaded_dbapi.OperationalError

    def _open_sqlite(self, path: str) -> None:
        Path(path).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        writing, reading = KeptTransactions(path, writes=True), KeptTransactions(path, writes=False)
        self._writer, self._reader = writing.engine, reading.engine
        self._reading, self._writing, self._changing = reading, writing, writing

    @property
    def engine(self) -> Engine:
        """The engine that may write, for migrations and tests."""
        return self._writer

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a transaction that sees one state and can change nothing.

        Raises:
            BusyError: the database did not answer in time.
        """
        with self._busy_as_error(), Session(self._reader, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open a transaction that commits at the end and rolls back on any error.

        Keep it short: on SQLite nobody else writes meanwhile.

        Raises:
            ClashError: it had to give way to another transaction; nothing was changed.
            BusyError: no turn to write came in time; nothing was changed.
        """
        with (
            self._busy_as_error(),
            self._turn(),
            Session(self._writer, expire_on_commit=False) as session,
        ):
            yield session
            session.commit()
        for act in session.info.pop(_AFTER_COMMIT, ()):
            act()

    @contextmanager
    def read_tables(self) -> Iterator[Tables]:
        """Like `read`, for one prepared query: the ORM's session costs more than that."""
        with self._busy_as_error(), self._reading.begin() as tables:
            yield tables

    @contextmanager
    def write_tables(self) -> Iterator[Tables]:
        """Like `write`, for prepared statements. Nothing can wait for its commit."""
        with self._busy_as_error(), self._turn(), self._writing.begin() as tables:
            yield tables

    @contextmanager
    def change_tables(self) -> Iterator[Tables]:
        """Like `write_tables`, for prepared statements of which only the last one writes.

        PostgreSQL then needs neither BEGIN nor COMMIT: each statement is a transaction.
        """
        with self._busy_as_error(), self._turn(), self._changing.begin() as tables:
            yield tables

    @contextmanager
    def _busy_as_error(self) -> Iterator[None]:
        try:
            yield
        except (OperationalError, self._driver_error) as error:
            cause = error.orig if isinstance(error, OperationalError) else error
            if getattr(cause, "sqlstate", None) in _CLASHES:
                raise ClashError("database_busy") from error
            if _is_passing(cause):
                raise BusyError("database_busy") from error
            raise

    def _turn(self) -> AbstractContextManager[None]:
        return self._lock.held(seconds=BUSY_TIMEOUT_SECONDS) if self.is_sqlite else nullcontext()

    def integrity_problems(self) -> list[str]:
        """Return what SQLite's own check finds; PostgreSQL checks its pages itself."""
        if not self.is_sqlite:
            return []
        with self.read() as session:
            found = session.scalars(text("PRAGMA integrity_check")).all()
        return [line for line in found if line != "ok"]

    def dispose(self) -> None:
        """Close every connection that nobody uses."""
        self._writing.close()
        self._reading.close()
        self._writer.dispose()
        self._reader.dispose()


def after_commit(session: Session, act: Callable[[], None]) -> None:
    """Do something when this session's transaction has been committed; never on a rollback."""
    session.info.setdefault(_AFTER_COMMIT, []).append(act)


def _compile_no_query(connection: DBAPIConnection, _: object) -> None:
    """Set PostgreSQL to run queries as they are: ours are short, and compiling takes longer."""
    with closing(connection.cursor()) as cursor:
        cursor.execute("SET jit = off")
    connection.commit()


def _is_passing(cause: BaseException | None) -> bool:
    """Whether waiting may help: locks, a full disk, a lost connection; not a missing table."""
    if isinstance(cause, sqlite3.OperationalError):
        return cause.sqlite_errorname.split("_")[1] in _PASSING_SQLITE
    return cause is not None
