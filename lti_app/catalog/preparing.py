"""Activities made before their link is: prepared, then taken by the first launch of a link.

An activity belongs to one context. Prepared, it has no placement and no column, and nobody can work
in it: the platform may throw its link away.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.catalog.models import Activity, Placement
from lti_app.catalog.pack import PackItem
from lti_app.catalog.rules import Dates, Release
from lti_app.catalog.service import Shelf, item_version
from lti_app.catalog.settings import refuse_contradictions
from lti_app.catalog.views import ActivityView, activity_view
from lti_app.core.db.locks import hold_lock
from lti_app.core.ids import new_public_id

NO_DATES = Dates()
_MAX_NAME = 64
_KEY_BYTES = 24


@dataclass(frozen=True)
class Wish:
    """What an instructor wants of an activity when they add it.

    Attributes:
        title: not empty.
        points: the maximum of its grade, above zero.
        in_gradebook: whether a column may be made for it. If not, it stays out also where the
            platform gives its link one, until an instructor puts it in.
    """

    title: str
    points: Decimal
    in_gradebook: bool
    dates: Dates = NO_DATES


def prepare_activity(
    session: Session,
    item: PackItem,
    wish: Wish,
    *,
    platform_id: int,
    context_id: int,
    registry: Shelf,
    now: datetime,
) -> ActivityView:
    """Make an activity of an item for a link that is still to come.

    Raises:
        SettingsError: the dates are out of order.
    """
    refuse_contradictions(wish.dates, Release.IMMEDIATE)
    version = item_version(session, item, now)
    settings, settings_version = registry.new_settings(item.kind)
    activity = Activity(
        public_id=new_public_id(),
        platform_id=platform_id,
        context_id=context_id,
        item_version_id=version.id,
        kind=item.kind,
        title=wish.title,
        settings=settings,
        settings_version=settings_version,
        points=wish.points,
        in_gradebook=wish.in_gradebook,
        is_kept_out=not wish.in_gradebook,
        opens_at=wish.dates.opens_at,
        due_at=wish.dates.due_at,
        closes_at=wish.dates.closes_at,
        copy_key=secrets.token_urlsafe(_KEY_BYTES),
        created_at=now,
    )
    session.add(activity)
    session.flush()
    return activity_view(activity, version)


def take_activity(session: Session, placement: Placement, name: str) -> bool:
    """Let a link open the prepared activity of its course that it names.

    Args:
        placement: held, and opening nothing yet.
        name: the public id of an activity, as the platform gave it.

    Returns:
        False when there is none, or when another link opens it already: two links never share a
        gradebook column.
    """
    found = _find(session, placement, name)
    if found is None:
        return False
    hold_lock(session, "catalog.activity", found.id)
    if _is_taken(session, found):
        return False
    placement.activity_id, placement.lost_name = found.id, None
    session.flush()
    return True


def note_lost(placement: Placement, name: str) -> None:
    """Remember that nobody knows what a link names, so that the instructor can choose again."""
    placement.lost_name = name[:_MAX_NAME]


def _find(session: Session, placement: Placement, name: str) -> Activity | None:
    if len(name) > _MAX_NAME:
        return None
    return session.scalar(
        select(Activity).where(
            Activity.platform_id == placement.platform_id,
            Activity.context_id == placement.context_id,
            Activity.public_id == name,
            Activity.archived_at.is_(None),
        )
    )


def _is_taken(session: Session, activity: Activity) -> bool:
    taken = select(Placement.id).where(
        Placement.platform_id == activity.platform_id, Placement.activity_id == activity.id
    )
    return session.scalar(taken.limit(1)) is not None
