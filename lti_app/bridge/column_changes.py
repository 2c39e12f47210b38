"""Bring gradebook columns to the points of their activities. It sends no score and makes no column.

Scores wait for it, because some platforms keep the points in a column that gets another maximum;
they do not wait for a platform that has trouble with it: their own maximum goes with them.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from lti_app.bridge.platform_calls import Way, access_of, is_trouble, reason_of, way_of
from lti_app.catalog.columns import find_line_item, note_maxima
from lti_app.catalog.views import LineItemView
from lti_app.core.clock import Clock
from lti_app.core.logs import get_logger
from lti_app.core.reason import Reason
from lti_app.grading.rescaling import let_scores_go
from lti_app.jobs.outcome import Done, Ending, JobRun, RetryAt, Work, ending
from lti_app.jobs.outcome import Outcome as JobOutcome
from lti_app.lti.calls import ServiceCaller
from lti_app.lti.errors import ServiceProblem
from lti_app.lti.line_item_changes import LineItemChange, change_line_item
from lti_app.lti.service_access import ServiceAccess

_log = get_logger(__name__)


@dataclass(frozen=True)
class ColumnChanger:
    """Runs the job of one line item. What it brings the column to is the points of now."""

    caller: ServiceCaller
    clock: Clock

    def __call__(self, session: Session, runs: Sequence[JobRun]) -> Sequence[Work | JobOutcome]:
        """Change columns, then let the scores that wait for them go."""
        return [self._begin(session, run) for run in runs]

    def _begin(self, session: Session, run: JobRun) -> Work | JobOutcome:
        line_item = (
            find_line_item(session, platform_id=run.platform_id, line_item_id=int(run.key))
            if run.platform_id is not None
            else None
        )
        if line_item is None:
            return Done()
        if line_item.url is None or not line_item.maxima:
            # The column is made anew, with the points of then, or stands elsewhere since.
            let_scores_go(session, line_item, is_changed=False, now=self.clock())
            return Done()
        access = access_of(session, line_item)
        if access.registration.is_disabled:
            return self._stays(session, line_item, Reason("platform_disabled"))
        # Before anything is asked: nobody may hear whether the platform did it.
        tried = {*line_item.maxima, line_item.maximum}
        note_maxima(session, line_item, tried, why_not=line_item.change_reason)
        way = way_of(run, access, line_item.url)
        return Work(partial(self._change, way, line_item, access))

    def _change(
        self, way: Way, line_item: LineItemView, access: ServiceAccess
    ) -> Ending[Any] | JobOutcome:
        wanted = LineItemChange(maximum=line_item.maximum, only_from=line_item.maxima)
        try:
            stands_at = change_line_item(self.caller, access, line_item.url or "", wanted)
        except ServiceProblem as problem:
            explain = partial(self._explain, way, line_item, problem)
            return ending(explain, is_good=not is_trouble(problem))
        return ending(partial(self._stands, way, line_item, stands_at), is_good=True)

    def _stands(
        self, way: Way, line_item: LineItemView, stands_at: Decimal | None, session: Session
    ) -> JobOutcome:
        way.note_good(session, now=self.clock())
        if stands_at != line_item.maximum:
            # Somebody chose another one in the platform, and that is theirs to choose.
            params = {"maximum": None if stands_at is None else str(stands_at)}
            return self._stays(session, line_item, Reason("own_maximum", params))
        self._settle(session, line_item, {line_item.maximum}, why_not=None)
        _log.info("column changed", line_item=line_item.id, platform=line_item.platform_id)
        return Done()

    def _explain(
        self, way: Way, line_item: LineItemView, problem: ServiceProblem, session: Session
    ) -> JobOutcome:
        # A 401 for this one column speaks of the column: scores find out whether the key is good.
        is_of_column = problem.status == 401 and not problem.is_of_token
        again = None if is_of_column else way.try_again(session, problem, now=self.clock())
        if not isinstance(again, RetryAt):
            stays = self._stays(session, line_item, reason_of(problem))
            return again or stays
        if again.is_attempt:
            let_scores_go(session, line_item, is_changed=False, now=self.clock())
        return again

    def _stays(self, session: Session, line_item: LineItemView, why_not: Reason) -> JobOutcome:
        """Leave the column as it is and say why; scores go with a maximum of their own."""
        self._settle(session, line_item, line_item.maxima, why_not=why_not)
        _log.warning(
            "column not changed",
            line_item=line_item.id,
            platform=line_item.platform_id,
            reason=why_not.code,
        )
        return Done()

    def _settle(
        self,
        session: Session,
        line_item: LineItemView,
        maxima: AbstractSet[Decimal],
        *,
        why_not: Reason | None,
    ) -> None:
        """Write down how the column stands, unless it has another address by now."""
        found = find_line_item(
            session, platform_id=line_item.platform_id, line_item_id=line_item.id
        )
        if found is None or found.url != line_item.url:
            return
        note_maxima(session, line_item, maxima, why_not=why_not)
        if found.maximum == line_item.maximum:
            # Else points were changed again, and the run that is owed for that lets the scores go.
            is_changed = why_not is None
            let_scores_go(session, found, is_changed=is_changed, now=self.clock())
