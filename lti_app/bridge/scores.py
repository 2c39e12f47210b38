"""Send owed scores to platforms, one person at a time.

It decides by the ledger's rules (`grading.rules`) and the platform's answers; it changes no grade.
No transaction is open while a platform is asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from lti_app.bridge.columns import ColumnMaker
from lti_app.bridge.platform_calls import access_of, reason_of, try_again, wish_of
from lti_app.catalog.views import LineItemView
from lti_app.core.clock import Clock
from lti_app.core.db import Database
from lti_app.core.http import HttpClient
from lti_app.core.logs import get_logger
from lti_app.core.reason import Reason
from lti_app.grading import sending, settling
from lti_app.grading.columns import column_found
from lti_app.grading.comments import comment_text
from lti_app.grading.ledger import ENSURE_COLUMN, SEND_SCORE
from lti_app.grading.models import DeliveryState
from lti_app.grading.rules import Mark, Verdict, judge
from lti_app.grading.sending import Body, Claim
from lti_app.jobs.outcome import Done, Handler, JobRun, RetryAt
from lti_app.jobs.outcome import Outcome as JobOutcome
from lti_app.jobs.service import enqueue
from lti_app.lti.ags import RESULT_SCOPE, post_score, read_result
from lti_app.lti.calls import ServiceCaller
from lti_app.lti.errors import Outcome, ServiceProblem
from lti_app.lti.line_items import find_line_item as find_column
from lti_app.lti.quirks import quirks_of
from lti_app.lti.scores import Score
from lti_app.lti.service_access import ServiceAccess
from lti_app.lti.tokens import TokenSource

_log = get_logger(__name__)


def score_handlers(
    database: Database, http: HttpClient, tokens: TokenSource, clock: Clock
) -> Mapping[str, Handler]:
    """Return the handlers of this room, by kind of job."""
    caller = ServiceCaller(http, tokens, clock)
    return {
        SEND_SCORE: ScoreSender(database, caller, clock),
        ENSURE_COLUMN: ColumnMaker(database, caller, clock),
    }


@dataclass(frozen=True)
class ScoreSender:
    """Runs the job of one delivery."""

    database: Database
    caller: ServiceCaller
    clock: Clock

    def __call__(self, run: JobRun) -> JobOutcome:
        """Bring one person's score to the platform, or say in the ledger why not."""
        now = self.clock()
        with self.database.write() as session:
            claim = sending.claim_delivery(session, run.key, now=now)
            if claim is None:
                return Done()
            if claim.line_item.url is None:
                _owe_column(session, claim.line_item, self.clock)
                return Done()
            access = access_of(session, claim.line_item)
        return _Delivery(self, run, claim, access, claim.line_item.url).deliver()


def _owe_column(session: Session, line_item: LineItemView, clock: Clock) -> None:
    enqueue(
        session,
        ENSURE_COLUMN,
        str(line_item.id),
        run_at=clock(),
        platform_id=line_item.platform_id,
    )


@dataclass(frozen=True)
class _Delivery:
    """One run for one delivery."""

    sender: ScoreSender
    run: JobRun
    claim: Claim
    access: ServiceAccess
    url: str

    def deliver(self) -> JobOutcome:
        if self.access.registration.is_disabled:
            return self._hold(DeliveryState.REFUSED, Reason("platform_disabled"))
        try:
            settled = self._look(self.claim.unanswered) if self.claim.must_look_first else None
            return settled or self._send()
        except ServiceProblem as problem:
            return self._explain(problem)

    def _look(self, unanswered: Mark | None, *, is_time_refused: bool = False) -> JobOutcome | None:
        """Read what the platform shows; None when ours is to be sent."""
        if RESULT_SCOPE not in self.access.scopes:
            # It does not let us look, so it cannot be asked; the same score time does no harm.
            return None
        result = read_result(self.sender.caller, self.access, self.url, self.claim.sub)
        shown = Mark(result.points, result.maximum) if result else None
        verdict = judge(
            shown,
            acknowledged=self.claim.acknowledged,
            unanswered=unanswered,
            is_time_refused=is_time_refused,
        )
        if verdict is Verdict.ARRIVED:
            return self._acknowledge()
        if verdict is Verdict.LMS_NEWER and not self.claim.may_override:
            return self._hold(DeliveryState.LMS_NEWER, Reason("lms_newer"), theirs=shown)
        return None

    def _send(self, *, needs_new_time: bool = False) -> JobOutcome:
        now = self.sender.clock()
        with self.sender.database.write() as session:
            body = sending.fix_body(session, self.claim, now=now, needs_new_time=needs_new_time)
        if body is None:
            return Done()
        if not isinstance(body, Body):
            return self._wait(RetryAt(body, Reason("time_ahead"), is_attempt=False))
        try:
            post_score(self.sender.caller, self.access, self.url, self._score(body))
        except ServiceProblem as problem:
            if problem.outcome is not Outcome.STALE_TIME or needs_new_time:
                raise
            return self._look(body.mark, is_time_refused=True) or self._send(needs_new_time=True)
        return self._acknowledge()

    def _score(self, body: Body) -> Score:
        quirks = quirks_of(self.access.registration.family)
        comment = comment_text(body.comment_code, self.claim.locale)
        # Where comments add up, a repeated one would stand there twice.
        is_repeated = self.claim.unanswered is not None or not body.is_new_comment
        return Score(
            user_id=self.claim.sub,
            points=body.mark.points,
            maximum=body.mark.maximum,
            at=body.at,
            comment=None if quirks.comments_add_up and is_repeated else comment,
            submitted_at=body.handed_in_at,
            is_new_submission=body.is_new_work if quirks.posts_make_attempts else None,
        )

    def _acknowledge(self) -> JobOutcome:
        now = self.sender.clock()
        with self.sender.database.write() as session:
            is_more_owed = settling.acknowledge(session, self.claim, now=now)
        _log.info("score arrived", delivery=self.claim.id, platform=self.claim.platform_id)
        return RetryAt(now, Reason("newer_score"), is_attempt=False) if is_more_owed else Done()

    def _hold(
        self,
        state: DeliveryState,
        reason: Reason,
        *,
        theirs: Mark | None = None,
        is_answered: bool = True,
    ) -> JobOutcome:
        with self.sender.database.write() as session:
            settling.hold(
                session,
                self.claim,
                state,
                reason,
                now=self.sender.clock(),
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
        return Done()

    def _wait(self, outcome: RetryAt, *, is_answered: bool = True) -> JobOutcome:
        with self.sender.database.write() as session:
            settling.note_wait(
                session,
                self.claim,
                outcome.reason,
                next_at=outcome.at,
                now=self.sender.clock(),
                is_answered=is_answered,
                is_attempt=outcome.is_attempt,
            )
        return outcome

    def _explain(self, problem: ServiceProblem) -> JobOutcome:
        """Turn what the platform answered into a state of the ledger and of the job."""
        reason = reason_of(problem)
        if problem.outcome is Outcome.GONE:
            return self._column_gone(reason)
        if problem.outcome is Outcome.NOT_GRADABLE:
            return self._hold(DeliveryState.NOT_GRADABLE, reason)
        again = try_again(self.run, problem, self.sender.clock)
        if again is None:
            return self._hold(DeliveryState.REFUSED, reason)
        is_answered = problem.outcome is not Outcome.UNKNOWN
        if isinstance(again, RetryAt):
            return self._wait(again, is_answered=is_answered)
        self._hold(DeliveryState.NEEDS_ATTENTION, reason, is_answered=is_answered)
        return again

    def _column_gone(self, reason: Reason) -> JobOutcome:
        """Look once whether the column has another address now; never make a second one."""
        line_item = self.claim.line_item
        try:
            found = find_column(self.sender.caller, self.access, wish_of(line_item))
        except ServiceProblem as problem:
            again = try_again(self.run, problem, self.sender.clock)
            if isinstance(again, RetryAt):
                return self._wait(again)
            found = None
        with self.sender.database.write() as session:
            now = self.sender.clock()
            if found is not None and found.url != self.url:
                column_found(session, line_item, url=found.url, now=now)
            else:
                settling.hold_column(
                    session, line_item, DeliveryState.COLUMN_DELETED, reason, now=now
                )
        return Done()
