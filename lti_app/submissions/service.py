"""Take work exactly once: window, attempt, marks, grade, owed score and receipt in one commit."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.audit import Actor, record_event
from lti_app.catalog.spec import ItemSpec
from lti_app.catalog.views import ActivityView
from lti_app.core.db.locks import hold_lock
from lti_app.grading.participation import (
    NOT_BEGUN,
    advance,
    held_participation,
    participation_view,
)
from lti_app.grading.queries import list_entered
from lti_app.grading.service import Work, record
from lti_app.grading.states import Stage
from lti_app.submissions.attempts import (
    PERSON_LOCK,
    attempts_allowed,
    handed_in,
    held_as_shown,
    list_attempts,
    open_attempt,
    refuse_outside_window,
)
from lti_app.submissions.contract import Answers, KindRules
from lti_app.submissions.errors import (
    AnswersRefusedError,
    DraftConflictError,
    KeyReusedError,
    NoAttemptsLeftError,
)
from lti_app.submissions.models import Attempt, HandIn
from lti_app.submissions.views import Receipt, receipt_of
from lti_app.submissions.window import Opening
from lti_app.submissions.work import counted_work


@dataclass(frozen=True)
class Handing:
    """One request to hand in.

    Attributes:
        user_public_id: for the audit log.
        is_graded: whether this person's scores may reach a gradebook.
        key: made by the page that was drawn; a repeated request brings the same one.
        number: of the attempt that the page was drawn for.
        base_revision: of the draft that the page showed.
        item_version: of the item that the page showed.
    """

    user_id: int
    user_public_id: str
    is_graded: bool
    key: str
    number: int
    base_revision: int
    item_version: int
    answers: Answers


def hand_in(
    session: Session, rules: KindRules, activity: ActivityView, handing: Handing, *, now: datetime
) -> Receipt:
    """Take an attempt, mark it, grade it and owe the score; a repeated request changes nothing.

    Raises:
        KeyReusedError: the key was used for other answers.
        NotOpenError, ClosedError: outside the window, by the server's time.
        HandedInElsewhereError: the attempt was handed in, with other answers, by another request.
        NoAttemptsLeftError: no further attempt is allowed.
        ItemChangedError: the page showed another version of the item.
        DraftConflictError: a draft was saved that the page did not show.
        AnswersRefusedError: the kind does not take these answers.
    """
    # Before the person, in the order of whoever changes the points.
    activity = held_as_shown(session, activity, handing.item_version)
    hold_lock(session, PERSON_LOCK, handing.user_id)
    body_hash = _body_hash(activity, handing)
    earlier = _find_answered(session, activity, handing)
    if earlier is not None:
        if earlier[0].body_hash != body_hash:
            raise KeyReusedError
        return receipt_of(earlier[1])
    attempts = list_attempts(session, activity, handing.user_id)
    same = next((one for one in handed_in(attempts) if one.number == handing.number), None)
    if same is not None and same.answers == handing.answers:
        return receipt_of(same)
    # Held, because whoever gives them more time computes again only what was handed in before.
    row = held_participation(session, activity, handing.user_id)
    where = participation_view(row) if row else NOT_BEGUN
    opening = refuse_outside_window(activity, now, where)
    allowed = attempts_allowed(rules, activity, where)
    if allowed is not None and handing.number > allowed:
        raise NoAttemptsLeftError
    attempt = open_attempt(
        session, activity, attempts, user_id=handing.user_id, number=handing.number, now=now
    )
    if attempt.draft_revision != handing.base_revision:
        raise DraftConflictError
    item = accepted_item(rules, activity, handing.answers)
    attempt.is_reopened = where.is_reopened
    _close_attempt(session, attempt, handing, opening=opening, body_hash=body_hash, now=now)
    mine = activity.extended(where.extra_days)
    all_of_them = [*handed_in(attempts), attempt]
    entered = list_entered(session, activity, [handing.user_id]).get(handing.user_id, {})
    graded = handing.is_graded
    work = counted_work(rules, mine, item, all_of_them, is_graded=graded, entered=entered)
    _grade(session, activity, work, handing, attempt, now)
    return receipt_of(attempt)


def _body_hash(activity: ActivityView, handing: Handing) -> str:
    body = json.dumps(
        [activity.public_id, handing.number, handing.answers], sort_keys=True, ensure_ascii=True
    )
    return hashlib.sha256(body.encode()).hexdigest()


def _find_answered(
    session: Session, activity: ActivityView, handing: Handing
) -> tuple[HandIn, Attempt] | None:
    row = session.execute(
        select(HandIn, Attempt)
        .join(Attempt, Attempt.id == HandIn.attempt_id)
        .where(
            HandIn.platform_id == activity.platform_id,
            HandIn.user_id == handing.user_id,
            HandIn.key == handing.key,
        )
    ).one_or_none()
    return (row[0], row[1]) if row else None


def accepted_item(rules: KindRules, activity: ActivityView, answers: Answers) -> ItemSpec:
    """Return the item of an activity.

    Raises:
        AnswersRefusedError: it does not take these answers.
    """
    item = rules.read_item(activity.content)
    try:
        rules.refuse_answers(item, answers)
    except ValueError as error:
        raise AnswersRefusedError from error
    return item


def _close_attempt(
    session: Session,
    attempt: Attempt,
    handing: Handing,
    *,
    opening: Opening,
    body_hash: str,
    now: datetime,
) -> None:
    attempt.answers, attempt.handed_in_at = dict(handing.answers), now
    attempt.is_late = opening is Opening.LATE
    attempt.draft = None
    session.add(
        HandIn(
            platform_id=attempt.platform_id,
            user_id=attempt.user_id,
            attempt_id=attempt.id,
            key=handing.key,
            body_hash=body_hash,
            at=now,
        )
    )
    session.flush()


def _grade(
    session: Session,
    activity: ActivityView,
    work: Work,
    handing: Handing,
    attempt: Attempt,
    now: datetime,
) -> None:
    actor = Actor(handing.user_public_id)
    submitted = Stage.SUBMITTED
    advance(session, activity, handing.user_id, submitted, actor=actor, now=now, why="handed_in")
    record(session, activity, work, actor=actor, now=now)
    record_event(
        session,
        "attempt.handed_in",
        at=now,
        actor=actor,
        about=("attempt", attempt.public_id),
        platform_id=activity.platform_id,
    )
