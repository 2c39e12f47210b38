"""Change what an instructor sets of an activity: points, dates, what being late costs, release."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lti_app.audit import Actor, record_event
from lti_app.catalog.models import Activity, LineItem, Placement
from lti_app.catalog.rules import Dates, Lateness, Release
from lti_app.catalog.service import get_activity_of
from lti_app.catalog.views import ActivityView


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
class ActivitySettings:
    """What an instructor sets.

    Attributes:
        points: the maximum of its grade, above zero; None leaves it as it is.
    """

    dates: Dates
    grace: timedelta
    lateness: Lateness
    release: Release
    zero_at_close: bool = False
    points: Decimal | None = None


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
    pair = wanted.dates.out_of_order()
    if pair is not None:
        raise SettingsError(*pair)
    missing = wanted.dates.missing_for(wanted.release)
    if missing is not None:
        raise SettingsError(missing, missing)
    row = session.scalars(
        select(Activity)
        .where(Activity.platform_id == activity.platform_id, Activity.id == activity.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    row.opens_at, row.due_at = wanted.dates.opens_at, wanted.dates.due_at
    row.closes_at, row.releases_at = wanted.dates.closes_at, wanted.dates.releases_at
    row.grace_minutes = wanted.grace // timedelta(minutes=1)
    row.late_policy = wanted.lateness.policy
    row.late_percent = wanted.lateness.percent
    row.late_floor_percent = wanted.lateness.floor_percent
    row.release, row.zero_at_close = wanted.release, wanted.zero_at_close
    if wanted.points is not None and wanted.points != row.points:
        _note_where_columns_stand(session, row)
        row.points = wanted.points
    session.flush()
    record_event(
        session,
        "activity.changed",
        at=now,
        actor=actor,
        about=("activity", activity.public_id),
        platform_id=activity.platform_id,
    )
    return get_activity_of(session, platform_id=row.platform_id, activity_id=row.id)


def _note_where_columns_stand(session: Session, activity: Activity) -> None:
    """Remember what its columns were made with; only from there may we change them later."""
    placements = select(Placement.id).where(
        Placement.platform_id == activity.platform_id, Placement.activity_id == activity.id
    )
    session.execute(
        update(LineItem)
        .where(
            LineItem.platform_id == activity.platform_id,
            LineItem.placement_id.in_(placements),
            LineItem.url.is_not(None),
            LineItem.maxima.is_(None),
        )
        .values(maxima=[str(activity.points)])
    )
