"""`rapport db`: migrations and a look at the connection."""

import click

from lti_app.cli.environment import database_of, settings_or_exit
from lti_app.core.db.migration import current_revision, newest_revision, upgrade


@click.group()
def command() -> None:
    """Bring the database up to date and look at it."""


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
