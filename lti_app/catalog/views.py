"""Activities, placements and line items as other rooms see them. Values; no row leaves."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, cast

from lti_app.catalog.models import TITLE_LENGTH, WHOLE, Activity, ItemVersion, LineItem, Placement
from lti_app.catalog.rules import Dates, Lateness, LatePolicy, Release
from lti_app.core.reason import Reason


@dataclass(frozen=True)
class FacetColumn:
    """The gradebook column of one facet.

    Attributes:
        title: what people call the facet, as whoever chose the column read it.
        maximum: its points, above zero.
    """

    title: str
    maximum: Decimal


@dataclass(frozen=True)
class ActivityView:
    """An activity with the item it was made of.

    Attributes:
        content: the item's snapshot; the kind reads it.
        item_version: of the item, 1 for the first; goes up when the item changes.
        pack, item: where it comes from, as `Library.find_module` takes them.
        settings: as stored, of `settings_version`; the kind upgrades and reads them.
        points: the maximum of its grade, above zero.
        zero_at_close: whether who has handed nothing in by then gets a nought.
        instructions: Markdown to be read above it; empty for none.
        facet_columns: by the facet's name; empty where one column is for the whole grade.
        origins: public ids of what it was copied from, the nearest first; empty for no copy.
        former_dates: of what it was copied from; they do not count.
        copy_key: the secret that its link carries; empty for none.
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
    facet_columns: Mapping[str, FacetColumn] = field(default_factory=dict)
    instructions: str = ""
    pack: str = ""
    item: str = ""
    item_version: int = 1
    origins: tuple[str, ...] = ()
    former_dates: Dates = field(default_factory=Dates)
    copy_key: str = field(default="", repr=False)

    @property
    def is_split(self) -> bool:
        """Whether each facet has a gradebook column of its own."""
        return bool(self.facet_columns)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that each of its links has, by the facet's name."""
        return tuple(self.facet_columns) or (WHOLE,)

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
    """A link in the platform and what it opens.

    Attributes:
        has_lost_it: whether it names an activity that is not in its course.
        candidates: the activities of which it may be a copy; empty when nobody has to say.
        is_withheld: whether it is a copy of what belongs to another course, as far as is known.
    """

    id: int
    platform_id: int
    deployment_id: int
    context_id: int
    title: str | None
    activity_id: int | None
    has_column: bool
    has_lost_it: bool = False
    candidates: tuple[int, ...] = ()
    is_withheld: bool = False


@dataclass(frozen=True)
class LineItemView:
    """A gradebook column, or the wish for one (`url` None).

    Attributes:
        maximum: the points that the column should have: the activity's, or those of its facet.
        maxima: those that it can have by our own doing; empty when `maximum` is what it was made
            with.
        change_reason: why it was not brought to `maximum`; None when nothing is amiss.
        facet: which part of the grade it shows; empty for the whole.
        origins: what a copied column is called, the nearest name first.
        is_used: whether scores belong there; beside columns of facets a link's own stays empty.
        is_in_gradebook: whether anything new is sent there; an instructor may have stopped it.
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
    facet: str = WHOLE
    is_used: bool = True
    origins: tuple[str, ...] = ()
    is_in_gradebook: bool = True


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
        facet_columns=read_facet_columns(row.facet_columns),
        instructions=row.instructions or "",
        pack=item.pack,
        item=item.item,
        item_version=item.version,
        origins=tuple(row.origins or ()),
        former_dates=_read_dates(row.former_dates),
        copy_key=row.copy_key or "",
    )


def read_facet_columns(stored: Mapping[str, object] | None) -> dict[str, FacetColumn]:
    """Return the columns of facets as they are stored with an activity."""
    given = cast(Mapping[str, Mapping[str, str]], stored or {})
    return {
        facet: FacetColumn(one["title"], Decimal(one["maximum"])) for facet, one in given.items()
    }


def write_facet_columns(columns: Mapping[str, FacetColumn]) -> dict[str, object] | None:
    """Return the columns of facets as they are stored; None where there are none."""
    return {
        facet: {"title": one.title, "maximum": str(one.maximum)} for facet, one in columns.items()
    } or None


def placement_view(row: Placement, *, has_column: bool) -> PlacementView:
    """Return a link without its row."""
    return PlacementView(
        id=row.id,
        platform_id=row.platform_id,
        deployment_id=row.deployment_id,
        context_id=row.context_id,
        title=row.title,
        activity_id=row.activity_id,
        has_column=has_column,
        has_lost_it=row.activity_id is None and row.lost_name is not None,
        candidates=tuple(row.candidates or ()),
        is_withheld=row.activity_id is None and row.is_withheld,
    )


def write_dates(dates: Dates) -> dict[str, object] | None:
    """Return dates as they are stored with a copy; None where there are none."""
    given = {name: at.isoformat() for name, at in vars(dates).items() if at is not None}
    return dict(given) or None


def _read_dates(stored: Mapping[str, object] | None) -> Dates:
    given = cast(Mapping[str, str], stored or {})
    return Dates(**{name: datetime.fromisoformat(at) for name, at in given.items()})


def line_item_view(row: LineItem, placement: Placement, activity: Activity) -> LineItemView:
    """Return a column with what it would be made with."""
    why, columns = row.change_reason_code, read_facet_columns(activity.facet_columns)
    own = columns.get(row.facet)
    return LineItemView(
        id=row.id,
        platform_id=row.platform_id,
        deployment_id=placement.deployment_id,
        context_id=placement.context_id,
        placement_id=placement.id,
        placement_lti_id=placement.lti_id,
        url=row.url,
        resource_id=activity.public_id,
        tag=f"{activity.kind}:{row.facet}" if row.facet else activity.kind,
        label=_label(activity.title, own.title) if own else activity.title,
        maximum=own.maximum if own else activity.points,
        former_url=row.former_url,
        maxima=frozenset(Decimal(one) for one in row.maxima or ()),
        change_reason=Reason(why, row.change_reason_params or {}) if why else None,
        facet=row.facet,
        is_used=own is not None or not (columns or row.facet),
        origins=tuple(activity.origins or ()),
        is_in_gradebook=activity.in_gradebook,
    )


def _label(title: str, part: str) -> str:
    """Return what a facet's column is called: of a long title as much as leaves room for both.

    >>> _label("Week 2", "Reviews")
    'Week 2: Reviews'
    >>> len(_label("Leading " * 40, "Reviews"))
    255
    """
    return f"{title[: TITLE_LENGTH - len(part) - 2]}: {part}"
