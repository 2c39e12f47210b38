"""Choosing what a link opens: sections, search, a trial, and the choice itself."""

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from werkzeug.utils import redirect
from wtforms import BooleanField, HiddenField, RadioField, StringField
from wtforms.validators import InputRequired

from lti_app.catalog.pack import OWN_PACK
from lti_app.catalog.service import find_placement
from lti_app.catalog.views import PlacementView
from lti_app.core.errors import NotFoundError
from lti_app.desk.authoring.workshop import list_pieces
from lti_app.desk.offers import found_words, list_sections
from lti_app.desk.placing import open_here
from lti_app.desk.shelf import (
    LONGEST_SEARCH,
    MOST_FOUND,
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
from lti_app.web.forms import Form
from lti_app.web.platform import platform_name
from lti_app.web.render import Page

blueprint = Blueprint("chooser", __name__, url_prefix="/s/<session_key>")


class ChooserForm(Form):
    """What a link shall open. None is preselected: the choice is the instructor's.

    `at` is the section that was shown.
    """

    at = HiddenField()
    find = StringField()
    item = RadioField(validate_choice=False, choices=[])
    in_gradebook = BooleanField()


def _placement() -> PlacementView:
    """Return the link of this launch.

    Raises:
        NotFoundError: the launch came without a link, or it belongs to another course by now.
    """
    who = viewer()
    found = (
        find_placement(db(), platform_id=who.platform_id, placement_id=who.placement_id)
        if who.placement_id is not None
        else None
    )
    if found is None or found.context_id != who.context_id:
        raise NotFoundError
    return found


def _asked(placement: PlacementView) -> ChooserForm:
    """Return the form as the address tells it; everything typed or chosen so far stands there."""
    args = request.args
    was_sent = "find" in args
    data = {
        "at": args.get("module") or args.get("at", ""),
        "find": "" if "module" in args else args.get("find", "").strip()[:LONGEST_SEARCH],
        "item": args.get("item"),
        "in_gradebook": "in_gradebook" in args if was_sent else placement.has_column,
    }
    return ChooserForm(formdata=None, data=data)


@blueprint.get("/choose")
@access(Role.INSTRUCTOR)
def choose() -> ViewResult:
    """Show what a link can open."""
    placement = _placement()
    if placement.activity_id is not None:
        return redirect(url_for("desk.start"), 303)
    return _page(placement, _asked(placement))


@blueprint.post("/choose")
@access(Role.INSTRUCTOR)
def use() -> ViewResult:
    """Let the link open the chosen item; if somebody was faster, theirs stays."""
    placement = _placement()
    form = ChooserForm()
    form.item.validators = [InputRequired(_("Choose what this link shall open."))]
    if not form.validate():
        return _page(placement, form, status=422)
    offer = find_offer(list_sections(list_pieces()), form.item.data or "")
    if offer is None:
        raise NotFoundError
    return open_here(placement, offer.item, in_gradebook=bool(form.in_gradebook.data))


@blueprint.get("/choose/try")
@access(Role.INSTRUCTOR)
def try_out() -> Page:
    """Show an item as a learner does it; nothing is kept."""
    if not request.args.get("item"):
        placement = _placement()
        form = _asked(placement)
        form.item.errors = [_("Choose what you would like to try.")]
        return _page(placement, form, status=422)
    return _trial()


@blueprint.post("/choose/try")
@access(Role.INSTRUCTOR)
def go_on_trying() -> Page:
    """Take what was answered in a trial, and keep nothing of it."""
    return _trial()


def _trial() -> Page:
    placement = _placement()
    form = _asked(placement)
    offer = find_offer(list_sections(list_pieces()), form.item.data or "")
    if offer is None:
        raise NotFoundError
    rules = registry().rules(offer.item.kind)
    kept: dict[str, Any] = {"item": offer.address, "at": form.at.data, "find": form.find.data}
    if form.in_gradebook.data:
        kept["in_gradebook"] = "y"
    trial = Trial(
        item=offer.item.spec,
        title=offer.item.spec.title,
        settings=rules.settings_model(),
        action=url_for("chooser.go_on_trying", **kept),
        back=(url_for("chooser.choose", **kept), _("Back to choosing")),
    )
    return registry().pages(offer.item.kind).trial(trial)


def _page(placement: PlacementView, form: ChooserForm, *, status: int = 200) -> Page:
    pieces = list_pieces()
    sections = list_sections(pieces)
    chosen = find_offer(sections, form.item.data or "")
    wanted = (form.find.data or "").strip()[:LONGEST_SEARCH]
    section = open_section(sections, form.at.data or "", form.item.data or "")
    found = find_offers(sections, wanted) if wanted else list(section.offers if section else ())
    shown = found[:MOST_FOUND] if wanted else found
    apart = chosen if chosen is not None and chosen not in shown else None
    form.item.data = chosen.address if chosen else None
    form.item.choices = [
        (offer.address, offer.item.spec.title) for offer in ([apart] if apart else []) + shown
    ]
    platform = platform_name(db(), placement.platform_id)
    _name_fields(form, placement, platform)
    return Page(
        "desk/choose.html",
        status=status,
        placement=placement,
        form=form,
        options={option.data: option for option in form.item},
        shelves=by_shelf(sections),
        pieces=pieces if section and section.key == OWN_PACK and not wanted else [],
        section=None if wanted else section,
        wanted=wanted,
        offers=shown,
        apart=apart,
        found_words=found_words(wanted, len(found)),
        platform=platform,
    )


def _name_fields(form: ChooserForm, placement: PlacementView, platform: str) -> None:
    form.find.label.text = _("Find an activity")
    form.item.label.text = _("What should open here?")
    form.in_gradebook.label.text = _("In the gradebook")
    form.in_gradebook.description = (
        _(
            "%(platform)s has a column for this link already. Nothing is sent before somebody"
            " hands in and the grade is released.",
            platform=platform,
        )
        if placement.has_column
        else _(
            "%(platform)s gets one column, with the title and the points of the activity. Nothing"
            " is sent before somebody hands in and the grade is released.",
            platform=platform,
        )
    )
