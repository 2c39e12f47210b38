"""What an anonymous launch sees: the activity to read, and nothing that is remembered."""

from lti_app.catalog.service import find_activity
from lti_app.submissions.registry import Registry
from lti_app.web.context import services
from lti_app.web.render import Page


def anonymous_page(registry: Registry, *, platform_id: int, activity_id: int | None) -> Page:
    """Return the read-only preview of an activity, or the page that says there is none yet."""
    if activity_id is None:
        return Page("bridge/nothing_here.html")
    with services().database.read() as session:
        activity = find_activity(session, platform_id=platform_id, activity_id=activity_id)
    if activity is None:
        return Page("bridge/nothing_here.html")
    return registry.pages(activity.kind).preview(activity)
