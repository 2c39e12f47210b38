"""`rapport db`: migrations, a look at the connection, backups."""

from pathlib import Path

import click

from lti_app.audit import Actor, record_event
from lti_app.bridge.restored import AFTER_RESTORE
from lti_app.cli.environment import database_of, errors_as_words, settings_or_exit
from lti_app.core.clock import system_clock
from lti_app.core.db import Database
from lti_app.core.db.backup import back_up, restore
from lti_app.core.db.migration import current_revision, newest_revision, upgrade

_WORDS = {
    "file_exists": "{path} exists already. Name a new file; a backup never replaces another.",
    "file_damaged": "{path} is damaged. Nothing was changed; take an older backup.",
    "not_a_backup": "{path} is not a backup of Rapport. Nothing was changed.",
    "other_database": (
        "{path} comes from the other kind of database: SQLite and PostgreSQL each restore only"
        " their own backups. Nothing was changed."
    ),
    "newer_than_code": (
        "The backup was made by another version of Rapport (revision {revision}). Install that"
        " one first. Nothing was changed."
    ),
    "database_in_use": (
        "{count} other connections use the database. Stop every web server and worker, then"
        " restore again. Nothing was changed."
    ),
    "program_missing": (
        "{program} was not found. It comes with PostgreSQL's client programs: on Debian and"
        " Ubuntu, apt install postgresql-client"
    ),
    "program_refused": "{program} did not do it. In its words: {words}",
}


@click.group()
def command() -> None:
    """Bring the database up to date, look at it, copy it and put it back."""


@command.command("upgrade")
def upgrade_command() -> None:
    """Run the migrations that are missing. Safe to run again."""
    settings = settings_or_exit()
    with database_of(settings) as database:
        before = current_revision(database)
        upgrade(database)
        after = current_revision(database)
    click.echo("already up to date" if before == after else f"{before or 'empty'} → {after}")


@command.command("check")
def check_command() -> None:
    """Check connection, revision and integrity; exit with 1 when one of them is not right."""
    settings = settings_or_exit()
    with database_of(settings) as database:
        revision, newest = current_revision(database), newest_revision()
        click.echo(f"connection: ok ({database.url.get_backend_name()})")
        click.echo(f"revision: {revision or 'none'} (newest: {newest})")
        problems = database.integrity_problems()
    for problem in problems:
        click.echo(f"integrity: {problem}")
    if revision != newest:
        raise click.ClickException("The database is not up to date. Run: rapport db upgrade")
    if problems:
        raise click.ClickException("The file is damaged. Restore the latest backup.")
    click.echo("integrity: ok")


@command.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup_command(file: Path) -> None:
    """Write a consistent copy to FILE, while the tool runs on. It holds no encryption keys."""
    settings = settings_or_exit()
    with errors_as_words(_WORDS), database_of(settings) as database:
        # Before the copy, so that the copy tells of itself.
        _record(database, "database.backed_up")
        back_up(database, file)
    click.echo(f"backed up to {file}")


@command.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.confirmation_option(
    prompt="Everything in the database is replaced. Are the web servers and workers stopped?"
)
def restore_command(file: Path) -> None:
    """Replace everything by the backup FILE; scores are then held until you let them go."""
    settings = settings_or_exit()
    with errors_as_words(_WORDS), database_of(settings) as database:
        restore(database, file, and_then=AFTER_RESTORE)
        _record(database, "database.restored")
    click.echo(
        "Restored. Gradebooks may be newer than this copy, so no score is sent.\n"
        "See what differs:    rapport scores differences\n"
        "Then let scores go:  rapport scores resume"
    )


def _record(database: Database, action: str) -> None:
    with database.write() as session:
        record_event(
            session,
            action,
            at=system_clock(),
            actor=Actor.OPERATOR,
            about=("database", database.url.get_backend_name()),
        )
