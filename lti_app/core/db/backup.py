"""Consistent copies of the whole database, and back again. Only commands import this.

SQLite copies its own file with its online backup; PostgreSQL's own programs make an archive. Which
tables there are, and what else a restored database needs, the caller knows. It holds no keys.
"""

import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from sqlalchemy import text

from lti_app.core.db import postgresql_tools
from lti_app.core.db.database import Database
from lti_app.core.db.migration import is_known, upgrade
from lti_app.core.errors import RapportError

_SQLITE_BEGINS = b"SQLite format 3\x00"
_ARCHIVE_BEGINS = b"PGDMP"


class BackupError(RapportError):
    """The copy was not made or not put back; the database is as it was."""

    code = "backup_refused"


def back_up(database: Database, target: Path) -> None:
    """Write a copy of one moment to a new file that only its owner can read.

    Raises:
        BackupError: `file_exists`, `file_damaged`.
        ProgramError: `program_missing`, `program_refused`.
    """
    try:
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError as error:
        raise BackupError("file_exists", path=str(target)) from error
    try:
        if database.is_sqlite:
            _copy(_file_of(database), target)
            _make_one_file(target)
        else:
            postgresql_tools.dump(database.url, target)
    except BaseException:
        target.unlink()
        raise
    _sync(target)


def restore(database: Database, source: Path, *, and_then: Sequence[str] = ()) -> None:
    """Replace everything with a copy, bring it up to date, and run statements on it.

    Nobody sees the restored data without those statements done.

    Raises:
        BackupError: `not_a_backup`, `other_database`, `file_damaged`, `newer_than_code`,
            `database_in_use`.
        ProgramError: `program_missing`, `program_refused`.
    """
    begins = _beginning(source)
    is_sqlite_file = begins.startswith(_SQLITE_BEGINS)
    if not is_sqlite_file and not begins.startswith(_ARCHIVE_BEGINS):
        raise BackupError("not_a_backup", path=str(source))
    if is_sqlite_file is not database.is_sqlite:
        raise BackupError("other_database", path=str(source))
    if database.is_sqlite:
        _restore_sqlite(database, source, and_then)
    else:
        _restore_postgresql(database, source, and_then)


def _restore_sqlite(database: Database, source: Path, and_then: Sequence[str]) -> None:
    live = _file_of(database)
    prepared = live.with_name(f"{live.name}.restoring")
    try:
        prepared.unlink(missing_ok=True)
        _copy(source, prepared)
        _make_one_file(prepared)
        _refuse_newer(_revision_in(prepared))
        copy = Database(f"sqlite:///{prepared}")
        upgrade(copy)
        with copy.write() as session:
            for statement in and_then:
                session.execute(text(statement))
        copy.dispose()
        _copy(prepared, live)
    finally:
        for left in (prepared, *prepared.parent.glob(f"{prepared.name}-*")):
            left.unlink(missing_ok=True)


def _restore_postgresql(database: Database, source: Path, and_then: Sequence[str]) -> None:
    _refuse_newer(postgresql_tools.revision_in(source))
    # Whoever is connected now may act on what is about to go.
    database.dispose()
    others = postgresql_tools.count_others(database)
    if others:
        raise BackupError("database_in_use", count=others)
    database.dispose()
    postgresql_tools.replace_all(database.url, source, and_then=and_then)
    upgrade(database)


def _refuse_newer(revision: str | None) -> None:
    if revision is None or not is_known(revision):
        raise BackupError("newer_than_code", revision=revision or "none")


def _file_of(database: Database) -> Path:
    return Path(database.url.database or "")


def _beginning(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(16)


def _copy(source: Path, target: Path) -> None:
    """Copy one SQLite database over another, as it is at one moment, while others use both."""
    try:
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
            old.backup(new)
    except sqlite3.DatabaseError as error:
        raise BackupError("file_damaged", path=str(source)) from error


def _make_one_file(path: Path) -> None:
    """Leave no write-ahead log beside a copy, and see that it is sound."""
    try:
        with closing(sqlite3.connect(path)) as copy:
            copy.execute("PRAGMA journal_mode=DELETE").close()
            found = [line for (line,) in copy.execute("PRAGMA integrity_check")]
    except sqlite3.DatabaseError as error:
        raise BackupError("file_damaged", path=str(path)) from error
    if found != ["ok"]:
        raise BackupError("file_damaged", path=str(path))


def _revision_in(path: Path) -> str | None:
    with closing(sqlite3.connect(path)) as copy:
        try:
            row = copy.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.OperationalError:
            return None
    return row[0] if row else None


def _sync(path: Path) -> None:
    """Have the disk confirm the copy before anybody relies on it."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
