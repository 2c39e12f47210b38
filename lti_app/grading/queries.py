"""What people have in an activity: their grades, and where the scores are. It changes nothing."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, load_only

from lti_app.catalog.models import LineItem
from lti_app.catalog.views import ActivityView
from lti_app.core.reason import Reason
from lti_app.grading.models import FacetOverride, FacetScore, Grade, ScoreDelivery
from lti_app.grading.policy import Entered, FacetValue
from lti_app.grading.rules import Mark
from lti_app.grading.shares import is_facet_changed
from lti_app.grading.views import (
    DeliveryView,
    GradeView,
    Standing,
    delivery_view,
    effective_points,
    grade_view,
)


def list_standings(
    session: Session, activity: ActivityView, user_ids: Sequence[int] | None = None
) -> dict[int, Standing]:
    """Return grade and deliveries of people in one activity, by user id.

    Args:
        user_ids: whose; everybody's when None. Who has nothing yet is not in the answer.
    """
    grades = session.scalars(
        select(Grade).where(
            Grade.platform_id == activity.platform_id,
            Grade.activity_id == activity.id,
            *([] if user_ids is None else [Grade.user_id.in_(user_ids)]),
        )
    ).all()
    ids = [grade.id for grade in grades]
    facets = facets_by_grade(session, activity.platform_id, ids)
    deliveries = _deliveries_by_grade(session, activity.platform_id, ids)
    return {
        grade.user_id: Standing(
            _view(activity, grade, tuple(facets.get(grade.id, ()))),
            tuple(deliveries.get(grade.id, ())),
        )
        for grade in grades
    }


def _view(activity: ActivityView, grade: Grade, facets: tuple[FacetValue, ...]) -> GradeView:
    return grade_view(grade, facets, is_facet_changed=is_facet_changed(activity, grade, facets))


def find_grade(session: Session, activity: ActivityView, user_id: int) -> Grade | None:
    """Return the row of a person's grade; for this room's own services."""
    return session.scalar(
        select(Grade)
        .where(
            Grade.platform_id == activity.platform_id,
            Grade.activity_id == activity.id,
            Grade.user_id == user_id,
        )
        .execution_options(populate_existing=True)
    )


def find_released(session: Session, activity: ActivityView, user_id: int) -> GradeView | None:
    """Return a person's grade without its facets; None while none is released to them."""
    row = find_grade(session, activity, user_id)
    return grade_view(row, ()) if row is not None and row.released_points is not None else None


def list_marks(session: Session, activity: ActivityView) -> dict[int, Mark]:
    """Return everybody's grade as it stands here, released or not, by user id."""
    columns = (Grade.points, Grade.maximum, Grade.override_points, Grade.override_maximum)
    rows = session.scalars(
        select(Grade)
        .where(Grade.platform_id == activity.platform_id, Grade.activity_id == activity.id)
        # Nothing that somebody typed.
        .options(load_only(Grade.user_id, *columns, raiseload=True))
    )
    return {row.user_id: Mark(effective_points(row), row.maximum) for row in rows}


def facets_by_grade(
    session: Session, platform_id: int, ids: Sequence[int]
) -> dict[int, list[FacetValue]]:
    """Return the facets of grades, in their order, by the grade's row id."""
    found: dict[int, list[FacetValue]] = {}
    entered = entered_by_grade(session, platform_id, ids)
    rows = session.scalars(
        select(FacetScore)
        .where(FacetScore.platform_id == platform_id, FacetScore.grade_id.in_(ids))
        .order_by(FacetScore.id)
    )
    for row in rows:
        reason = Reason(row.reason_code, row.reason_params)
        found.setdefault(row.grade_id, []).append(
            FacetValue(
                row.facet,
                row.weight,
                row.score,
                reason,
                late_factor=row.late_factor,
                is_bonus=row.is_bonus,
                entered=entered.get(row.grade_id, {}).get(row.facet),
            )
        )
    return found


def entered_by_grade(
    session: Session, platform_id: int, ids: Sequence[int]
) -> dict[int, dict[str, Entered]]:
    """Return what people scored of facets, by the grade's row id and the facet's name."""
    found: dict[int, dict[str, Entered]] = {}
    rows = session.scalars(
        select(FacetOverride).where(
            FacetOverride.platform_id == platform_id, FacetOverride.grade_id.in_(ids)
        )
    )
    for row in rows:
        found.setdefault(row.grade_id, {})[row.facet] = Entered(row.score, row.reason)
    return found


def list_entered(
    session: Session, activity: ActivityView, user_ids: Sequence[int] | None = None
) -> dict[int, dict[str, Entered]]:
    """Return what people scored of facets in an activity, by user id and the facet's name.

    Args:
        user_ids: of whose grades; everybody's when None. Who has nothing entered is not in it.
    """
    rows = session.execute(
        select(Grade.user_id, FacetOverride)
        .join(Grade, Grade.id == FacetOverride.grade_id)
        .where(
            FacetOverride.platform_id == activity.platform_id,
            Grade.activity_id == activity.id,
            *([] if user_ids is None else [Grade.user_id.in_(user_ids)]),
        )
    )
    found: dict[int, dict[str, Entered]] = {}
    for user_id, row in rows:
        found.setdefault(user_id, {})[row.facet] = Entered(row.score, row.reason)
    return found


def _deliveries_by_grade(
    session: Session, platform_id: int, ids: Sequence[int]
) -> dict[int, list[DeliveryView]]:
    found: dict[int, list[DeliveryView]] = {}
    rows = session.execute(
        select(ScoreDelivery, LineItem.facet)
        .join(LineItem, LineItem.id == ScoreDelivery.line_item_id)
        .where(ScoreDelivery.platform_id == platform_id, ScoreDelivery.grade_id.in_(ids))
        .order_by(ScoreDelivery.line_item_id)
    )
    for row, facet in rows:
        found.setdefault(row.grade_id, []).append(delivery_view(row, facet))
    return found
