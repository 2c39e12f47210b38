"""The job that reads the groups of a course from its platform, and when that is owed.

Who is in a group stands in the roster, where the platform writes it there; else it is asked for
each person. A list that was not read to its end changes nothing. No transaction is open while the
platform is asked. Source: LTI Course Groups Service 1.0.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.bridge.platform_calls import Way, reason_of, way_of
from lti_app.bridge.roles import role_of
from lti_app.core.clock import Clock
from lti_app.core.logs import get_logger
from lti_app.jobs.outcome import Done, Ending, JobRun, RetryAt, Work, ending
from lti_app.jobs.outcome import Outcome as JobOutcome
from lti_app.lti.calls import ServiceCaller
from lti_app.lti.errors import Outcome, ServiceProblem
from lti_app.lti.groups import PlatformGroup, read_groups, read_sets
from lti_app.lti.nrps import read_roster, roster_call
from lti_app.lti.service_access import ServiceAccess, get_service_access
from lti_app.lti.verified import VerifiedLaunch
from lti_app.people.group_sync import (
    ToldGroup,
    ToldGroups,
    list_subs,
    note_trouble,
    owe_group_sync,
    take_groups,
)
from lti_app.people.groups import CourseRef, find_sync
from lti_app.people.models import Context
from lti_app.people.roles import Role

READ_EVERY = timedelta(days=1)
#: People who are asked for one by one. A course with more of them has a platform with a roster.
MOST_ASKED = 2000
MOST_FAILURES = 6

_log = get_logger(__name__)


def read_groups_at_launch(
    session: Session, launch: VerifiedLaunch, context_id: int | None, *, now: datetime
) -> None:
    """Owe a reading when an instructor comes and the last one is a day old; a learner never does.

    Where there is a roster too, each of its readings owes one of the groups.
    """
    is_instructor = role_of(launch.roles) is Role.INSTRUCTOR
    if launch.groups is None or context_id is None or not is_instructor:
        return
    course = CourseRef(launch.registration.id, context_id)
    known = find_sync(session, course)
    if known is None or (known.synced_at or known.tried_at) <= now - READ_EVERY:
        owe_group_sync(session, course, now=now)


@dataclass(frozen=True)
class GroupReader:
    """Runs the job of one course's groups."""

    caller: ServiceCaller
    clock: Clock

    def __call__(self, session: Session, runs: Sequence[JobRun]) -> Sequence[Work | JobOutcome]:
        """Read groups, or say why they cannot be read."""
        return [self._begin(session, run) for run in runs]

    def _begin(self, session: Session, run: JobRun) -> Work | JobOutcome:
        context = session.scalar(
            select(Context).where(
                Context.platform_id == run.platform_id, Context.id == int(run.key)
            )
        )
        if context is None:
            return Done()
        access = get_service_access(session, context.deployment_id, context.lti_id)
        if access.registration.is_disabled or access.groups_url is None:
            # The newest launch offers them no longer: what was read stays as it is.
            return Done()
        course = CourseRef(context.platform_id, context.id)
        asked = list_subs(session, course, at_most=MOST_ASKED)
        way = way_of(run, access, access.groups_url)
        return Work(partial(self._read, way, course, access, context.lti_id, asked))

    def _read(
        self,
        way: Way,
        course: CourseRef,
        access: ServiceAccess,
        context_ref: str,
        asked: Sequence[str],
    ) -> Ending[Any] | JobOutcome:
        try:
            sets = {one.id: one.name for one in read_sets(self.caller, access)}
            groups = list(read_groups(self.caller, access))
            members = self._members(access, context_ref, asked) if groups else {}
        except ServiceProblem as problem:
            return ending(partial(self._explain, way, course, problem))
        told = ToldGroups(sets, [_told(one) for one in groups], members)
        return ending(partial(self._take, way, course, told), is_good=True)

    def _members(
        self, access: ServiceAccess, context_ref: str, asked: Sequence[str]
    ) -> Mapping[str, Sequence[str]]:
        """Return the groups of each person, from the roster if it tells of any."""
        listed = self._listed(access, context_ref)
        if any(one is not None for one in listed.values()):
            return {sub: group_ids or () for sub, group_ids in listed.items()}
        return {
            sub: [one.id for one in read_groups(self.caller, access, user_id=sub)] for sub in asked
        }

    def _listed(
        self, access: ServiceAccess, context_ref: str
    ) -> Mapping[str, Sequence[str] | None]:
        if access.memberships_url is None:
            return {}
        try:
            pages = read_roster(self.caller, access, roster_call(access), context_ref=context_ref)
            return {one.user_id: one.group_ids for page in pages for one in page.members}
        except ServiceProblem as problem:
            if problem.outcome in (Outcome.NOT_OFFERED, Outcome.REFUSED, Outcome.GONE):
                return {}
            raise

    def _take(self, way: Way, course: CourseRef, told: ToldGroups, session: Session) -> JobOutcome:
        way.note_good(session, now=self.clock())
        take_groups(session, course, told, now=self.clock())
        _log.info("groups read", context=course.context_id, groups=len(told.groups))
        return Done()

    def _explain(
        self, way: Way, course: CourseRef, problem: ServiceProblem, session: Session
    ) -> JobOutcome:
        reason = reason_of(problem)
        # A 401 for this one list speaks of the list: scores find out whether the key is good.
        is_of_list = problem.status == 401 and not problem.is_of_token
        again = None if is_of_list else way.try_again(session, problem, now=self.clock())
        if isinstance(again, RetryAt) and way.run.attempts < MOST_FAILURES:
            return again
        note_trouble(session, course, reason.code, now=self.clock())
        _log.warning("groups not read", context=course.context_id, reason=reason.code)
        return Done()


def _told(group: PlatformGroup) -> ToldGroup:
    return ToldGroup(group.id, group.name, group.tag, group.set_id)
