"""A database of an older sandbox keeps what stood in it."""

import sqlite3
from pathlib import Path

from sqlalchemy import select

from lti_app.sandbox.app import create_sandbox
from lti_app.sandbox.config import SandboxConfig
from lti_app.sandbox.database import Database
from lti_app.sandbox.models import LineItem, Link, Result
from lti_app.sandbox.state import sandbox_of
from tests.sandbox.lms import Lms

ADDED = {
    "courses": ["is_concluded", "history"],
    "tools": ["came_by_link"],
    "links": ["is_graded", "history"],
    "line_items": ["attempts_allowed", "deleted_at"],
    "results": ["attempt_count", "needs_grading"],
}


def make_older(path: Path) -> None:
    """Take away what an older sandbox did not have."""
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TABLE comments")
        for table, columns in ADDED.items():
            for column in columns:
                connection.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    connection.close()


def test_grades_in_an_older_file_are_still_there(lms: Lms, config: SandboxConfig) -> None:
    lms.service().post_score(lms.score_body())
    lms.sandbox.close()
    make_older(config.database)

    again = create_sandbox(config)

    with sandbox_of(again).database.read() as session:
        result = session.scalars(select(Result)).one()
        assert (result.score, result.attempt_count, result.shown_comments) == (8.0, 0, [])
        assert not any(link.is_graded for link in session.scalars(select(Link)))
        assert all(item.deleted_at is None for item in session.scalars(select(LineItem)))
    sandbox_of(again).close()


def test_file_that_is_in_step_is_left_alone(config: SandboxConfig) -> None:
    Database(config.database).close()
    with sqlite3.connect(config.database) as connection:
        before = connection.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall()
    connection.close()

    Database(config.database).close()

    with sqlite3.connect(config.database) as connection:
        after = connection.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall()
    connection.close()
    assert before == after
