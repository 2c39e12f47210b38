"""How Alembic meets our models. Run through `rapport db`, which hands over the engine."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from sqlalchemy import Connection, Engine

import lti_app.cli.tables  # noqa: F401 - importing it is what fills the metadata
from lti_app.core.db import Base, EncryptedText, UTCDateTime

#: Migrations name the database's own types: they must run when ours have moved.
_PLAIN_TYPES = {
    UTCDateTime: "sa.DateTime(timezone=True)",
    EncryptedText: "sa.LargeBinary()",
    sa.JSON: "sa.JSON()",
}


def _render(kind: str, obj: Any, _: object) -> str | Literal[False]:
    return _PLAIN_TYPES.get(type(obj), False) if kind == "type" else False


def _compare_type(
    context_: object, in_database: object, in_model: object, found: object, declared: object
) -> bool | None:
    """Leave our own types out: they are what the database shows as another name."""
    del context_, in_database, in_model, found
    return False if type(declared) in _PLAIN_TYPES else None


def _migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        render_item=_render,
        compare_type=_compare_type,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


@contextmanager
def _tables_may_be_exchanged(connection: Connection) -> Iterator[None]:
    """Let SQLite put a new table in the place of one that others refer to, and look afterwards.

    It has no other way to change a constraint, and would take the old one's rows for deleted.
    Source: https://www.sqlite.org/lang_altertable.html#otheralter
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    # Closed afterwards: nobody else gets a connection that looks after no references.
    connection.detach()
    # By the driver: the setting counts only outside of a transaction.
    driver: Any = connection.connection.dbapi_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    yield
    if driver.execute("PRAGMA foreign_key_check").fetchone():
        raise RuntimeError("a migration left rows that refer to nothing")


engine: Engine = context.config.attributes["engine"]
with engine.connect() as connection, _tables_may_be_exchanged(connection):
    _migrate(connection)
