"""Migrations: they make exactly what the models say, on both databases, and can be undone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, make_url, text

import lti_app.cli.tables  # noqa: F401 - importing it is what fills the metadata
from lti_app.core.db import Base, Database
from lti_app.core.db.migration import current_revision, downgrade, newest_revision, upgrade
from tests.conftest import BACKENDS, POSTGRESQL_URL


@pytest.fixture(params=BACKENDS)
def empty_database(
    request: pytest.FixtureRequest, tmp_path: Path, worker_name: str
) -> Iterator[Database]:
    """A database without a table, of its own."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path}/empty.sqlite3")
        yield database
        database.dispose()
        return
    name = f"rapport_migrations_{worker_name}"
    server = Database(POSTGRESQL_URL)
    with server.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    database = Database(
        make_url(POSTGRESQL_URL).set(database=name).render_as_string(hide_password=False)
    )
    yield database
    database.dispose()
    with server.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    server.dispose()


def tables(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names()) - {"alembic_version"}


def test_migrations_make_what_the_models_say(empty_database: Database) -> None:
    upgrade(empty_database)

    with empty_database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        differences = compare_metadata(context, Base.metadata)
    assert differences == []
    assert tables(empty_database) == set(Base.metadata.tables)


def test_an_upgrade_that_is_run_again_changes_nothing(empty_database: Database) -> None:
    upgrade(empty_database)
    upgrade(empty_database)

    assert current_revision(empty_database) == newest_revision()


def test_migrations_can_be_undone_and_done_again(empty_database: Database) -> None:
    upgrade(empty_database)
    downgrade(empty_database, "base")
    left = tables(empty_database)
    upgrade(empty_database)

    assert left == set()
    assert tables(empty_database) == set(Base.metadata.tables)
