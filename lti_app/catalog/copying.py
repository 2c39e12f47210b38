"""Copies of activities: the settings for another link, and nothing of anybody's work.

Which activity a link is a copy of, the bridge decides.
"""

import copy
import hashlib
import json
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.audit import Actor, record_event
from lti_app.catalog.columns import join_gradebook
from lti_app.catalog.models import Activity, ItemVersion, OwnItem
from lti_app.catalog.pack import OWN_PACK
from lti_app.catalog.rules import Dates
from lti_app.catalog.service import get_activity_of, hold_placement, stored_version
from lti_app.catalog.views import ActivityView, PlacementView, activity_view, write_dates
from lti_app.core.db.locks import hold_lock
from lti_app.core.errors import NotFoundError

#: A course that is copied every term comes to that in decades.
_MOST_ORIGINS = 60


class Copier(Protocol):
    """What each kind says of copying its settings."""

    def copied_settings(self, activity: ActivityView) -> tuple[dict[str, object], int]:
        """Return the settings that a copy starts with, and their version."""


def copy_activity(
    session: Session,
    origin_id: int,
    *,
    placement_id: int,
    platform_id: int,
    registry: Copier,
    actor: Actor,
    now: datetime,
) -> ActivityView:
    """Let a link open a copy of an activity, unless it opens something already.

    In another course the dates are left out: those of a course that is over would close the copy
    at once or give everybody a nought. They stand beside the fields as what they were.

    Args:
        origin_id: an activity of the same deployment that may be copied; its caller has seen to
            that.

    Returns:
        What the link opens now, also when somebody else was faster.

    Raises:
        NotFoundError: the platform has no such placement or activity.
    """
    placement = hold_placement(session, placement_id, platform_id=platform_id)
    if placement.activity_id is not None:
        return get_activity_of(session, platform_id=platform_id, activity_id=placement.activity_id)
    found = session.execute(
        select(Activity, ItemVersion)
        .join(ItemVersion, ItemVersion.id == Activity.item_version_id)
        .where(Activity.platform_id == platform_id, Activity.id == origin_id)
    ).one_or_none()
    if found is None:
        raise NotFoundError
    origin, version = found
    own_version = _version_for(session, origin, version, placement.context_id, now)
    seen = activity_view(origin, version)
    made = _copied(origin, seen, registry)
    made.context_id, made.item_version_id = placement.context_id, own_version.id
    if _may_keep_dates(seen, placement.context_id, now):
        made.opens_at, made.due_at = origin.opens_at, origin.due_at
        made.closes_at, made.releases_at = origin.closes_at, origin.releases_at
        made.former_dates = None
    made.created_at = now
    session.add(made)
    session.flush()
    placement.activity_id = made.id
    placement.candidates = placement.lost_name = None
    placement.is_withheld = False
    session.flush()
    join_gradebook(session, placement)
    record_event(
        session,
        "activity.copied",
        at=now,
        actor=actor,
        about=("activity", made.public_id),
        platform_id=platform_id,
    )
    return activity_view(made, own_version)


def list_candidates(session: Session, placement: PlacementView) -> list[ActivityView]:
    """Return the activities of which a link may be a copy and that are still there."""
    rows = session.execute(
        select(Activity, ItemVersion)
        .join(ItemVersion, ItemVersion.id == Activity.item_version_id)
        .where(
            Activity.platform_id == placement.platform_id,
            Activity.id.in_(placement.candidates),
            Activity.archived_at.is_(None),
        )
        .order_by(Activity.id)
    )
    return [activity_view(*row) for row in rows]


def _may_keep_dates(origin: ActivityView, context_id: int, now: datetime) -> bool:
    """Whether the copy is for the same people at the same time."""
    return origin.context_id == context_id and (origin.closes_at is None or now < origin.closes_at)


def _copied(origin: Activity, seen: ActivityView, registry: Copier) -> Activity:
    settings, settings_version = registry.copied_settings(seen)
    has_dates = seen.dates != Dates()
    return Activity(
        platform_id=origin.platform_id,
        kind=origin.kind,
        title=origin.title,
        instructions=origin.instructions,
        settings=settings,
        settings_version=settings_version,
        points=origin.points,
        in_gradebook=origin.in_gradebook,
        is_kept_out=origin.is_kept_out,
        facet_columns=origin.facet_columns,
        release=origin.release,
        grace_minutes=origin.grace_minutes,
        late_policy=origin.late_policy,
        late_percent=origin.late_percent,
        late_floor_percent=origin.late_floor_percent,
        zero_at_close=origin.zero_at_close,
        copy_key=origin.copy_key,
        origins=[origin.public_id, *(origin.origins or ())][:_MOST_ORIGINS],
        # A copy that never had dates of its own hands on those that it was told of.
        former_dates=write_dates(seen.dates if has_dates else seen.former_dates),
    )


def _version_for(
    session: Session, origin: Activity, version: ItemVersion, context_id: int, now: datetime
) -> ItemVersion:
    """Return the item of the copy: one that instructors made belongs to its course alone."""
    if version.pack != OWN_PACK or origin.context_id == context_id:
        return version
    made = session.scalar(
        select(OwnItem).where(
            OwnItem.platform_id == origin.platform_id,
            OwnItem.context_id == origin.context_id,
            OwnItem.public_id == version.item,
        )
    )
    if made is None:
        return version
    own = _own_item_in(session, made, context_id, now)
    there = session.scalar(
        select(ItemVersion)
        .where(ItemVersion.pack == OWN_PACK, ItemVersion.item == own.public_id)
        .order_by(ItemVersion.version.desc())
        .limit(1)
    )
    if there is not None:
        # The course may have changed its copy since the first of its links brought it.
        return there
    content: dict[str, Any] = {**version.content, "id": own.public_id}
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    return stored_version(
        session,
        ItemVersion(
            pack=OWN_PACK,
            item=own.public_id,
            digest=digest,
            kind=version.kind,
            content=content,
            created_at=now,
        ),
    )


def _own_item_in(session: Session, made: OwnItem, context_id: int, now: datetime) -> OwnItem:
    """Return the copy of an item in a course: one for all of its links."""
    hold_lock(session, "catalog.own_copies", context_id)
    there = session.scalar(
        select(OwnItem)
        .where(
            OwnItem.platform_id == made.platform_id,
            OwnItem.context_id == context_id,
            OwnItem.copied_from == made.public_id,
        )
        .order_by(OwnItem.id)
        .limit(1)
    )
    if there is not None:
        return there
    own = OwnItem(
        platform_id=made.platform_id,
        context_id=context_id,
        user_id=None,
        kind=made.kind,
        item_kind=made.item_kind,
        title=made.title,
        typed=copy.deepcopy(made.typed),
        copied_from=made.public_id,
        created_at=now,
        updated_at=now,
    )
    session.add(own)
    session.flush()
    return own
