"""Make activities of pack items, and keep what launches tell of links. One transaction each."""

from datetime import datetime
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.catalog.columns import forget_columns
from lti_app.catalog.library import Library
from lti_app.catalog.models import Activity, ItemVersion, LineItem, Placement
from lti_app.catalog.pack import PackItem
from lti_app.catalog.views import (
    ActivityView,
    PlacementView,
    activity_view,
    placement_view,
)
from lti_app.core.db.locks import hold_lock
from lti_app.core.errors import NotFoundError
from lti_app.core.logs import get_logger

_log = get_logger(__name__)


class Shelf(Protocol):
    """What there is to place, and how a new activity of a kind starts."""

    @property
    def library(self) -> Library:
        """All packs."""

    def new_settings(self, kind: str) -> tuple[dict[str, object], int]:
        """Return the default settings of a kind and their version."""


def remember_placement(
    session: Session,
    *,
    platform_id: int,
    deployment_id: int,
    context_id: int,
    lti_id: str,
    title: str | None,
    now: datetime,
) -> Placement:
    """Return the placement (deployment, `resource_link.id`), made or brought up to date."""
    named = (
        select(Placement)
        .where(
            Placement.platform_id == platform_id,
            Placement.deployment_id == deployment_id,
            Placement.lti_id == lti_id,
        )
        .execution_options(populate_existing=True)
    )
    placement = session.scalar(named)
    if placement is None:
        # A class may open a new link at the same moment.
        hold_lock(session, "catalog.placements", deployment_id)
        placement = session.scalar(named) or Placement(
            platform_id=platform_id,
            deployment_id=deployment_id,
            context_id=context_id,
            lti_id=lti_id,
            created_at=now,
        )
        session.add(placement)
    if placement.title != title:
        placement.title = title
    if placement.context_id != context_id:
        # A link that was moved, or copied with its id, must not open another course's activity.
        placement.context_id, placement.activity_id = context_id, None
        placement.candidates = placement.lost_name = None
        forget_columns(session, placement, now=now)
    session.flush()
    return placement


def ensure_activity(
    session: Session, placement: Placement, address: str, *, registry: Shelf, now: datetime
) -> None:
    """Let a link open the item its custom parameter names, unless it opens something already.

    An address that no pack has leaves the link for the instructor to choose.
    """
    item = registry.library.find_item(address)
    if item is None:
        _log.warning("link names an item that no pack has", placement=placement.id)
        return
    open_item(
        session, placement.id, item, platform_id=placement.platform_id, registry=registry, now=now
    )


def open_item(
    session: Session,
    placement_id: int,
    item: PackItem,
    *,
    platform_id: int,
    registry: Shelf,
    now: datetime,
    in_gradebook: bool = False,
) -> ActivityView:
    """Make an activity of a pack item and let a link open it; at most one for each link.

    Args:
        in_gradebook: whether a column may be made for it; a link that has one keeps it.

    Returns:
        What the link opens now, also when somebody else was faster.

    Raises:
        NotFoundError: the platform has no such placement.
    """
    placement = hold_placement(session, placement_id, platform_id=platform_id)
    if placement.activity_id is not None:
        return get_activity_of(session, platform_id=platform_id, activity_id=placement.activity_id)
    version = item_version(session, item, now)
    settings, settings_version = registry.new_settings(item.kind)
    activity = Activity(
        platform_id=platform_id,
        context_id=placement.context_id,
        item_version_id=version.id,
        kind=item.kind,
        title=item.spec.title,
        settings=settings,
        settings_version=settings_version,
        points=item.spec.points,
        in_gradebook=in_gradebook or _has_column(session, placement),
        created_at=now,
    )
    session.add(activity)
    session.flush()
    placement.activity_id, placement.candidates = activity.id, None
    return activity_view(activity, version)


def hold_placement(session: Session, placement_id: int, *, platform_id: int) -> Placement:
    """Return the row of a link; nobody else lets it open something until the transaction ends.

    Raises:
        NotFoundError: the platform has no such placement.
    """
    hold_lock(session, "catalog.placement", placement_id)
    placement = session.scalar(
        select(Placement)
        .where(Placement.platform_id == platform_id, Placement.id == placement_id)
        .execution_options(populate_existing=True)
    )
    if placement is None:
        raise NotFoundError
    return placement


def item_version(session: Session, item: PackItem, now: datetime) -> ItemVersion:
    """Return the stored snapshot that equals the item, a new version when it has changed."""
    snapshot = ItemVersion(
        pack=item.pack,
        item=item.spec.id,
        digest=item.digest,
        kind=item.kind,
        content=item.content,
        created_at=now,
    )
    return stored_version(session, snapshot)


def stored_version(session: Session, snapshot: ItemVersion) -> ItemVersion:
    """Keep a snapshot of an item as its next version, unless the newest one equals it."""
    hold_lock(session, f"catalog.item {snapshot.pack}/{snapshot.item}", 0)
    newest = session.scalar(
        select(ItemVersion)
        .where(ItemVersion.pack == snapshot.pack, ItemVersion.item == snapshot.item)
        .order_by(ItemVersion.version.desc())
        .limit(1)
    )
    if newest is not None and newest.digest == snapshot.digest:
        return newest
    snapshot.version = newest.version + 1 if newest else 1
    session.add(snapshot)
    session.flush()
    return snapshot


def _has_column(session: Session, placement: Placement) -> bool:
    return (
        session.scalar(
            select(LineItem.id).where(
                LineItem.platform_id == placement.platform_id,
                LineItem.placement_id == placement.id,
            )
        )
        is not None
    )


def find_activity(session: Session, *, platform_id: int, activity_id: int) -> ActivityView | None:
    """Return an activity of this platform, None when there is none with this id."""
    row = session.execute(
        select(Activity, ItemVersion)
        .join(ItemVersion, ItemVersion.id == Activity.item_version_id)
        .where(Activity.platform_id == platform_id, Activity.id == activity_id)
    ).one_or_none()
    return activity_view(row[0], row[1]) if row else None


def get_activity_of(session: Session, *, platform_id: int, activity_id: int) -> ActivityView:
    """Return an activity of this platform.

    Raises:
        NotFoundError: there is none with this id.
    """
    found = find_activity(session, platform_id=platform_id, activity_id=activity_id)
    if found is None:
        raise NotFoundError
    return found


def hold_activity(session: Session, activity: ActivityView) -> ActivityView:
    """Return the activity with its settings of now, which stay until the transaction ends.

    It comes before any lock on a person, in the order of whoever changes the settings.
    """
    row = session.scalars(
        select(Activity)
        .where(Activity.platform_id == activity.platform_id, Activity.id == activity.id)
        .with_for_update(read=True)
        .execution_options(populate_existing=True)
    ).one()
    # Only now: who changed the item while we waited has changed which one this is.
    return activity_view(row, session.get_one(ItemVersion, row.item_version_id))


def hold_settings(session: Session, activity: ActivityView) -> Activity:
    """Return the row of an activity to change it; nobody grades it until the transaction ends."""
    return session.scalars(
        select(Activity)
        .where(Activity.platform_id == activity.platform_id, Activity.id == activity.id)
        # Rows that only refer to it may be added meanwhile.
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()


def get_activity(
    session: Session, public_id: str, *, platform_id: int, context_id: int | None
) -> ActivityView:
    """Return the activity of this context with this public id.

    Raises:
        NotFoundError: there is none, or it belongs to another course or platform.
    """
    row = session.execute(
        select(Activity, ItemVersion)
        .join(ItemVersion, ItemVersion.id == Activity.item_version_id)
        .where(
            Activity.platform_id == platform_id,
            Activity.context_id == context_id,
            Activity.public_id == public_id,
        )
    ).one_or_none()
    if row is None:
        raise NotFoundError
    return activity_view(row[0], row[1])


def find_placement(
    session: Session, *, platform_id: int, placement_id: int
) -> PlacementView | None:
    """Return a placement of this platform, None when there is none with this id."""
    row = session.scalar(
        select(Placement).where(Placement.platform_id == platform_id, Placement.id == placement_id)
    )
    return placement_view(row, has_column=_has_column(session, row)) if row else None


def find_link(
    session: Session, lti_id: str | None, *, platform_id: int, context_id: int
) -> PlacementView | None:
    """Return the link of a course by the platform's own id of it; None for no id."""
    row = session.scalar(
        select(Placement).where(
            Placement.platform_id == platform_id,
            Placement.context_id == context_id,
            Placement.lti_id == lti_id,
        )
    )
    return placement_view(row, has_column=_has_column(session, row)) if row else None
