"""Points and dates of what is picked, a last look, and bringing it back to the platform."""

from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.utils import redirect

from lti_app.audit import Actor, record_event
from lti_app.core.errors import NotFoundError
from lti_app.desk.adding.asked import is_late, keep_picked, my_request, picked_of, whose
from lti_app.desk.adding.basket import Picked
from lti_app.desk.adding.port import Adding, courier
from lti_app.desk.authoring.workshop import list_pieces
from lti_app.desk.offers import list_sections
from lti_app.desk.picker.answering import page_back, prepare
from lti_app.desk.picker.forms import details_form, read_rows, sent_by_item
from lti_app.desk.picker.pages import dead_end, refuse_unknown_buttons, say_where_to_begin_again
from lti_app.people.roles import Role
from lti_app.people.zones import find_course_zone
from lti_app.submissions.unexpected import note_unexpected_fields
from lti_app.web.access import ViewResult, access
from lti_app.web.context import clock, db, viewer
from lti_app.web.forms import Form
from lti_app.web.platform import platform_name
from lti_app.web.render import Page
from lti_app.web.zone_choices import zone_named

blueprint = Blueprint("picking", __name__, url_prefix="/s/<session_key>/add")
blueprint.register_error_handler(NotFoundError, say_where_to_begin_again)


@blueprint.get("/details")
@access(Role.INSTRUCTOR, Role.DESIGNER)
def details() -> ViewResult:
    """Show what is picked, to set points and dates."""
    asked = my_request()
    picked = _picked(asked)
    if not picked:
        return redirect(url_for("picker.choose"), 303)
    return dead_end(asked) or _details_page(asked, picked)


@blueprint.post("/details")
@access(Role.INSTRUCTOR, Role.DESIGNER)
def set_details() -> ViewResult:
    """Keep what was typed, then do what the button says."""
    asked = my_request()
    if is_late(asked):
        return redirect(url_for("picker.choose"), 303)
    pressed = refuse_unknown_buttons(("next", "back", "remove"))
    zone, before = _zone(), _picked(asked)
    sent, is_same = sent_by_item(request.form, before, zone)
    form, rows = details_form(before, zone, sent)
    read, is_good = read_rows(form, rows, zone)
    what, _colon, address = pressed.partition(":")
    if what == "next" and not (is_good and is_same):
        # Nothing is kept of an old page before somebody has seen whose points these are.
        return _details_page(asked, before, filled=(form, rows), status=422 if is_same else 409)
    left = [one for one in read if not (what == "remove" and one.address == address)]
    keep_picked(left)
    if what == "back" or not left:
        return redirect(url_for("picker.choose"), 303)
    return redirect(url_for("picking.look" if what == "next" else "picking.details"), 303)


@blueprint.get("/look")
@access(Role.INSTRUCTOR, Role.DESIGNER)
def look() -> ViewResult:
    """Show what will be added."""
    asked = my_request()
    picked = _picked(asked)
    if not picked:
        return redirect(url_for("picker.choose"), 303)
    return dead_end(asked) or Page(
        "desk/picker/look.html",
        picked=picked,
        platform=_platform(),
        zone=_zone().key,
        has_columns=asked.sends_columns,
        add_words=ngettext("Add it to the course", "Add %(num)s to the course", len(picked)),
    )


@blueprint.post("/finish")
@access(Role.INSTRUCTOR, Role.DESIGNER)
def finish() -> ViewResult:
    """Prepare the activities, and bring their links back, signed now."""
    asked = my_request()
    _note_what_was_sent(asked)
    picked = _picked(asked)
    if not picked or is_late(asked):
        return redirect(url_for("picker.choose"), 303)
    # First: of two presses one finds it answered.
    courier().finish(db(), whose(), now=clock()(), is_cancel=False)
    prepared = prepare(picked, list_sections(list_pieces()))
    _record(asked, "deep_link.answered")
    return page_back(prepared)


@blueprint.post("/cancel")
@access(Role.INSTRUCTOR, Role.DESIGNER)
def cancel() -> ViewResult:
    """Go back to the platform with nothing."""
    asked = my_request()
    courier().finish(db(), whose(), now=clock()(), is_cancel=True)
    _record(asked, "deep_link.cancelled")
    return page_back([], message=str(_("Nothing was added.")))


def _picked(asked: Adding) -> list[Picked]:
    return picked_of(asked, list_sections(list_pieces()))


def _platform() -> str:
    return platform_name(db(), viewer().platform_id)


def _zone() -> ZoneInfo:
    """Return the zone of the course; until somebody told us, that of the reader."""
    where = whose()
    told = find_course_zone(db(), platform_id=where.platform_id, context_id=where.context_id)
    return zone_named(told or viewer().time_zone)


def _details_page(
    asked: Adding, picked: list[Picked], *, filled: Any = None, status: int = 200
) -> Page:
    _form, rows = filled or details_form(picked, _zone())
    return Page(
        "desk/picker/details.html",
        status=status,
        rows=rows,
        is_changed=status == 409,
        amiss=[one for row in rows for one in row.amiss],
        platform=_platform(),
        zone=_zone().key,
        has_columns=asked.sends_columns,
        is_multiple=asked.accept_multiple,
    )


def _note_what_was_sent(asked: Adding) -> None:
    """Write down a form that somebody has filled with more than its button."""
    about = ("deep_link_request", asked.public_id)
    note_unexpected_fields(db(), Form(), viewer(), about=about, now=clock()())


def _record(asked: Adding, action: str) -> None:
    who = viewer()
    record_event(
        db(),
        action,
        at=clock()(),
        actor=Actor(who.user_public_id),
        about=("deep_link_request", asked.public_id),
        platform_id=who.platform_id,
    )
