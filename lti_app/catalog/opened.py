"""What a link opens, as far as the first page of a launch has to know it: one prepared query."""

from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from lti_app.catalog.models import Activity, Placement
from lti_app.core.db import Prepared

_OPENED = Prepared(
    select(Placement.context_id, Placement.candidates, Activity.kind, Activity.public_id)
    .outerjoin(
        Activity,
        (Activity.id == Placement.activity_id) & (Activity.platform_id == Placement.platform_id),
    )
    .where(
        Placement.platform_id == bindparam("platform_id"),
        Placement.id == bindparam("placement_id"),
    )
)


@dataclass(frozen=True)
class NamedActivity:
    """An activity, named well enough to be led to."""

    kind: str
    public_id: str


@dataclass(frozen=True)
class OpenedLink:
    """A link. `is_asked_about`: it may be a copy, and somebody has to say of what."""

    context_id: int
    is_asked_about: bool
    activity: NamedActivity | None


def find_opened(session: Session, *, platform_id: int, placement_id: int) -> OpenedLink | None:
    """Return what a link of this platform opens, None when there is no such link."""
    rows = _OPENED.rows(session, {"platform_id": platform_id, "placement_id": placement_id})
    if not rows:
        return None
    context_id, candidates, kind, public_id = rows[0]
    activity = NamedActivity(kind, public_id) if kind is not None else None
    return OpenedLink(context_id, bool(candidates), activity)
