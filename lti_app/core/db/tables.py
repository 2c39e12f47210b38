"""Transactions without the ORM, for prepared statements. It knows neither statement nor table."""

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Dialect, Engine
from sqlalchemy.engine.interfaces import DBAPICursor


@dataclass(frozen=True)
class Tables:
    """A transaction: the driver's cursor, for one statement after the other, and its dialect."""

    cursor: DBAPICursor | sqlite3.Cursor
    dialect: Dialect


class Transactions(Protocol):
    """Begins transactions that commit at the end and roll back on any error."""

    def begin(self) -> AbstractContextManager[Tables]:
        """Begin one."""

    def close(self) -> None:
        """Close the connections that nobody uses."""


class PooledTransactions:
    """Takes its connections from an engine's pool, which knows whether they still live."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def begin(self) -> Iterator[Tables]:
        """Begin one; the pool rolls back what was not committed."""
        with closing(self._engine.raw_connection()) as connection:
            yield Tables(connection.cursor(), self._engine.dialect)
            connection.commit()

    def close(self) -> None:
        """Leave the connections to the engine."""


class PooledStatements(PooledTransactions):
    """Makes each statement a transaction of its own, which needs no BEGIN and no COMMIT."""

    @contextmanager
    def begin(self) -> Iterator[Tables]:
        """Take a connection; the pool gets it back as it was."""
        with closing(self._engine.raw_connection()) as connection:
            driver: Any = connection.driver_connection
            driver.autocommit = True
            try:
                yield Tables(driver.cursor(), self._engine.dialect)
            finally:
                # One that is closed, the pool throws away.
                if not driver.closed:
                    driver.autocommit = False
