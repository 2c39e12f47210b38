"""PostgreSQL's own programs, called for backups: pg_dump, pg_restore, psql. It knows no table.

A password goes into their environment, never onto a command line that others on the machine see.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import URL, text

from lti_app.core.db.database import Database
from lti_app.core.errors import RapportError

_REVISION = re.compile(r"^COPY public\.alembic_version .*\n(\S+)\n", re.MULTILINE)
#: The schema itself stays: the archive does not make it.
_DROP_ALL = """
DO $$ DECLARE found text; BEGIN
  FOR found IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('DROP TABLE public.%I CASCADE', found);
  END LOOP;
END $$
"""
_STOP = ("--set=ON_ERROR_STOP=1", "--output=/dev/null")


class ProgramError(RapportError):
    """One of PostgreSQL's programs is not here, or did not do it; nothing was changed."""

    code = "program_refused"


def dump(url: URL, target: Path) -> None:
    """Write an archive of the database, as it is at one moment. Raises ProgramError."""
    _run(url, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")


def revision_in(archive: Path) -> str | None:
    """Return the revision that an archive holds, None when it holds none. Raises ProgramError."""
    told = _run(
        None, "pg_restore", "--data-only", "--table=alembic_version", "--file=-", str(archive)
    )
    found = _REVISION.search(told)
    return found[1] if found else None


def count_others(database: Database) -> int:
    """Return how many connections besides our own the database has."""
    others = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )
    with database.engine.connect() as connection:
        return int(connection.scalar(others) or 0)


def replace_all(url: URL, archive: Path, *, and_then: Sequence[str]) -> None:
    """Replace every table by those of an archive and run statements, in one transaction.

    Raises:
        ProgramError: then nothing was changed.
    """
    with tempfile.TemporaryDirectory(prefix="rapport-restore-") as folder:
        script = Path(folder) / "restore.sql"
        _run(None, "pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(archive))
        commands = [_DROP_ALL, "", "SET search_path = public", *and_then]
        steps = [f"--command={command}" if command else f"--file={script}" for command in commands]
        _run(url, "psql", "--no-psqlrc", "--quiet", "--single-transaction", *_STOP, *steps)


def _run(url: URL | None, program: str, *arguments: str) -> str:
    path = shutil.which(program)
    if path is None:
        raise ProgramError("program_missing", program=program)
    where, environment = _connection(url)
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own programs, no shell
        [path, *arguments, *where],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        words = done.stderr.strip().splitlines()
        raise ProgramError("program_refused", program=program, words=words[0] if words else "")
    return done.stdout


def _connection(url: URL | None) -> tuple[list[str], dict[str, str]]:
    environment = dict(os.environ)
    if url is None:
        return [], environment
    if url.password:
        environment["PGPASSWORD"] = url.password
    plain = URL.create(
        "postgresql", url.username, None, url.host, url.port, url.database, url.query
    )
    return [f"--dbname={plain.render_as_string()}"], environment
