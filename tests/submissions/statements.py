"""What a request asks the database."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from lti_app.core.db import Database


@contextmanager
def asked(database: Database) -> Iterator[list[str]]:
    """Note every statement that is sent while the block runs, but no begin or commit."""
    noted: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "COMMIT")):
            noted.append(statement)

    # PostgreSQL's reading engine hears with the writing one.
    engines = {database._reader, database.engine} if database.is_sqlite else {database.engine}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield noted
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)
