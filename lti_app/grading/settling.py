"""How sending a score ended: acknowledged, to be tried again, or held until a person acts.

Each function is one short transaction. It talks to no platform and decides no grade.
"""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from lti_app.catalog.views import LineItemView
from lti_app.core.reason import Reason
from lti_app.grading.models import DeliveryState, ScoreDelivery
from lti_app.grading.rules import Mark
from lti_app.grading.sending import Claim, held_row, set_arrived


def acknowledge(session: Session, claim: Claim, *, now: datetime) -> bool:
    """Write down that the platform has what was sent last.

    Returns:
        Whether a newer score is owed already.
    """
    row = held_row(session, claim)
    if row is None or row.acknowledged_version >= row.sent_version:
        return False
    row.acknowledged_version = row.sent_version
    row.acknowledged_points, row.acknowledged_maximum = row.sent_points, row.sent_maximum
    row.acknowledged_comment_code = row.sent_comment_code
    row.acknowledged_handed_in_at = row.sent_handed_in_at
    row.is_outcome_unknown = row.is_override_allowed = False
    row.claim = None
    if row.wanted_version > row.sent_version:
        row.acknowledged_at = now
        return True
    set_arrived(row, now)
    return False


def note_wait(
    session: Session,
    claim: Claim,
    reason: Reason,
    *,
    next_at: datetime,
    now: datetime,
    is_answered: bool,
    is_attempt: bool,
) -> None:
    """Write down that it will be tried again.

    Args:
        is_answered: the platform certainly did not take what was sent just now. What was sent
            before that without an answer stays unknown.
    """
    row = held_row(session, claim)
    if row is None:
        return
    _note_answer(row, claim, is_answered=is_answered)
    row.reason_code, row.reason_params = reason.code, dict(reason.params)
    row.attempts += 1 if is_attempt else 0
    row.next_at, row.changed_at = next_at, now


def hold(
    session: Session,
    claim: Claim,
    state: DeliveryState,
    reason: Reason,
    *,
    now: datetime,
    is_answered: bool = True,
    theirs: Mark | None = None,
) -> None:
    """Stop in a named state until a person acts; a score that is newer by now goes on.

    Args:
        theirs: what the platform shows, where somebody graded there.
    """
    row = held_row(session, claim)
    if row is None:
        return
    _note_answer(row, claim, is_answered=is_answered)
    if row.sent_version and row.wanted_version > row.sent_version and theirs is None:
        return
    row.state, row.changed_at, row.next_at = state, now, None
    row.reason_code, row.reason_params = reason.code, dict(reason.params)
    row.lms_points = theirs.points if theirs else None
    row.lms_maximum = theirs.maximum if theirs else None


def hold_column(
    session: Session,
    line_item: LineItemView,
    state: DeliveryState,
    reason: Reason,
    *,
    now: datetime,
) -> None:
    """Stop everything that is owed to one column."""
    session.execute(
        update(ScoreDelivery)
        .where(
            ScoreDelivery.platform_id == line_item.platform_id,
            ScoreDelivery.line_item_id == line_item.id,
            ScoreDelivery.state == DeliveryState.OWED,
        )
        .values(
            state=state,
            reason_code=reason.code,
            reason_params=dict(reason.params),
            next_at=None,
            changed_at=now,
        )
    )


def _note_answer(row: ScoreDelivery, claim: Claim, *, is_answered: bool) -> None:
    if is_answered and claim.unanswered is None:
        row.is_outcome_unknown = False
