"""A copied link that may come from several activities: an instructor says from which."""

from dataclasses import dataclass

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from werkzeug.utils import redirect
from wtforms import RadioField
from wtforms.validators import InputRequired

from lti_app.audit import Actor
from lti_app.catalog.copying import copy_activity, list_candidates
from lti_app.catalog.spec import ItemSpec
from lti_app.catalog.views import ActivityView, PlacementView
from lti_app.core.errors import NotFoundError
from lti_app.desk.placing import free_placement
from lti_app.people.courses import list_course_names
from lti_app.people.roles import Role
from lti_app.submissions.contract import ItemLabel, Trial
from lti_app.submissions.current import registry
from lti_app.web.access import ViewResult, access
from lti_app.web.context import clock, db, viewer
from lti_app.web.forms import Form
from lti_app.web.platform import platform_name
from lti_app.web.render import Page

blueprint = Blueprint("copied", __name__, url_prefix="/s/<session_key>")


class CopyForm(Form):
    """Which activity a link is a copy of. None is preselected: nobody knows."""

    activity = RadioField(validate_choice=False, choices=[])


@dataclass(frozen=True)
class Candidate:
    """An activity that may be meant, as its card shows it."""

    activity: ActivityView
    item: ItemSpec
    label: ItemLabel
    course: str


@blueprint.get("/copied")
@access(Role.INSTRUCTOR)
def ask() -> ViewResult:
    """Show what may be meant."""
    placement = free_placement()
    candidates = _candidates(placement)
    if placement is None or not candidates:
        return _nothing_to_ask(placement)
    chosen = CopyForm(formdata=None, data={"activity": request.args.get("activity")})
    return _page(placement, candidates, chosen)


@blueprint.post("/copied")
@access(Role.INSTRUCTOR)
def use() -> ViewResult:
    """Let the link open a copy of the chosen activity; if somebody was faster, theirs stays."""
    placement = free_placement()
    if placement is None:
        return redirect(url_for("desk.start"), 303)
    candidates, form = _candidates(placement), CopyForm()
    form.activity.validators = [InputRequired(_("Choose which one this link shall open."))]
    if not form.validate():
        return _page(placement, candidates, form, status=422)
    origin = _chosen(candidates, form.activity.data)
    who = viewer()
    made = copy_activity(
        db(),
        origin.activity.id,
        placement_id=placement.id,
        platform_id=who.platform_id,
        registry=registry(),
        actor=Actor(who.user_public_id),
        now=clock()(),
    )
    is_ours = made.origins[:1] == (origin.activity.public_id,)
    endpoint = registry().pages(made.kind).instructor_endpoint
    placed = "now" if is_ours else "before"
    address = url_for(endpoint, public_id=made.public_id, placed=placed, _anchor="placed")
    return redirect(address, 303)


@blueprint.get("/copied/try")
@access(Role.INSTRUCTOR)
def try_out() -> ViewResult:
    """Show one of them as a learner does it; nothing is kept."""
    placement = free_placement()
    if placement is not None and not request.args.get("activity"):
        form = CopyForm(formdata=None)
        form.activity.errors = [_("Choose what you would like to try.")]
        return _page(placement, _candidates(placement), form, status=422)
    return _trial(placement)


@blueprint.post("/copied/try")
@access(Role.INSTRUCTOR)
def go_on_trying() -> ViewResult:
    """Take what was answered in a trial, and keep nothing of it."""
    return _trial(free_placement())


def _nothing_to_ask(placement: PlacementView | None) -> ViewResult:
    """Lead on: somebody has chosen meanwhile, or what may be meant was put away."""
    return redirect(url_for("desk.start" if placement is None else "chooser.choose"), 303)


def _trial(placement: PlacementView | None) -> ViewResult:
    candidates = _candidates(placement)
    if not candidates:
        return _nothing_to_ask(placement)
    one = _chosen(candidates, request.args.get("activity"))
    name = one.activity.public_id
    trial = Trial(
        item=one.item,
        title=one.activity.title,
        settings=registry().rules(one.activity.kind).settings_of(one.activity),
        action=url_for("copied.go_on_trying", activity=name),
        back=(url_for("copied.ask", activity=name), _("Back to choosing")),
    )
    return registry().pages(one.activity.kind).trial(trial)


def _chosen(candidates: list[Candidate], name: str | None) -> Candidate:
    """Return the candidate of this name.

    Raises:
        NotFoundError: none of them has it.
    """
    found = next((one for one in candidates if one.activity.public_id == name), None)
    if found is None:
        raise NotFoundError
    return found


def _candidates(placement: PlacementView | None) -> list[Candidate]:
    if placement is None:
        return []
    kinds = registry()
    activities = [one for one in list_candidates(db(), placement) if one.kind in set(kinds)]
    courses = list_course_names(
        db(),
        platform_id=placement.platform_id,
        context_ids={one.context_id for one in activities},
    )
    items = {one.id: kinds.rules(one.kind).read_item(one.content) for one in activities}
    return [
        Candidate(
            activity=one,
            item=items[one.id],
            label=kinds.pages(one.kind).label(items[one.id]),
            course=courses.get(one.context_id, ""),
        )
        for one in activities
    ]


def _page(
    placement: PlacementView, candidates: list[Candidate], form: CopyForm, *, status: int = 200
) -> Page:
    form.activity.label.text = _("What may be meant")
    form.activity.choices = [(one.activity.public_id, one.activity.title) for one in candidates]
    return Page(
        "desk/copied.html",
        status=status,
        placement=placement,
        form=form,
        cards=list(zip(candidates, form.activity, strict=True)),
        platform=platform_name(db(), placement.platform_id),
    )
