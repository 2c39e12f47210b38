"""The pages of an exercise: its statements to answer, to read, and what came of the answers."""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest
from werkzeug.utils import redirect

from lti_app.activities.exercise.forms import (
    ExerciseForm,
    draft_answers,
    draft_text,
    exercise_form,
    fresh_values,
)
from lti_app.activities.exercise.kind import RULES, as_item, responses_of
from lti_app.activities.exercise.result import profile_result
from lti_app.activities.exercise.spec import ExerciseItem, Scale, Statement, Subscale
from lti_app.catalog.views import ActivityView
from lti_app.core.db import after_commit
from lti_app.people.roles import Role
from lti_app.submissions.attempts import opening_for, window_of
from lti_app.submissions.contract import Answers, KindPages
from lti_app.submissions.drafts import save_draft
from lti_app.submissions.errors import DraftConflictError
from lti_app.submissions.explaining import late_words, unworked_words
from lti_app.submissions.pages import my_activity
from lti_app.submissions.queries import get_my_work
from lti_app.submissions.service import Handing, hand_in
from lti_app.submissions.unexpected import note_unexpected_fields
from lti_app.submissions.views import MyWork
from lti_app.web.access import ViewResult, access
from lti_app.web.context import clock, db, services, viewer
from lti_app.web.render import Page

blueprint = Blueprint("exercise", __name__)


def _areas(scale: Scale) -> list[tuple[Subscale, list[tuple[int, Statement]]]]:
    """Return the statements by area, each with its number on the page."""
    numbers = {one.id: number for number, one in enumerate(scale.statements, start=1)}
    return [
        (area, [(numbers[one.id], one) for one in scale.statements_of(area)])
        for area in scale.subscales
    ]


@blueprint.get("/<public_id>")
@access(Role.LEARNER)
def show(public_id: str) -> ViewResult:
    """Show the statements to answer, or the receipt of who has answered them."""
    activity = my_activity(public_id)
    work = _my_work(activity)
    wants_again = work.has_attempts_left and "again" in request.args
    if work.receipts and not wants_again and work.draft.text is None:
        return redirect(url_for("submissions.receipt", public_id=work.receipts[-1].public_id), 303)
    answers = draft_answers(work.draft.text)
    values = fresh_values(answers, number=work.next_number, base_revision=work.draft.revision)
    item = as_item(RULES.read_item(activity.content))
    return _form_page(activity, item, exercise_form(item, **values), work=work)


@blueprint.post("/<public_id>")
@access(Role.LEARNER)
def act(public_id: str) -> ViewResult:
    """Save the answers for later, or hand them in."""
    activity = my_activity(public_id)
    item = as_item(RULES.read_item(activity.content))
    form = exercise_form(item)
    note_unexpected_fields(
        db(), form, viewer(), about=("activity", activity.public_id), now=clock()()
    )
    if not form.is_whole():
        raise BadRequest
    try:
        if request.form.get("do") == "save":
            return _save(activity, item, form)
        return _hand_in(activity, item, form)
    except DraftConflictError:
        return _conflict_page(activity, item, form)


def _save(activity: ActivityView, item: ExerciseItem, form: ExerciseForm) -> ResponseReturnValue:
    save_draft(
        db(),
        services().keyring,
        activity,
        draft_text(form.answers(item.scale)),
        user_id=viewer().user_id,
        number=form.number.data or 0,
        base_revision=form.base_revision.data or 0,
        now=clock()(),
    )
    return redirect(url_for("exercise.show", public_id=activity.public_id, again=1), 303)


def _hand_in(activity: ActivityView, item: ExerciseItem, form: ExerciseForm) -> ViewResult:
    if not form.validate():
        return _form_page(activity, item, form, work=_my_work(activity), status=422)
    who = viewer()
    handing = Handing(
        user_id=who.user_id,
        user_public_id=who.user_public_id,
        is_graded=who.is_graded,
        key=form.key.data or "",
        number=form.number.data or 0,
        base_revision=form.base_revision.data or 0,
        answers=form.answers(item.scale),
    )
    receipt = hand_in(db(), RULES, activity, handing, now=clock()())
    after_commit(db(), services().wake)
    address = url_for("submissions.receipt", public_id=receipt.public_id, _anchor="handed-in")
    return redirect(address, 303)


def _my_work(activity: ActivityView) -> MyWork:
    return get_my_work(db(), services().keyring, RULES, activity, user_id=viewer().user_id)


def _form_page(
    activity: ActivityView,
    item: ExerciseItem,
    form: ExerciseForm,
    *,
    work: MyWork,
    status: int = 200,
    elsewhere: Answers | None = None,
) -> Page:
    responses = responses_of(elsewhere) if elsewhere else {}
    mine = activity.extended(work.where.extra_days)
    return Page(
        "activities/exercise/show.html",
        status=status,
        activity=mine,
        item=item,
        form=form,
        areas=_areas(item.scale),
        answered=len(responses_of(form.answers(item.scale))),
        opening=opening_for(activity, clock()(), work.where),
        ends_at=window_of(mine).ends_at,
        late_cost=late_words(activity.lateness),
        where=work.where,
        unworked=unworked_words(work.graded),
        saved_at=work.draft.saved_at,
        elsewhere={
            one.id: item.scale.labels[responses[one.id] - 1]
            for one in item.scale.statements
            if one.id in responses and str(responses[one.id]) != form.field_of(one).data
        },
        is_conflict=elsewhere is not None,
    )


def _conflict_page(activity: ActivityView, item: ExerciseItem, form: ExerciseForm) -> Page:
    """Show both versions: what was sent stays chosen, what is stored stands beside it."""
    work = _my_work(activity)
    # Whoever sends this page has seen both, so it may be saved over the stored one.
    form.base_revision.raw_data = [str(work.draft.revision)]
    form.base_revision.data = work.draft.revision
    return _form_page(
        activity,
        item,
        form,
        work=work,
        status=409,
        elsewhere=draft_answers(work.draft.text),
    )


def _preview(activity: ActivityView) -> Page:
    item = as_item(RULES.read_item(activity.content))
    return Page(
        "activities/exercise/preview.html",
        activity=activity,
        item=item,
        areas=_areas(item.scale),
    )


PAGES = KindPages(
    blueprint=blueprint,
    learner_endpoint="exercise.show",
    instructor_endpoint="submissions.people",
    preview=_preview,
    result=profile_result,
    icon="ui-checks",
)
