"""Run what is due in this thread, one job after the other, as one worker of a fleet would."""

from collections.abc import Mapping

from lti_app.core.clock import Clock
from lti_app.core.db import Database
from lti_app.jobs.outcome import Handler
from lti_app.jobs.runner import THREADS, claim_run_settle
from lti_app.jobs.service import list_due


def run_due(database: Database, handlers: Mapping[str, Handler], clock: Clock) -> int:
    """Run jobs until none that is due has room; return how many runs there were."""
    kinds, count, is_any_left = list(handlers), 0, True
    while is_any_left:
        with database.read() as session:
            due = list_due(session, now=clock(), kinds=kinds, besides=set(), at_most=THREADS)
        ran = sum(claim_run_settle(database, handlers, one, clock=clock) for one in due)
        count, is_any_left = count + ran, ran > 0
    return count
