"""How every call of a platform's service begins and ends: access, and what a problem means.

It decides when to try again and tells the gates of `jobs` what an answer says of the way there.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from lti_app.audit import Actor, record_event
from lti_app.catalog.views import LineItemView
from lti_app.core.db import Prepared
from lti_app.core.logs import get_logger
from lti_app.core.reason import Reason
from lti_app.grading.settling import explain_wait
from lti_app.jobs.gates import Lane, Noted, Told, host_in, note_answer, with_gates
from lti_app.jobs.outcome import GiveUp, JobRun, RetryAt
from lti_app.jobs.rules import Sign
from lti_app.jobs.steps import again_or_give_up
from lti_app.lti.errors import Outcome, ServiceProblem
from lti_app.lti.line_items import LineItemWish
from lti_app.lti.registration import Registration
from lti_app.lti.service_access import ServiceAccess, get_service_access
from lti_app.people.models import Context

_SIGNS = {
    Outcome.THROTTLED: Sign.THROTTLED,
    Outcome.UNAUTHORISED: Sign.UNAUTHORISED,
    Outcome.UNKNOWN: Sign.FAILING,
    Outcome.NOT_SENT: Sign.FAILING,
}
#: Reasons to wait that are over when the way to the platform is open again.
_PASSING = tuple(outcome.value for outcome in _SIGNS)
_SOON = timedelta(seconds=5)

_CONTEXT_REF = Prepared(
    select(Context.lti_id).where(
        Context.platform_id == bindparam("platform_id"), Context.id == bindparam("context_id")
    )
)

_log = get_logger(__name__)


def access_of(session: Session, line_item: LineItemView) -> ServiceAccess:
    """Return how the services of a column's course may be called."""
    of = {"platform_id": line_item.platform_id, "context_id": line_item.context_id}
    ((context_ref,),) = _CONTEXT_REF.rows(session, of)
    return get_service_access(session, line_item.deployment_id, context_ref)


class Accesses:
    """Looks up once in a transaction how the services of each course may be called."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[tuple[int, int], ServiceAccess] = {}

    def of(self, line_item: LineItemView) -> ServiceAccess:
        """Return how those of a column's course may be called."""
        course = line_item.deployment_id, line_item.context_id
        if course not in self._known:
            self._known[course] = access_of(self._session, line_item)
        return self._known[course]


def wish_of(line_item: LineItemView, *, taken: frozenset[str] | None = None) -> LineItemWish:
    """Return the column that a line item stands for.

    One of a facet is not tied to the link: Canvas takes scores into its gradebook only from the
    first column of a link.

    Args:
        taken: addresses of columns of other links; None where nobody looked.
    """
    return LineItemWish(
        label=line_item.label,
        maximum=line_item.maximum,
        resource_id=line_item.resource_id,
        tag=line_item.tag,
        resource_link_id=None if line_item.facet else line_item.placement_lti_id,
        link_id=line_item.placement_lti_id,
        former_ids=line_item.origins,
        taken=taken,
    )


def reason_of(problem: ServiceProblem) -> Reason:
    """Return what is written down of a problem, the platform's own words with it."""
    return Reason(problem.outcome.value, {"status": problem.status, "words": problem.words or None})


def is_trouble(problem: ServiceProblem) -> bool:
    """Whether it says something of the way to the platform, and not of one score."""
    return problem.outcome in _SIGNS


@dataclass(frozen=True)
class Way:
    """The way of one run to a platform: whom it concerns, and what its answers tell."""

    run: JobRun
    registration: Registration
    lane: Lane

    def note_good(self, session: Session, *, now: datetime) -> None:
        """The platform answered as it should, whatever it said of the score."""
        self._note(session, Told(Sign.GOOD), now=now)

    def try_again(
        self, session: Session, problem: ServiceProblem, *, now: datetime
    ) -> RetryAt | GiveUp | None:
        """Return when to try again, that it has failed for too long, or None if trying is no use.

        While the way is closed, the way and not the single score says when.
        """
        sign = _SIGNS.get(problem.outcome, Sign.GOOD if problem.status else None)
        if sign is None:
            return None
        chance = random.random()  # noqa: S311 - spreads load, protects nothing
        told = Told(sign, problem.retry_after_seconds, chance)
        noted, reason = self._note(session, told, now=now), reason_of(problem)
        if sign in (Sign.THROTTLED, Sign.UNAUTHORISED):
            return RetryAt(noted.closed_until or now + _SOON, reason, is_attempt=False)
        if sign is Sign.FAILING or problem.outcome is Outcome.STALE_TIME:
            again = again_or_give_up(self.run, reason, now=now)
            if isinstance(again, RetryAt) and noted.closed_until is not None:
                return RetryAt(noted.closed_until, reason)
            return again
        return None

    def _note(self, session: Session, told: Told, *, now: datetime) -> Noted:
        noted = note_answer(session, self.lane, told, now=now, passing=_PASSING)
        own = Lane(self.registration.id, None)
        if own in noted.shut:
            explain_wait(session, self.registration.id, Reason(Outcome.UNAUTHORISED.value))
            self._tell("platform.on_hold", session, now)
        elif own in noted.opened:
            self._tell("platform.resumed", session, now)
        for at in noted.shut:
            _log.warning("way to platform closed", platform=at.platform_id, host=at.host)
        return noted

    def _tell(self, action: str, session: Session, now: datetime) -> None:
        record_event(
            session,
            action,
            at=now,
            actor=Actor.SYSTEM,
            about=("platform", self.registration.public_id),
            platform_id=self.registration.id,
        )


def note_good(ways: Iterable[Way], session: Session, *, now: datetime) -> None:
    """The platforms answered as they should; each lane is told once."""
    by_lane = {way.lane: way for way in ways}
    for lane in with_gates(session, by_lane):
        by_lane[lane].note_good(session, now=now)


def way_of(run: JobRun, access: ServiceAccess, url: str | None) -> Way:
    """Return the way of a run to an address of a platform."""
    host = run.host or (host_in(url) if url else None)
    return Way(run, access.registration, Lane(access.registration.id, host))
