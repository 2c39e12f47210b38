"""Line items: what launches and the bridge learn of gradebook columns. It sends nothing."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session

from lti_app.catalog.models import WHOLE, Activity, LineItem, Placement
from lti_app.catalog.views import (
    ActivityView,
    LineItemView,
    PlacementView,
    line_item_view,
    placement_view,
)
from lti_app.core.db.locks import hold_lock
from lti_app.core.reason import Reason


def remember_line_item(
    session: Session, placement: Placement, *, url: str, now: datetime
) -> tuple[LineItem, bool]:
    """Keep the newest address of a link's own column, which is for the whole grade.

    Returns:
        The line item, and whether its address is new.
    """
    row, is_first = _line_item_row(session, placement, WHOLE, now)
    if is_first:
        _put_in_gradebook(session, placement)
    is_new = row.url != url
    if is_new:
        _move(row, url, now)
    session.flush()
    return row, is_new


def _line_item_row(
    session: Session, placement: Placement, facet: str, now: datetime
) -> tuple[LineItem, bool]:
    """Return the row of a link's column, and whether it was made just now."""
    of_placement = (
        select(LineItem)
        .where(
            LineItem.platform_id == placement.platform_id,
            LineItem.placement_id == placement.id,
            LineItem.facet == facet,
        )
        .execution_options(populate_existing=True)
    )
    row = session.scalar(of_placement)
    if row is None:
        # Launches and hand-ins may meet the same link for the first time at once.
        hold_lock(session, "catalog.line_item", placement.id)
        row = session.scalar(of_placement)
    if row is not None:
        return row, False
    row = LineItem(
        platform_id=placement.platform_id, placement_id=placement.id, facet=facet, updated_at=now
    )
    session.add(row)
    session.flush()
    return row, True


def join_gradebook(session: Session, placement: Placement) -> None:
    """Grade what a link opens from now on, if it had a column before it opened anything."""
    column = session.scalar(
        select(LineItem.id).where(
            LineItem.platform_id == placement.platform_id,
            LineItem.placement_id == placement.id,
            LineItem.facet == WHOLE,
            LineItem.url.is_not(None),
        )
    )
    if column is not None:
        _put_in_gradebook(session, placement)


def _put_in_gradebook(session: Session, placement: Placement) -> None:
    """A link that arrives with a column is graded; afterwards the instructor's word counts."""
    activity = session.scalar(
        select(Activity).where(
            Activity.platform_id == placement.platform_id, Activity.id == placement.activity_id
        )
    )
    if activity is not None and not _was_taken_out(session, activity):
        activity.in_gradebook = True


def _was_taken_out(session: Session, activity: Activity) -> bool:
    """Whether an instructor has kept it out of the gradebook, or what it is a copy of."""
    if activity.is_kept_out:
        return True
    taken_out = (
        select(LineItem.id)
        .join(Placement, Placement.id == LineItem.placement_id)
        .join(Activity, Activity.id == Placement.activity_id)
        .where(
            Activity.platform_id == activity.platform_id,
            Activity.public_id.in_((activity.origins or [])[:1]),
            Activity.in_gradebook.is_(False),
            LineItem.url.is_not(None),
        )
    )
    return session.scalar(taken_out.limit(1)) is not None


def list_taken_urls(session: Session, line_item: LineItemView) -> frozenset[str]:
    """Return the addresses of columns in the same course that are not this one's."""
    taken = (
        select(LineItem.url)
        .join(Placement, Placement.id == LineItem.placement_id)
        .where(
            LineItem.platform_id == line_item.platform_id,
            Placement.context_id == line_item.context_id,
            LineItem.id != line_item.id,
            LineItem.url.is_not(None),
        )
    )
    return frozenset(url for url in session.scalars(taken) if url is not None)


def hold_taken_urls(session: Session, line_item: LineItemView) -> frozenset[str]:
    """Return the same, and let no other column of the course find its address until the end."""
    hold_lock(session, "catalog.columns", line_item.context_id)
    return list_taken_urls(session, line_item)


def set_column_url(
    session: Session, *, platform_id: int, line_item_id: int, url: str | None, now: datetime
) -> None:
    """Keep the address of a column that was found or made; None when it is to be made anew."""
    row = session.scalar(
        select(LineItem).where(LineItem.platform_id == platform_id, LineItem.id == line_item_id)
    )
    if row is not None:
        _move(row, url, now)


def _move(row: LineItem, url: str | None, now: datetime) -> None:
    row.former_url = row.url or row.former_url
    row.url, row.updated_at = url, now
    # What another address has for a maximum, nobody knows yet.
    row.maxima = row.change_reason_code = row.change_reason_params = None


def forget_columns(session: Session, placement: Placement, *, now: datetime) -> None:
    """Forget where the columns of a link are, and where they were: it stands in another course."""
    for row in session.scalars(
        select(LineItem).where(
            LineItem.platform_id == placement.platform_id, LineItem.placement_id == placement.id
        )
    ):
        _move(row, None, now)
        row.former_url = None


def note_maxima(
    session: Session,
    line_item: LineItemView,
    maxima: Iterable[Decimal],
    *,
    why_not: Reason | None,
) -> None:
    """Keep what a column's maximum can be by our own doing, and why it is not what it should be."""
    session.execute(
        update(LineItem)
        .where(LineItem.platform_id == line_item.platform_id, LineItem.id == line_item.id)
        .values(
            maxima=[str(one) for one in sorted(maxima)],
            change_reason_code=why_not.code if why_not else None,
            change_reason_params=dict(why_not.params) if why_not else None,
        )
    )


def find_link_of_column(
    session: Session, *, url: str, platform_id: int, context_id: int
) -> PlacementView | None:
    """Return the link of a course that a column belongs to, by where it is or was before."""
    row = session.scalars(
        select(Placement)
        .join(LineItem, LineItem.placement_id == Placement.id)
        .where(
            LineItem.platform_id == platform_id,
            Placement.platform_id == platform_id,
            Placement.context_id == context_id,
            or_(LineItem.url == url, LineItem.former_url == url),
        )
        .order_by((LineItem.url == url).desc(), LineItem.id)
        .limit(1)
    ).first()
    return placement_view(row, has_column=True) if row else None


def list_columns(session: Session, activity: ActivityView) -> list[LineItemView]:
    """Return the columns that scores of an activity belong in, as far as known; it adds none."""
    rows = session.execute(
        _line_items()
        .where(
            LineItem.platform_id == activity.platform_id,
            Activity.id == activity.id,
            LineItem.facet.in_(activity.columns),
        )
        .order_by(LineItem.id)
    )
    return [line_item_view(*row) for row in rows]


def has_empty_column(session: Session, activity: ActivityView) -> bool:
    """Whether a link of the activity has a column that no score is sent to, of the platform's."""
    of_activity = Placement.activity_id == activity.id, LineItem.url.is_not(None)
    found = session.scalar(
        select(LineItem.id)
        .join(Placement, Placement.id == LineItem.placement_id)
        .where(
            LineItem.platform_id == activity.platform_id,
            *of_activity,
            LineItem.facet.not_in(activity.columns),
        )
        .limit(1)
    )
    return found is not None


def list_line_items(
    session: Session, activity: ActivityView, *, now: datetime
) -> list[LineItemView]:
    """Return the columns of an activity in the gradebook, for each link that opens it.

    A link without one gets a row without an address: the wish for a column.

    Args:
        activity: with its columns of now, see `service.hold_activity`.
    """
    for facet in activity.columns:
        for placement in _placements_without(session, activity, facet):
            _line_item_row(session, placement, facet, now)
    return list_columns(session, activity)


def _placements_without(
    session: Session, activity: ActivityView, facet: str
) -> Sequence[Placement]:
    of_placement = (LineItem.placement_id == Placement.id) & (LineItem.facet == facet)
    return session.scalars(
        select(Placement)
        .outerjoin(LineItem, of_placement)
        .where(
            Placement.platform_id == activity.platform_id,
            Placement.activity_id == activity.id,
            LineItem.id.is_(None),
        )
    ).all()


def find_line_item(session: Session, *, platform_id: int, line_item_id: int) -> LineItemView | None:
    """Return a column of this platform whose link opens an activity, else None."""
    row = session.execute(
        _line_items().where(LineItem.platform_id == platform_id, LineItem.id == line_item_id)
    ).one_or_none()
    return line_item_view(row[0], row[1], row[2]) if row else None


def _line_items() -> Select[LineItem, Placement, Activity]:
    return (
        select(LineItem, Placement, Activity)
        .join(Placement, Placement.id == LineItem.placement_id)
        .join(Activity, Activity.id == Placement.activity_id)
    )
