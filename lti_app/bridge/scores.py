"""The jobs that send owed scores: which handler runs which, and how a run begins.

What happens in a run is `bridge.delivering`'s. It changes no grade.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from lti_app.bridge.column_changes import ColumnChanger
from lti_app.bridge.columns import ColumnMaker
from lti_app.bridge.delivering import Delivering
from lti_app.bridge.platform_calls import Accesses, way_of
from lti_app.catalog.views import LineItemView
from lti_app.core.clock import Clock
from lti_app.core.db import Database
from lti_app.core.http import HttpClient
from lti_app.grading import sending
from lti_app.grading.ledger import CHANGE_COLUMN, ENSURE_COLUMN, SEND_SCORE
from lti_app.grading.sending import Claimed
from lti_app.jobs.outcome import Done, Handler, JobRun, NotBegun, Work
from lti_app.jobs.outcome import Outcome as JobOutcome
from lti_app.jobs.service import enqueue
from lti_app.lti.calls import ServiceCaller
from lti_app.lti.tokens import TokenSource


def score_handlers(
    database: Database,
    http: HttpClient,
    tokens: TokenSource,
    clock: Clock,
    *,
    launch_url: str | None = None,
) -> Mapping[str, Handler]:
    """Return the handlers of this room, by kind of job.

    Args:
        launch_url: where platforms may ask for the work behind a score.
    """
    caller = ServiceCaller(http, tokens, clock)
    return {
        SEND_SCORE: ScoreSender(database, caller, clock),
        ENSURE_COLUMN: ColumnMaker(caller, clock, launch_url),
        CHANGE_COLUMN: ColumnChanger(caller, clock),
    }


@dataclass(frozen=True)
class ScoreSender:
    """Prepares the jobs of deliveries: claims them, fixes what is sent, finds where to."""

    database: Database
    caller: ServiceCaller
    clock: Clock

    def __call__(self, session: Session, runs: Sequence[JobRun]) -> Sequence[Work | JobOutcome]:
        """Bring people's scores to their platforms, or say in the ledger why not."""
        found = sending.claim_deliveries(session, [run.key for run in runs], now=self.clock())
        accesses = Accesses(session)
        return [self._begin(session, run, found, accesses) for run in runs]

    def _begin(
        self,
        session: Session,
        run: JobRun,
        found: Mapping[str, Claimed | None],
        accesses: Accesses,
    ) -> Work | JobOutcome:
        if run.key not in found:
            return NotBegun()
        claimed = found[run.key]
        if claimed is None:
            return Done()
        claim, url = claimed.claim, claimed.claim.line_item.url
        if url is None:
            _owe_column(session, claim.line_item, self.clock)
            return Done()
        access = accesses.of(claim.line_item)
        way = way_of(run, access, url)
        delivering = Delivering(
            self.database, self.caller, self.clock, way, claim, access, claimed.body
        )
        return Work(delivering.deliver, delivering.give_back)


def _owe_column(session: Session, line_item: LineItemView, clock: Clock) -> None:
    enqueue(
        session,
        ENSURE_COLUMN,
        str(line_item.id),
        run_at=clock(),
        platform_id=line_item.platform_id,
    )
