"""Statements that every launch runs: compiled once, then handed to the driver as they are.

Executing them through SQLAlchemy costs several times what they cost the database. It is for
statements of one fixed shape; `Database` opens and ends the transactions.
"""

from collections.abc import Callable, Sequence
from typing import Any, cast

from sqlalchemy import Dialect, Select, Table, UpdateBase, bindparam
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Session

from lti_app.core.db.tables import Tables

Row = tuple[Any, ...]
Statement = Select[*Row] | UpdateBase


#: Where a statement may run.
Place = Session | Tables


class Prepared:
    """A statement whose bound parameters are given by name. Used from many threads."""

    def __init__(self, statement: Statement) -> None:
        """Hold the statement; it is compiled at its first use with each kind of database."""
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}

    @classmethod
    def insert(cls, model: type[DeclarativeBase]) -> "Prepared":
        """Return the INSERT of one row; its parameters are all columns but the key."""
        table = cast(Table, model.__table__)
        values: dict[str, Any] = {
            column.key: bindparam(column.key) for column in table.c if not column.primary_key
        }
        return cls(table.insert().values(values).inline())

    def rows(self, place: Place, values: dict[str, Any]) -> Sequence[Row]:
        """Return what a query finds, converted as its columns say."""
        tables = _tables_of(place)
        compiled = self._compiled_for(tables.dialect)
        compiled.execute(tables, values)
        # Read to its end, a cursor holds nothing.
        return [compiled.convert(row) for row in tables.cursor.fetchall()]

    def run(self, place: Place, values: dict[str, Any]) -> int:
        """Change something and return how many rows that were."""
        tables = _tables_of(place)
        compiled = self._compiled_for(tables.dialect)
        compiled.execute(tables, values)
        return int(tables.cursor.rowcount)

    def _compiled_for(self, dialect: Dialect) -> "_Compiled":
        found = self._compiled.get(dialect.name)
        if found is None:
            found = _Compiled(self._statement, dialect)
            self._compiled[dialect.name] = found
        return found


def _tables_of(place: Place) -> Tables:
    if isinstance(place, Tables):
        return place
    connection = place.connection()
    return Tables(connection.connection.cursor(), connection.dialect)


class _Compiled:
    """A statement in the words of one database, with what converts its values there and back."""

    def __init__(self, statement: Statement, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self._sql = str(compiled)
        self._dialect = dialect
        self._is_positional = compiled.positiontup is not None
        self._names = compiled.positiontup or list(compiled.binds)
        binds = [compiled.binds[name] for name in self._names]
        self._defaults = {bind.key: bind.effective_value for bind in binds if not bind.required}
        self._binds = [(bind.key, _bind(bind.type, dialect)) for bind in binds]
        self._results = [
            (number, read)
            for number, column in enumerate(getattr(statement, "selected_columns", ()))
            if (read := column.type.dialect_impl(dialect).result_processor(dialect, None))
        ]

    def execute(self, tables: Tables, values: dict[str, Any]) -> None:
        given = {**self._defaults, **values}
        bound = [bind(given[name]) if bind else given[name] for name, bind in self._binds]
        parameters = bound if self._is_positional else dict(zip(self._names, bound, strict=True))
        try:
            tables.cursor.execute(self._sql, parameters)
        except self._dialect.loaded_dbapi.Error as error:
            raise _wrapped(error, self._sql, self._dialect) from error

    def convert(self, row: Row) -> Row:
        if not self._results:
            return row
        values = list(row)
        for number, read in self._results:
            values[number] = read(values[number])
        return tuple(values)


def _bind(type_: Any, dialect: Dialect) -> Callable[[Any], Any] | None:
    processor: Callable[[Any], Any] | None = type_.dialect_impl(dialect).bind_processor(dialect)
    return processor


def _wrapped(error: Exception, sql: str, dialect: Dialect) -> BaseException:
    """Return the error as SQLAlchemy would raise it; the values stay out of it."""
    return DBAPIError.instance(sql, None, error, dialect.loaded_dbapi.Error, dialect=dialect)
