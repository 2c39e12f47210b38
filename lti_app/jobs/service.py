"""Owe a job, claim it, settle it. Each is one short transaction; none runs the job itself."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import and_, case, false, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lti_app.core.ids import new_public_id
from lti_app.core.logs import get_logger
from lti_app.jobs.due import hold_due, is_due, next_ids
from lti_app.jobs.gates import Lane, Traffic, hold_gates, read_traffic
from lti_app.jobs.models import Job, JobState
from lti_app.jobs.outcome import Done, GiveUp, JobRun, NotBegun, Outcome, RetryAt
from lti_app.jobs.turns import Rota, Turns, View, give_turns, view

#: A run that has not renewed its lease for so long is taken for dead.
LEASE_FOR = timedelta(seconds=60)

_log = get_logger(__name__)


def enqueue(
    session: Session,
    kind: str,
    key: str,
    *,
    run_at: datetime,
    platform_id: int | None = None,
    host: str | None = None,
    is_urgent: bool = False,
) -> None:
    """Owe a job in the caller's transaction: it exists exactly when that transaction commits.

    Asking again for the same (kind, key) makes no second row. A waiting job keeps the earlier
    time, one that waits after a failure keeps its time, and one that runs now runs once more.

    Args:
        platform_id: whose job it is, so that one platform's backlog does not delay another's.
        host: where it goes there, so that one host's trouble stops nothing else; None if unknown.
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
        host=host,
        state=JobState.WAITING.value,
        version=1,
        claimed_version=0,
        run_at=run_at,
        attempts=0,
    )
    changes = _as_asked_again(run_at, is_urgent=is_urgent)
    if host is not None:
        changes["host"] = host
    session.execute(new.on_conflict_do_update(index_elements=["kind", "key"], set_=changes))


def _as_asked_again(run_at: datetime, *, is_urgent: bool) -> dict[str, object]:
    """Return what asking again changes in a row that exists; decided by the database, at once."""
    is_running = Job.state.in_((JobState.RUNNING.value, JobState.READY.value))
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


@dataclass(frozen=True)
class Claimed:
    """Runs that were claimed together.

    Attributes:
        behind: they may begin only when one of their lane has ended well.
    """

    now: list[JobRun] = field(default_factory=list)
    behind: list[JobRun] = field(default_factory=list)


def claim_due(
    session: Session,
    seen: View,
    *,
    kinds: Iterable[str],
    besides: Collection[int] = (),
    at_most: int,
    at_most_behind: int = 0,
) -> Claimed:
    """Take due jobs in turn, as many as have room; commit before running them.

    Args:
        seen: by `view_to_claim`, in this transaction; what is claimed is counted there.
        besides: ids that the caller has in hand already.
        at_most_behind: how many to take beyond the room there is, to follow when a run has ended.
    """
    claimed, now = Claimed(), seen.traffic.now
    while seen.lanes:
        turns = give_turns(seen, at_most=at_most, at_most_behind=at_most_behind)
        lanes = turns.lanes()
        if not lanes:
            break
        ids = {
            lane: next_ids(
                session,
                lane,
                seen.traffic,
                kinds=kinds,
                besides=besides,
                at_most=turns.of(lane),
            )
            for lane in lanes
        }
        held = hold_due(
            session, [job_id for of_lane in ids.values() for job_id in of_lane], now=now
        )
        for lane in lanes:
            jobs = [held[job_id] for job_id in ids[lane] if job_id in held]
            if len(jobs) < turns.of(lane):
                # It has no more, so its turns are free for others.
                del seen.lanes[lane]
            _take_turns(claimed, turns, lane, jobs, seen.traffic)
        session.flush()
        at_most -= turns.now.total()
        at_most_behind -= turns.behind.total()
    return claimed


def _take_turns(
    claimed: Claimed, turns: Turns, lane: Lane, jobs: Sequence[Job], traffic: Traffic
) -> None:
    first, others = jobs[: turns.now[lane]], jobs[turns.now[lane] :]
    claimed.now.extend(_take(job, JobState.RUNNING, traffic.now) for job in first)
    claimed.behind.extend(_take(job, JobState.READY, traffic.now) for job in others)
    for counted, dealt, taken in (
        (traffic.busy, turns.now, first),
        (traffic.ready, turns.behind, others),
    ):
        counted[lane] -= dealt[lane] - len(taken)
        dealt[lane] = len(taken)


def claim(session: Session, job_id: int, *, now: datetime) -> JobRun | None:
    """Take a due job for one run; commit before running it.

    Returns:
        None when it is not due, somebody else has it, or the way to its platform is full or shut.
    """
    job = session.scalar(
        select(Job)
        .where(Job.id == job_id, is_due(now))
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    if job is None or not _has_room(session, job, now):
        return None
    return _take(job, JobState.RUNNING, now)


def _take(job: Job, state: JobState, now: datetime) -> JobRun:
    if job.state != JobState.WAITING:
        _log.warning("lease ran out, job taken over", job=job.id, kind=job.kind)
        job.attempts += 1
        job.failing_since = job.failing_since or now
    job.state = state.value
    job.claimed_version = job.version
    job.lease_owner = new_public_id()
    job.lease_until = now + LEASE_FOR
    return JobRun(
        job.id,
        job.kind,
        job.key,
        job.platform_id,
        job.attempts,
        job.failing_since,
        job.lease_owner,
        job.host,
    )


def note_begun(session: Session, runs: Iterable[JobRun]) -> None:
    """Write down that runs which were ready are under way."""
    session.execute(
        update(Job)
        .where(Job.lease_owner.in_([run.lease for run in runs]))
        .values(state=JobState.RUNNING.value)
        .execution_options(synchronize_session=False)
    )


def renew(session: Session, leases: list[str], *, now: datetime) -> None:
    """Keep the leases of runs that are still going."""
    session.execute(
        update(Job).where(Job.lease_owner.in_(leases)).values(lease_until=now + LEASE_FOR)
    )


def settle(session: Session, run: JobRun, outcome: Outcome, *, now: datetime) -> bool:
    """Write down how a run ended.

    Returns:
        False when the run had lost its lease; then nothing is changed.
    """
    return settle_all(session, [(run, outcome)], now=now) == 1


def settle_all(session: Session, ended: Sequence[tuple[JobRun, Outcome]], *, now: datetime) -> int:
    """Write down how runs ended; return how many had kept their leases. Others change nothing."""
    outcomes = {run.lease: outcome for run, outcome in ended}
    jobs = session.scalars(
        select(Job)
        .where(Job.id.in_([run.id for run, _ in ended]), Job.lease_owner.in_(list(outcomes)))
        # Several rows are not waited for: who holds one may wait for another that we hold.
        .with_for_update(nowait=len(ended) > 1)
        .execution_options(populate_existing=True)
    ).all()
    for job in jobs:
        _settle(job, outcomes.pop(job.lease_owner or ""), now)
    for run, _ in ended:
        if run.lease in outcomes:
            _log.warning("late run changed nothing", job=run.id, kind=run.kind)
    return len(jobs)


def _settle(job: Job, outcome: Outcome, now: datetime) -> None:
    job.lease_owner = job.lease_until = None
    is_wanted_again = job.version > job.claimed_version
    if isinstance(outcome, NotBegun):
        job.state = JobState.WAITING.value
        return
    job.settled_at = now
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


def _set_waiting(job: Job, outcome: RetryAt, now: datetime) -> None:
    job.state, job.run_at = JobState.WAITING.value, outcome.at
    job.reason_code, job.reason_params = outcome.reason.code, dict(outcome.reason.params)
    if outcome.is_attempt:
        job.attempts += 1
        job.failing_since = job.failing_since or now


def list_due(
    session: Session,
    *,
    now: datetime,
    kinds: list[str],
    besides: set[int],
    at_most: int,
    rota: Rota | None = None,
) -> list[int]:
    """Return ids of due jobs, in turn from each platform, the least busy platform first.

    Args:
        besides: ids that the caller already has in hand.
        rota: of the caller's looks before this one.
    """
    seen = view(session, rota or Rota(), now=now)
    turns = give_turns(seen, at_most=at_most)
    return [
        job_id
        for lane, count in turns.now.items()
        for job_id in next_ids(
            session, lane, seen.traffic, kinds=kinds, besides=besides, at_most=count
        )
    ]


def _has_room(session: Session, job: Job, now: datetime) -> bool:
    lane = Lane(job.platform_id, job.host)
    if job.platform_id is None:
        return True
    hold_gates(session, [lane])
    return read_traffic(session, now=now).room(lane) != 0
