"""The due jobs of a lane, the oldest first. It claims none, and knows no limit of a lane."""

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, or_, select, true
from sqlalchemy.orm import Session

from lti_app.core.db import Prepared
from lti_app.jobs.gates import Lane, Traffic
from lti_app.jobs.models import Job, JobHold, JobState


def is_due(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a job may be claimed: its time has come, or its lease ran out."""
    return and_(
        or_(
            and_(Job.state == JobState.WAITING.value, Job.run_at <= now),
            and_(_is_in_hands(), Job.lease_until < now),
        ),
        Job.kind.not_in(select(JobHold.kind)),
    )


def _is_in_hands() -> ColumnElement[bool]:
    return or_(Job.state == JobState.RUNNING.value, Job.state == JobState.READY.value)


def next_ids(
    session: Session,
    lane: Lane,
    traffic: Traffic,
    *,
    kinds: Iterable[str],
    besides: Collection[int],
    at_most: int,
) -> list[int]:
    """Return ids of due jobs of a lane, the oldest first.

    Args:
        besides: ids that the caller has in hand already.
    """
    waiting = _waiting(frozenset(kinds), lane.platform_id is None, lane.host is None)
    where = {"platform_id": lane.platform_id, "host": lane.host, "now": traffic.now}
    found = list(waiting.rows(session, {**where, "at_most": at_most}))
    if lane in traffic.lapsed:
        lapsed = _oldest(_is_in_hands(), Job.lease_until < traffic.now, kinds=kinds)
        of_lane = Job.platform_id == lane.platform_id, Job.host == lane.host
        rest = session.execute(lapsed.where(*of_lane, Job.id.not_in(list(besides))).limit(at_most))
        found += [tuple(row) for row in rest]
    return [job_id for _, job_id in sorted(found)[:at_most]]


@cache
def _waiting(kinds: frozenset[str], is_inside: bool, is_nowhere: bool) -> Prepared:  # noqa: FBT001 - keys of a cache
    """Return the query of a lane's waiting jobs, which runs for each lane in each turn."""
    # IS NULL, for which PostgreSQL uses the index; for IS NOT DISTINCT it does not.
    of_platform = Job.platform_id.is_(None) if is_inside else _is_bound("platform_id")
    at_host = Job.host.is_(None) if is_nowhere else _is_bound("host")
    is_waiting = Job.state == JobState.WAITING.value
    waiting = _oldest(is_waiting, of_platform, at_host, Job.run_at <= bindparam("now"), kinds=kinds)
    return Prepared(waiting.limit(bindparam("at_most")))


def _is_bound(name: str) -> ColumnElement[bool]:
    return Job.__table__.c[name] == bindparam(name)


def _oldest(*conditions: ColumnElement[bool], kinds: Iterable[str]) -> Select[Any, Any]:
    return (
        select(Job.run_at, Job.id)
        .where(*conditions, or_(*(Job.kind == kind for kind in sorted(kinds))))
        .where(Job.kind.not_in(select(JobHold.kind)))
        .order_by(Job.run_at, Job.id)
    )


def hold_due(session: Session, ids: Collection[int], *, now: datetime) -> dict[int, Job]:
    """Return those of these jobs that are due still, by id, and hold their rows.

    One that somebody else holds at this moment is left out: they are about to claim it.
    """
    # As a value, or SQLite would go through all that is owed by the index instead of to these rows.
    is_due_still = case((is_due(now), true()), else_=None)
    rows = session.scalars(
        select(Job)
        .where(Job.id.in_(list(ids)), is_due_still)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return {job.id: job for job in rows}
