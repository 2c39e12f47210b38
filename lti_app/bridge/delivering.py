"""One run for one owed score: look, send, and write in the ledger what the platform answered.

It decides by the ledger's rules (`grading.rules`) and the platform's answers; it changes no grade.
No transaction is open while a platform is asked. How it ended is written by the runner's thread.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lti_app.bridge.platform_calls import Way, is_trouble, note_good, reason_of, wish_of
from lti_app.bridge.score_bodies import score_of
from lti_app.catalog.columns import hold_taken_urls, list_taken_urls
from lti_app.core.clock import Clock
from lti_app.core.db import Database
from lti_app.core.logs import get_logger
from lti_app.core.reason import Reason
from lti_app.grading import sending, settling
from lti_app.grading.columns import column_found
from lti_app.grading.models import DeliveryState
from lti_app.grading.rules import Mark, Verdict, is_kept_out, judge
from lti_app.grading.sending import Body, Claim
from lti_app.jobs.outcome import Done, Ending, RetryAt, ending
from lti_app.jobs.outcome import Outcome as JobOutcome
from lti_app.lti.ags import RESULT_SCOPE, post_score, read_result
from lti_app.lti.calls import ServiceCaller
from lti_app.lti.errors import Outcome, ServiceProblem
from lti_app.lti.line_items import find_line_item as find_column
from lti_app.lti.line_items import get_line_item
from lti_app.lti.quirks import quirks_of
from lti_app.lti.service_access import ServiceAccess

#: Said of the whole column: our right to write there, or a condition it is under.
_ABOUT_COLUMN = frozenset({403, 412})

_log = get_logger(__name__)


@dataclass(frozen=True)
class Delivering:
    """A claimed delivery in the hands of this run.

    Attributes:
        prepared: what to send, fixed with the claim; None where the platform is asked first.
    """

    database: Database
    caller: ServiceCaller
    clock: Clock
    way: Way
    claim: Claim
    access: ServiceAccess
    prepared: Body | datetime | None

    @property
    def url(self) -> str:
        """Where the column is."""
        return self.claim.line_item.url or ""

    def give_back(self, session: Session) -> None:
        """Undo what was prepared: nothing has left."""
        settling.give_back(session, self.claim)

    def deliver(self) -> Ending[Any] | JobOutcome:
        """Bring the score to the platform, or say in the ledger why not."""
        if self.access.registration.is_disabled:
            return self._hold(DeliveryState.REFUSED, Reason("platform_disabled"))
        try:
            settled = self._look(self.claim.unanswered) if self.claim.must_look_first else None
            return settled or self._send(self.prepared)
        except ServiceProblem as problem:
            return self._explain(problem)

    def _look(self, unanswered: Mark | None) -> Ending[Any] | None:
        """Read what the platform shows; None when ours is to be sent."""
        if RESULT_SCOPE not in self.access.scopes:
            # It does not let us look, so it cannot be asked; the same score time does no harm.
            return None
        shown = self._shown()
        verdict = judge(shown, acknowledged=self.claim.acknowledged, unanswered=unanswered)
        if verdict is Verdict.ARRIVED:
            return self._arrived()
        if verdict is Verdict.LMS_NEWER and not self.claim.may_override:
            return self._hold(DeliveryState.LMS_NEWER, Reason("lms_newer"), theirs=shown)
        return None

    def _shown(self) -> Mark | None:
        try:
            result = read_result(self.caller, self.access, self.url, self.claim.sub)
        except ServiceProblem as problem:
            if problem.outcome is not Outcome.GONE:
                raise
            # Some say so of a person without a result; a column that is gone refuses the score.
            return None
        return Mark(result.points, result.maximum) if result else None

    def _send(
        self, prepared: Body | datetime | None = None, *, needs_new_time: bool = False
    ) -> Ending[Any] | JobOutcome:
        body = prepared or self._prepare(needs_new_time=needs_new_time)
        if body is None:
            return Done()
        if not isinstance(body, Body):
            later = RetryAt(body, Reason("time_ahead"), is_attempt=False)
            return self._end(lambda session: self._wait(session, later, is_answered=True))
        try:
            score = score_of(body, self.claim, self.access.registration.family)
            post_score(self.caller, self.access, self.url, score)
        except ServiceProblem as problem:
            if problem.outcome is not Outcome.STALE_TIME or needs_new_time:
                raise
            return self._look(body.mark) or self._send(needs_new_time=True)
        return self._confirm(body.mark)

    def _confirm(self, sent: Mark) -> Ending[Any]:
        """Say that it arrived; where a grade that was entered there may stay, look first."""
        may_be_kept_out = quirks_of(self.access.registration.family).keeps_entered_grades
        if not may_be_kept_out or RESULT_SCOPE not in self.access.scopes:
            return self._arrived()
        try:
            shown = self._shown()
        except ServiceProblem as problem:
            if problem.is_retryable or problem.outcome is Outcome.UNAUTHORISED:
                return self._explain(problem, is_taken=True)
            # It lets nobody look, and has said that it took the score.
            return self._arrived()
        if not is_kept_out(sent, shown):
            return self._arrived()
        kept = DeliveryState.LMS_NEWER
        # Not answered for good: once the other grade is taken away there, ours comes to show.
        return self._hold(kept, Reason("kept_out"), theirs=shown, is_answered=False)

    def _prepare(self, *, needs_new_time: bool) -> Body | datetime | None:
        now = self.clock()
        with self.database.write() as session:
            return sending.fix_body(session, self.claim, now=now, needs_new_time=needs_new_time)

    def _arrived(self) -> Ending["Delivering"]:
        return Ending(_acknowledge, self, is_good=True)

    def _end(self, write: Callable[[Session], JobOutcome]) -> Ending[Any]:
        return ending(write, is_good=True)

    def _hold(
        self,
        state: DeliveryState,
        reason: Reason,
        *,
        theirs: Mark | None = None,
        is_answered: bool = True,
    ) -> Ending[Any]:
        def write(session: Session) -> JobOutcome:
            return self._held(session, state, reason, theirs=theirs, is_answered=is_answered)

        return self._end(write)

    def _held(
        self,
        session: Session,
        state: DeliveryState,
        reason: Reason,
        *,
        theirs: Mark | None = None,
        is_answered: bool,
    ) -> JobOutcome:
        again_at = settling.hold(
            session,
            self.claim,
            state,
            reason,
            now=self.clock(),
            is_answered=is_answered,
            theirs=theirs,
        )
        _log.warning(
            "score held",
            delivery=self.claim.id,
            platform=self.claim.platform_id,
            held_as=state.value,
            reason=reason.code,
        )
        return RetryAt(again_at, reason, is_attempt=False) if again_at else Done()

    def _wait(self, session: Session, outcome: RetryAt, *, is_answered: bool) -> JobOutcome:
        settling.note_wait(
            session,
            self.claim,
            outcome.reason,
            next_at=outcome.at,
            now=self.clock(),
            is_answered=is_answered,
            is_attempt=outcome.is_attempt,
        )
        return outcome

    def _explain(self, problem: ServiceProblem, *, is_taken: bool = False) -> Ending[Any]:
        """Turn what the platform answered into a state of the ledger and of the job.

        Args:
            is_taken: it had taken the score before; what it shows was asked for.
        """
        if problem.outcome is Outcome.GONE:
            return self._missing(problem)
        is_answered = problem.outcome is not Outcome.UNKNOWN and not is_taken
        return ending(
            lambda session: self._settle(session, problem, is_answered=is_answered),
            is_good=not is_trouble(problem),
        )

    def _settle(
        self, session: Session, problem: ServiceProblem, *, is_answered: bool
    ) -> JobOutcome:
        """Do what this kind of problem asks for: wait, give up, or hold a person or the column."""
        reason, now = reason_of(problem), self.clock()
        again = self.way.try_again(session, problem, now=now)
        if isinstance(again, RetryAt):
            return self._wait(session, again, is_answered=is_answered)
        if again is not None:
            self._held(session, DeliveryState.NEEDS_ATTENTION, reason, is_answered=is_answered)
            return again
        if problem.outcome is Outcome.NOT_GRADABLE:
            return self._held(session, DeliveryState.NOT_GRADABLE, reason, is_answered=True)
        if problem.status in _ABOUT_COLUMN:
            line_item = self.claim.line_item
            settling.hold_column(session, line_item, DeliveryState.REFUSED, reason, now=now)
        return self._held(session, DeliveryState.REFUSED, reason, is_answered=True)

    def _missing(self, problem: ServiceProblem) -> Ending[Any]:
        """See whether the column is gone or has another address; never make a second one."""
        try:
            if self._is_there():
                # Not the column is missing, so it is the person who is not known there.
                person = ServiceProblem(
                    Outcome.NOT_GRADABLE, status=problem.status, words=problem.words
                )
                return self._explain(person)
            with self.database.read() as session:
                taken = list_taken_urls(session, self.claim.line_item)
            wish = wish_of(self.claim.line_item, taken=taken)
            found = find_column(self.caller, self.access, wish)
        except ServiceProblem as other:
            if other.is_retryable or other.outcome is Outcome.UNAUTHORISED:
                return self._explain(other)
            found = None
        url = found.url if found is not None else None
        return self._end(lambda session: self._gone(session, problem, found_at=url))

    def _gone(
        self, session: Session, problem: ServiceProblem, *, found_at: str | None
    ) -> JobOutcome:
        now, line_item = self.clock(), self.claim.line_item
        others = hold_taken_urls(session, line_item) if found_at is not None else ()
        self.way.note_good(session, now=now)
        if found_at is not None and found_at != self.url and found_at not in others:
            column_found(session, line_item, url=found_at, now=now)
        else:
            deleted = DeliveryState.COLUMN_DELETED
            settling.hold_column(session, line_item, deleted, reason_of(problem), now=now)
        return Done()

    def _is_there(self) -> bool:
        try:
            get_line_item(self.caller, self.access, self.url)
        except ServiceProblem as problem:
            if problem.is_retryable or problem.outcome is Outcome.UNAUTHORISED:
                raise
            return False
        return True


def _acknowledge(session: Session, deliveries: Sequence[Delivering]) -> Sequence[JobOutcome]:
    """Write down that scores arrived; of several platforms together."""
    now = deliveries[0].clock()
    claims = [delivering.claim for delivering in deliveries]
    are_more_owed = settling.acknowledge(session, claims, now=now)
    note_good([delivering.way for delivering in deliveries], session, now=now)
    _log.info(
        "scores arrived",
        deliveries=[claim.id for claim in claims],
        platforms=sorted({claim.platform_id for claim in claims}),
    )
    newer = RetryAt(now, Reason("newer_score"), is_attempt=False)
    return [newer if is_more_owed else Done() for is_more_owed in are_more_owed]
