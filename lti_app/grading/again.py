"""Send again, at an instructor's word. What is safe to do for all at once is decided here."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.audit import Actor, record_event
from lti_app.catalog.columns import find_line_item, set_column_url
from lti_app.catalog.views import ActivityView
from lti_app.core.errors import NotFoundError
from lti_app.grading.ledger import put_on_its_way
from lti_app.grading.models import DeliveryState, ScoreDelivery
from lti_app.grading.queries import list_standings
from lti_app.grading.views import DeliveryView, delivery_view
from lti_app.grading.withholding import may_reach


def send_scores_again(
    session: Session,
    activity: ActivityView,
    *,
    public_id: str | None,
    cause: str | None = None,
    actor: Actor,
    now: datetime,
) -> int:
    """Try again what waits for a person, at an instructor's word.

    Args:
        public_id: one delivery; None for all of the activity but those where somebody graded in
            the platform: that decision is undone one by one.
        cause: as of `cause_of`; with it, of those only what stays for this cause.

    Returns:
        How many are on their way again.

    Raises:
        NotFoundError: the activity has no such delivery.
    """
    standings = list_standings(session, activity)
    waiting = [
        delivery
        for standing in standings.values()
        for delivery in standing.deliveries
        if (delivery.public_id == public_id if public_id else may_go_with_all(delivery))
        and (cause is None or cause_of(delivery) == cause)
    ]
    if public_id and not waiting:
        raise NotFoundError
    count = 0
    for delivery in waiting:
        count += _send_one_again(session, activity, delivery, actor=actor, now=now)
    return count


def cause_of(delivery: DeliveryView) -> str:
    """Return a name of why a score stays, the same for all that stay for the same cause."""
    code = delivery.reason.code if delivery.reason else ""
    return f"{delivery.state.value}.{code}.{delivery.facet}"


def may_go_with_all(delivery: DeliveryView) -> bool:
    """Whether one word for several scores may send this one, too."""
    return delivery.needs_a_person and delivery.theirs is None


def _send_one_again(
    session: Session,
    activity: ActivityView,
    delivery: DeliveryView,
    *,
    actor: Actor,
    now: datetime,
) -> bool:
    row = session.scalar(
        select(ScoreDelivery)
        .where(
            ScoreDelivery.platform_id == activity.platform_id,
            ScoreDelivery.public_id == delivery.public_id,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    line_item = find_line_item(
        session, platform_id=activity.platform_id, line_item_id=delivery.line_item_id
    )
    if row is None or line_item is None or not delivery_view(row, line_item.facet).needs_a_person:
        return False
    if not may_reach(line_item, row):
        return False
    # Where somebody graded in the platform, this is the person's word to send ours; where the
    # column was deleted, to make it again.
    row.is_override_allowed = row.state == DeliveryState.LMS_NEWER
    if row.state == DeliveryState.COLUMN_DELETED:
        set_column_url(
            session, platform_id=row.platform_id, line_item_id=line_item.id, url=None, now=now
        )
        line_item = replace(line_item, url=None)
    put_on_its_way(session, row, line_item, now=now, is_urgent=True)
    record_event(
        session,
        "score.sent_again",
        at=now,
        actor=actor,
        about=("delivery", delivery.public_id),
        platform_id=activity.platform_id,
    )
    return True
