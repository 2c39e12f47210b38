"""What most commands begin with: settings, or a clear list of what is wrong with them."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from lti_app.core.db import Database
from lti_app.core.errors import RapportError
from lti_app.core.settings import Settings, SettingsError, load_settings


def settings_or_exit() -> Settings:
    """Return the settings; print every problem and exit with 2 when there is one."""
    try:
        return load_settings()
    except SettingsError as error:
        for problem in error.problems:
            click.echo(f"rapport does not start: {problem}", err=True)
        sys.exit(2)


@contextmanager
def database_of(settings: Settings) -> Iterator[Database]:
    """Open the database for one command."""
    database = Database(settings.effective_database_url)
    try:
        yield database
    finally:
        database.dispose()


@contextmanager
def errors_as_words(words: dict[str, str]) -> Iterator[None]:
    """Turn the errors of a room into one line each, and exit status 1."""
    try:
        yield
    except RapportError as error:
        sentence = words.get(error.code, error.code).format(**error.params)
        raise click.ClickException(sentence) from error
