"""`rapport deployment`: approve a deployment that waits."""

import click

from lti_app.audit import Actor
from lti_app.cli.environment import database_of, errors_as_words, settings_or_exit
from lti_app.core.clock import system_clock
from lti_app.lti.registrations import approve_deployment

_WORDS = {
    "platform_not_found": "No platform with this id. See the ids with: rapport platform list",
    "deployment_not_found": (
        "This platform has no such deployment. See them with: rapport platform show PLATFORM_ID"
    ),
}


@click.group()
def command() -> None:
    """Approve deployments of a platform."""


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
