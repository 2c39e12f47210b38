"""Health: what a load balancer asks, and what an operator reads there."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from lti_app.core.db import Database
from lti_app.core.db.migration import newest_revision
from lti_app.core.db.revision import Age, age_of
from tests.conftest import BASE_URL, FrozenClock
from tests.grading.owing import make_ledger


def ready(tool: Flask) -> tuple[int, dict[str, Any]]:
    answer = tool.test_client().get("/health/ready", base_url=BASE_URL)
    return answer.status_code, answer.get_json()


@pytest.fixture
def stamp(database: Database) -> Iterator[str]:
    """Name a statement that moves the database to another revision; it is put back afterwards."""
    yield "UPDATE alembic_version SET version_num = :revision"
    with database.write() as session:
        session.execute(
            text("UPDATE alembic_version SET version_num = :revision"),
            {"revision": newest_revision()},
        )


def test_a_tool_that_owes_nothing_is_ready(tool: Flask) -> None:
    assert ready(tool) == (
        200,
        {
            "status": "ok",
            "database": "current",
            "oldest_owed_score_seconds": None,
            "is_sending_held": False,
        },
    )


def test_the_age_of_the_oldest_owed_score_is_told(
    tool: Flask, database: Database, clock: FrozenClock
) -> None:
    make_ledger(database, clock)
    clock.advance(minutes=5)

    status, told = ready(tool)

    assert status == 200
    assert told["oldest_owed_score_seconds"] == 300


def test_a_score_that_arrived_is_old_no_longer(
    tool: Flask, database: Database, clock: FrozenClock
) -> None:
    make_ledger(database, clock).send()
    clock.advance(minutes=5)

    assert ready(tool)[1]["oldest_owed_score_seconds"] is None


def test_a_database_that_lacks_a_migration_is_not_ready(
    tool: Flask, database: Database, stamp: str
) -> None:
    with database.write() as session:
        session.execute(text(stamp), {"revision": "20261124_first"})

    assert ready(tool) == (503, {"status": "database_behind"})


def test_a_database_of_a_newer_version_serves_on(
    tool: Flask, database: Database, stamp: str
) -> None:
    with database.write() as session:
        session.execute(text(stamp), {"revision": "20990101_next"})

    status, told = ready(tool)

    assert (status, told["database"]) == (200, "newer")


def test_an_empty_database_is_behind(tmp_path: Path) -> None:
    empty = Database(f"sqlite:///{tmp_path}/empty.sqlite3")
    with empty.read() as session:
        age = age_of(session)
    empty.dispose()

    assert age is Age.BEHIND
