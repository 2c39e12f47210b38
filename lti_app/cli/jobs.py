"""`rapport jobs`: what is owed, in which state, since when and why; and trying it again."""

from collections.abc import Mapping

import click

from lti_app.audit import Actor
from lti_app.bridge.retrying import retry_given_up, retry_one
from lti_app.cli import tables  # noqa: F401 - jobs refer to tables of other rooms
from lti_app.cli.environment import database_of, errors_as_words, settings_or_exit
from lti_app.cli.wording import moment, reason_in_words
from lti_app.core.clock import system_clock
from lti_app.grading.models import DeliveryState
from lti_app.grading.owed import count_deliveries
from lti_app.jobs.models import JobState
from lti_app.jobs.owed import JobView, list_jobs
from lti_app.lti.registrations import list_platforms

_WORDS = {
    "job_not_found": ("Nothing is owed under this number. See what is with: rapport jobs list"),
}
#: What each kind of job does, in an operator's words.
KINDS = {
    "score.send": "send a score",
    "column.ensure": "find or make a gradebook column",
    "column.change": "change the maximum of a gradebook column",
    "grades.due": "release the grades that are due",
    "roster.read": "read who is in a course",
    "roster.due": "look which rosters are to be read again",
    "group_sync": "read the groups of a course",
    "notices.subscribe": "ask a platform for its notices",
    "notices.act": "act upon a platform's notice",
    "sweep": "take away what has had its time",
    "signing_keys": "look after the signing keys",
}
_HELD = {
    DeliveryState.LMS_NEWER: "somebody graded in the LMS",
    DeliveryState.NO_COLUMN: "there is no gradebook column",
    DeliveryState.COLUMN_DELETED: "the gradebook column was deleted",
    DeliveryState.NOT_GRADABLE: "the LMS does not grade this person",
    DeliveryState.REFUSED: "the LMS refused the score",
    DeliveryState.NEEDS_ATTENTION: "given up after four weeks",
}


@click.group()
def command() -> None:
    """See what is owed, and try it again."""


@command.command("list")
@click.option("--given-up", is_flag=True, help="Only what waits for a person.")
def list_command(*, given_up: bool) -> None:
    """List what is owed: first what was given up, then by its time."""
    settings = settings_or_exit()
    with database_of(settings) as database, database.read() as session:
        jobs = list_jobs(session, state=JobState.NEEDS_ATTENTION if given_up else None)
        held = count_deliveries(session)
        names = {one.id: f"{one.name} ({one.public_id})" for one in list_platforms(session)}
    for job in jobs:
        click.echo("\n".join(_lines(job, names)))
    if not jobs:
        click.echo("Nothing was given up." if given_up else "Nothing is owed.")
    for (platform_id, state), count in sorted(held.items()):
        if state in _HELD:
            click.echo(f"{count} held for {names[platform_id]}: {_HELD[state]}")
    if any(state in _HELD for _, state in held):
        click.echo("Held scores wait for an instructor, who sees them on the activity's page.")


@command.command()
@click.argument("number", type=int, required=False)
@click.option("--all", "every", is_flag=True, help="Everything that was given up.")
def retry(number: int | None, *, every: bool) -> None:
    """Try job NUMBER now, or with --all everything that was given up."""
    if (number is None) is not every:
        raise click.UsageError("Name one job, or use --all.")
    settings, now = settings_or_exit(), system_clock()
    with errors_as_words(_WORDS), database_of(settings) as database, database.write() as session:
        if number is None:
            count = retry_given_up(session, actor=Actor.OPERATOR, now=now)
            click.echo(f"{count} will be tried now." if count else "Nothing was given up.")
            return
        job = retry_one(session, number, actor=Actor.OPERATOR, now=now)
    click.echo(f"{job.id} will be tried now: {KINDS.get(job.kind, job.kind)}")


def _lines(job: JobView, names: Mapping[int, str]) -> list[str]:
    whose = f", {names.get(job.platform_id, 'unknown platform')}" if job.platform_id else ""
    tries = f" after {job.attempts} failed tries" if job.attempts > 1 else ""
    if job.state is JobState.NEEDS_ATTENTION:
        stands = f"given up{tries}, in trouble since {moment(job.since)}"
    elif job.state is JobState.RUNNING:
        stands = f"running now, due since {moment(job.since)}"
    else:
        failing = f", failing since {moment(job.since)}" if job.attempts else ""
        stands = f"waits{tries} until {moment(job.next_at or job.since)}{failing}"
    lines = [f"{job.id:>6}  {KINDS.get(job.kind, job.kind)}{whose}", f"        {stands}"]
    # The sweep notes its last run as a reason; that is nothing to explain.
    if job.reason is not None and job.reason.code != "swept":
        lines.append(f"        {reason_in_words(job.reason)}")
    return lines
