"""Owe a job, claim it, settle it. Each is one short transaction; none runs the job itself."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, false, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lti_app.core.db.locks import hold_lock
from lti_app.core.ids import new_public_id
from lti_app.core.logs import get_logger
from lti_app.jobs.models import Job, JobState
from lti_app.jobs.outcome import Done, GiveUp, JobRun, Outcome, RetryAt

#: A run that has not renewed its lease for so long is taken for dead.
LEASE_FOR = timedelta(seconds=60)
#: Runs at once for one platform; Canvas throttles more per client id.
AT_ONCE_PER_PLATFORM = 4

_log = get_logger(__name__)


def enqueue(
    session: Session,
    kind: str,
    key: str,
    *,
    run_at: datetime,
    platform_id: int | None = None,
    is_urgent: bool = False,
) -> None:
    """Owe a job in the caller's transaction: it exists exactly when that transaction commits.

    Asking again for the same (kind, key) makes no second row. A waiting job keeps the earlier
    time, one that waits after a failure keeps its time, and one that runs now runs once more.

    Args:
        platform_id: whose job it is, so that one platform's backlog does not delay another's.
        is_urgent: a person asked for it: do not wait out a failure, and count failures anew.
    """
    insert = (
        postgresql.insert(Job)
        if session.get_bind().dialect.name == "postgresql"
        else sqlite.insert(Job)
    )
    new = insert.values(
        kind=kind,
        key=key,
        platform_id=platform_id,
        state=JobState.WAITING.value,
        version=1,
        claimed_version=0,
        run_at=run_at,
        attempts=0,
    )
    changes = _as_asked_again(run_at, is_urgent=is_urgent)
    session.execute(new.on_conflict_do_update(index_elements=["kind", "key"], set_=changes))


def _as_asked_again(run_at: datetime, *, is_urgent: bool) -> dict[str, object]:
    """Return what asking again changes in a row that exists; decided by the database, at once."""
    is_running = Job.state == JobState.RUNNING.value
    is_waiting = Job.state == JobState.WAITING.value
    counts_on = or_(is_running, is_waiting) if not is_urgent else false()
    is_backing_off = Job.reason_code.is_not(None) if not is_urgent else false()
    keeps_time = and_(is_waiting, or_(Job.run_at < run_at, is_backing_off))
    return {
        "version": Job.version + 1,
        "state": case((is_running, Job.state), else_=JobState.WAITING.value),
        "run_at": case((keeps_time, Job.run_at), else_=run_at),
        "attempts": case((counts_on, Job.attempts), else_=0),
        "failing_since": case((counts_on, Job.failing_since), else_=None),
        "reason_code": case((counts_on, Job.reason_code), else_=None),
    }


def claim(session: Session, job_id: int, *, now: datetime) -> JobRun | None:
    """Take a due job for one run; commit before running it.

    Returns:
        None when it is not due, somebody else has it, or its platform has enough in flight.
    """
    job = session.scalar(
        select(Job)
        .where(Job.id == job_id, _is_due(now))
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    if job is None or not _has_room(session, job, now):
        return None
    if job.state == JobState.RUNNING.value:
        _log.warning("lease ran out, job taken over", job=job.id, kind=job.kind)
        job.attempts += 1
        job.failing_since = job.failing_since or now
    job.state = JobState.RUNNING.value
    job.claimed_version = job.version
    job.lease_owner = new_public_id()
    job.lease_until = now + LEASE_FOR
    return JobRun(
        job.id, job.kind, job.key, job.platform_id, job.attempts, job.failing_since, job.lease_owner
    )


def renew(session: Session, leases: list[str], *, now: datetime) -> None:
    """Keep the leases of runs that are still going."""
    session.execute(
        update(Job)
        .where(Job.lease_owner.in_(leases), Job.state == JobState.RUNNING.value)
        .values(lease_until=now + LEASE_FOR)
    )


def settle(session: Session, run: JobRun, outcome: Outcome, *, now: datetime) -> bool:
    """Write down how a run ended.

    Returns:
        False when the run had lost its lease; then nothing is changed.
    """
    job = session.scalar(
        select(Job)
        .where(Job.id == run.id, Job.lease_owner == run.lease)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if job is None:
        _log.warning("late run changed nothing", job=run.id, kind=run.kind)
        return False
    job.lease_owner = job.lease_until = None
    job.settled_at = now
    is_wanted_again = job.version > job.claimed_version
    if isinstance(outcome, RetryAt):
        _set_waiting(job, outcome, now)
    elif is_wanted_again:
        job.state, job.run_at, job.attempts = JobState.WAITING.value, now, 0
        job.failing_since = job.reason_code = job.reason_params = None
    elif isinstance(outcome, GiveUp):
        job.state = JobState.NEEDS_ATTENTION.value
        job.reason_code, job.reason_params = outcome.reason.code, dict(outcome.reason.params)
    elif isinstance(outcome, Done):
        job.state, job.attempts = JobState.DONE.value, 0
        job.failing_since = job.reason_code = job.reason_params = None
    return True


def _set_waiting(job: Job, outcome: RetryAt, now: datetime) -> None:
    job.state, job.run_at = JobState.WAITING.value, outcome.at
    job.reason_code, job.reason_params = outcome.reason.code, dict(outcome.reason.params)
    if outcome.is_attempt:
        job.attempts += 1
        job.failing_since = job.failing_since or now


def list_due(
    session: Session, *, now: datetime, kinds: list[str], besides: set[int], at_most: int
) -> list[int]:
    """Return ids of due jobs, in turn from each platform, the least busy platform first.

    Args:
        besides: ids that the caller already has in hand.
    """
    busy = _in_flight(session, now)
    waiting = session.execute(
        select(Job.platform_id, func.min(Job.run_at)).where(_is_due(now)).group_by(Job.platform_id)
    )
    queues: list[tuple[int, datetime, list[int]]] = []
    for platform_id, oldest in waiting:
        taken = busy.get(platform_id, 0)
        room = at_most if platform_id is None else AT_ONCE_PER_PLATFORM - taken
        ids = _next_of(session, platform_id, now=now, kinds=kinds, at_most=at_most + len(besides))
        ids = [job_id for job_id in ids if job_id not in besides][: max(room, 0)]
        queues.append((taken, oldest, ids))
    turns = sorted(
        (taken + place, oldest, job_id)
        for taken, oldest, ids in queues
        for place, job_id in enumerate(ids)
    )
    return [job_id for _, _, job_id in turns[:at_most]]


def _next_of(
    session: Session, platform_id: int | None, *, now: datetime, kinds: list[str], at_most: int
) -> list[int]:
    return list(
        session.scalars(
            select(Job.id)
            .where(Job.platform_id.is_not_distinct_from(platform_id), _is_due(now))
            .where(Job.kind.in_(kinds))
            .order_by(Job.run_at, Job.id)
            .limit(at_most)
        )
    )


def _is_due(now: datetime) -> ColumnElement[bool]:
    return or_(
        and_(Job.state == JobState.WAITING.value, Job.run_at <= now),
        and_(Job.state == JobState.RUNNING.value, Job.lease_until < now),
    )


def _in_flight(session: Session, now: datetime) -> dict[int | None, int]:
    rows = session.execute(
        select(Job.platform_id, func.count())
        .where(Job.state == JobState.RUNNING.value, Job.lease_until >= now)
        .group_by(Job.platform_id)
    )
    return dict(rows.all())


def _has_room(session: Session, job: Job, now: datetime) -> bool:
    if job.platform_id is None:
        return True
    hold_lock(session, "jobs.platform", job.platform_id)
    return _in_flight(session, now).get(job.platform_id, 0) < AT_ONCE_PER_PLATFORM
