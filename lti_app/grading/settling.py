"""How sending a score ended: acknowledged, to be tried again, or held until a person acts.

Each function is a part of one short transaction. It talks to no platform and decides no grade.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from lti_app.catalog.views import LineItemView
from lti_app.core.reason import Reason
from lti_app.grading.models import DeliveryState, ScoreDelivery
from lti_app.grading.rules import Mark, next_look
from lti_app.grading.sending import Claim, held_row, held_rows, set_arrived


def acknowledge(session: Session, claims: Sequence[Claim], *, now: datetime) -> list[bool]:
    """Write down that platforms have what was sent last.

    Returns:
        For each claim, whether a newer score is owed already.
    """
    rows = held_rows(session, claims)
    return [_acknowledge(rows.get(claim.token), now) for claim in claims]


def _acknowledge(row: ScoreDelivery | None, now: datetime) -> bool:
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


def give_back(session: Session, claim: Claim) -> None:
    """Undo a claim whose score never left, so that nothing has to be asked before the next try."""
    row = held_row(session, claim)
    if row is not None:
        _note_answer(row, claim, is_answered=True)
        row.claim = None


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
    if row.state == DeliveryState.WITHHELD:
        return
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
) -> datetime | None:
    """Stop in a named state until a person acts; a score that is newer by now goes on.

    Args:
        theirs: what the platform shows, where somebody graded there.

    Returns:
        When it is tried again all the same; None when it is not.
    """
    row = held_row(session, claim)
    if row is None:
        return None
    _note_answer(row, claim, is_answered=is_answered)
    # Excused meanwhile: nothing is owed, so nothing is held.
    is_withheld = row.state == DeliveryState.WITHHELD
    if is_withheld or (row.wanted_version > claim.version and theirs is None):
        return None
    row.state, row.changed_at = state, now
    row.next_at = next_look(now, row.wanted_at) if state is DeliveryState.NOT_GRADABLE else None
    row.reason_code, row.reason_params = reason.code, dict(reason.params)
    row.lms_points = theirs.points if theirs else None
    row.lms_maximum = theirs.maximum if theirs else None
    if theirs is not None:
        # A person's word to send ours is for the grade they saw: it was tried, and stays there.
        row.is_override_allowed = False
    return row.next_at


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
            ScoreDelivery.state.in_((DeliveryState.OWED, DeliveryState.NOT_GRADABLE)),
        )
        .values(
            state=state,
            reason_code=reason.code,
            reason_params=dict(reason.params),
            next_at=None,
            changed_at=now,
        )
    )


def explain_wait(session: Session, platform_id: int, reason: Reason) -> None:
    """Say of everything that a platform is owed why it waits, before it was tried itself."""
    session.execute(
        update(ScoreDelivery)
        .where(
            ScoreDelivery.platform_id == platform_id,
            ScoreDelivery.state == DeliveryState.OWED,
            ScoreDelivery.reason_code.is_(None),
        )
        .values(reason_code=reason.code, reason_params=dict(reason.params))
    )


def _note_answer(row: ScoreDelivery, claim: Claim, *, is_answered: bool) -> None:
    if is_answered and claim.unanswered is None:
        row.is_outcome_unknown = False
