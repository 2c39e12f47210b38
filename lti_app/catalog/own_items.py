"""Items that instructors of a course make themselves: kept as typed, opened as versions.

It never reads an item: what is typed may not be one yet.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from lti_app.audit import Actor, record_event
from lti_app.catalog.models import TITLE_LENGTH, Activity, ItemVersion, OwnItem
from lti_app.catalog.pack import OWN_PACK, PackItem
from lti_app.catalog.service import item_version
from lti_app.catalog.spec import ItemSpec, ModuleHead
from lti_app.core.errors import ConflictError, NotFoundError

#: No page shows more of them.
_MOST_LISTED = 200
_HEAD = ModuleHead(slug=OWN_PACK, title=OWN_PACK, objective=OWN_PACK)


class OvertakenError(ConflictError):
    """Another tab or colleague kept something else meanwhile; see both."""

    code = "draft_conflict"


@dataclass(frozen=True)
class OwnItemView:
    """An item of a course.

    Attributes:
        kind, item_kind: of activity, and which of its items.
        title: as it was typed; may be empty.
        typed: what its editor shows.
        removed: what was taken out of it last, with where it stood; empty for nothing.
        revision: goes up with every change.
    """

    id: int
    public_id: str
    platform_id: int
    context_id: int
    kind: str
    item_kind: str
    title: str
    typed: Mapping[str, Any]
    removed: Mapping[str, Any]
    revision: int
    updated_at: datetime


@dataclass(frozen=True)
class Written:
    """What an editor holds now."""

    title: str
    typed: Mapping[str, Any]
    removed: Mapping[str, Any]


def as_pack_item(own: OwnItemView, spec: ItemSpec) -> PackItem:
    """Return an item that is ready as one that a link can open."""
    return PackItem(OWN_PACK, own.kind, _HEAD, 0, spec)


def list_own_items(
    session: Session, *, platform_id: int, context_id: int | None
) -> list[OwnItemView]:
    """Return what the instructors of a course made, what was changed last first."""
    rows = session.scalars(
        select(OwnItem)
        .where(OwnItem.platform_id == platform_id, OwnItem.context_id == context_id)
        .order_by(OwnItem.updated_at.desc(), OwnItem.id.desc())
        .limit(_MOST_LISTED)
    )
    return [_view(row) for row in rows]


def get_own_item(
    session: Session, public_id: str, *, platform_id: int, context_id: int | None
) -> OwnItemView:
    """Return an item of this course.

    Raises:
        NotFoundError: there is none, or it belongs to another course or platform.
    """
    # PostgreSQL takes no NUL, and no item has one.
    row = session.scalar(_named(public_id.replace("\0", "?"), platform_id, context_id))
    if row is None:
        raise NotFoundError
    return _view(row)


def make_own_item(
    session: Session,
    *,
    platform_id: int,
    context_id: int,
    user_id: int,
    kinds: tuple[str, str],
    written: Written,
    actor: Actor,
    now: datetime,
) -> OwnItemView:
    """Keep a new item.

    Args:
        kinds: of activity, and which of its items.
    """
    row = OwnItem(
        platform_id=platform_id,
        context_id=context_id,
        user_id=user_id,
        kind=kinds[0],
        item_kind=kinds[1],
        title=written.title[:TITLE_LENGTH],
        typed=_stored(written),
        created_at=now,
        updated_at=now,
    )
    session.add(row)
    session.flush()
    _record(session, "own_item.made", row, actor=actor, now=now)
    return _view(row)


def change_own_item(
    session: Session, own: OwnItemView, written: Written, *, actor: Actor, now: datetime
) -> OwnItemView:
    """Keep what was typed; links that open the item go on with what they have.

    Raises:
        OvertakenError: somebody kept something else since `own` was read.
    """
    row = session.scalars(
        _named(own.public_id, own.platform_id, own.context_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if row.typed != _stored(written):
        if row.revision != own.revision:
            raise OvertakenError
        row.typed, row.title = _stored(written), written.title[:TITLE_LENGTH]
        row.revision, row.updated_at = row.revision + 1, now
        session.flush()
        _record(session, "own_item.changed", row, actor=actor, now=now)
    return _view(row)


def list_activities_of(session: Session, own: OwnItemView, *, hold: bool = False) -> list[int]:
    """Return the activities that were made of an item.

    Args:
        hold: nobody begins one of them until the transaction ends.
    """
    made = (
        select(Activity.id)
        .join(ItemVersion, ItemVersion.id == Activity.item_version_id)
        .where(
            Activity.platform_id == own.platform_id,
            Activity.context_id == own.context_id,
            ItemVersion.pack == OWN_PACK,
            ItemVersion.item == own.public_id,
        )
        .order_by(Activity.id)
    )
    return list(session.scalars(made.with_for_update(of=Activity) if hold else made))


def renew_activities(
    session: Session, own: OwnItemView, spec: ItemSpec, activities: list[int], *, now: datetime
) -> None:
    """Let activities that nobody has begun go on with the item as it is now.

    Their points stay: those are settings. A title that was not changed there follows.
    """
    if not activities:
        return
    version = item_version(session, as_pack_item(own, spec), now)
    for row in session.scalars(
        select(Activity).where(Activity.platform_id == own.platform_id, Activity.id.in_(activities))
    ):
        before = session.get_one(ItemVersion, row.item_version_id)
        if row.title == before.content.get("title"):
            row.title = spec.title
        row.item_version_id = version.id
    session.flush()


def _named(public_id: str, platform_id: int, context_id: int | None) -> Select[OwnItem]:
    return select(OwnItem).where(
        OwnItem.platform_id == platform_id,
        OwnItem.context_id == context_id,
        OwnItem.public_id == public_id,
    )


def _stored(written: Written) -> dict[str, Any]:
    return {"values": dict(written.typed), "removed": dict(written.removed)}


def _view(row: OwnItem) -> OwnItemView:
    stored: Any = row.typed
    return OwnItemView(
        id=row.id,
        public_id=row.public_id,
        platform_id=row.platform_id,
        context_id=row.context_id,
        kind=row.kind,
        item_kind=row.item_kind,
        title=row.title,
        typed=stored["values"],
        removed=stored["removed"],
        revision=row.revision,
        updated_at=row.updated_at,
    )


def _record(session: Session, action: str, row: OwnItem, *, actor: Actor, now: datetime) -> None:
    record_event(
        session,
        action,
        at=now,
        actor=actor,
        about=("own_item", row.public_id),
        platform_id=row.platform_id,
    )
