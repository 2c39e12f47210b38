"""`rapport platform invite` and `approve`: a link that registers one platform, the last word."""

from datetime import timedelta

import click

from lti_app.audit import Actor
from lti_app.cli.environment import database_of, errors_as_words, settings_or_exit
from lti_app.core.clock import system_clock
from lti_app.lti.invitations import invite as make_invitation
from lti_app.lti.registration import Standing
from lti_app.lti.registrations import get_platform
from lti_app.lti.standing import make_active

LONGEST_HOURS = 72
LONGEST_NAME = 255
_WORDS = {
    "platform_not_found": "No platform with this id. See the ids with: rapport platform list",
}


@click.command()
@click.option(
    "--name", default=None, help="What your people call the LMS; its own name unless given."
)
@click.option(
    "--hours",
    default=1,
    show_default=True,
    type=click.IntRange(1, LONGEST_HOURS),
    help="How long the link works.",
)
@click.option(
    "--needs-approval",
    is_flag=True,
    help="Let nobody in before you have said: rapport platform approve PLATFORM_ID",
)
def invite(name: str | None, hours: int, *, needs_approval: bool) -> None:
    """Print a link with which one LMS is registered, once, by its administrator.

    Who has the link may register a platform of their own: send it to nobody else.
    """
    if name is not None and not 0 < len(name) <= LONGEST_NAME:
        raise click.BadParameter(f"at most {LONGEST_NAME} characters", param_hint="--name")
    settings, now = settings_or_exit(), system_clock()
    with database_of(settings) as database, database.write() as session:
        secret = make_invitation(
            session,
            now=now,
            name=name,
            needs_approval=needs_approval,
            lasts_for=timedelta(hours=hours),
        )
    click.echo(f"{settings.base_url}/lti/register/{secret}")
    click.echo(f"It works once, until {now + timedelta(hours=hours):%Y-%m-%d %H:%M} UTC.", err=True)
    click.echo("Paste it where the LMS asks for a registration URL of a new tool.", err=True)


@click.command()
@click.argument("platform_id")
def approve(platform_id: str) -> None:
    """Let launches of a platform in that was registered with --needs-approval."""
    settings = settings_or_exit()
    with errors_as_words(_WORDS), database_of(settings) as database, database.write() as session:
        platform = get_platform(session, platform_id)
        make_active(session, platform, now=system_clock(), actor=Actor.OPERATOR)
    if platform.standing is Standing.ACTIVE:
        click.echo(f"{platform_id} is active already")
    else:
        click.echo(f"approved {platform_id}")
