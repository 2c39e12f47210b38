"""The first page of a launch: it leads everybody to theirs."""

from flask import Blueprint, url_for
from werkzeug.utils import redirect

from lti_app.catalog.opened import NamedActivity
from lti_app.desk.start import Led, Start, start_of
from lti_app.submissions.current import registry
from lti_app.web.access import EVERY_ROLE, ViewResult, access
from lti_app.web.context import db, viewer
from lti_app.web.render import Page

blueprint = Blueprint("desk", __name__, url_prefix="/s/<session_key>")


@blueprint.get("/")
@access(*EVERY_ROLE)
def start() -> ViewResult:
    """Lead a launch to its page."""
    led = start_of(db(), viewer())
    if led.activity is not None:
        return redirect(_address(led, led.activity), 303)
    if led.start is Start.CHOOSE:
        return redirect(url_for("chooser.choose"), 303)
    if led.start is Start.ASK:
        return redirect(url_for("copied.ask"), 303)
    return Page(f"desk/{led.start.value}.html")


def _address(led: Led, activity: NamedActivity) -> str:
    pages = registry().pages(activity.kind)
    endpoint = {
        Start.DO: pages.learner_endpoint,
        Start.FOLLOW: pages.instructor_endpoint,
        Start.LOOK_AFTER: "following.show",
    }.get(led.start, "submissions.preview")
    return url_for(endpoint, public_id=activity.public_id)
