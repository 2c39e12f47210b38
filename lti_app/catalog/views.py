"""Activities, placements and line items as other rooms see them. Values; no row leaves."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from lti_app.catalog.models import Activity, ItemVersion, LineItem, Placement
from lti_app.catalog.rules import Dates, Lateness, LatePolicy, Release
from lti_app.core.reason import Reason


@dataclass(frozen=True)
class ActivityView:
    """An activity with the item it was made of.

    Attributes:
        content: the item's snapshot; the kind reads it.
        settings: as stored, of `settings_version`; the kind upgrades and reads them.
        points: the maximum of its grade, above zero.
        zero_at_close: whether who has handed nothing in by then gets a nought.
    """

    id: int
    public_id: str
    platform_id: int
    context_id: int
    kind: str
    title: str
    item_version_id: int
    content: Mapping[str, Any]
    settings: Mapping[str, Any]
    settings_version: int
    points: Decimal
    in_gradebook: bool
    release: Release
    opens_at: datetime | None
    due_at: datetime | None
    closes_at: datetime | None
    releases_at: datetime | None
    grace: timedelta
    lateness: Lateness
    zero_at_close: bool = False

    @property
    def dates(self) -> Dates:
        """The dates, in their order."""
        return Dates(self.opens_at, self.due_at, self.closes_at, self.releases_at)

    def late_for(self, handed_in_at: datetime) -> timedelta:
        """Return how late work is; not above zero when it is in time, or nothing is due."""
        if self.due_at is None:
            return timedelta()
        return handed_in_at - (self.due_at + self.grace)

    def extended(self, days: int) -> "ActivityView":
        """Return the activity as somebody has it whose due and closing dates lie later."""
        more = timedelta(days=days)
        return replace(
            self,
            due_at=self.due_at and self.due_at + more,
            closes_at=self.closes_at and self.closes_at + more,
        )

    def releases_at_once(self, now: datetime) -> bool:
        """Whether a grade that is found now leaves by itself."""
        return self.dates.is_released_by(now, self.release)


@dataclass(frozen=True)
class PlacementView:
    """A link in the platform and what it opens."""

    id: int
    platform_id: int
    deployment_id: int
    context_id: int
    title: str | None
    activity_id: int | None
    has_column: bool


@dataclass(frozen=True)
class LineItemView:
    """A gradebook column, or the wish for one (`url` None).

    Attributes:
        maximum: the activity's points, which the column should have.
        maxima: those that it can have by our own doing; empty when the activity's points are what
            it was made with.
        change_reason: why it was not brought to the activity's points; None when nothing is amiss.
    """

    id: int
    platform_id: int
    deployment_id: int
    context_id: int
    placement_id: int
    placement_lti_id: str
    url: str | None
    resource_id: str
    tag: str
    label: str
    maximum: Decimal
    former_url: str | None = None
    maxima: frozenset[Decimal] = frozenset()
    change_reason: Reason | None = None


def activity_view(row: Activity, item: ItemVersion) -> ActivityView:
    """Return an activity without its row."""
    return ActivityView(
        id=row.id,
        public_id=row.public_id,
        platform_id=row.platform_id,
        context_id=row.context_id,
        kind=row.kind,
        title=row.title,
        item_version_id=item.id,
        content=item.content,
        settings=row.settings,
        settings_version=row.settings_version,
        points=row.points,
        in_gradebook=row.in_gradebook,
        release=Release(row.release),
        opens_at=row.opens_at,
        due_at=row.due_at,
        closes_at=row.closes_at,
        releases_at=row.releases_at,
        grace=timedelta(minutes=row.grace_minutes),
        lateness=Lateness(LatePolicy(row.late_policy), row.late_percent, row.late_floor_percent),
        zero_at_close=row.zero_at_close,
    )


def line_item_view(row: LineItem, placement: Placement, activity: Activity) -> LineItemView:
    """Return a column with what it would be made with."""
    why = row.change_reason_code
    return LineItemView(
        id=row.id,
        platform_id=row.platform_id,
        deployment_id=placement.deployment_id,
        context_id=placement.context_id,
        placement_id=placement.id,
        placement_lti_id=placement.lti_id,
        url=row.url,
        resource_id=activity.public_id,
        tag=activity.kind,
        label=activity.title,
        maximum=activity.points,
        former_url=row.former_url,
        maxima=frozenset(Decimal(one) for one in row.maxima or ()),
        change_reason=Reason(why, row.change_reason_params or {}) if why else None,
    )
