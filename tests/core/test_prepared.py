"""Prepared statements: what SQLAlchemy would do, in a transaction with the ORM or without."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import bindparam, select
from sqlalchemy.exc import DBAPIError

from lti_app.audit.models import AuditEvent
from lti_app.core.db import Database, Prepared

NOW = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)
EVENT = {
    "at": NOW,
    "platform_id": None,
    "actor": "system",
    "action": "a.b",
    "object_type": "thing",
    "object_id": "x",
    "outcome": "done",
    "reason": None,
    "before": None,
    "after": None,
    "correlation_id": None,
}
INSERT = Prepared.insert(AuditEvent)
FIND = Prepared(
    select(AuditEvent.at, AuditEvent.action, AuditEvent.platform_id)
    .where(AuditEvent.actor == bindparam("actor"))
    .limit(1)
)


def test_what_is_inserted_comes_back_as_its_columns_say(database: Database) -> None:
    with database.write_tables() as tables:
        assert INSERT.run(tables, EVENT) == 1

    with database.read_tables() as tables:
        assert [tuple(row) for row in FIND.rows(tables, {"actor": "system"})] == [
            (NOW, "a.b", None)
        ]


def test_a_statement_runs_in_a_session_as_well(database: Database) -> None:
    with database.write() as session:
        INSERT.run(session, EVENT)
        assert len(FIND.rows(session, {"actor": "system"})) == 1


def test_an_error_inside_leaves_nothing_and_the_next_one_works(database: Database) -> None:
    with pytest.raises(RuntimeError), database.write_tables() as tables:  # noqa: PT012 - an error inside
        INSERT.run(tables, EVENT)
        raise RuntimeError

    with database.write_tables() as tables:
        assert not FIND.rows(tables, {"actor": "system"})


def test_a_value_that_is_missing_is_an_error_and_not_a_null(database: Database) -> None:
    with pytest.raises(KeyError), database.write_tables() as tables:
        INSERT.run(tables, {name: EVENT[name] for name in EVENT if name != "reason"})


def test_an_error_of_the_driver_is_told_without_the_values(database: Database) -> None:
    with pytest.raises(DBAPIError) as raised, database.write_tables() as tables:
        INSERT.run(tables, {**EVENT, "actor": None, "object_id": "canary"})

    assert "canary" not in str(raised.value.statement)
    assert raised.value.params is None
