"""How every call of a platform's service begins and ends: access, and what a problem means."""

import random
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.catalog.views import LineItemView
from lti_app.core.clock import Clock
from lti_app.core.reason import Reason
from lti_app.jobs.outcome import GiveUp, JobRun, RetryAt
from lti_app.jobs.runner import again_or_give_up
from lti_app.lti.errors import Outcome, ServiceProblem
from lti_app.lti.line_items import LineItemWish
from lti_app.lti.service_access import ServiceAccess, get_service_access
from lti_app.people.models import Context

#: How often a platform that refuses our key is asked again. Its rows burn no attempts.
PROBE_EVERY = timedelta(minutes=15)
#: How long to wait for a platform that throttles and does not say how long, in seconds.
_THROTTLE_SECONDS = (5, 60)


def access_of(session: Session, line_item: LineItemView) -> ServiceAccess:
    """Return how the services of a column's course may be called."""
    context_ref = session.scalars(
        select(Context.lti_id).where(
            Context.platform_id == line_item.platform_id, Context.id == line_item.context_id
        )
    ).one()
    return get_service_access(session, line_item.deployment_id, context_ref)


def wish_of(line_item: LineItemView) -> LineItemWish:
    """Return the column that a line item stands for."""
    return LineItemWish(
        label=line_item.label,
        maximum=line_item.maximum,
        resource_id=line_item.resource_id,
        tag=line_item.tag,
        resource_link_id=line_item.placement_lti_id,
    )


def reason_of(problem: ServiceProblem) -> Reason:
    """Return what is written down of a problem, the platform's own words with it."""
    return Reason(problem.outcome.value, {"status": problem.status, "words": problem.words or None})


def try_again(run: JobRun, problem: ServiceProblem, clock: Clock) -> RetryAt | GiveUp | None:
    """Return when to try again, that it has failed for too long, or None if trying is no use."""
    now, reason = clock(), reason_of(problem)
    if problem.outcome is Outcome.THROTTLED:
        seconds = problem.retry_after_seconds or random.uniform(*_THROTTLE_SECONDS)  # noqa: S311 - spreads load
        return RetryAt(now + timedelta(seconds=seconds), reason, is_attempt=False)
    if problem.outcome is Outcome.UNAUTHORISED:
        return RetryAt(now + PROBE_EVERY, reason, is_attempt=False)
    if problem.outcome in (Outcome.UNKNOWN, Outcome.NOT_SENT, Outcome.STALE_TIME):
        return again_or_give_up(run, reason, now=now)
    return None
