"""What falls due at a time: grades that leave by themselves, work that was never handed in."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from lti_app.audit import Actor
from lti_app.catalog.models import Activity, ItemVersion
from lti_app.catalog.rules import Release
from lti_app.catalog.service import hold_activity
from lti_app.catalog.views import ActivityView, activity_view
from lti_app.core.clock import Clock
from lti_app.core.db import Database
from lti_app.core.reason import Reason
from lti_app.grading.closing import close, give_noughts, waits_for_noughts
from lti_app.grading.models import Grade, Participation
from lti_app.grading.releasing import Outcome as Releasing
from lti_app.grading.releasing import may_be_released, release_due
from lti_app.grading.states import Stage
from lti_app.jobs.outcome import Handler, JobRun, Outcome, RetryAt, handler_of
from lti_app.jobs.service import enqueue
from lti_app.people.models import Enrolment

KIND = "grades.due"
EVERY = timedelta(minutes=1)
#: Releases that come by themselves, at a time.
_TIMED = frozenset({Release.ON_CLOSE, Release.SCHEDULED})
#: Grades a transaction: others must have their turn to write in between.
BATCH = 50


def ensure_due_sweep(session: Session, *, now: datetime) -> None:
    """Make sure that the sweep is due; it then renews itself."""
    enqueue(session, KIND, "all", run_at=now)


def due_handlers(
    database: Database, clock: Clock, *, wake: Callable[[], None] = lambda: None
) -> Mapping[str, Handler]:
    """Return the handlers of this room, by kind of job."""

    def sweep(_run: JobRun) -> Outcome:
        now = clock()
        with database.read() as session:
            activities = _activities_due(session, now)
        for activity in activities:
            while _settle(database, activity, now) == BATCH:
                pass
        wake()
        return RetryAt(now + EVERY, Reason("swept"), is_attempt=False)

    return {KIND: handler_of(sweep)}


def _activities_due(session: Session, now: datetime) -> list[ActivityView]:
    """Return activities whose time has come and that somebody still waits in."""
    has_unreleased = (
        select(Grade.id)
        .join(Enrolment, Enrolment.user_id == Grade.user_id)
        .where(
            Grade.platform_id == Activity.platform_id,
            Grade.activity_id == Activity.id,
            Grade.released_points.is_(None),
            or_(Grade.points.is_not(None), Grade.override_points.is_not(None)),
            Enrolment.context_id == Activity.context_id,
            *may_be_released(),
        )
        .exists()
    )
    is_release_due = or_(
        and_(Activity.release == Release.ON_CLOSE.value, Activity.closes_at <= now),
        and_(Activity.release == Release.SCHEDULED.value, Activity.releases_at <= now),
    )
    is_anybody_at_work = (
        select(Participation.id)
        .where(
            Participation.platform_id == Activity.platform_id,
            Participation.activity_id == Activity.id,
            Participation.state == Stage.IN_PROGRESS.value,
        )
        .exists()
    )
    rows = session.execute(
        select(Activity, ItemVersion)
        .join(ItemVersion, ItemVersion.id == Activity.item_version_id)
        .where(
            or_(
                and_(is_release_due, has_unreleased),
                and_(Activity.closes_at <= now, or_(is_anybody_at_work, waits_for_noughts())),
            )
        )
        .order_by(Activity.id)
    )
    return [activity_view(row, item) for row, item in rows]


def _settle(database: Database, activity: ActivityView, now: datetime) -> int:
    """Close, and grade or release one batch; return how many those were."""
    with database.write() as session:
        # Before anybody's lock, in the order of whoever changes the settings.
        activity = hold_activity(session, activity)
        close(session, activity, now=now)
        noughts = give_noughts(session, activity, now=now, at_most=BATCH)
        if noughts == BATCH:
            return BATCH
        # What leaves at once has left; what somebody releases by hand waits for them.
        if activity.release not in _TIMED or not activity.releases_at_once(now):
            return 0
        return release_due(
            session,
            activity,
            actor=Actor.SYSTEM,
            now=now,
            outcomes=frozenset({Releasing.NEW}),
            at_most=BATCH,
        )
