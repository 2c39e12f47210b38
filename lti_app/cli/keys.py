"""`rapport keys`: the keys with which the tool signs, and those that encrypt."""

from datetime import timedelta

import click
from cryptography.fernet import Fernet

from lti_app.bridge.key_rotation import overlap_of
from lti_app.cli.environment import database_of, settings_or_exit
from lti_app.cli.wording import moment
from lti_app.core.clock import system_clock
from lti_app.core.sealing import Keyring
from lti_app.core.settings import Settings
from lti_app.lti.keys import (
    KeyState,
    SigningKeyInfo,
    ensure_signing_key,
    list_signing_keys,
    rotate_signing_key,
)


@click.group()
def command() -> None:
    """Look at and rotate the tool's keys."""


@command.command("list")
def list_command() -> None:
    """List the signing keys that are published, newest first, and what each is there for."""
    settings = settings_or_exit()
    with database_of(settings) as database, database.read() as session:
        keys = list_signing_keys(session, now=system_clock())
    for key in keys:
        click.echo(f"{key.kid}  {_state_in_words(key)}")
    if not keys:
        click.echo("No key yet. One is made when the server or the worker starts.")
    elif not settings.key_rotation_days:
        click.echo("The next one is made by: rapport keys rotate")
    elif len(keys) == 1 and keys[0].retires_at is None:
        click.echo(f"The next one takes over by itself on {_next_on(keys[0], settings)}.")


def _state_in_words(key: SigningKeyInfo) -> str:
    if key.state is KeyState.WAITING:
        return f"published, signs from {moment(key.activates_at)}"
    until = f", published until {moment(key.retires_at)}" if key.retires_at else ""
    if key.state is KeyState.SIGNING:
        return f"signs since {moment(key.activates_at)}{until}"
    return f"signs no more{until}"


def _next_on(key: SigningKeyInfo, settings: Settings) -> str:
    return (
        f"{key.activates_at + timedelta(days=settings.key_rotation_days):%Y-%m-%d} or the day after"
    )


@command.command()
@click.option("--immediate", is_flag=True, help="Sign with the new key at once: a key was stolen.")
def rotate(*, immediate: bool) -> None:
    """Publish a new signing key; it signs once every platform has had time to fetch it."""
    settings = settings_or_exit()
    keyring, now = Keyring(settings.encryption_keys), system_clock()
    with database_of(settings) as database, database.write() as session:
        ensure_signing_key(session, keyring, now=now)
        key = rotate_signing_key(
            session, keyring, now=now, is_immediate=immediate, overlap=overlap_of(settings)
        )
    click.echo(f"{key.kid} is published; it signs from {moment(key.activates_at)}")
    if immediate:
        click.echo(
            "Platforms that keep our key set refuse our requests until they fetch it anew, most"
            " within a day; what is owed waits. The old key leaves the set in ten minutes."
        )


@command.group()
def encryption() -> None:
    """Keys of RAPPORT_ENCRYPTION_KEYS."""


@encryption.command("new")
def new_encryption_key() -> None:
    """Print a new key, to be put first in RAPPORT_ENCRYPTION_KEYS."""
    click.echo(Fernet.generate_key().decode())
