"""Change what an instructor sets of an activity; what follows from it, other rooms decide."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lti_app.audit import Actor, record_event
from lti_app.catalog.models import WHOLE, Activity, LineItem, Placement
from lti_app.catalog.rules import Dates, Lateness, Release
from lti_app.catalog.service import get_activity_of, hold_settings
from lti_app.catalog.views import (
    ActivityView,
    FacetColumn,
    read_facet_columns,
    write_facet_columns,
)


class SettingsError(ValueError):
    """These settings contradict each other.

    Attributes:
        first, second: the names of the two dates in the wrong order; the same name twice for one
            that is missing.
    """

    def __init__(self, first: str, second: str) -> None:
        super().__init__(f"{first}, {second}")
        self.first, self.second = first, second


@dataclass(frozen=True)
class OwnSettings:
    """What the kind of an activity lets be set, as JSON values of this version."""

    values: Mapping[str, object]
    version: int


@dataclass(frozen=True)
class ActivitySettings:
    """What an instructor sets. None leaves a thing as it is.

    Attributes:
        points: the maximum of its grade, above zero.
        facet_columns: by the facet's name; empty for one column of the whole grade.
        title: not empty.
        instructions: Markdown; empty for none.
    """

    dates: Dates
    grace: timedelta
    lateness: Lateness
    release: Release
    zero_at_close: bool = False
    points: Decimal | None = None
    facet_columns: Mapping[str, FacetColumn] | None = None
    title: str | None = None
    instructions: str | None = None
    in_gradebook: bool | None = None
    own: OwnSettings | None = None


def refuse_contradictions(dates: Dates, release: Release) -> None:
    """Let no dates stand that contradict each other or the release.

    Raises:
        SettingsError: they are out of order, or the one that releases is missing.
    """
    pair = dates.out_of_order()
    if pair is not None:
        raise SettingsError(*pair)
    missing = dates.missing_for(release)
    if missing is not None:
        raise SettingsError(missing, missing)


def hold_to_change(session: Session, activity: ActivityView) -> ActivityView:
    """Return the activity as it is now; nobody grades it until the transaction ends."""
    hold_settings(session, activity)
    return get_activity_of(session, platform_id=activity.platform_id, activity_id=activity.id)


def change_settings(
    session: Session,
    activity: ActivityView,
    wanted: ActivitySettings,
    *,
    actor: Actor,
    now: datetime,
) -> ActivityView:
    """Keep these settings; work and grades stay as they are, also when the points are others.

    Raises:
        SettingsError: the dates are out of order, or the one that releases is missing.
    """
    refuse_contradictions(wanted.dates, wanted.release)
    row = hold_settings(session, activity)
    was_in_gradebook = row.in_gradebook
    _set_times(row, wanted)
    _set_words(row, wanted)
    is_regrouped = _set_maxima(session, row, wanted)
    session.flush()
    actions = ["activity.changed"]
    if is_regrouped:
        actions.append("activity.columns_changed")
    if row.in_gradebook != was_in_gradebook:
        entered = "activity.put_in_gradebook" if row.in_gradebook else "activity.left_gradebook"
        actions.append(entered)
    for action in actions:
        record_event(
            session,
            action,
            at=now,
            actor=actor,
            about=("activity", activity.public_id),
            platform_id=activity.platform_id,
        )
    return get_activity_of(session, platform_id=row.platform_id, activity_id=row.id)


def _set_times(row: Activity, wanted: ActivitySettings) -> None:
    row.opens_at, row.due_at = wanted.dates.opens_at, wanted.dates.due_at
    row.closes_at, row.releases_at = wanted.dates.closes_at, wanted.dates.releases_at
    row.grace_minutes = wanted.grace // timedelta(minutes=1)
    row.late_policy = wanted.lateness.policy
    row.late_percent = wanted.lateness.percent
    row.late_floor_percent = wanted.lateness.floor_percent
    row.release, row.zero_at_close = wanted.release, wanted.zero_at_close
    # Whoever saves has seen them beside the fields.
    row.former_dates = None


def _set_words(row: Activity, wanted: ActivitySettings) -> None:
    if wanted.title is not None:
        row.title = wanted.title
    if wanted.instructions is not None:
        row.instructions = wanted.instructions or None
    if wanted.in_gradebook is not None:
        row.in_gradebook = wanted.in_gradebook
        row.is_kept_out = row.is_kept_out and not wanted.in_gradebook
    if wanted.own is not None:
        row.settings, row.settings_version = dict(wanted.own.values), wanted.own.version


def _set_maxima(session: Session, row: Activity, wanted: ActivitySettings) -> bool:
    """Keep the points and the columns; return whether there are other columns by that."""
    before = _maxima(row)
    if wanted.points is not None:
        row.points = wanted.points
    if wanted.facet_columns is not None:
        row.facet_columns = write_facet_columns(wanted.facet_columns)
    after = _maxima(row)
    for facet, maximum in before.items():
        if after.get(facet, maximum) != maximum:
            _note_where_columns_stand(session, row, facet, maximum)
    return before.keys() != after.keys()


def _maxima(row: Activity) -> dict[str, Decimal]:
    """Return the points of the whole grade, and of each facet that has a column."""
    facets = read_facet_columns(row.facet_columns)
    return {WHOLE: row.points, **{facet: one.maximum for facet, one in facets.items()}}


def _note_where_columns_stand(
    session: Session, activity: Activity, facet: str, maximum: Decimal
) -> None:
    """Remember what columns were made with; only from there may we change them later."""
    placements = select(Placement.id).where(
        Placement.platform_id == activity.platform_id, Placement.activity_id == activity.id
    )
    session.execute(
        update(LineItem)
        .where(
            LineItem.platform_id == activity.platform_id,
            LineItem.placement_id.in_(placements),
            LineItem.facet == facet,
            LineItem.url.is_not(None),
            LineItem.maxima.is_(None),
        )
        .values(maxima=[str(maximum)])
    )
