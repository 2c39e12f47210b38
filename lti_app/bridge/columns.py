"""Find or make the gradebook columns that owed scores belong in. It sends no score."""

from dataclasses import dataclass

from lti_app.bridge.platform_calls import access_of, reason_of, try_again, wish_of
from lti_app.catalog.columns import find_line_item
from lti_app.catalog.views import LineItemView
from lti_app.core.clock import Clock
from lti_app.core.db import Database
from lti_app.core.logs import get_logger
from lti_app.core.reason import Reason
from lti_app.grading.columns import column_found
from lti_app.grading.models import DeliveryState
from lti_app.grading.settling import hold_column
from lti_app.jobs.outcome import Done, JobRun, RetryAt
from lti_app.jobs.outcome import Outcome as JobOutcome
from lti_app.lti.calls import ServiceCaller
from lti_app.lti.errors import ServiceProblem
from lti_app.lti.line_items import find_or_create_line_item

_log = get_logger(__name__)


@dataclass(frozen=True)
class ColumnMaker:
    """Runs the job of one line item. There is one such job for each, so a column is made once."""

    database: Database
    caller: ServiceCaller
    clock: Clock

    def __call__(self, run: JobRun) -> JobOutcome:
        """Find or make the column, then let the scores that wait for it go."""
        with self.database.read() as session:
            line_item = (
                find_line_item(session, platform_id=run.platform_id, line_item_id=int(run.key))
                if run.platform_id is not None
                else None
            )
            if line_item is None or line_item.url is not None:
                return Done()
            access = access_of(session, line_item)
        if access.registration.is_disabled:
            return self._hold(line_item, DeliveryState.NO_COLUMN, Reason("platform_disabled"))
        try:
            column = find_or_create_line_item(self.caller, access, wish_of(line_item))
        except ServiceProblem as problem:
            return self._explain(run, line_item, problem)
        with self.database.write() as session:
            column_found(session, line_item, url=column.url, now=self.clock())
        _log.info("column found or made", line_item=line_item.id, platform=line_item.platform_id)
        return Done()

    def _explain(self, run: JobRun, line_item: LineItemView, problem: ServiceProblem) -> JobOutcome:
        again = try_again(run, problem, self.clock)
        if isinstance(again, RetryAt):
            return again
        held = DeliveryState.NO_COLUMN if again is None else DeliveryState.NEEDS_ATTENTION
        done = self._hold(line_item, held, reason_of(problem))
        return again or done

    def _hold(self, line_item: LineItemView, state: DeliveryState, reason: Reason) -> Done:
        with self.database.write() as session:
            hold_column(session, line_item, state, reason, now=self.clock())
        return Done()
