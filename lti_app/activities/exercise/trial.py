"""An exercise to try as a learner does: the same pages, and nothing of it is kept.

What a learner's draft holds travels in the form instead. It is for staff, who may see every key.
"""

import json
from decimal import Decimal

from flask import request
from flask_babel import gettext
from werkzeug.exceptions import BadRequest

from lti_app.activities.exercise.facets import COMPLETION
from lti_app.activities.exercise.item_pages import pages_of
from lti_app.activities.exercise.items import ExerciseItem, as_item, rules_of
from lti_app.activities.exercise.player import (
    Moment,
    Outcome,
    PlayerForm,
    bound_form,
    draft_text,
    fresh_form,
)
from lti_app.activities.exercise.seed import seed_of
from lti_app.activities.exercise.settings import settings_of
from lti_app.catalog.spec import ItemSpec
from lti_app.grading.participation import NOT_BEGUN
from lti_app.grading.policy import fraction_of, share_of_points
from lti_app.submissions.contract import Answers, ItemLabel, Trial
from lti_app.submissions.errors import AnswersRefusedError, DraftConflictError
from lti_app.submissions.window import Opening
from lti_app.web.context import clock
from lti_app.web.render import Page

#: Room for every answer of the longest story; nobody types it.
_LONGEST_STATE = 50_000


def label_of(item: ItemSpec) -> ItemLabel:
    """Return what people call an item, and its icon."""
    rules = rules_of(item)
    return ItemLabel(gettext(rules.title), pages_of(item).icon, rules.facet == COMPLETION)


def trial_page(trial: Trial) -> Page:
    """Show an item to try, or what its answers came to.

    Raises:
        BadRequest: what was posted is not one of our forms.
    """
    item = as_item(trial.item)
    if request.method == "GET":
        return _page(trial, item, rules_of(item).blank)
    stored = _state(item)
    form = bound_form(pages_of(item), item, stored, _seed(item))
    if not form.is_whole():
        raise BadRequest
    do = request.form.get("do", "")
    if do != "save" and not form.validate():
        return _page(trial, item, stored, form=form, status=422)
    try:
        answers = form.read(item, stored, now=clock()())
    except DraftConflictError as error:
        raise BadRequest from error
    if do == "save" or do in form.steps:
        return _page(trial, item, answers)
    return _result_page(trial, item, answers)


def _state(item: ExerciseItem) -> Answers:
    text = request.form.get("state", "")
    if not 0 < len(text) <= _LONGEST_STATE:
        raise BadRequest
    try:
        state: Answers = json.loads(text)
        if not isinstance(state, dict):
            raise TypeError
        pages, seed = pages_of(item), _seed(item)
        pages.form_class(item, state, seed)
        pages.filled(item, state, seed)
        pages.shown(item, Moment(state, shows_feedback=False, seed=seed))
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
        raise BadRequest from error
    return state


def _seed(item: ExerciseItem) -> str:
    """Return the same for everybody: a trial has neither a person nor attempts."""
    return seed_of("trial", item.id)


def _page(
    trial: Trial,
    item: ExerciseItem,
    answers: Answers,
    *,
    form: PlayerForm | None = None,
    status: int = 200,
) -> Page:
    pages = pages_of(item)
    seed = _seed(item)
    fresh = fresh_form(pages, item, answers, seed, number=1, base_revision=0, version=1)
    moment = Moment(answers, settings_of(trial.settings).shows_each_feedback, seed)
    return Page(
        pages.template,
        status=status,
        activity=None,
        item=item,
        label=label_of(item),
        form=form or fresh,
        action=trial.action,
        opening=Opening.OPEN,
        ends_at=None,
        late_cost="",
        where=NOT_BEGUN,
        unworked=None,
        saving=None,
        elsewhere={},
        is_conflict=False,
        number=1,
        allowed=settings_of(trial.settings).attempts,
        trial=trial,
        state=draft_text(answers),
        reading=pages.reading,
        **pages.shown(item, moment),
    )


def _result_page(trial: Trial, item: ExerciseItem, answers: Answers) -> Page:
    rules = rules_of(item)
    try:
        rules.refuse_answers(item, answers)
    except ValueError as error:
        raise AnswersRefusedError from error
    share = fraction_of((rules.mark(item, answers),))
    outcome = Outcome(answers, shows_feedback=True, shows_key=True)
    return Page(
        "activities/exercise/trial_result.html",
        trial=trial,
        item=item,
        label=label_of(item),
        shown=pages_of(item).result(item, outcome),
        points=Decimal(0) if share is None else share_of_points(share, item.points),
        maximum=item.points,
    )
