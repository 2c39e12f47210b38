"""`rapport keys`: the keys with which the tool signs, and those that encrypt."""

import click
from cryptography.fernet import Fernet

from lti_app.cli.environment import database_of, settings_or_exit
from lti_app.core.clock import system_clock
from lti_app.core.sealing import Keyring
from lti_app.lti.keys import ensure_signing_key, list_signing_keys, rotate_signing_key


@click.group()
def command() -> None:
    """Look at and rotate the tool's keys."""


@command.command("list")
def list_command() -> None:
    """List the signing keys, newest first."""
    settings = settings_or_exit()
    with database_of(settings) as database, database.read() as session:
        keys = list_signing_keys(session, now=system_clock())
    for key in keys:
        until = f"{key.retires_at:%Y-%m-%d %H:%M} UTC" if key.retires_at else "-"
        click.echo(f"{key.kid}  signs from {key.activates_at:%Y-%m-%d %H:%M} UTC  until {until}")
    if not keys:
        click.echo("No key yet. One is made when the server or the worker starts.")


@command.command()
@click.option("--immediate", is_flag=True, help="Sign with the new key at once: a key was stolen.")
def rotate(*, immediate: bool) -> None:
    """Publish a new signing key; it signs once every platform has had time to fetch it."""
    settings = settings_or_exit()
    keyring = Keyring(settings.encryption_keys)
    with database_of(settings) as database, database.write() as session:
        ensure_signing_key(session, keyring, now=system_clock())
        key = rotate_signing_key(session, keyring, now=system_clock(), is_immediate=immediate)
    click.echo(f"{key.kid} is published; it signs from {key.activates_at:%Y-%m-%d %H:%M} UTC")


@command.group()
def encryption() -> None:
    """Keys of RAPPORT_ENCRYPTION_KEYS."""


@encryption.command("new")
def new_encryption_key() -> None:
    """Print a new key, to be put first in RAPPORT_ENCRYPTION_KEYS."""
    click.echo(Fernet.generate_key().decode())
