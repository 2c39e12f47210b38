"""What a restored ledger believes, beside what platforms show: nothing is rolled back unseen.

Each function is one short transaction. It asks no platform.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.catalog.columns import find_line_item
from lti_app.core.reason import Reason
from lti_app.grading.ledger import put_on_its_way
from lti_app.grading.models import DeliveryState, ScoreDelivery
from lti_app.grading.rules import Mark
from lti_app.grading.sending import set_arrived
from lti_app.people.models import User

DIFFERS = "differs_after_restore"
NOT_COMPARED = "not_compared"


class Finding(StrEnum):
    """How one delivery stands after the look."""

    SAME = "same"
    DIFFERENT = "different"


@dataclass(frozen=True)
class Believed:
    """One delivery to compare.

    Attributes:
        sub: the person, as the platform names them.
        ours: what the platform was last known to have; None when it had nothing from us.
    """

    id: int
    platform_id: int
    line_item_id: int
    sub: str
    ours: Mark | None


def list_believed(session: Session) -> Sequence[Believed]:
    """Return every delivery but the withheld ones, column by column."""
    rows = session.execute(
        select(ScoreDelivery, User.sub)
        .join(User, User.id == ScoreDelivery.user_id)
        .where(ScoreDelivery.state != DeliveryState.WITHHELD.value)
        .order_by(ScoreDelivery.platform_id, ScoreDelivery.line_item_id, ScoreDelivery.id)
    )
    return [
        Believed(row.id, row.platform_id, row.line_item_id, sub, _acknowledged(row))
        for row, sub in rows
    ]


def settle_look(
    session: Session, believed: Believed, shown: Mark | None, *, now: datetime
) -> Finding:
    """Write down what the platform shows for one delivery.

    What it shows already is not sent again; what differs is held as graded in the platform, until
    an instructor decides; what was not compared before goes on.
    """
    row = _row(session, believed)
    if row is None:
        return Finding.SAME
    has_result = shown is not None and shown.points is not None
    ours = _acknowledged(row)
    if shown is not None and has_result and shown.equals(_wanted(row)):
        _note_arrived(row, now)
        return Finding.SAME
    is_nothing = ours is None or ours.points is None
    if (is_nothing and not has_result) or _is_explained(row, shown):
        _go_on(session, row, now)
        return Finding.SAME
    if row.acknowledged_version == row.wanted_version:
        # Confirmed once and no longer true: ours is owed anew, should an instructor want it sent.
        row.wanted_version += 1
    row.state, row.changed_at, row.next_at = DeliveryState.LMS_NEWER, now, None
    row.reason_code, row.reason_params = DIFFERS, None
    row.lms_points = shown.points if shown else None
    row.lms_maximum = shown.maximum if shown else row.wanted_maximum
    return Finding.DIFFERENT


def hold_unseen(session: Session, believed: Believed, reason: Reason, *, now: datetime) -> bool:
    """Hold a score that is on its way, because the platform could not be looked at.

    Returns:
        False when nothing is on its way: then nothing could be overwritten.
    """
    row = _row(session, believed)
    if row is None or row.state != DeliveryState.OWED:
        return False
    row.state, row.changed_at, row.next_at = DeliveryState.NEEDS_ATTENTION, now, None
    row.reason_code, row.reason_params = NOT_COMPARED, dict(reason.params)
    return True


def _row(session: Session, believed: Believed) -> ScoreDelivery | None:
    return session.scalar(
        select(ScoreDelivery)
        .where(ScoreDelivery.platform_id == believed.platform_id, ScoreDelivery.id == believed.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _is_explained(row: ScoreDelivery, shown: Mark | None) -> bool:
    """Whether the platform shows what we know to have sent."""
    if shown is None:
        return False
    sent = Mark(row.sent_points, row.sent_maximum) if row.sent_maximum is not None else None
    known = [_acknowledged(row), sent if row.is_outcome_unknown else None]
    return any(mark is not None and shown.equals(mark) for mark in known)


def _go_on(session: Session, row: ScoreDelivery, now: datetime) -> None:
    """Let a score that only waited for this look go on."""
    if row.reason_code not in (NOT_COMPARED, DIFFERS):
        return
    line_item = find_line_item(session, platform_id=row.platform_id, line_item_id=row.line_item_id)
    if row.acknowledged_version >= row.wanted_version:
        set_arrived(row, row.acknowledged_at or now)
    elif line_item is not None:
        put_on_its_way(session, row, line_item, now=now)


def _note_arrived(row: ScoreDelivery, now: datetime) -> None:
    """Take what is wanted for sent and confirmed: it was, after the backup was made."""
    arrived_at = row.acknowledged_at or now
    if row.acknowledged_version < row.wanted_version:
        row.sent_version = row.acknowledged_version = row.wanted_version
        row.sent_points = row.acknowledged_points = row.wanted_points
        row.sent_maximum = row.acknowledged_maximum = row.wanted_maximum
        row.sent_comment_code = row.acknowledged_comment_code = row.wanted_comment_code
        row.sent_handed_in_at = row.acknowledged_handed_in_at = row.wanted_handed_in_at
        arrived_at = now
    row.is_outcome_unknown = False
    set_arrived(row, arrived_at)


def _wanted(row: ScoreDelivery) -> Mark:
    return Mark(row.wanted_points, row.wanted_maximum)


def _acknowledged(row: ScoreDelivery) -> Mark | None:
    if row.acknowledged_version == 0 or row.acknowledged_maximum is None:
        return None
    return Mark(row.acknowledged_points, row.acknowledged_maximum)
