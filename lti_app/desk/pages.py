"""The first page of a launch, and the chooser for a link that opens nothing yet."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.utils import redirect
from wtforms import BooleanField, RadioField
from wtforms.validators import InputRequired

from lti_app.audit import Actor, record_event
from lti_app.catalog.service import find_placement, open_item
from lti_app.catalog.views import ActivityView, PlacementView
from lti_app.core.errors import NotFoundError
from lti_app.desk.start import Led, Start, start_of
from lti_app.people.roles import Role
from lti_app.submissions.current import registry
from lti_app.web.access import EVERY_ROLE, ViewResult, access
from lti_app.web.context import clock, db, viewer
from lti_app.web.forms import Form
from lti_app.web.render import Page

blueprint = Blueprint("desk", __name__, url_prefix="/s/<session_key>")


class ChooserForm(Form):
    """What a link shall open. None is preselected: the choice is the instructor's."""

    item = RadioField(validate_choice=False)
    in_gradebook = BooleanField()


def _chooser_form(placement: PlacementView) -> ChooserForm:
    form = ChooserForm(data={"in_gradebook": placement.has_column})
    packs = registry().library.packs
    form.item.label.text = _("What should open here?")
    form.item.validators = [InputRequired(_("Choose what this link shall open."))]
    form.item.choices = [
        (item.address, item.spec.title)
        for pack in packs
        for module in pack.modules
        for item in module.items
    ]
    form.in_gradebook.label.text = _("In the gradebook")
    form.in_gradebook.description = _(
        "The course gets one gradebook column for it, if it has none for this link. Nothing is"
        " sent before somebody hands in."
    )
    return form


@blueprint.get("/")
@access(*EVERY_ROLE)
def start() -> ViewResult:
    """Lead a launch to its page."""
    led = start_of(db(), viewer())
    if led.activity is not None:
        return redirect(_address(led, led.activity), 303)
    if led.start is Start.CHOOSE:
        return redirect(url_for("desk.choose"), 303)
    return Page(f"desk/{led.start.value}.html")


def _address(led: Led, activity: ActivityView) -> str:
    pages = registry().pages(activity.kind)
    endpoint = {
        Start.DO: pages.learner_endpoint,
        Start.FOLLOW: pages.instructor_endpoint,
    }.get(led.start, "submissions.preview")
    return url_for(endpoint, public_id=activity.public_id)


def _placement() -> PlacementView:
    """Return the link of this launch, as long as it opens nothing.

    Raises:
        NotFoundError: the launch came without a link, or it opens something by now.
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


def _chooser_page(placement: PlacementView, form: ChooserForm, *, status: int = 200) -> Page:
    kinds = registry()
    return Page(
        "desk/choose.html",
        status=status,
        placement=placement,
        form=form,
        options={option.data: option for option in form.item},
        packs=kinds.library.packs,
        labels={
            item.address: kinds.pages(item.kind).label(item.spec)
            for pack in kinds.library.packs
            for module in pack.modules
            for item in module.items
        },
    )


@blueprint.get("/choose")
@access(Role.INSTRUCTOR)
def choose() -> ViewResult:
    """Show what a link can open."""
    placement = _placement()
    if placement.activity_id is not None:
        return redirect(url_for("desk.start"), 303)
    return _chooser_page(placement, _chooser_form(placement))


@blueprint.post("/choose")
@access(Role.INSTRUCTOR)
def use() -> ResponseReturnValue | Page:
    """Let the link open the chosen item; if somebody was faster, theirs stays."""
    placement = _placement()
    form = _chooser_form(placement)
    if not form.validate():
        return _chooser_page(placement, form, status=422)
    item = registry().library.find_item(form.item.data or "")
    if item is None:
        raise NotFoundError
    who, now = viewer(), clock()()
    activity = open_item(
        db(),
        placement.id,
        item,
        platform_id=who.platform_id,
        registry=registry(),
        now=now,
        in_gradebook=bool(form.in_gradebook.data),
    )
    record_event(
        db(),
        "activity.placed",
        at=now,
        actor=Actor(who.user_public_id),
        about=("activity", activity.public_id),
        platform_id=who.platform_id,
    )
    return redirect(url_for("desk.start"), 303)
