"""Connections that PostgreSQL has closed meanwhile are replaced, mostly without asking it."""

import pytest
from sqlalchemy import text
from sqlalchemy.engine.interfaces import DBAPIConnection

from lti_app.core.db import Database, living

pytestmark = pytest.mark.postgresql
WHO = text("SELECT pg_backend_pid()")


def server_process(database: Database) -> int:
    with database.read() as session:
        return int(session.scalar(WHO) or 0)


def end_server_process(database: Database, process: int) -> None:
    other = Database(database.url.render_as_string(hide_password=False))
    with other.read() as session:
        session.execute(text("SELECT pg_terminate_backend(:process, 5000)"), {"process": process})
    other.dispose()


@pytest.fixture
def asked(postgresql_database: Database, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """The answers that the server gave to the question whether a connection lives."""
    dialect = postgresql_database.engine.dialect
    answers: list[bool] = []
    ask = dialect.do_ping

    def note(connection: DBAPIConnection) -> bool:
        answers.append(ask(connection))
        return answers[-1]

    monkeypatch.setattr(dialect, "do_ping", note)
    return answers


def test_a_connection_that_the_server_closed_is_replaced_unseen(
    postgresql_database: Database,
) -> None:
    old = server_process(postgresql_database)
    end_server_process(postgresql_database, old)

    new = server_process(postgresql_database)

    assert new != old


def test_a_connection_that_was_just_used_is_used_again_without_a_question(
    postgresql_database: Database, asked: list[bool]
) -> None:
    processes = {server_process(postgresql_database) for _ in range(3)}

    assert len(processes) == 1
    assert asked == []


def test_a_connection_that_rested_long_is_asked_for(
    postgresql_database: Database, asked: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    old = server_process(postgresql_database)
    monkeypatch.setattr(living, "ASKED_AFTER_SECONDS", 0.0)

    new = server_process(postgresql_database)

    assert new == old
    assert asked == [True]
