"""`rapport platform`: register a learning platform by hand, list, show, check, disable."""

import sys

import click

from lti_app.audit import Actor
from lti_app.bridge.handlers import make_checker
from lti_app.cli.check_words import lines_of
from lti_app.cli.environment import database_of, errors_as_words, settings_or_exit
from lti_app.cli.inviting import approve, invite
from lti_app.core.clock import system_clock
from lti_app.core.parts import make_parts
from lti_app.core.sealing import Keyring
from lti_app.lti.findings import Verdict
from lti_app.lti.legacy import keep_legacy_secret
from lti_app.lti.registration import Registration
from lti_app.lti.registrations import (
    PlatformDetails,
    add_platform,
    disable_platform,
    get_platform,
    list_deployments,
    list_platforms,
)
from lti_app.lti.standing import granted_scopes_of

_WORDS = {
    "platform_exists": (
        "A platform with this issuer and client id is registered already."
        " See it with: rapport platform list"
    ),
    "platform_not_found": "No platform with this id. See the ids with: rapport platform list",
    "signing_key_missing": "There is no signing key yet: start the server or the worker once.",
    "address_refused": (
        "{address} must begin with https://, or its host must be named in RAPPORT_TRUSTED_HOSTS."
    ),
}


@click.group()
def command() -> None:
    """Register platforms."""


command.add_command(invite)
command.add_command(approve)


@command.command()
@click.option("--name", required=True, help="What your people call the LMS.")
@click.option("--issuer", required=True, help="Platform ID, exactly as the LMS shows it.")
@click.option("--client-id", required=True)
@click.option("--auth-url", required=True, help="Authentication request URL.")
@click.option("--token-url", required=True, help="Access token URL.")
@click.option("--jwks-url", required=True, help="Public keyset URL.")
@click.option("--audience", default=None, help="Audience of token requests, if the LMS names one.")
@click.option("--deployment-id", "deployment_ids", multiple=True, help="May be given again.")
def add(
    name: str,
    issuer: str,
    client_id: str,
    auth_url: str,
    token_url: str,
    jwks_url: str,
    audience: str | None,
    deployment_ids: tuple[str, ...],
) -> None:
    """Register a platform with the values that its administration page shows."""
    settings = settings_or_exit()
    details = PlatformDetails(name, issuer, client_id, auth_url, token_url, jwks_url, audience)
    with errors_as_words(_WORDS), database_of(settings) as database, database.write() as session:
        platform = add_platform(
            session,
            details,
            now=system_clock(),
            actor=Actor.OPERATOR,
            deployment_ids=deployment_ids,
            trusted_hosts=settings.effective_trusted_hosts,
        )
    click.echo(f"registered {platform.public_id}")
    click.echo(f"login URL:     {settings.base_url}/lti/login")
    click.echo(f"redirect URI:  {settings.base_url}/lti/launch")
    click.echo(f"public keyset: {settings.base_url}/lti/jwks.json")


@command.command("list")
def list_command() -> None:
    """List the registered platforms."""
    settings = settings_or_exit()
    with database_of(settings) as database, database.read() as session:
        platforms = list_platforms(session)
    for platform in platforms:
        click.echo(f"{platform.public_id}  {_state(platform):8}  {platform.name}")
    if not platforms:
        click.echo("No platform is registered yet. Add one: rapport platform add --help")


@command.command()
@click.argument("platform_id")
def show(platform_id: str) -> None:
    """Show one platform and its deployments."""
    settings = settings_or_exit()
    with errors_as_words(_WORDS), database_of(settings) as database, database.read() as session:
        platform = get_platform(session, platform_id)
        deployments = list_deployments(session, platform.id)
        granted = granted_scopes_of(session, platform.id)
    for label, value in _facts(platform):
        click.echo(f"{label:14} {value}")
    for scope in granted or ():
        click.echo(f"{'granted':14} {scope}")
    for deployment in deployments:
        state = "approved" if deployment.is_approved else "waits for approval"
        click.echo(f"{'deployment':14} {deployment.deployment_id} ({state})")


@command.command()
@click.argument("platform_id")
def check(platform_id: str) -> None:
    """Try keys, clock, tokens and services, and say what is wrong and what to do.

    Ends with 1 when something is wrong, with 0 when all works or only needs a look.
    """
    settings = settings_or_exit()
    with errors_as_words(_WORDS), database_of(settings) as database:
        with database.read() as session:
            platform = get_platform(session, platform_id)
        checker = make_checker(make_parts(settings, database=database))
        is_wrong = False
        for finding in checker.check(platform):
            is_wrong = is_wrong or finding.verdict is Verdict.WRONG
            for line in lines_of(finding):
                click.echo(line)
    sys.exit(1 if is_wrong else 0)


@command.command()
@click.argument("platform_id")
def disable(platform_id: str) -> None:
    """Refuse every launch of a platform from now on; nothing is deleted."""
    settings = settings_or_exit()
    with errors_as_words(_WORDS), database_of(settings) as database, database.write() as session:
        disable_platform(session, platform_id, now=system_clock(), actor=Actor.OPERATOR)
    click.echo(f"disabled {platform_id}")


@command.command("old-secret")
@click.argument("platform_id")
@click.option("--key", required=True, help="The consumer key from before LTI 1.3.")
@click.option("--forget", is_flag=True, help="Forget the secret of this key.")
def old_secret(platform_id: str, key: str, forget: bool) -> None:  # noqa: FBT001 - click's way
    """Keep a secret from before LTI 1.3, so that old ids of people are believed.

    It is asked for, so that it stands in no history of commands.
    """
    settings = settings_or_exit()
    secret = None if forget else click.prompt("Shared secret", hide_input=True, type=str)
    keyring = Keyring(settings.encryption_keys)
    with errors_as_words(_WORDS), database_of(settings) as database, database.write() as session:
        keep_legacy_secret(session, keyring, platform_id, key, secret, now=system_clock())
    click.echo(f"{'forgotten' if forget else 'kept'}: the secret of {key}")


def _state(platform: Registration) -> str:
    return "disabled" if platform.is_disabled else platform.standing.value


def _facts(platform: Registration) -> list[tuple[str, str]]:
    return [
        ("id", platform.public_id),
        ("name", platform.name),
        ("state", _state(platform)),
        ("issuer", platform.issuer),
        ("client id", platform.client_id),
        ("auth URL", platform.auth_url),
        ("token URL", platform.token_url),
        ("key set URL", platform.jwks_url),
        ("audience", platform.audience or "the token URL"),
    ]
