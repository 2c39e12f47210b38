"""`rapport serve`: the production web server."""

import click

from lti_app.cli.environment import settings_or_exit
from lti_app.wsgi import OneProcessError, serve


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=1, show_default=True, help="Web processes; one on SQLite.")
def command(host: str, port: int, workers: int) -> None:
    """Run the web server, with background work inside unless it is turned off."""
    settings = settings_or_exit()
    try:
        serve(settings, host=host, port=port, workers=workers)
    except OneProcessError as error:
        raise click.ClickException(
            "SQLite gives its writers their turn inside one process, so it runs one web process"
            " with threads. Use PostgreSQL for more: RAPPORT_DATABASE_URL=postgresql+psycopg://…"
        ) from error
