"""`rapport worker`: background work alone, by itself or as one of a fleet."""

from importlib import import_module

import click

from lti_app.cli.environment import settings_or_exit
from lti_app.worker import work


@click.command()
@click.option(
    "--engine",
    type=click.Choice(["threads", "celery"]),
    default="threads",
    show_default=True,
    help="Threads of this process, or one worker of a Celery fleet.",
)
def command(engine: str) -> None:
    """Run background work until a signal ends it."""
    settings = settings_or_exit()
    if engine == "threads":
        work(settings)
        return
    if not settings.effective_broker_url:
        raise click.ClickException(
            "Celery needs a broker: set RAPPORT_BROKER_URL, or RAPPORT_REDIS_URL."
        )
    try:
        # Imported only here, so that nothing else ever loads Celery.
        fleet = import_module("lti_app.fleet")
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith(("celery", "kombu")):
            raise
        raise click.ClickException(
            "Celery is not installed. Install Rapport with it: pip install 'rapport[celery]'"
        ) from error
    fleet.work_in_fleet(settings)
