"""Pages that every kind shares: the receipt, a read-only preview, everybody's state for staff."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.utils import redirect

from lti_app.audit import Actor
from lti_app.catalog.columns import list_columns
from lti_app.catalog.pack import OWN_PACK
from lti_app.catalog.rules import Dates
from lti_app.catalog.service import get_activity, get_activity_of
from lti_app.catalog.views import ActivityView
from lti_app.core.db import after_commit
from lti_app.core.errors import NotFoundError
from lti_app.grading.again import send_scores_again
from lti_app.grading.queries import list_standings
from lti_app.grading.views import Standing
from lti_app.grading.waiting import Wait, find_waits
from lti_app.people.roles import Role
from lti_app.submissions.attempts import attempts_allowed, opening_for, window_of
from lti_app.submissions.causes import causes_of
from lti_app.submissions.column_words import unchanged_columns
from lti_app.submissions.contract import Handed, KindRules, Trial
from lti_app.submissions.counting_words import counting_words, find_told, is_released
from lti_app.submissions.current import registry
from lti_app.submissions.explaining import cap_words, facet_words, part_title
from lti_app.submissions.forms import SendAgainForm
from lti_app.submissions.lines import (
    Order,
    column_heads,
    columns_with_owed,
    in_order,
    lines_of,
)
from lti_app.submissions.overview import notes_of, segments_of
from lti_app.submissions.queries import get_my_work, get_receipt, list_people_work
from lti_app.submissions.views import MyWork, PersonWork
from lti_app.submissions.window import Opening
from lti_app.submissions.wording import words_for_learner
from lti_app.web.access import EVERY_ROLE, access
from lti_app.web.context import clock, db, services, viewer
from lti_app.web.render import Page

blueprint = Blueprint("submissions", __name__, url_prefix="/s/<session_key>")


def my_activity(public_id: str) -> ActivityView:
    """Return the activity of the viewer's own course.

    Raises:
        NotFoundError: there is none, or it is another course's.
    """
    who = viewer()
    return get_activity(db(), public_id, platform_id=who.platform_id, context_id=who.context_id)


def waits_of(activity: ActivityView, people: Sequence[PersonWork]) -> Mapping[int, Wait]:
    """Return, by line item, what those scores of people wait for that are on their way."""
    owed = columns_with_owed(people)
    return find_waits(db(), activity.platform_id, owed, now=clock()()) if owed else {}


@blueprint.get("/receipts/<public_id>")
@access(Role.LEARNER)
def receipt(public_id: str) -> Page:
    """Show one's own receipt: what was handed in, when, what came of it, where the grade is."""
    who = viewer()
    found = get_receipt(db(), public_id, platform_id=who.platform_id, user_id=who.user_id)
    activity = get_activity_of(db(), platform_id=who.platform_id, activity_id=found.activity_id)
    if activity.context_id != who.context_id:
        raise NotFoundError
    rules, pages = registry().rules(activity.kind), registry().pages(activity.kind)
    standing = list_standings(db(), activity, [who.user_id]).get(who.user_id, Standing())
    work = get_my_work(db(), services().keyring, rules, activity, user_id=who.user_id)
    may_go_on = work.has_attempts_left
    told = find_told(standing.grade, work.receipts, has_attempts_left=may_go_on)
    is_told = is_released(standing.grade, found, has_attempts_left=may_go_on)
    return Page(
        "submissions/receipt.html",
        receipt=found,
        activity=activity,
        grade=standing.grade,
        is_in_grade=is_told,
        facets=[facet_words(rules, one) for one in told.facets] if told else [],
        cap=cap_words(rules, told) if told else "",
        counting=counting_words(
            rules.counting(rules.settings_of(activity)),
            found,
            work.receipts,
            told,
            has_attempts_left=work.has_attempts_left,
        ),
        where=work.where,
        others=[one for one in work.receipts if one.public_id != found.public_id],
        gradebook=[
            words_for_learner(delivery, part=part_title(rules, delivery))
            for delivery in standing.deliveries
        ],
        shown=pages.result(
            activity,
            Handed(
                found.answers,
                is_released=is_told,
                is_closed=opening_for(activity, clock()(), work.where) is Opening.CLOSED,
                has_attempts_left=work.has_attempts_left,
                ends_at=window_of(activity.extended(work.where.extra_days)).ends_at,
            ),
        ),
        attempts_left=_attempts_left(rules, activity, work),
        again_url=(
            url_for(pages.learner_endpoint, public_id=activity.public_id, again=1)
            if work.has_attempts_left
            else None
        ),
    )


def _attempts_left(rules: KindRules, activity: ActivityView, work: MyWork) -> int | None:
    allowed = attempts_allowed(rules, activity, work.where)
    return None if allowed is None else max(0, allowed - work.next_number + 1)


@blueprint.get("/activities/<public_id>/preview")
@access(*EVERY_ROLE)
def preview(public_id: str) -> Page:
    """Show an activity to read."""
    activity = my_activity(public_id)
    return registry().pages(activity.kind).preview(activity)


@blueprint.get("/activities/<public_id>/try")
@access(Role.INSTRUCTOR, Role.TEACHING_ASSISTANT)
def try_out(public_id: str) -> Page:
    """Show an activity as a learner does it; nothing is kept."""
    return _trial(my_activity(public_id))


@blueprint.post("/activities/<public_id>/try")
@access(Role.INSTRUCTOR, Role.TEACHING_ASSISTANT)
def go_on_trying(public_id: str) -> Page:
    """Take what was answered in a trial, and keep nothing of it."""
    return _trial(my_activity(public_id))


def _trial(activity: ActivityView) -> Page:
    rules = registry().rules(activity.kind)
    people_page = url_for("submissions.people", public_id=activity.public_id)
    trial = Trial(
        item=rules.read_item(activity.content),
        title=activity.title,
        settings=rules.settings_of(activity),
        action=url_for("submissions.go_on_trying", public_id=activity.public_id),
        back=(people_page, _("Back to People")),
        activity=activity,
    )
    return registry().pages(activity.kind).trial(trial)


@blueprint.get("/activities/<public_id>/people")
@access(Role.INSTRUCTOR, Role.TEACHING_ASSISTANT)
def people(public_id: str) -> Page:
    """Show everybody's state, facets, grade and delivery, first where a person is needed.

    What they answered is never shown.
    """
    activity = my_activity(public_id)
    rules = registry().rules(activity.kind)
    everybody = list_people_work(db(), activity)
    lines = lines_of(rules, activity, everybody, waits_of(activity, everybody))
    deliveries = [delivery for line in lines for delivery, _words in line.deliveries]
    order, wanted = _order(), request.args.get("find", "").strip()
    shown = [line for line in lines if wanted.casefold() in line.name.casefold()]
    return Page(
        "submissions/people.html",
        activity=activity,
        lines=in_order(shown, order),
        count=len(lines),
        order=order,
        wanted=wanted,
        columns=column_heads(rules, everybody),
        segments=segments_of(lines, may_decide=viewer().role is Role.INSTRUCTOR),
        waiting=sum(delivery.needs_a_person for delivery in deliveries),
        ready=sum(line.is_ready for line in lines),
        causes=causes_of(lines),
        notes=notes_of(lines),
        may_decide=viewer().role is Role.INSTRUCTOR,
        unchanged=unchanged_columns(rules, list_columns(db(), activity)),
        placed=_placed(),
        own_item=activity.item if activity.pack == OWN_PACK else "",
        lacks_dates=activity.former_dates != Dates() and activity.dates == Dates(),
        form=SendAgainForm(formdata=None),
    )


def _placed() -> str:
    """Return whether the link was given its activity just now, or had it before."""
    given = request.args.get("placed", "")
    return given if given in {"now", "before"} and viewer().role is Role.INSTRUCTOR else ""


def _order() -> Order:
    given = request.args.get("order", "")
    return Order(given) if given in list(Order) else Order.NEED


@blueprint.post("/activities/<public_id>/send-again")
@access(Role.INSTRUCTOR)
def send_again(public_id: str) -> ResponseReturnValue:
    """Send one score again, or all that wait for nothing but another try."""
    activity = my_activity(public_id)
    form = SendAgainForm()
    if not form.validate_on_submit():
        raise NotFoundError
    send_scores_again(
        db(),
        activity,
        public_id=form.delivery.data or None,
        cause=form.cause.data or None,
        actor=Actor(viewer().user_public_id),
        now=clock()(),
    )
    after_commit(db(), services().wake)
    return redirect(url_for("submissions.people", public_id=public_id), 303)
