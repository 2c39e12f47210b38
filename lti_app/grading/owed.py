"""How much the ledger owes, for the people who run the tool: numbers, and no person in them."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lti_app.catalog.columns import find_line_item
from lti_app.grading.ledger import put_on_its_way
from lti_app.grading.models import DeliveryState, ScoreDelivery

# Named one by one, so that the index of states serves: nearly every row has arrived.
_NOT_ARRIVED = [state.value for state in DeliveryState if state is not DeliveryState.ARRIVED]


def count_deliveries(session: Session) -> Mapping[tuple[int, DeliveryState], int]:
    """Return how many scores stand in each state, by platform id; arrived ones are not counted."""
    counted = (
        select(ScoreDelivery.platform_id, ScoreDelivery.state, func.count())
        .where(ScoreDelivery.state.in_(_NOT_ARRIVED))
        .group_by(ScoreDelivery.platform_id, ScoreDelivery.state)
    )
    return {
        (platform_id, DeliveryState(state)): count
        for platform_id, state, count in session.execute(counted)
    }


def oldest_owed_at(session: Session) -> datetime | None:
    """Return since when the oldest score is owed that is still on its way; None: none is owed."""
    owed = ScoreDelivery.state == DeliveryState.OWED.value
    return session.scalar(select(func.min(ScoreDelivery.wanted_at)).where(owed))


def take_up_again(session: Session, public_id: str, *, now: datetime) -> bool:
    """Put a score that was given up on its way again.

    Returns:
        False when it was not given up; then nothing is changed.
    """
    row = session.scalar(
        select(ScoreDelivery)
        .where(
            ScoreDelivery.public_id == public_id,
            ScoreDelivery.state == DeliveryState.NEEDS_ATTENTION.value,
        )
        .with_for_update()
    )
    if row is None:
        return False
    line_item = find_line_item(session, platform_id=row.platform_id, line_item_id=row.line_item_id)
    if line_item is None:
        return False
    put_on_its_way(session, row, line_item, now=now, is_urgent=True)
    return True
