"""What a new or changed gradebook column means for the scores that belong in it."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from lti_app.catalog.columns import find_line_item, remember_line_item, set_column_url
from lti_app.catalog.models import Placement
from lti_app.catalog.service import hold_settings
from lti_app.catalog.views import ActivityView, LineItemView
from lti_app.grading.ledger import owe, put_on_its_way
from lti_app.grading.models import DeliveryState, Grade, Participation, ScoreDelivery
from lti_app.grading.releasing import score_of
from lti_app.grading.states import Stage
from lti_app.grading.withholding import OUT_OF_GRADEBOOK, withhold
from lti_app.people.models import Enrolment
from lti_app.people.roles import Role


def remember_column(session: Session, placement: Placement, *, url: str, now: datetime) -> None:
    """Keep what a verified launch says of a link's column, and owe it the scores it lacks."""
    row, is_new = remember_line_item(session, placement, url=url, now=now)
    if is_new:
        _fill(session, platform_id=row.platform_id, line_item_id=row.id, now=now)
    else:
        # The platform says that it is there: what waited because it was not may go.
        waiting = ScoreDelivery.line_item_id == row.id, _is_held_as(DeliveryState.COLUMN_DELETED)
        _resume(session, row.platform_id, waiting, now=now)


def look_again_at(session: Session, *, platform_id: int, user_id: int, now: datetime) -> None:
    """Try what could not be graded for a person who is seen in the course again."""
    waiting = ScoreDelivery.user_id == user_id, _is_held_as(DeliveryState.NOT_GRADABLE)
    _resume(session, platform_id, waiting, now=now)


def _is_held_as(state: DeliveryState) -> ColumnElement[bool]:
    return ScoreDelivery.state == state


def _resume(
    session: Session, platform_id: int, which: Sequence[ColumnElement[bool]], *, now: datetime
) -> None:
    rows = session.scalars(
        select(ScoreDelivery)
        .where(ScoreDelivery.platform_id == platform_id, *which)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    for row in rows.all():
        line_item = find_line_item(session, platform_id=platform_id, line_item_id=row.line_item_id)
        if line_item is not None and line_item.is_in_gradebook:
            put_on_its_way(session, row, line_item, now=now, is_urgent=True)


def column_found(session: Session, line_item: LineItemView, *, url: str, now: datetime) -> None:
    """Keep the address of a column that was found or made, and owe it the scores it lacks."""
    set_column_url(
        session, platform_id=line_item.platform_id, line_item_id=line_item.id, url=url, now=now
    )
    _fill(session, platform_id=line_item.platform_id, line_item_id=line_item.id, now=now)


def _fill(session: Session, *, platform_id: int, line_item_id: int, now: datetime) -> None:
    line_item = find_line_item(session, platform_id=platform_id, line_item_id=line_item_id)
    if line_item is None or not line_item.is_used:
        return
    deliveries = session.scalars(
        select(ScoreDelivery).where(
            ScoreDelivery.platform_id == platform_id, ScoreDelivery.line_item_id == line_item_id
        )
    ).all()
    excused = _excused_people(session, line_item)
    for row in deliveries:
        if row.wanted_points is None and not row.sent_version:
            # Nothing of ours was ever there to be taken back.
            continue
        _forget_acknowledgement(row)
        if row.user_id in excused and row.wanted_points is not None:
            withhold(row, now=now)
        elif not line_item.is_in_gradebook and row.wanted_points is not None:
            withhold(row, now=now, why=OUT_OF_GRADEBOOK)
        else:
            put_on_its_way(session, row, line_item, now=now)
    for grade in _grades_without(session, line_item) if line_item.is_in_gradebook else ():
        owe(session, grade, line_item, score_of(grade, line_item), now=now)


class ColumnsSettledError(ValueError):
    """A score was owed to the columns that an activity has: they are not exchanged any more."""


def refuse_other_columns(session: Session, activity: ActivityView, wanted: Collection[str]) -> None:
    """Let nobody choose between one column and one for each facet when scores are in them.

    Until the transaction ends, none is owed meanwhile.

    Args:
        wanted: the facets that are to have a column; empty for one of the whole grade.

    Raises:
        ColumnsSettledError: it would be another choice, and it is too late for that.
    """
    row = hold_settings(session, activity)
    if bool(wanted) != bool(row.facet_columns) and are_columns_settled(session, activity):
        raise ColumnsSettledError


def are_columns_settled(session: Session, activity: ActivityView) -> bool:
    """Whether a score of an activity was ever owed to a column."""
    found = session.scalar(
        select(ScoreDelivery.id)
        .join(Grade, Grade.id == ScoreDelivery.grade_id)
        .where(ScoreDelivery.platform_id == activity.platform_id, Grade.activity_id == activity.id)
        .limit(1)
    )
    return found is not None


def _excused_people(session: Session, line_item: LineItemView) -> set[int]:
    """Return who is excused from the activity of a column."""
    excused = (
        select(Participation.user_id)
        .join(Placement, Placement.activity_id == Participation.activity_id)
        .where(
            Participation.platform_id == line_item.platform_id,
            Placement.id == line_item.placement_id,
            Participation.state == Stage.EXCUSED.value,
        )
    )
    return set(session.scalars(excused))


def _forget_acknowledgement(row: ScoreDelivery) -> None:
    """Nobody knows what another address shows: have it looked at before anything is sent."""
    row.acknowledged_version = 0
    row.acknowledged_points = row.acknowledged_maximum = row.acknowledged_at = None
    row.is_outcome_unknown = row.sent_version > 0


def _grades_without(session: Session, line_item: LineItemView) -> list[Grade]:
    """Return released grades of learners that this column was never owed."""
    return list(
        session.scalars(
            select(Grade)
            .join(Placement, Placement.activity_id == Grade.activity_id)
            .join(
                Enrolment,
                (Enrolment.user_id == Grade.user_id)
                & (Enrolment.context_id == Placement.context_id),
            )
            .outerjoin(
                ScoreDelivery,
                (ScoreDelivery.user_id == Grade.user_id)
                & (ScoreDelivery.line_item_id == line_item.id),
            )
            .outerjoin(
                Participation,
                (Participation.user_id == Grade.user_id)
                & (Participation.activity_id == Grade.activity_id)
                & (Participation.state == Stage.EXCUSED.value),
            )
            .where(
                Grade.platform_id == line_item.platform_id,
                Placement.id == line_item.placement_id,
                Grade.released_points.is_not(None),
                Enrolment.role == Role.LEARNER.value,
                Enrolment.is_test.is_(False),
                ScoreDelivery.id.is_(None),
                Participation.id.is_(None),
            )
        )
    )
