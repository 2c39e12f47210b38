"""Ask platforms what they show for every score a restored ledger believes in. It sends no score."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby

from lti_app.bridge.platform_calls import access_of, reason_of, wish_of
from lti_app.catalog.columns import find_line_item
from lti_app.catalog.views import LineItemView
from lti_app.core.clock import Clock
from lti_app.core.db import Database
from lti_app.core.reason import Reason
from lti_app.grading.columns import column_found
from lti_app.grading.comparing import Believed, Finding, hold_unseen, list_believed, settle_look
from lti_app.grading.rules import Mark
from lti_app.lti.ags import read_result
from lti_app.lti.calls import ServiceCaller
from lti_app.lti.errors import ServiceProblem
from lti_app.lti.line_items import find_line_item as find_column
from lti_app.lti.service_access import ServiceAccess

#: Columns asked at a time; as many requests as a platform bears from one client.
AT_ONCE = 4


@dataclass(frozen=True)
class Difference:
    """One person's score that the platform shows otherwise.

    Attributes:
        sub: the person, as the platform names them.
        ours: what the ledger believes to be there; None: nothing of ours.
        theirs: what is there; None: nothing.
    """

    platform_id: int
    column: str
    sub: str
    ours: Mark | None
    theirs: Mark | None


@dataclass(frozen=True)
class Unseen:
    """A column that could not be looked at.

    Attributes:
        held: how many scores of it are held because of that.
    """

    platform_id: int
    column: str
    reason: Reason
    held: int


@dataclass(frozen=True)
class Comparison:
    """What the look found; `looked` counts people's scores that could be read."""

    looked: int
    differences: Sequence[Difference]
    unseen: Sequence[Unseen]


def compare_with_platforms(database: Database, caller: ServiceCaller, clock: Clock) -> Comparison:
    """Look at every score and settle what is plain; run it again when a platform was away."""
    with database.read() as session:
        believed = list_believed(session)
    columns = [list(group) for _, group in groupby(believed, key=lambda one: one.line_item_id)]
    look = _Look(database, caller, clock)
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="compare") as pool:
        found = list(pool.map(look.at_column, columns))
    return Comparison(
        sum(one.looked for one in found),
        [difference for one in found for difference in one.differences],
        [unseen for one in found for unseen in one.unseen],
    )


@dataclass(frozen=True)
class _Look:
    database: Database
    caller: ServiceCaller
    clock: Clock

    def at_column(self, believed: Sequence[Believed]) -> Comparison:
        """Compare one column, person by person, until the platform stops answering."""
        with self.database.read() as session:
            column = find_line_item(
                session,
                platform_id=believed[0].platform_id,
                line_item_id=believed[0].line_item_id,
            )
            access = access_of(session, column) if column is not None else None
        if column is None or access is None:
            # Its link opens nothing any more, so nothing is sent there either.
            return Comparison(0, (), ())
        differences: list[Difference] = []
        url: str | None = None
        for place, one in enumerate(believed):
            try:
                url = url or self._url(access, column)
                shown = self._shown(access, url, one.sub)
            except ServiceProblem as problem:
                unseen = self._hold(believed[place:], column, reason_of(problem))
                return Comparison(place, differences, (unseen,))
            differences += self._settle(one, column, shown)
        return Comparison(len(believed), differences, ())

    def _url(self, access: ServiceAccess, column: LineItemView) -> str | None:
        """Return the column's address; one made since the backup is found by its resource."""
        if column.url is not None:
            return column.url
        found = find_column(self.caller, access, wish_of(column))
        if found is None:
            return None
        with self.database.write() as session:
            column_found(session, column, url=found.url, now=self.clock())
        return found.url

    def _shown(self, access: ServiceAccess, url: str | None, sub: str) -> Mark | None:
        if url is None:
            return None
        result = read_result(self.caller, access, url, sub)
        return Mark(result.points, result.maximum) if result else None

    def _settle(
        self, one: Believed, column: LineItemView, shown: Mark | None
    ) -> Iterable[Difference]:
        with self.database.write() as session:
            finding = settle_look(session, one, shown, now=self.clock())
        if finding is Finding.SAME:
            return ()
        return (Difference(one.platform_id, column.label, one.sub, one.ours, shown),)

    def _hold(self, rest: Sequence[Believed], column: LineItemView, reason: Reason) -> Unseen:
        with self.database.write() as session:
            now = self.clock()
            held = sum(hold_unseen(session, one, reason, now=now) for one in rest)
        return Unseen(column.platform_id, column.label, reason, held)
