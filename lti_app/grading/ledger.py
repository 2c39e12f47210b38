"""The ledger: what platforms are owed. One row for each (line item, person); the newest wins.

This file owes; `grading.sending` is the sender's side of it.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.catalog.views import ActivityView, LineItemView
from lti_app.grading.models import DeliveryState, Grade, ScoreDelivery
from lti_app.grading.sending import set_arrived
from lti_app.jobs.gates import host_in
from lti_app.jobs.service import enqueue

#: Job: send one person's score. Its key is the delivery's public id.
SEND_SCORE = "score.send"
#: Job: find or make the column of a line item. Its key is the line item's id.
ENSURE_COLUMN = "column.ensure"
#: Job: bring the column of a line item to the activity's points. Its key is the line item's id.
CHANGE_COLUMN = "column.change"
#: Reason: the column is found or made first.
COLUMN_MISSING = "column_missing"
#: Reason: the column gets its new maximum first.
COLUMN_CHANGING = "column_changing"


@dataclass(frozen=True)
class Score:
    """What a platform must show.

    Attributes:
        points: None to take back what was sent before.
        comment_code: names a sentence for the person; None for no comment.
        handed_in_at: of the work that is graded; a new one is a new submission there.
    """

    points: Decimal | None
    maximum: Decimal
    comment_code: str | None
    handed_in_at: datetime | None


def owe(
    session: Session, grade: Grade, line_item: LineItemView, score: Score, *, now: datetime
) -> None:
    """Owe a score to one column, in the caller's transaction; unsent ones before it are forgotten.

    Owing the same again changes nothing, and taking back what was never owed owes nothing.
    """
    row = session.scalar(
        select(ScoreDelivery)
        .where(
            ScoreDelivery.platform_id == grade.platform_id,
            ScoreDelivery.line_item_id == line_item.id,
            ScoreDelivery.user_id == grade.user_id,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is not None:
        # A link that was moved keeps its column, and now it is for another activity's grade.
        row.grade_id = grade.id
    if score.points is None:
        if row is not None:
            take_back(session, row, line_item, now=now)
        return
    if row is None:
        row = _new_row(grade, line_item)
        session.add(row)
    elif _wanted(row) == score:
        return
    row.wanted_version += 1
    row.wanted_points, row.wanted_maximum = score.points, score.maximum
    row.wanted_comment_code = score.comment_code
    row.wanted_handed_in_at = score.handed_in_at
    row.wanted_at = now
    put_on_its_way(session, row, line_item, now=now)


def take_back(
    session: Session,
    row: ScoreDelivery,
    line_item: LineItemView | None,
    *,
    now: datetime,
    is_urgent: bool = False,
) -> None:
    """Owe it to a column that our score is taken back there; again changes nothing."""
    if row.wanted_points is None:
        return
    row.wanted_version += 1
    row.wanted_points = row.wanted_comment_code = row.wanted_handed_in_at = None
    row.wanted_at = now
    if row.sent_version and line_item is not None:
        put_on_its_way(session, row, line_item, now=now, is_urgent=is_urgent)
        return
    # It never left, so there is nothing to take back there.
    row.acknowledged_version, row.acknowledged_maximum = row.wanted_version, row.wanted_maximum
    set_arrived(row, now)


def deliveries_of(session: Session, activity: ActivityView, user_id: int) -> list[ScoreDelivery]:
    """Return what one person is owed in an activity, column by column, to be changed."""
    return list(
        session.scalars(
            select(ScoreDelivery)
            .join(Grade, Grade.id == ScoreDelivery.grade_id)
            .where(
                ScoreDelivery.platform_id == activity.platform_id,
                Grade.activity_id == activity.id,
                ScoreDelivery.user_id == user_id,
            )
            .with_for_update(of=ScoreDelivery)
            .execution_options(populate_existing=True)
        )
    )


def _new_row(grade: Grade, line_item: LineItemView) -> ScoreDelivery:
    return ScoreDelivery(
        platform_id=grade.platform_id,
        line_item_id=line_item.id,
        user_id=grade.user_id,
        grade_id=grade.id,
        wanted_version=0,
        acknowledged_version=0,
        sent_version=0,
    )


def _wanted(row: ScoreDelivery) -> Score:
    return Score(
        row.wanted_points, row.wanted_maximum, row.wanted_comment_code, row.wanted_handed_in_at
    )


def put_on_its_way(
    session: Session,
    row: ScoreDelivery,
    line_item: LineItemView,
    *,
    now: datetime,
    is_urgent: bool = False,
) -> None:
    """Make a delivery the sender's business again."""
    row.state = DeliveryState.OWED
    row.reason_code = None if line_item.url else COLUMN_MISSING
    row.reason_params = row.next_at = None
    row.attempts, row.changed_at = 0, now
    session.flush()
    kind, key = (SEND_SCORE, row.public_id) if line_item.url else (ENSURE_COLUMN, str(line_item.id))
    enqueue(
        session,
        kind,
        key,
        run_at=now,
        platform_id=row.platform_id,
        host=host_in(line_item.url) if line_item.url else None,
        is_urgent=is_urgent,
    )
