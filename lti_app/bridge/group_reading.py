"""The job that reads the groups of a course from its platform, and when that is owed.

Who is in a group stands in the roster, where the platform writes it there, and was kept when that
was read; else each person is asked for, some in a run. A list that was not read to its end changes
nothing. No transaction is open while the platform is asked. Source: LTI Course Groups Service 1.0.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.bridge.platform_calls import Way, reason_of, way_of
from lti_app.bridge.roles import role_of
from lti_app.core.clock import Clock
from lti_app.core.logs import get_logger
from lti_app.core.reason import Reason
from lti_app.jobs.outcome import Done, Ending, JobRun, RetryAt, Work, ending
from lti_app.jobs.outcome import Outcome as JobOutcome
from lti_app.lti.calls import ServiceCaller
from lti_app.lti.errors import ServiceProblem
from lti_app.lti.groups import PlatformGroup, read_groups, read_sets
from lti_app.lti.service_access import ServiceAccess, get_service_access
from lti_app.lti.verified import VerifiedLaunch
from lti_app.people.group_sync import (
    NONE_TOLD,
    TOO_MANY,
    ToldGroup,
    ToldGroups,
    note_trouble,
    owe_group_sync,
    take_groups,
)
from lti_app.people.groups import CourseRef, find_sync
from lti_app.people.models import Context
from lti_app.people.roles import Role
from lti_app.people.roster import find_roster
from lti_app.people.told_groups import (
    count_failure,
    count_people,
    has_lost_all,
    list_people,
    note_asked,
    told_by_roster,
)

READ_EVERY = timedelta(days=1)
#: People who are asked for one by one. A course with more of them has a platform with a roster.
MOST_ASKED = 2000
#: Of them in one run, so that others have their turn on the way to the platform.
ASKED_AT_ONCE = 50
#: Tries in a row that came to nothing, also where the platform only asked to wait.
MOST_FAILURES = 6
WAIT_FOR_ROSTER = timedelta(minutes=1)

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
class _Course:
    """Whose groups are read.

    Attributes:
        by_roster: the groups of each person, where the roster tells of any.
        asked: who else is asked for in this run, by their ids here and the platform's.
        is_last: whether nobody is left to be asked for after them.
    """

    ref: CourseRef
    by_roster: Mapping[str, Sequence[str]] = field(default_factory=dict)
    asked: Sequence[tuple[int, str]] = ()
    is_last: bool = True
    is_too_large: bool = False


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
        if _is_roster_under_way(session, course):
            # It may tell who is in which group; then nobody has to be asked for singly.
            at, why = self.clock() + WAIT_FOR_ROSTER, Reason("roster_goes_on")
            return RetryAt(at, why, is_attempt=False)
        way = way_of(run, access, access.groups_url)
        return Work(partial(self._read, way, _course_of(session, course), access))

    def _read(self, way: Way, course: _Course, access: ServiceAccess) -> Ending[Any] | JobOutcome:
        try:
            sets = {one.id: one.name for one in read_sets(self.caller, access)}
            groups = list(read_groups(self.caller, access))
        except ServiceProblem as problem:
            return ending(partial(self._explain, way, course, problem))
        told = ToldGroups(sets, [_told(one) for one in groups], course.by_roster)
        if not groups or course.by_roster or not course.asked:
            return ending(partial(self._take, way, course, told), is_good=True)
        return self._ask(way, course, access, told)

    def _ask(
        self, way: Way, course: _Course, access: ServiceAccess, told: ToldGroups
    ) -> Ending[Any] | JobOutcome:
        """Ask for a portion of people one by one; whose answer has come is taken over."""
        answers: dict[str, list[str]] = {}
        until = 0
        for user_id, sub in course.asked:
            try:
                found = read_groups(self.caller, access, user_id=sub)
                answers[sub], until = [one.id for one in found], user_id
            except ServiceProblem as problem:
                part = replace(told, members=answers)
                return ending(partial(self._break_off, way, course, part, until, problem))
        part = replace(told, members=answers)
        if course.is_last:
            return ending(partial(self._take, way, course, part), is_good=True)
        return ending(partial(self._go_on, way, course, part, until), is_good=True)

    def _take(self, way: Way, course: _Course, told: ToldGroups, session: Session) -> JobOutcome:
        way.note_good(session, now=self.clock())
        if has_lost_all(session, course.ref, told):
            note_trouble(session, course.ref, NONE_TOLD, now=self.clock())
            return Done()
        take_groups(session, course.ref, told, now=self.clock())
        note_asked(session, course.ref, 0)
        if course.is_too_large:
            note_trouble(session, course.ref, TOO_MANY, now=self.clock())
        _log.info("groups read", context=course.ref.context_id, groups=len(told.groups))
        return Done()

    def _go_on(
        self, way: Way, course: _Course, part: ToldGroups, until: int, session: Session
    ) -> JobOutcome:
        way.note_good(session, now=self.clock())
        take_groups(session, course.ref, part, now=self.clock())
        note_asked(session, course.ref, until)
        return RetryAt(self.clock(), Reason("groups_go_on"), is_attempt=False)

    def _break_off(
        self,
        way: Way,
        course: _Course,
        part: ToldGroups,
        until: int,
        problem: ServiceProblem,
        session: Session,
    ) -> JobOutcome:
        if until:
            take_groups(session, course.ref, part, now=self.clock())
            note_asked(session, course.ref, until)
        return self._explain(way, course, problem, session)

    def _explain(
        self, way: Way, course: _Course, problem: ServiceProblem, session: Session
    ) -> JobOutcome:
        reason = reason_of(problem)
        # A 401 for this one list speaks of the list: scores find out whether the key is good.
        is_of_list = problem.status == 401 and not problem.is_of_token
        again = None if is_of_list else way.try_again(session, problem, now=self.clock())
        # Also a platform that only ever asks to wait is left alone in the end, until the next day.
        if count_failure(session, course.ref) < MOST_FAILURES and isinstance(again, RetryAt):
            return again
        note_trouble(session, course.ref, reason.code, now=self.clock())
        _log.warning("groups not read", context=course.ref.context_id, reason=reason.code)
        return Done()


def _is_roster_under_way(session: Session, course: CourseRef) -> bool:
    roster = find_roster(session, platform_id=course.platform_id, context_id=course.context_id)
    return roster is not None and roster.is_under_way


def _course_of(session: Session, ref: CourseRef) -> _Course:
    by_roster = told_by_roster(session, ref)
    sync = find_sync(session, ref)
    if by_roster or sync is None:
        return _Course(ref, by_roster)
    if count_people(session, ref) > MOST_ASKED:
        return _Course(ref, is_too_large=True)
    asked = list_people(session, ref, after=sync.asked_until, at_most=ASKED_AT_ONCE)
    return _Course(ref, asked=asked, is_last=len(asked) < ASKED_AT_ONCE)


def _told(group: PlatformGroup) -> ToldGroup:
    return ToldGroup(group.id, group.name, group.tag, group.set_id)
