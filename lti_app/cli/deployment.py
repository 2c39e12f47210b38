"""`rapport deployment`: see which deployments wait, approve one, or take it off the list."""

import shlex

import click

from lti_app.audit import Actor
from lti_app.cli.environment import database_of, errors_as_words, settings_or_exit
from lti_app.cli.wording import moment
from lti_app.core.clock import system_clock
from lti_app.lti.deployments import approve_deployment, forget_waiting, list_waiting

_WORDS = {
    "platform_not_found": "No platform with this id. See the ids with: rapport platform list",
    "deployment_not_found": (
        "This platform has no such deployment. See them with: rapport platform show PLATFORM_ID"
    ),
    "deployment_not_waiting": (
        "This deployment is approved, so it waits for nothing. To shut out the whole platform:"
        " rapport platform disable"
    ),
    "deployment_in_use": (
        "Courses have come through this deployment, so it stays. Let it in with:"
        " rapport deployment approve"
    ),
}


@click.group()
def command() -> None:
    """Approve deployments of a platform."""


@command.command("list")
def list_command() -> None:
    """List the deployments that wait for approval, longest first."""
    settings = settings_or_exit()
    with database_of(settings) as database, database.read() as session:
        waiting = list_waiting(session)
    for one in waiting:
        words = (one.platform_public_id, shlex.quote(_printable(one.deployment_id)))
        since = moment(one.first_seen_at)
        click.echo(f"{_printable(one.platform_name)}, since {since}. Let it in with:")
        click.echo(f"  rapport deployment approve {' '.join(words)}")
    if not waiting:
        click.echo("No deployment waits for approval.")
    if not settings.approve_deployments:
        click.echo("New ones are let in at once: RAPPORT_APPROVE_DEPLOYMENTS is 0.")


def _printable(text: str) -> str:
    """Leave out of what a platform has named whatever moves a terminal's cursor."""
    return "".join(sign for sign in text if sign.isprintable())


@command.command()
@click.argument("platform_id")
@click.argument("deployment_id")
def approve(platform_id: str, deployment_id: str) -> None:
    """Let launches of a deployment in."""
    settings = settings_or_exit()
    with errors_as_words(_WORDS), database_of(settings) as database, database.write() as session:
        approve_deployment(
            session, platform_id, deployment_id, now=system_clock(), actor=Actor.OPERATOR
        )
    click.echo(f"approved {deployment_id}")


@command.command()
@click.argument("platform_id")
@click.argument("deployment_id")
def forget(platform_id: str, deployment_id: str) -> None:
    """Take a waiting deployment off the list; its next launch puts it there again."""
    settings = settings_or_exit()
    with errors_as_words(_WORDS), database_of(settings) as database, database.write() as session:
        forget_waiting(
            session, platform_id, deployment_id, now=system_clock(), actor=Actor.OPERATOR
        )
    click.echo(f"forgot {deployment_id}")
