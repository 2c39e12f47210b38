"""Try again what was given up, at the word of the people who run the tool. It sends nothing."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from lti_app.audit import Actor, record_event
from lti_app.grading.ledger import SEND_SCORE
from lti_app.grading.owed import take_up_again
from lti_app.jobs.models import JobState
from lti_app.jobs.owed import JobView, get_job, list_jobs, try_now


def retry_one(session: Session, job_id: int, *, actor: Actor, now: datetime) -> JobView:
    """Try a job now: one that was given up, or one that waits.

    Raises:
        NotFoundError: `job_not_found`, also when nothing is owed of it any more.
    """
    job = get_job(session, job_id)
    _retry(session, [job], actor=actor, now=now)
    return job


def retry_given_up(session: Session, *, actor: Actor, now: datetime) -> int:
    """Try every job that was given up; return how many those are."""
    return _retry(session, list_jobs(session, state=JobState.NEEDS_ATTENTION), actor=actor, now=now)


def _retry(session: Session, jobs: Iterable[JobView], *, actor: Actor, now: datetime) -> int:
    count = 0
    for job in jobs:
        # A score that was given up is held in the ledger too; putting it on its way owes its job.
        if job.kind != SEND_SCORE or not take_up_again(session, job.key, now=now):
            try_now(session, job, now=now)
        record_event(
            session,
            "job.retried",
            at=now,
            actor=actor,
            about=("job", str(job.id)),
            platform_id=job.platform_id,
        )
        count += 1
    return count
