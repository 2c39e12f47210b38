"""Other points for an activity or a facet: everybody keeps their share, here and in the gradebook.

What the points are, its caller has decided; the columns are changed by a job of the bridge.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from lti_app.audit import Actor
from lti_app.catalog.columns import find_line_item, list_columns, note_maxima
from lti_app.catalog.views import ActivityView, LineItemView
from lti_app.grading.history import append_event
from lti_app.grading.ledger import CHANGE_COLUMN, COLUMN_CHANGING, put_on_its_way
from lti_app.grading.models import DeliveryState, Grade, GradeEventKind, ScoreDelivery
from lti_app.grading.participation import hold_people
from lti_app.grading.policy import FacetValue, points_of, rescaled
from lti_app.grading.queries import facets_by_grade
from lti_app.grading.releasing import score_of
from lti_app.grading.views import cap_of, effective_points
from lti_app.jobs.gates import host_in
from lti_app.jobs.service import enqueue

#: What still goes by itself, or has gone.
_MOVING = (DeliveryState.OWED.value, DeliveryState.ARRIVED.value)


def rescale(session: Session, activity: ActivityView, *, actor: Actor, now: datetime) -> None:
    """Bring grades, what is owed and the columns to the points of now; again changes nothing.

    What was released stays so, as the same share. Its scores are owed again, after the column.
    """
    # What is sent nothing new needs no other maximum until something is sent there again.
    columns = list_columns(session, activity) if activity.in_gradebook else []
    _hold_people(session, activity, columns)
    grades = list(session.scalars(_grades_to_rescale(activity).order_by(Grade.id)))
    facets = facets_by_grade(session, activity.platform_id, [grade.id for grade in grades])
    for grade in grades:
        _rescale_grade(session, activity, grade, facets.get(grade.id, []), actor=actor, now=now)
    for column in columns:
        has_to_change = column.change_reason is not None or not column.maxima <= {column.maximum}
        held = _to_rescale(activity, column).with_for_update(of=ScoreDelivery)
        for grade, row in session.execute(held).all():
            _rescale_delivery(session, grade, row, column, waits=has_to_change, now=now)
        if has_to_change:
            owe_column_change(session, column, now=now)


def _hold_people(session: Session, activity: ActivityView, columns: Sequence[LineItemView]) -> None:
    """Let nobody else grade whom the points change something for, until the transaction ends."""
    people = {grade.user_id for grade in session.scalars(_grades_to_rescale(activity))}
    for column in columns:
        people |= {row.user_id for _grade, row in session.execute(_to_rescale(activity, column))}
    hold_people(session, people)


def _grades_to_rescale(activity: ActivityView) -> Select[Grade]:
    return (
        select(Grade)
        .where(
            Grade.platform_id == activity.platform_id,
            Grade.activity_id == activity.id,
            Grade.maximum != activity.points,
        )
        .execution_options(populate_existing=True)
    )


def _to_rescale(activity: ActivityView, column: LineItemView) -> Select[Grade, ScoreDelivery]:
    """Select what an activity owes to a column as points of another maximum."""
    return (
        select(Grade, ScoreDelivery)
        .join(ScoreDelivery, ScoreDelivery.grade_id == Grade.id)
        .where(
            ScoreDelivery.platform_id == column.platform_id,
            ScoreDelivery.line_item_id == column.id,
            # A link that was moved keeps its column, with the scores of what it opened before.
            Grade.activity_id == activity.id,
            ScoreDelivery.wanted_maximum != column.maximum,
            # What takes a score back has no points to scale.
            ScoreDelivery.wanted_points.is_not(None),
        )
        .order_by(ScoreDelivery.id)
        .execution_options(populate_existing=True)
    )


def _rescale_grade(
    session: Session,
    activity: ActivityView,
    grade: Grade,
    facets: Sequence[FacetValue],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    was, before = grade.maximum, effective_points(grade)
    if grade.override_points is not None and grade.override_maximum is None:
        grade.override_maximum = was
    if grade.points is not None and facets:
        # From the parts, so that rounding does not add up over several changes.
        grade.points = points_of(
            facets, maximum=activity.points, cap=cap_of(grade), version=grade.formula_version
        )
    elif grade.points is not None:
        grade.points = rescaled(grade.points, of=was, to=activity.points)
    grade.maximum = activity.points
    grade.revision += 1
    after = effective_points(grade)
    if grade.released_points is not None:
        is_shown = grade.released_points == before
        other = rescaled(grade.released_points, of=was, to=activity.points)
        grade.released_points = after if is_shown else other
    kind = GradeEventKind.RESCALED
    append_event(session, grade, kind, facets, points=after, actor=actor, now=now)


def _rescale_delivery(
    session: Session,
    grade: Grade,
    row: ScoreDelivery,
    column: LineItemView,
    *,
    waits: bool,
    now: datetime,
) -> None:
    if row.wanted_points is None:
        return
    released = score_of(grade, column).points
    if released is not None:
        row.wanted_points = released
    else:
        row.wanted_points = rescaled(row.wanted_points, of=row.wanted_maximum, to=column.maximum)
    row.wanted_maximum = column.maximum
    row.wanted_version += 1
    if row.state != DeliveryState.ARRIVED:
        # It is on its way already, or waits for a person: then the newest is what they send.
        return
    row.wanted_at = now
    if column.url is None or not waits:
        _let_go(session, row, now)
        return
    row.state, row.reason_code, row.reason_params = DeliveryState.OWED, COLUMN_CHANGING, None
    row.attempts, row.changed_at = 0, now


def owe_column_change(session: Session, column: LineItemView, *, now: datetime) -> None:
    """Owe the change of a column's maximum; however often before it runs, the newest counts."""
    enqueue(
        session,
        CHANGE_COLUMN,
        str(column.id),
        run_at=now,
        platform_id=column.platform_id,
        host=host_in(column.url) if column.url else None,
        is_urgent=True,
    )


def owe_if_changed(session: Session, made: LineItemView, *, now: datetime) -> None:
    """Owe the change of a column whose activity got other points while it was made."""
    found = find_line_item(session, platform_id=made.platform_id, line_item_id=made.id)
    if found is not None and found.maximum != made.maximum:
        note_maxima(session, found, {made.maximum}, why_not=None)
        owe_column_change(session, found, now=now)


def let_scores_go(
    session: Session, column: LineItemView, *, is_changed: bool, now: datetime
) -> None:
    """Send what waited for a column; what left before the column was changed is owed once more.

    Some platforms keep the points of a column that gets another maximum, so only a score that
    arrives after that is sure to be the share it was.
    """
    if not column.is_in_gradebook:
        return
    rows = session.scalars(
        select(ScoreDelivery)
        .where(
            ScoreDelivery.platform_id == column.platform_id,
            ScoreDelivery.line_item_id == column.id,
            ScoreDelivery.state.in_(_MOVING),
        )
        .order_by(ScoreDelivery.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    for row in rows.all():
        has_left = row.sent_version == row.wanted_version and row.wanted_points is not None
        if is_changed and has_left:
            row.wanted_version += 1
            row.wanted_at = now
            _let_go(session, row, now)
        elif row.reason_code == COLUMN_CHANGING:
            _let_go(session, row, now)


def _let_go(session: Session, row: ScoreDelivery, now: datetime) -> None:
    line_item = find_line_item(session, platform_id=row.platform_id, line_item_id=row.line_item_id)
    if line_item is not None:
        put_on_its_way(session, row, line_item, now=now, is_urgent=True)
