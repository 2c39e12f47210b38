"""Pages to read around an activity: the lesson for everybody, notes for who runs the course."""

from flask import Blueprint, url_for
from flask_babel import gettext as _

from lti_app.catalog.pack import Module
from lti_app.catalog.spec import Strength
from lti_app.catalog.views import ActivityView
from lti_app.core.errors import NotFoundError
from lti_app.people.roles import Role
from lti_app.submissions.current import registry
from lti_app.submissions.lessons import Reading, find_lesson, find_notes
from lti_app.submissions.pages import my_activity
from lti_app.web.access import EVERY_ROLE, access
from lti_app.web.context import viewer, viewer_or_none
from lti_app.web.render import Page

blueprint = Blueprint("lessons", __name__, url_prefix="/s/<session_key>")


@blueprint.get("/activities/<public_id>/lesson")
@access(*EVERY_ROLE)
def show(public_id: str) -> Page:
    """Show the lesson that an activity practises, with the words of its module."""
    activity = my_activity(public_id)
    reading = _there(find_lesson(registry().library, activity))
    return Page(
        "submissions/lesson.html", activity=activity, reading=reading, back_url=_back_url(activity)
    )


@blueprint.get("/activities/<public_id>/notes")
@access(Role.INSTRUCTOR, Role.TEACHING_ASSISTANT)
def notes(public_id: str) -> Page:
    """Show how to run a module: for staff."""
    activity = my_activity(public_id)
    reading = _there(find_notes(registry().library, activity))
    return Page(
        "submissions/notes.html",
        activity=activity,
        reading=reading,
        sources=[(_strength(one.strength), one) for one in reading.evidence],
        may_decide=viewer().role is Role.INSTRUCTOR,
    )


@blueprint.app_template_global("lesson_url")
def lesson_url(activity: ActivityView | None) -> str | None:
    """Return the address of an activity's lesson; None where there is none to link to."""
    found = _module_of(activity)
    return url_for("lessons.show", public_id=found[0].public_id) if found else None


@blueprint.app_template_global("module_number")
def module_number(activity: ActivityView | None) -> int | None:
    """Return which module of its course an activity is of; None where it is of none."""
    found = _module_of(activity)
    return found[1].number if found else None


@blueprint.app_template_global("notes_url")
def notes_url(activity: ActivityView | None) -> str | None:
    """Return the address of the notes for who runs an activity; None where there are none."""
    found = _module_of(activity)
    if found is None or not found[1].facilitator:
        return None
    return url_for("lessons.notes", public_id=found[0].public_id)


def _module_of(activity: ActivityView | None) -> tuple[ActivityView, Module] | None:
    """Return an activity with its module; None also on a page before a session."""
    if activity is None or viewer_or_none() is None:
        return None
    found = registry().library.find_module(activity.pack, activity.item)
    return (activity, found[1]) if found else None


def _there(reading: Reading | None) -> Reading:
    if reading is None:
        raise NotFoundError
    return reading


def _back_url(activity: ActivityView) -> str:
    if viewer().role is Role.LEARNER:
        endpoint = registry().pages(activity.kind).learner_endpoint
    else:
        endpoint = "submissions.preview"
    return url_for(endpoint, public_id=activity.public_id)


def _strength(strength: Strength) -> str:
    words: dict[Strength, str] = {
        Strength.STRONG: _("Strong"),
        Strength.MODERATE: _("Moderate"),
        Strength.WEAK: _("Weak"),
        Strength.PRACTICE: _("From practice"),
    }
    return words[strength]
