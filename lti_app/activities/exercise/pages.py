"""The pages of an exercise: to play it, to read it, to try it, and what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest
from werkzeug.utils import redirect

from lti_app.activities.exercise.item_pages import pages_of
from lti_app.activities.exercise.items import ExerciseItem, as_item, rules_of
from lti_app.activities.exercise.kind import RULES
from lti_app.activities.exercise.player import (
    ItemPages,
    Moment,
    PlayerForm,
    bound_form,
    draft_answers,
    draft_text,
    fresh_form,
)
from lti_app.activities.exercise.seed import seed_of
from lti_app.activities.exercise.settings import settings_of
from lti_app.activities.exercise.showing import outcome_of
from lti_app.activities.exercise.trial import label_of, trial_page
from lti_app.catalog.service import hold_activity
from lti_app.catalog.views import ActivityView
from lti_app.core.db import after_commit
from lti_app.core.db.locks import hold_lock
from lti_app.people.roles import Role
from lti_app.submissions.attempts import (
    PERSON_LOCK,
    attempts_allowed,
    opening_for,
    window_of,
)
from lti_app.submissions.autosave import asks_to_autosave, autosave, saving_of
from lti_app.submissions.contract import Answers, Handed, KindPages, Result
from lti_app.submissions.drafts import save_draft
from lti_app.submissions.errors import (
    DraftConflictError,
    HandedInElsewhereError,
    ItemChangedError,
)
from lti_app.submissions.explaining import late_words, unworked_words
from lti_app.submissions.pages import my_activity
from lti_app.submissions.queries import get_my_work
from lti_app.submissions.report import Answered, Report
from lti_app.submissions.service import Handing, hand_in
from lti_app.submissions.unexpected import note_unexpected_fields
from lti_app.submissions.views import MyWork, Receipt
from lti_app.web.access import ViewResult, access
from lti_app.web.context import clock, db, services, viewer
from lti_app.web.render import Page

blueprint = Blueprint("exercise", __name__)

#: What `do` may say to every kind of item; anything else is a step of its own.
_ANY_KIND = frozenset({"save", "autosave", "hand_in"})


@dataclass(frozen=True)
class _Play:
    """One learner at one exercise. `stored`: what their draft says."""

    activity: ActivityView
    item: ExerciseItem
    work: MyWork
    stored: Answers

    @property
    def pages(self) -> ItemPages:
        return pages_of(self.item)

    def seed_of(self, number: int) -> str:
        """Return what shuffles for this person's attempt of that number."""
        return seed_of(viewer().user_public_id, self.activity.public_id, number)


def _play_of(activity: ActivityView) -> _Play:
    item = as_item(RULES.read_item(activity.content))
    work = get_my_work(db(), services().keyring, RULES, activity, user_id=viewer().user_id)
    stored = draft_answers(pages_of(item), item, work.draft.text, rules_of(item).blank)
    return _Play(activity, item, work, stored)


@blueprint.get("/<public_id>")
@access(Role.LEARNER)
def show(public_id: str) -> ViewResult:
    """Show the exercise to play, or the receipt of who has handed it in."""
    play = _play_of(my_activity(public_id))
    wants_again = play.work.has_attempts_left and "again" in request.args
    if play.work.receipts and not wants_again and play.work.draft.text is None:
        newest = play.work.receipts[-1].public_id
        return redirect(url_for("submissions.receipt", public_id=newest), 303)
    return _page(play, _fresh(play))


@blueprint.post("/<public_id>")
@access(Role.LEARNER)
def act(public_id: str) -> ViewResult:
    """Save the answers for later, take a step of the item, or hand in."""
    do = request.form.get("do", "")
    # Before the person, in the order of whoever changes the item; the form is read by it.
    activity = hold_activity(db(), my_activity(public_id))
    if do not in _ANY_KIND:
        # A step follows from the draft: nobody may take another one between reading and saving it.
        hold_lock(db(), PERSON_LOCK, viewer().user_id)
    play = _play_of(activity)
    # The page may be of an attempt that is over by now; its fields are named as they were then.
    seed = play.seed_of(request.form.get("number", 0, type=int))
    form = bound_form(play.pages, play.item, play.stored, seed)
    about = ("activity", play.activity.public_id)
    note_unexpected_fields(db(), form, viewer(), about=about, now=clock()())
    if not form.is_whole() or do not in _ANY_KIND | form.steps:
        # Handing in cannot be taken back, so it is only done where it is asked for.
        raise BadRequest
    if form.version.data != activity.item_version:
        raise ItemChangedError
    if asks_to_autosave():
        return _autosave(play, form)
    if form.steps and form.number.data != play.work.next_number:
        return _over(play, form.number.data or 0, do)
    try:
        if do == "save":
            return _save(play, form)
        if not form.validate():
            return _page(play, form, status=422)
        return _save(play, form) if do in form.steps else _hand_in(play, form)
    except DraftConflictError:
        return _conflict_page(play.activity, form)


def _over(play: _Play, number: int, do: str) -> ResponseReturnValue:
    """Lead on from a page whose attempt is over: what it would hand in stands in no form."""
    receipt = next((one for one in play.work.receipts if one.number == number), None)
    if receipt is None or do != "hand_in":
        raise HandedInElsewhereError
    return _to_receipt(receipt)


def _save(play: _Play, form: PlayerForm) -> ResponseReturnValue:
    answers = form.read(play.item, play.stored, now=clock()())
    save_draft(
        db(),
        services().keyring,
        play.activity,
        draft_text(answers),
        user_id=viewer().user_id,
        number=form.number.data or 0,
        base_revision=form.base_revision.data or 0,
        now=clock()(),
    )
    address = url_for(
        "exercise.show", public_id=play.activity.public_id, again=1, _anchor=form.anchor()
    )
    return redirect(address, 303)


def _autosave(play: _Play, form: PlayerForm) -> ResponseReturnValue:
    return autosave(
        play.activity,
        draft_text(form.read(play.item, play.stored, now=clock()())),
        number=form.number.data or 0,
        base_revision=form.base_revision.data or 0,
    )


def _hand_in(play: _Play, form: PlayerForm) -> ViewResult:
    who = viewer()
    handing = Handing(
        user_id=who.user_id,
        user_public_id=who.user_public_id,
        is_graded=who.is_graded,
        key=form.key.data or "",
        number=form.number.data or 0,
        base_revision=form.base_revision.data or 0,
        item_version=form.version.data or 0,
        answers=form.read(play.item, play.stored, now=clock()()),
    )
    receipt = hand_in(db(), RULES, play.activity, handing, now=clock()())
    after_commit(db(), services().wake)
    return _to_receipt(receipt)


def _to_receipt(receipt: Receipt) -> ResponseReturnValue:
    address = url_for("submissions.receipt", public_id=receipt.public_id, _anchor="handed-in")
    return redirect(address, 303)


def _fresh(play: _Play) -> PlayerForm:
    work = play.work
    return fresh_form(
        play.pages,
        play.item,
        play.stored,
        play.seed_of(work.next_number),
        number=work.next_number,
        base_revision=work.draft.revision,
        version=play.activity.item_version,
    )


def _page(
    play: _Play, form: PlayerForm, *, status: int = 200, elsewhere: Mapping[str, str] | None = None
) -> Page:
    work, activity = play.work, play.activity
    mine = activity.extended(work.where.extra_days)
    answers = play.stored if form.steps else form.read(play.item, play.stored, now=clock()())
    settings = settings_of(RULES.settings_of(activity))
    seed = play.seed_of(form.number.data or 0)
    moment = Moment(answers, settings.shows_each_feedback, seed)
    return Page(
        play.pages.template,
        status=status,
        activity=mine,
        item=play.item,
        label=label_of(play.item),
        form=form,
        action=url_for("exercise.act", public_id=activity.public_id),
        opening=opening_for(activity, clock()(), work.where),
        ends_at=window_of(mine).ends_at,
        late_cost=late_words(activity.lateness),
        where=work.where,
        unworked=unworked_words(work.graded),
        saving=saving_of(
            activity,
            work,
            is_unsaved=status != 200 and not form.steps,
            is_paused=elsewhere is not None and not form.steps,
        ),
        elsewhere=elsewhere or {},
        is_conflict=elsewhere is not None,
        number=work.next_number,
        allowed=attempts_allowed(RULES, activity, work.where),
        trial=None,
        state="",
        reading=play.pages.reading,
        **play.pages.shown(play.item, moment),
    )


def _conflict_page(activity: ActivityView, form: PlayerForm) -> Page:
    """Show both versions: what was sent stays chosen, what is stored stands beside it."""
    play = _play_of(activity)
    elsewhere = form.differences(play.item, play.stored)
    if form.steps:
        # A step cannot be taken from two places: the story stands where the draft says.
        return _page(play, _fresh(play), status=409, elsewhere=elsewhere)
    # Whoever sends this page has seen both, so it may be saved over the stored one.
    form.base_revision.raw_data = [str(play.work.draft.revision)]
    form.base_revision.data = play.work.draft.revision
    return _page(play, form, status=409, elsewhere=elsewhere)


def _preview(activity: ActivityView) -> Page:
    item = as_item(RULES.read_item(activity.content))
    pages = pages_of(item)
    return Page(
        "activities/exercise/preview.html",
        activity=activity,
        item=item,
        label=label_of(item),
        reading=pages.reading,
        **pages.read_only(item),
    )


def _result(activity: ActivityView, handed: Handed) -> Result:
    item = as_item(RULES.read_item(activity.content))
    settings = settings_of(RULES.settings_of(activity))
    return pages_of(item).result(item, outcome_of(activity, settings, handed))


def _report(activity: ActivityView, people: Sequence[Answered]) -> Report:
    item = as_item(RULES.read_item(activity.content))
    return pages_of(item).report(item, people)


PAGES = KindPages(
    blueprint=blueprint,
    learner_endpoint="exercise.show",
    instructor_endpoint="submissions.people",
    preview=_preview,
    trial=trial_page,
    result=_result,
    label=label_of,
    report=_report,
)
