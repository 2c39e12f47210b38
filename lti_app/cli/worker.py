"""`rapport worker`: background work alone."""

import click

from lti_app.cli.environment import settings_or_exit
from lti_app.worker import work


@click.command()
def command() -> None:
    """Run background work until a signal ends it."""
    work(settings_or_exit())
