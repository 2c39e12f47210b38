"""Transactions without the ORM, for prepared statements. It knows neither statement nor table."""

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Dialect, Engine
from sqlalchemy.engine.interfaces import DBAPIConnection


@dataclass(frozen=True)
class Tables:
    """A transaction: the driver's connection, and the dialect that it speaks."""

    connection: DBAPIConnection | sqlite3.Connection
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
        connection = self._engine.raw_connection()
        try:
            yield Tables(connection, self._engine.dialect)
            connection.commit()
        finally:
            connection.close()

    def close(self) -> None:
        """Leave the connections to the engine."""
