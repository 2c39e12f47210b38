"""Find or make the gradebook columns that owed scores belong in. It sends no score."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from lti_app.bridge.platform_calls import Way, access_of, is_trouble, reason_of, way_of, wish_of
from lti_app.catalog.columns import find_line_item, hold_taken_urls, list_taken_urls
from lti_app.catalog.views import LineItemView
from lti_app.core.clock import Clock
from lti_app.core.logs import get_logger
from lti_app.core.reason import Reason
from lti_app.grading.columns import column_found
from lti_app.grading.models import DeliveryState
from lti_app.grading.rescaling import owe_if_changed
from lti_app.grading.settling import hold_column
from lti_app.jobs.outcome import Done, Ending, JobRun, RetryAt, Work, ending
from lti_app.jobs.outcome import Outcome as JobOutcome
from lti_app.lti.calls import ServiceCaller
from lti_app.lti.errors import Outcome, ServiceProblem
from lti_app.lti.line_items import find_or_create_line_item, get_line_item
from lti_app.lti.quirks import quirks_of
from lti_app.lti.service_access import ServiceAccess

_log = get_logger(__name__)


@dataclass(frozen=True)
class ColumnMaker:
    """Runs the job of one line item. There is one such job for each, so a column is made once.

    Attributes:
        launch_url: where a platform may ask for the work behind a cell; None offers nothing.
    """

    caller: ServiceCaller
    clock: Clock
    launch_url: str | None = None

    def __call__(self, session: Session, runs: Sequence[JobRun]) -> Sequence[Work | JobOutcome]:
        """Find or make columns, then let the scores that wait for them go."""
        return [self._begin(session, run) for run in runs]

    def _begin(self, session: Session, run: JobRun) -> Work | JobOutcome:
        line_item = (
            find_line_item(session, platform_id=run.platform_id, line_item_id=int(run.key))
            if run.platform_id is not None
            else None
        )
        if line_item is None or line_item.url is not None or not line_item.is_in_gradebook:
            return Done()
        access = access_of(session, line_item)
        if access.registration.is_disabled:
            no_column, reason = DeliveryState.NO_COLUMN, Reason("platform_disabled")
            hold_column(session, line_item, no_column, reason, now=self.clock())
            return Done()
        way = way_of(run, access, access.line_items_url)
        taken = list_taken_urls(session, line_item)
        return Work(partial(self._make, way, line_item, access, taken))

    def _make(
        self,
        way: Way,
        line_item: LineItemView,
        access: ServiceAccess,
        taken: frozenset[str],
    ) -> Ending[Any] | JobOutcome:
        try:
            url = self._former(line_item, access) or self._find_or_create(line_item, access, taken)
        except ServiceProblem as problem:
            explain = partial(self._explain, way, line_item, problem)
            return ending(explain, is_good=not is_trouble(problem))
        return ending(partial(self._found, way, line_item, url, taken), is_good=True)

    def _find_or_create(
        self, line_item: LineItemView, access: ServiceAccess, taken: frozenset[str]
    ) -> str:
        knows_reviews = quirks_of(access.registration.family).knows_reviews
        review_url = self.launch_url if knows_reviews else None
        wish = replace(wish_of(line_item, taken=taken), review_url=review_url)
        return find_or_create_line_item(self.caller, access, wish).url

    def _former(self, line_item: LineItemView, access: ServiceAccess) -> str | None:
        """Return where the column was before if it stands there again; a second one would be made.

        Raises:
            ServiceProblem: nobody knows whether it does.
        """
        if line_item.former_url is None or not access.allows(line_item.former_url):
            return None
        try:
            return get_line_item(self.caller, access, line_item.former_url).url
        except ServiceProblem as problem:
            if problem.is_retryable or problem.outcome is Outcome.UNAUTHORISED:
                raise
            return None

    def _found(
        self,
        way: Way,
        line_item: LineItemView,
        url: str,
        taken: frozenset[str],
        session: Session,
    ) -> JobOutcome:
        if url in hold_taken_urls(session, line_item) - taken:
            # Two links of one name looked at the same moment: the other one was faster.
            return RetryAt(self.clock(), Reason("column_taken"), is_attempt=False)
        column_found(session, line_item, url=url, now=self.clock())
        owe_if_changed(session, line_item, now=self.clock())
        way.note_good(session, now=self.clock())
        _log.info("column found or made", line_item=line_item.id, platform=line_item.platform_id)
        return Done()

    def _explain(
        self, way: Way, line_item: LineItemView, problem: ServiceProblem, session: Session
    ) -> JobOutcome:
        again = way.try_again(session, problem, now=self.clock())
        if isinstance(again, RetryAt):
            return again
        held = DeliveryState.NO_COLUMN if again is None else DeliveryState.NEEDS_ATTENTION
        hold_column(session, line_item, held, reason_of(problem), now=self.clock())
        return again or Done()
