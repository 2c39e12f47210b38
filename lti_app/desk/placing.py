"""The link of a launch: whether it is free, and letting it open an item."""

from flask import url_for
from flask.typing import ResponseReturnValue
from werkzeug.utils import redirect

from lti_app.audit import Actor, record_event
from lti_app.catalog.pack import PackItem
from lti_app.catalog.service import find_placement, open_item
from lti_app.catalog.views import PlacementView
from lti_app.people.roles import Role
from lti_app.submissions.current import registry
from lti_app.web.context import clock, db, viewer


def open_here(
    placement: PlacementView, item: PackItem, *, in_gradebook: bool
) -> ResponseReturnValue:
    """Let a link open an item, and go to the page of its people."""
    who, now = viewer(), clock()()
    activity = open_item(
        db(),
        placement.id,
        item,
        platform_id=who.platform_id,
        registry=registry(),
        now=now,
        in_gradebook=in_gradebook,
    )
    is_ours = activity.id != placement.activity_id and activity.content == item.content
    if is_ours:
        record_event(
            db(),
            "activity.placed",
            at=now,
            actor=Actor(who.user_public_id),
            about=("activity", activity.public_id),
            platform_id=who.platform_id,
        )
    endpoint = registry().pages(activity.kind).instructor_endpoint
    placed = "now" if is_ours else "before"
    return redirect(
        url_for(endpoint, public_id=activity.public_id, placed=placed, _anchor="placed"), 303
    )


def free_placement() -> PlacementView | None:
    """Return the link of this launch while it opens nothing; None when there is none."""
    who = viewer()
    if who.placement_id is None or who.role is not Role.INSTRUCTOR:
        return None
    found = find_placement(db(), platform_id=who.platform_id, placement_id=who.placement_id)
    is_free = found and found.context_id == who.context_id and found.activity_id is None
    return found if is_free else None
