"""Drafts: saved for their writer alone, sealed with their key, never one over a newer one."""

from datetime import datetime

from sqlalchemy.orm import Session

from lti_app.audit import Actor
from lti_app.catalog.views import ActivityView
from lti_app.core.db.locks import hold_lock
from lti_app.core.sealing import Keyring, Place
from lti_app.grading.participation import advance, find_participation
from lti_app.grading.states import Stage
from lti_app.people.service import get_public_id, open_data_key
from lti_app.submissions.attempts import (
    PERSON_LOCK,
    held_as_shown,
    list_attempts,
    open_attempt,
    refuse_outside_window,
)
from lti_app.submissions.errors import DraftConflictError
from lti_app.submissions.models import Attempt
from lti_app.submissions.views import Draft

_BEFORE_WORK = frozenset({Stage.NOT_STARTED, Stage.CLOSED_INCOMPLETE, Stage.EXCUSED})
NO_DRAFT = Draft(text=None, revision=0, saved_at=None)


def save_draft(
    session: Session,
    keyring: Keyring,
    activity: ActivityView,
    text: str,
    *,
    user_id: int,
    number: int,
    base_revision: int,
    now: datetime,
) -> Draft:
    """Save a draft over the revision that its page showed.

    Args:
        activity: with the item that the page showed.
        text: whatever the kind needs to show its form again.
        number: of the attempt that the page was drawn for.
        base_revision: what the page showed; 0 when nothing was saved.

    Raises:
        DraftConflictError: a newer draft is there and says something else; nothing was changed.
        ItemChangedError: the page showed another version of the item.
        NotOpenError, ClosedError, HandedInElsewhereError: this attempt takes no draft.
    """
    # Before the person, in the order of whoever changes the item.
    activity = held_as_shown(session, activity, activity.item_version)
    hold_lock(session, PERSON_LOCK, user_id)
    where = find_participation(session, activity, user_id)
    refuse_outside_window(activity, now, where)
    attempts = list_attempts(session, activity, user_id)
    attempt = open_attempt(session, activity, attempts, user_id=user_id, number=number, now=now)
    key = open_data_key(session, keyring, platform_id=activity.platform_id, user_id=user_id)
    stored = key.open(attempt.draft, _place(attempt)) if attempt.draft else None
    # Also the answer to a repeated request whose first answer was lost on the way.
    is_same = stored == text
    if attempt.draft_revision != base_revision and not is_same:
        raise DraftConflictError
    if not is_same:
        attempt.draft = key.seal(text, _place(attempt))
        attempt.draft_revision += 1
        attempt.draft_saved_at = now
        session.flush()
    if where.stage in _BEFORE_WORK:
        actor = Actor(get_public_id(session, platform_id=activity.platform_id, user_id=user_id))
        begun = Stage.IN_PROGRESS
        advance(session, activity, user_id, begun, actor=actor, now=now, why="draft_saved")
    return Draft(text, attempt.draft_revision, attempt.draft_saved_at)


def open_draft(session: Session, keyring: Keyring, attempt: Attempt) -> Draft:
    """Return the draft of an attempt, readable. It needs no session that may write."""
    if attempt.draft is None:
        return Draft(None, attempt.draft_revision, attempt.draft_saved_at)
    key = open_data_key(session, keyring, platform_id=attempt.platform_id, user_id=attempt.user_id)
    text = key.open(attempt.draft, _place(attempt))
    return Draft(text, attempt.draft_revision, attempt.draft_saved_at)


def _place(attempt: Attempt) -> Place:
    return Place(Attempt.__tablename__, "draft", attempt.public_id)
