"""Migrations: they make exactly what the models say, on both databases, and can be undone."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, make_url, select, text

import lti_app.cli.tables  # noqa: F401 - importing it is what fills the metadata
from lti_app.catalog.models import LineItem, Placement
from lti_app.core.db import Base, Database
from lti_app.core.db.migration import current_revision, downgrade, newest_revision, upgrade
from lti_app.grading.models import ScoreDelivery
from lti_app.lti.models import Platform
from tests.conftest import BACKENDS, POSTGRESQL_URL, FrozenClock
from tests.grading.ledger import Ledger
from tests.submissions.factories import make_course, make_person


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


def test_columns_of_facets_come_and_go_and_what_the_others_are_owed_stays(
    empty_database: Database, clock: FrozenClock
) -> None:
    upgrade(empty_database)
    with empty_database.write() as session:
        course = make_course(session, now=clock())
        user = make_person(session, course, now=clock())
        placement = session.get_one(Placement, course.placement_id)
        where = {"platform_id": course.platform_id, "placement_id": placement.id}
        session.add(LineItem(**where, facet="own", updated_at=clock()))
    Ledger(empty_database, clock, course, user).grade()

    downgrade(empty_database, "20261126_points")
    upgrade(empty_database)

    with empty_database.read() as session:
        owed = session.execute(
            select(LineItem.facet, ScoreDelivery.wanted_points).outerjoin(ScoreDelivery)
        ).all()
    assert [tuple(row) for row in owed] == [("", Decimal(10))]


def test_the_code_before_columns_of_facets_still_adds_one_for_a_link(
    database: Database, clock: FrozenClock
) -> None:
    with database.write() as session:
        course = make_course(session, now=clock(), column=None)
        row = {"platform": course.platform_id, "placement": course.placement_id, "at": clock()}
        without_facet = text(
            "INSERT INTO line_items (platform_id, placement_id, updated_at)"
            " VALUES (:platform, :placement, :at)"
        )
        session.execute(without_facet, row)

    with database.read() as session:
        assert session.scalars(select(LineItem.facet)).all() == [""]


def test_going_back_lets_no_platform_in_that_nobody_has_approved(empty_database: Database) -> None:
    upgrade(empty_database)
    with empty_database.write() as session:
        session.add_all([_platform("waiting", "waiting"), _platform("proven", "active")])

    downgrade(empty_database, "20261128_own_items")

    with empty_database.read() as session:
        rows = session.execute(text("SELECT name, disabled_at IS NULL FROM platforms")).all()
    assert {name: bool(is_open) for name, is_open in rows} == {"waiting": False, "proven": True}


def _platform(name: str, standing: str) -> Platform:
    return Platform(
        issuer=f"https://{name}.test",
        client_id=name,
        name=name,
        standing=standing,
        jwks_url=f"https://{name}.test/jwks",
        auth_url=f"https://{name}.test/auth",
        token_url=f"https://{name}.test/token",
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
