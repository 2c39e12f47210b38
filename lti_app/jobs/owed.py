"""What is owed and how it stands, for the people who run the tool. It runs no job."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lti_app.core.errors import NotFoundError
from lti_app.core.reason import Reason
from lti_app.jobs.models import Job, JobState
from lti_app.jobs.service import enqueue


@dataclass(frozen=True)
class JobView:
    """A job that is not done.

    Attributes:
        since: of a failing job, its first failure; of one given up without, when that was; else
            when it is due.
        next_at: when it is tried next; None once a person must act.
        attempts: how often it has failed.
    """

    id: int
    kind: str
    key: str
    platform_id: int | None
    state: JobState
    since: datetime
    next_at: datetime | None
    attempts: int
    reason: Reason | None


def list_jobs(session: Session, *, state: JobState | None = None) -> Sequence[JobView]:
    """Return the jobs that are not done, those that need a person first, then by their time.

    Args:
        state: only those; every one that is not done when None.
    """
    wanted = Job.state != JobState.DONE.value if state is None else Job.state == state.value
    rows = session.scalars(select(Job).where(wanted).order_by(Job.run_at, Job.id))
    views = [_view(row) for row in rows]
    return sorted(views, key=lambda view: view.state is not JobState.NEEDS_ATTENTION)


def get_job(session: Session, job_id: int) -> JobView:
    """Return one job that is not done.

    Raises:
        NotFoundError: there is none of this number, or nothing is owed of it.
    """
    row = session.get(Job, job_id)
    if row is None or row.state == JobState.DONE:
        raise NotFoundError("job_not_found")
    return _view(row)


def try_now(session: Session, job: JobView, *, now: datetime) -> None:
    """Make a job due at once and count its failures anew, at a person's word."""
    enqueue(session, job.kind, job.key, run_at=now, platform_id=job.platform_id, is_urgent=True)


def count_jobs(session: Session) -> Mapping[tuple[str, JobState], int]:
    """Return how many jobs there are of each kind in each state."""
    counted = select(Job.kind, Job.state, func.count()).group_by(Job.kind, Job.state)
    return {(kind, JobState(state)): count for kind, state, count in session.execute(counted)}


def _view(row: Job) -> JobView:
    # A person has no use for the difference: it is in somebody's hands.
    state = JobState.RUNNING if row.state == JobState.READY else JobState(row.state)
    given_up_at = row.settled_at if state is JobState.NEEDS_ATTENTION else None
    return JobView(
        id=row.id,
        kind=row.kind,
        key=row.key,
        platform_id=row.platform_id,
        state=state,
        since=row.failing_since or given_up_at or row.run_at,
        next_at=row.run_at if state is JobState.WAITING else None,
        attempts=row.attempts,
        reason=Reason(row.reason_code, row.reason_params or {}) if row.reason_code else None,
    )
