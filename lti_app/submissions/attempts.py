"""The attempts of one person at one activity, and whether another may begin."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.catalog.rules import LatePolicy
from lti_app.catalog.service import hold_activity
from lti_app.catalog.views import ActivityView
from lti_app.grading.participation import ParticipationView
from lti_app.submissions.contract import KindRules
from lti_app.submissions.errors import (
    ClosedError,
    HandedInElsewhereError,
    ItemChangedError,
    NotOpenError,
)
from lti_app.submissions.models import Attempt
from lti_app.submissions.window import Opening, Window

#: Name of the lock under which one person's attempts change.
PERSON_LOCK = "submissions.person"


def window_of(activity: ActivityView) -> Window:
    """Return when an activity takes work."""
    return Window(
        activity.opens_at,
        activity.due_at,
        activity.closes_at,
        activity.grace,
        takes_late=activity.lateness.policy is not LatePolicy.CLOSED,
    )


def opening_for(activity: ActivityView, now: datetime, where: ParticipationView) -> Opening:
    """Say what this moment is for one person; who was let in again is in time."""
    if where.is_reopened:
        return Opening.OPEN
    return window_of(activity.extended(where.extra_days)).at(now)


def refuse_outside_window(
    activity: ActivityView, now: datetime, where: ParticipationView
) -> Opening:
    """Return OPEN or LATE.

    Raises:
        NotOpenError, ClosedError: by the server's time; a browser's clock is never asked.
    """
    opening = opening_for(activity, now, where)
    if opening is Opening.NOT_YET:
        raise NotOpenError
    if opening is Opening.CLOSED:
        raise ClosedError
    return opening


def attempts_allowed(
    rules: KindRules, activity: ActivityView, where: ParticipationView
) -> int | None:
    """Return how often somebody may hand in; None for as often as they like."""
    allowed = rules.attempts_allowed(rules.settings_of(activity))
    return None if allowed is None else allowed + where.extra_attempts


def list_attempts(session: Session, activity: ActivityView, user_id: int) -> list[Attempt]:
    """Return somebody's attempts at an activity, oldest first."""
    return list(
        session.scalars(
            select(Attempt)
            .where(
                Attempt.platform_id == activity.platform_id,
                Attempt.activity_id == activity.id,
                Attempt.user_id == user_id,
            )
            .order_by(Attempt.number)
            .execution_options(populate_existing=True)
        )
    )


def held_as_shown(session: Session, activity: ActivityView, item_version: int) -> ActivityView:
    """Return the activity as it is until the transaction ends; before any lock on a person.

    Args:
        item_version: of the item that the page showed.

    Raises:
        ItemChangedError: it is another one by now, with another key.
    """
    held = hold_activity(session, activity)
    if held.item_version != item_version:
        raise ItemChangedError
    return held


def handed_in(attempts: list[Attempt]) -> list[Attempt]:
    """Return those that were handed in."""
    return [attempt for attempt in attempts if attempt.handed_in_at is not None]


def open_attempt(
    session: Session,
    activity: ActivityView,
    attempts: list[Attempt],
    *,
    user_id: int,
    number: int,
    now: datetime,
) -> Attempt:
    """Return the attempt that a page was drawn for, begun now if nothing was saved of it yet.

    Raises:
        HandedInElsewhereError: that attempt is over, or not the next one.
    """
    if number != len(handed_in(attempts)) + 1:
        raise HandedInElsewhereError
    found = next((one for one in attempts if one.number == number), None)
    if found is not None:
        return found
    attempt = Attempt(
        platform_id=activity.platform_id,
        activity_id=activity.id,
        user_id=user_id,
        item_version_id=activity.item_version_id,
        number=number,
        started_at=now,
        draft_revision=0,
    )
    session.add(attempt)
    session.flush()
    return attempt
