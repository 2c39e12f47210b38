"""The first page of adding: modules, search, a trial, and what is picked so far."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest
from werkzeug.utils import redirect

from lti_app.catalog.pack import OWN_PACK
from lti_app.core.errors import NotFoundError
from lti_app.desk.adding.asked import is_late, keep_picked, my_request, offered, picked_of
from lti_app.desk.adding.basket import MOST_PICKED, Picked, ticked
from lti_app.desk.adding.port import Adding
from lti_app.desk.authoring.workshop import list_pieces
from lti_app.desk.offers import found_words, list_sections
from lti_app.desk.shelf import (
    LONGEST_SEARCH,
    MOST_FOUND,
    Offer,
    Section,
    by_shelf,
    find_offer,
    find_offers,
    open_section,
)
from lti_app.people.roles import Role
from lti_app.submissions.contract import Trial
from lti_app.submissions.current import registry
from lti_app.web.access import ViewResult, access
from lti_app.web.context import db, viewer
from lti_app.web.errors import error_response, status_of
from lti_app.web.platform import platform_name
from lti_app.web.render import Page

blueprint = Blueprint("picker", __name__, url_prefix="/s/<session_key>/add")


@blueprint.get("")
@access(Role.INSTRUCTOR, Role.DESIGNER)
def choose() -> ViewResult:
    """Show what can be added."""
    asked = my_request()
    closed = dead_end(asked)
    return closed or _page(asked, picked_of(asked, list_sections(list_pieces())))


@blueprint.post("")
@access(Role.INSTRUCTOR, Role.DESIGNER)
def pick() -> ViewResult:
    """Keep what has a tick, then do what the button says."""
    asked = my_request()
    if is_late(asked):
        return redirect(url_for("picker.choose"), 303)
    sections, form = list_sections(list_pieces()), request.form
    chosen, shown = form.getlist("item"), form.getlist("shown")
    if any(find_offer(sections, one) is None for one in chosen):
        raise NotFoundError
    before = picked_of(asked, sections)
    if not asked.accept_multiple:
        # A radio keeps its choice until another one takes its place.
        before, shown = ([] if chosen else before), []
    picked = ticked(before, offered(sections), shown, chosen)
    amiss = _amiss(asked, picked, is_next=form.get("do") == "next")
    if amiss:
        return _page(asked, picked, amiss=amiss, status=422)
    keep_picked(picked)
    return redirect(_onward(), 303)


def _amiss(asked: Adding, picked: Sequence[Picked], *, is_next: bool) -> str:
    """Return what is amiss with a choice, empty when nothing is."""
    if len(picked) > 1 and not asked.accept_multiple:
        platform = platform_name(db(), viewer().platform_id)
        return str(_("%(platform)s takes one activity here. Choose one.", platform=platform))
    if len(picked) > MOST_PICKED:
        return str(_("At most %(most)s activities can be added at a time.", most=MOST_PICKED))
    if is_next and not picked:
        return str(_("Choose what you would like to add."))
    return ""


def _onward() -> str:
    """Return the address of what was pressed."""
    form = request.form
    what, _colon, address = form.get("do", "").partition(":")
    wanted = form.get("find", "").strip()[:LONGEST_SEARCH]
    at = form.get("at", "")
    if "module" in form:
        return url_for("picker.choose", module=form["module"], _anchor="found")
    match what:
        case "next":
            return url_for("picking.details")
        case "make":
            return url_for("authoring.new", item=address or None)
        case "try":
            return url_for("picker.try_out", item=address, module=at or None, find=wanted or None)
        case _:
            return url_for("picker.choose", find=wanted or None, module=at or None, _anchor="found")


def dead_end(asked: Adding) -> Page | None:
    """Return the page that explains why nothing can be added; None when something can."""
    platform = platform_name(db(), viewer().platform_id)
    if is_late(asked):
        return Page("desk/picker/late.html", status=409, platform=platform)
    if not asked.takes_links:
        return Page("desk/picker/not_taken.html", platform=platform)
    return None


@blueprint.get("/try")
@access(Role.INSTRUCTOR, Role.DESIGNER)
def try_out() -> Page:
    """Show an item as a learner does it; nothing is kept."""
    return _trial()


@blueprint.post("/try")
@access(Role.INSTRUCTOR, Role.DESIGNER)
def go_on_trying() -> Page:
    """Take what was answered in a trial, and keep nothing of it."""
    return _trial()


def _trial() -> Page:
    my_request()
    offer = find_offer(list_sections(list_pieces()), request.args.get("item", ""))
    if offer is None:
        raise NotFoundError
    at, wanted = (request.args.get(name) or None for name in ("module", "find"))
    spec, kind = offer.item.spec, offer.item.kind
    trial = Trial(
        item=spec,
        title=spec.title,
        settings=registry().rules(kind).settings_model(),
        action=url_for("picker.go_on_trying", item=offer.address, module=at, find=wanted),
        back=(url_for("picker.choose", module=at, find=wanted), _("Back to choosing")),
    )
    return registry().pages(kind).trial(trial)


def _page(asked: Adding, picked: Sequence[Picked], *, amiss: str = "", status: int = 200) -> Page:
    pieces = list_pieces()
    sections = list_sections(pieces)
    wanted = request.values.get("find", "").strip()[:LONGEST_SEARCH]
    section = open_section(sections, _at(), "")
    found = find_offers(sections, wanted) if wanted else list(section.offers if section else ())
    shown = found[:MOST_FOUND]
    addresses = {one.address for one in picked}
    values: dict[str, Any] = {
        "platform": platform_name(db(), viewer().platform_id),
        "is_multiple": asked.accept_multiple,
        "shelves": by_shelf(sections),
        "section": None if wanted else section,
        "at": section.key if section else "",
        "wanted": wanted,
        "offers": shown if wanted else found,
        "picked": addresses,
        "elsewhere": _elsewhere(sections, picked, shown if wanted else found),
        "pieces": pieces if section and section.key == OWN_PACK and not wanted else [],
        "found_words": found_words(wanted, len(found)),
        "amiss": amiss,
    }
    return Page("desk/picker/choose.html", status=status, **values)


def _at() -> str:
    """Return the section that the address or the form names."""
    if request.method == "GET":
        return request.args.get("module", "")
    return request.form.get("at", "")


def _elsewhere(
    sections: Sequence[Section], picked: Sequence[Picked], shown: Sequence[Offer]
) -> list[Offer]:
    """Return what is picked and not among what is shown, in the order in which it was picked."""
    there = {offer.address for offer in shown}
    found = (find_offer(sections, one.address) for one in picked if one.address not in there)
    return [offer for offer in found if offer is not None]


def say_where_to_begin_again(error: NotFoundError) -> Response:
    """Answer who comes after their visit has ended: no activity waits where they left it."""
    code = "adding_ended" if error.code == "no_session" else error.code
    return error_response(code, status_of(error))


blueprint.register_error_handler(NotFoundError, say_where_to_begin_again)


def refuse_unknown_buttons(known: Sequence[str]) -> str:
    """Return what was pressed.

    Raises:
        BadRequest: no button of ours says that.
    """
    pressed = request.form.get("do", "")
    if pressed.partition(":")[0] not in known:
        raise BadRequest
    return pressed
