"""One person's grade for staff, what is decided about it, and the release of everybody's."""

from decimal import Decimal

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest
from werkzeug.utils import redirect

from lti_app.audit import Actor
from lti_app.catalog.rules import Release
from lti_app.core.db import after_commit
from lti_app.core.errors import NotFoundError
from lti_app.grading.closing import take_noughts_back
from lti_app.grading.deciding import OverrideWish, excuse, reopen, set_override, take_excuse_back
from lti_app.grading.extending import extend
from lti_app.grading.facets import FacetWish, enter_facet
from lti_app.grading.policy import read_points
from lti_app.grading.releasing import Outcome, make_plan, release_due
from lti_app.grading.withdrawing import withdraw
from lti_app.people.roles import Role
from lti_app.submissions.current import registry
from lti_app.submissions.explaining import block_words
from lti_app.submissions.forms import ExtendForm, FacetForm, OverrideForm, ReasonForm, SendAgainForm
from lti_app.submissions.lines import lines_of
from lti_app.submissions.pages import my_activity
from lti_app.submissions.person_page import Conflict, facet_choices, person_page
from lti_app.submissions.queries import get_person_work, list_people_work
from lti_app.submissions.recompute import compute_again
from lti_app.web.access import STAFF, ViewResult, access
from lti_app.web.context import clock, db, services, viewer
from lti_app.web.language import decimals
from lti_app.web.render import Page

blueprint = Blueprint("gradebook", __name__, url_prefix="/s/<session_key>")


@blueprint.get("/activities/<public_id>/people/<person_id>")
@access(*STAFF)
def person(public_id: str, person_id: str) -> Page:
    """Show one person's grade with everything that it is made of."""
    activity = my_activity(public_id)
    return person_page(activity, get_person_work(db(), activity, person_id))


@blueprint.post("/activities/<public_id>/people/<person_id>/override")
@access(Role.INSTRUCTOR)
def override(public_id: str, person_id: str) -> ViewResult:
    """Let entered points win over the computed ones, or clear them."""
    activity = my_activity(public_id)
    work = get_person_work(db(), activity, person_id)
    form = OverrideForm(activity.points)
    if not form.revision.validate(form):
        raise BadRequest
    is_cleared = request.form.get("do") == "clear"
    if not is_cleared and not form.validate():
        return person_page(activity, work, status=422, override=form)
    points = None if is_cleared else read_points(form.points.data or "", maximum=activity.points)
    wish = OverrideWish(points, form.words(), form.revision.data or 0)
    answer = set_override(db(), activity, work.learner, wish, actor=_actor(), now=clock()())
    if answer.is_kept:
        return _to_person(public_id, person_id)
    # What was typed stays on the page; whoever sends it again has seen both.
    form.revision.raw_data, form.revision.data = None, answer.grade.revision
    conflict = Conflict(_entered_words(points), answer.grade)
    work = get_person_work(db(), activity, person_id)
    return person_page(activity, work, status=409, override=form, conflict=conflict)


def _entered_words(points: Decimal | None) -> str:
    if points is None:
        return str(_("You wanted to clear the points that were entered."))
    return str(_("You entered %(points)s.", points=decimals(points)))


@blueprint.post("/activities/<public_id>/people/<person_id>/facet")
@access(Role.INSTRUCTOR)
def facet(public_id: str, person_id: str) -> ViewResult:
    """Let an entered score win over the computed one of one facet, or clear it."""
    activity = my_activity(public_id)
    work = get_person_work(db(), activity, person_id)
    form = FacetForm(facet_choices(activity, work))
    if not form.revision.validate(form) or not form.facet.validate(form):
        raise BadRequest
    is_cleared = request.form.get("do") == "clear"
    if not is_cleared and not form.validate():
        return person_page(activity, work, status=422, facet=form)
    percent = None if is_cleared else read_points(form.percent.data or "", maximum=Decimal(100))
    score = None if percent is None else percent / 100
    wish = FacetWish(form.facet.data, score, form.words(), form.revision.data or 0)
    learner, actor, now = work.learner, _actor(), clock()()
    answer = enter_facet(db(), activity, learner, wish, actor=actor, now=now)
    if answer.is_kept:
        # With this score another attempt may be the best.
        rules = registry().rules(activity.kind)
        compute_again(db(), rules, activity, user_id=learner.user_id, actor=actor, now=now)
        return _to_person(public_id, person_id)
    form.revision.raw_data, form.revision.data = None, answer.grade.revision
    conflict = Conflict(str(_("You changed one part of it.")), answer.grade)
    work = get_person_work(db(), activity, person_id)
    return person_page(activity, work, status=409, facet=form, conflict=conflict)


@blueprint.post("/activities/<public_id>/people/<person_id>/excuse")
@access(Role.INSTRUCTOR)
def set_excuse(public_id: str, person_id: str) -> ViewResult:
    """Take somebody out of the grade, or back in."""
    activity = my_activity(public_id)
    work = get_person_work(db(), activity, person_id)
    user_id, actor, now = work.learner.user_id, _actor(), clock()()
    if request.form.get("do") == "take_back":
        take_excuse_back(db(), activity, user_id, actor=actor, now=now)
        return _to_person(public_id, person_id)
    form = ReasonForm()
    if not form.validate():
        return person_page(activity, work, status=422, reason=form)
    excuse(db(), activity, user_id, form.words(), actor=actor, now=now)
    return _to_person(public_id, person_id)


@blueprint.post("/activities/<public_id>/people/<person_id>/reopen")
@access(Role.INSTRUCTOR)
def let_again(public_id: str, person_id: str) -> ViewResult:
    """Let somebody hand in once more."""
    activity = my_activity(public_id)
    work = get_person_work(db(), activity, person_id)
    form = ReasonForm()
    if not form.validate():
        return person_page(activity, work, status=422, reason=form)
    user_id, reason = work.learner.user_id, form.words()
    reopen(db(), activity, user_id, reason, actor=_actor(), now=clock()())
    return _to_person(public_id, person_id)


@blueprint.post("/activities/<public_id>/people/<person_id>/extend")
@access(Role.INSTRUCTOR)
def give_time(public_id: str, person_id: str) -> ViewResult:
    """Let somebody's own dates lie later; what they handed in is then late or not anew."""
    activity = my_activity(public_id)
    work = get_person_work(db(), activity, person_id)
    form = ExtendForm()
    if not form.validate():
        return person_page(activity, work, status=422, extension=form)
    user_id, actor, now = work.learner.user_id, _actor(), clock()()
    extend(db(), activity, user_id, form.days.data or 0, actor=actor, now=now)
    take_noughts_back(db(), activity, actor=actor, now=now)
    rules = registry().rules(activity.kind)
    compute_again(db(), rules, activity, user_id=user_id, actor=actor, now=now)
    return _to_person(public_id, person_id)


@blueprint.post("/activities/<public_id>/people/<person_id>/withdraw")
@access(Role.INSTRUCTOR)
def take_back(public_id: str, person_id: str) -> ResponseReturnValue:
    """Take a released grade back that counts no longer, here and in the gradebook."""
    activity = my_activity(public_id)
    work = get_person_work(db(), activity, person_id)
    withdraw(db(), activity, work.learner, actor=_actor(), now=clock()())
    return _to_person(public_id, person_id)


@blueprint.get("/activities/<public_id>/release")
@access(Role.INSTRUCTOR)
def plan(public_id: str) -> Page:
    """Show what releasing would change, before it does."""
    activity = my_activity(public_id)
    if activity.release is Release.NEVER:
        raise NotFoundError
    rules = registry().rules(activity.kind)
    found = make_plan(db(), activity)
    lines = lines_of(rules, activity, list_people_work(db(), activity), waits={})
    return Page(
        "submissions/release.html",
        activity=activity,
        counts={outcome.value: found.count(outcome) for outcome in Outcome},
        blocks=[(block_words(block), count) for block, count in found.blocks.items()],
        lines=[line for line in lines if line.is_ready],
        form=SendAgainForm(formdata=None),
    )


@blueprint.post("/activities/<public_id>/release")
@access(Role.INSTRUCTOR)
def release(public_id: str) -> ResponseReturnValue:
    """Release every grade that is new or changed."""
    activity = my_activity(public_id)
    if activity.release is Release.NEVER:
        raise NotFoundError
    release_due(db(), activity, actor=_actor(), now=clock()())
    after_commit(db(), services().wake)
    return redirect(url_for("submissions.people", public_id=public_id), 303)


def _actor() -> Actor:
    return Actor(viewer().user_public_id)


def _to_person(public_id: str, person_id: str) -> ResponseReturnValue:
    after_commit(db(), services().wake)
    address = url_for("gradebook.person", public_id=public_id, person_id=person_id)
    return redirect(address, 303)
