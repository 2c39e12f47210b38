"""`rapport scores`: after a restore, see where gradebooks differ, then let sending go on."""

from collections.abc import Mapping, Sequence

import click

from lti_app.audit import Actor
from lti_app.bridge.differences import Difference, Unseen, compare_with_platforms
from lti_app.bridge.handlers import make_caller
from lti_app.bridge.restored import find_sending_hold, note_differences_seen, resume_sending
from lti_app.cli import tables  # noqa: F401 - the ledger refers to tables of other rooms
from lti_app.cli.environment import database_of, errors_as_words, settings_or_exit
from lti_app.cli.wording import moment, reason_in_words
from lti_app.core.clock import system_clock
from lti_app.core.parts import make_parts
from lti_app.grading.rules import Mark
from lti_app.lti.registrations import list_platforms

_WORDS = {
    "differences_not_seen": (
        "Sending is held since the restore. See first what differs: rapport scores differences"
    ),
}
_NOT_HELD = "Sending is not held, so there is nothing to compare."


@click.group()
def command() -> None:
    """After a restore: compare with gradebooks, and let sending go on."""


@command.command()
def differences() -> None:
    """Ask every platform what it shows, and print where that is not what we believe."""
    settings = settings_or_exit()
    with database_of(settings) as database:
        with database.read() as session:
            hold = find_sending_hold(session)
            names = {one.id: one.name for one in list_platforms(session)}
        if hold is None:
            click.echo(_NOT_HELD)
            return
        parts = make_parts(settings, database=database)
        found = compare_with_platforms(database, make_caller(parts), parts.clock)
        with database.write() as session:
            note_differences_seen(session, actor=Actor.OPERATOR, now=parts.clock())
    click.echo(f"Sending is held since {moment(hold.held_at)}.")
    click.echo(f"{found.looked} scores compared, {len(found.differences)} differ.")
    for line in (*_differing(found.differences, names), *_unseen(found.unseen, names)):
        click.echo(line)
    click.echo("Let everything else go on with: rapport scores resume")


@command.command()
def resume() -> None:
    """Let owed scores go again, once the differences were looked at."""
    settings = settings_or_exit()
    with errors_as_words(_WORDS), database_of(settings) as database, database.write() as session:
        was_held = resume_sending(session, actor=Actor.OPERATOR, now=system_clock())
    click.echo("Scores are being sent again." if was_held else "Sending was not held.")


def _differing(found: Sequence[Difference], names: Mapping[int, str]) -> list[str]:
    lines = [
        f"  {names[one.platform_id]}, “{one.column}”, person {one.sub}:"
        f" we believe {_points(one.ours)}, the gradebook shows {_points(one.theirs)}"
        for one in found
    ]
    if lines:
        lines.append(
            "These are held. Nothing is written over; on the activity's page an instructor sees"
            " each and can send ours in its place."
        )
    return lines


def _unseen(found: Sequence[Unseen], names: Mapping[int, str]) -> list[str]:
    lines = [
        f"  {names[one.platform_id]}, “{one.column}”: not compared, {one.held} scores held."
        f" {reason_in_words(one.reason)}"
        for one in found
    ]
    if lines:
        lines.append("Run this command again when the platform answers; they then go on.")
    return lines


def _points(mark: Mark | None) -> str:
    if mark is None or mark.points is None:
        return "nothing"
    return f"{mark.points.normalize():f} of {mark.maximum.normalize():f}"
