"""When rosters are read without anybody asking: at an instructor's launch, and once a day."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from lti_app.bridge.roles import role_of
from lti_app.bridge.rosters import RosterReader
from lti_app.core.clock import Clock
from lti_app.core.db import Database
from lti_app.core.reason import Reason
from lti_app.jobs.outcome import Handler, JobRun, Outcome, RetryAt, handler_of
from lti_app.jobs.service import enqueue
from lti_app.lti.addresses import host_of
from lti_app.lti.calls import ServiceCaller
from lti_app.lti.verified import VerifiedLaunch
from lti_app.people.roles import Role
from lti_app.people.roster import READ_ROSTER, owe_due_readings, owe_reading, wakes

KIND = "roster.due"
EVERY = timedelta(minutes=10)
#: Courses a transaction: others must have their turn to write in between.
BATCH = 200


def read_at_first_launch(
    session: Session, launch: VerifiedLaunch, context_id: int | None, *, now: datetime
) -> None:
    """Owe a course's first reading when an instructor comes; a learner's launch never does."""
    if launch.nrps is None or context_id is None or role_of(launch.roles) is not Role.INSTRUCTOR:
        return
    platform_id = launch.registration.id
    if wakes(session, platform_id=platform_id, context_id=context_id, now=now):
        owe_reading(
            session,
            platform_id=platform_id,
            context_id=context_id,
            now=now,
            host=host_of(launch.nrps.memberships_url),
        )


def ensure_roster_sweep(session: Session, *, now: datetime) -> None:
    """Make sure that the sweep is due; it then renews itself."""
    enqueue(session, KIND, "all", run_at=now)


def roster_handlers(
    database: Database, caller: ServiceCaller, clock: Clock
) -> Mapping[str, Handler]:
    """Return the handlers of rosters, by kind of job."""

    def sweep(_run: JobRun) -> Outcome:
        now, count = clock(), BATCH
        while count == BATCH:
            with database.write() as session:
                count = owe_due_readings(session, now=now, at_most=BATCH)
        return RetryAt(now + EVERY, Reason("swept"), is_attempt=False)

    return {READ_ROSTER: RosterReader(database, caller, clock), KIND: handler_of(sweep)}
