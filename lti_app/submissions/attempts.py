"""The attempts of one person at one activity, and whether another may begin."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.catalog.views import ActivityView
from lti_app.submissions.errors import (
    ClosedError,
    HandedInElsewhereError,
    NotOpenError,
)
from lti_app.submissions.models import Attempt
from lti_app.submissions.window import Opening, Window

#: Name of the lock under which one person's attempts change.
PERSON_LOCK = "submissions.person"


def window_of(activity: ActivityView) -> Window:
    """Return when an activity takes work."""
    return Window(activity.opens_at, activity.due_at, activity.closes_at, activity.grace)


def refuse_outside_window(activity: ActivityView, now: datetime) -> Opening:
    """Return OPEN or LATE.

    Raises:
        NotOpenError, ClosedError: by the server's time; a browser's clock is never asked.
    """
    opening = window_of(activity).at(now)
    if opening is Opening.NOT_YET:
        raise NotOpenError
    if opening is Opening.CLOSED:
        raise ClosedError
    return opening


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
