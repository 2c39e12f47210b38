"""The job that reads a course's roster from its platform, some pages a run, and goes on from there.

Who joins is taken in page by page; who leaves, `people.readings` decides at the end. No
transaction is open while the platform is asked.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from itertools import islice
from threading import Lock
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.bridge.platform_calls import Way, reason_of, way_of
from lti_app.bridge.roster_parts import in_parts, listed_of
from lti_app.core.clock import Clock
from lti_app.core.db import Database
from lti_app.core.logs import get_logger
from lti_app.core.reason import Reason
from lti_app.jobs.outcome import Done, Ending, JobRun, RetryAt, Work, ending
from lti_app.jobs.outcome import Outcome as JobOutcome
from lti_app.lti.calls import Call, ServiceCaller
from lti_app.lti.errors import Outcome, ServiceProblem
from lti_app.lti.nrps import (
    MAX_PAGES,
    Flaw,
    Member,
    RosterPage,
    differences_call,
    read_roster,
    roster_call,
)
from lti_app.lti.pages import NEXT_LOOPS
from lti_app.lti.service_access import ServiceAccess, get_service_access
from lti_app.people import readings
from lti_app.people.group_sync import owe_group_sync
from lti_app.people.groups import CourseRef
from lti_app.people.members import Listed, take_listed
from lti_app.people.models import Context, Roster
from lti_app.people.roster import find_roster
from lti_app.people.roster_rows import RosterView
from lti_app.people.told_groups import keep_told
from lti_app.web.ended import end_sessions_of, end_sessions_of_left

#: A run reads so many pages, then others have their turn on the way to the platform.
PAGES_A_RUN = 20
#: Failures in a row, about a quarter of an hour; then the reading ends and is begun anew later.
MOST_FAILURES = 6
#: Pages in a row that tell of nobody new are a list without an end.
MOST_IDLE_PAGES = 20
MOST_MEMBERS = 200_000
#: What is wrong with the list itself, and not with the way to it.
_FLAWS = frozenset({*Flaw, NEXT_LOOPS})

_log = get_logger(__name__)


@dataclass(frozen=True)
class _Course:
    """Whose roster is read, and how its platform is called."""

    roster: RosterView
    access: ServiceAccess
    context_ref: str
    way: Way


@dataclass(frozen=True)
class RosterReader:
    """Runs the job of one course's roster."""

    database: Database
    caller: ServiceCaller
    clock: Clock
    #: One roster of a process writes at a time: others wait for one part of a page, not for three.
    _turn: Lock = field(default_factory=Lock, init=False, repr=False, compare=False)

    def __call__(self, session: Session, runs: Sequence[JobRun]) -> Sequence[Work | JobOutcome]:
        """Read rosters, or say why they cannot be read."""
        return [self._begin(session, run) for run in runs]

    def _begin(self, session: Session, run: JobRun) -> Work | JobOutcome:
        context = session.scalar(
            select(Context).where(
                Context.platform_id == run.platform_id, Context.id == int(run.key)
            )
        )
        if context is None or run.platform_id is None:
            return Done()
        where = {"platform_id": run.platform_id, "context_id": context.id}
        if find_roster(session, **where) is None:
            return Done()
        access = get_service_access(session, context.deployment_id, context.lti_id)
        if access.registration.is_disabled:
            return Done()
        roster = readings.begin_reading(session, **where, now=self.clock())
        way = way_of(run, access, access.memberships_url)
        course = _Course(roster, access, context.lti_id, way)
        return Work(partial(self._read, course))

    def _read(self, course: _Course) -> Ending[Any] | JobOutcome:
        roster = course.roster
        try:
            pages = read_roster(
                self.caller,
                course.access,
                _call(course),
                context_ref=course.context_ref,
                begin_at=roster.cursor_url,
            )
            for page in islice(pages, PAGES_A_RUN):
                roster = self._take(roster, page)
                if page.next_url is None:
                    return ending(_unless_late(partial(self._end, course, page)), is_good=True)
        except ServiceProblem as problem:
            return ending(_unless_late(partial(self._explain, course, roster, problem)))
        except readings.OvertakenError:
            return Done()
        return ending(partial(self._go_on, course), is_good=True)

    def _take(self, roster: RosterView, page: RosterPage) -> RosterView:
        """Take in a page, a part of it in each transaction, and the page itself with the last."""
        if page.has_odd_type:
            _log.warning("roster of an odd media type", context=roster.context_id)
        parts = list(in_parts(page.members)) or [()]
        # What needs no database is done before anybody has to wait.
        told, people = 0, [list(map(listed_of, part)) for part in parts]
        for part, listed in zip(parts, people, strict=True):
            with self._turn, self.database.write() as session:
                row = readings.hold_reading(session, roster)
                told += self._take_part(session, row, part, listed)
                if part is parts[-1]:
                    roster = readings.note_page(
                        row, told=told, skipped=page.skipped_count, next_url=page.next_url
                    )
        has_no_end = roster.idle_count >= MOST_IDLE_PAGES or roster.pages_count >= MAX_PAGES
        if has_no_end or roster.members_count > MOST_MEMBERS:
            raise ServiceProblem(Outcome.REFUSED, words=NEXT_LOOPS)
        return roster

    def _take_part(
        self, session: Session, row: Roster, part: Sequence[Member], listed: Sequence[Listed]
    ) -> int:
        where = {"platform_id": row.platform_id, "context_id": row.context_id}
        taken = take_listed(session, listed, **where, reading=row.reading, now=self.clock())
        told = {one.user_id: one.group_ids for one in part}
        if taken.had_groups or any(ids is not None for ids in told.values()):
            keep_told(session, CourseRef(**where), told)
        end_sessions_of(session, taken.changed_ids, **where, now=self.clock())
        return taken.told_count

    def _go_on(self, course: _Course, session: Session) -> JobOutcome:
        course.way.note_good(session, now=self.clock())
        return RetryAt(self.clock(), Reason("roster_goes_on"), is_attempt=False)

    def _end(self, course: _Course, last: RosterPage, session: Session) -> JobOutcome:
        course.way.note_good(session, now=self.clock())
        url = last.differences_url
        is_good = url is not None and course.access.allows(url)
        is_ended = readings.end_reading(
            session,
            course.roster,
            differences_url=url if is_good else None,
            now=self.clock(),
        )
        if is_ended:
            end_sessions_of_left(
                session,
                platform_id=course.roster.platform_id,
                context_id=course.roster.context_id,
                now=self.clock(),
            )
        if course.access.groups_url is not None:
            # Who came with this reading may be in a group.
            of_groups = CourseRef(course.roster.platform_id, course.roster.context_id)
            owe_group_sync(session, of_groups, now=self.clock())
        _log.info("roster read", context=course.roster.context_id, taken_over=is_ended)
        return Done()

    def _explain(
        self, course: _Course, roster: RosterView, problem: ServiceProblem, session: Session
    ) -> JobOutcome:
        """Try again, begin anew, or leave it: who is in the course stays as it was."""
        is_final = problem.words in _FLAWS or not problem.is_retryable
        if is_final and not (roster.is_whole or problem.is_of_token):
            # What has changed since is told no longer, or wrongly: ask for everybody.
            readings.start_over(session, roster, forget_differences=True)
            return RetryAt(self.clock(), Reason("roster_anew"), is_attempt=False)
        again = self._again(course, problem, session)
        is_throttled = problem.outcome is Outcome.THROTTLED
        reason = _reason(problem)
        count = readings.note_trouble(session, roster, reason, counts=not is_throttled)
        if isinstance(again, RetryAt) and count < MOST_FAILURES:
            return again
        if _is_stale_cursor(course, problem) and count < MOST_FAILURES:
            readings.start_over(session, roster)
            return RetryAt(self.clock(), reason, is_attempt=False)
        readings.fail_reading(
            session, roster, reason, again_after=_again_after(problem), now=self.clock()
        )
        _log.warning("roster not read", context=roster.context_id, reason=reason.code)
        return Done()

    def _again(
        self, course: _Course, problem: ServiceProblem, session: Session
    ) -> JobOutcome | None:
        if problem.words in _FLAWS:
            return None
        if problem.status == 401 and not problem.is_of_token:
            # It speaks of this roster: scores find out whether the key is good.
            return None
        return course.way.try_again(session, problem, now=self.clock())


def _unless_late(write: Callable[[Session], JobOutcome]) -> Callable[[Session], JobOutcome]:
    """Return the same, that leaves everything as it is where the reading has another run."""

    def write_if_ours(session: Session) -> JobOutcome:
        try:
            return write(session)
        except readings.OvertakenError:
            return Done()

    return write_if_ours


def _call(course: _Course) -> Call:
    roster = course.roster
    if not roster.is_whole and roster.differences_url is not None:
        return differences_call(roster.differences_url)
    return roster_call(course.access)


def _is_stale_cursor(course: _Course, problem: ServiceProblem) -> bool:
    """Whether a page that was to be gone on with is not there any more."""
    return course.roster.cursor_url is not None and problem.status in (400, 404, 410, 422)


def _again_after(problem: ServiceProblem) -> timedelta | None:
    return readings.TRY_AGAIN_AFTER if problem.is_retryable else None


def _reason(problem: ServiceProblem) -> Reason:
    if problem.words in _FLAWS:
        return Reason(problem.words, {"status": problem.status})
    return reason_of(problem)
