"""Record what a kind's marking found, release it, and owe it to the gradebook: one transaction."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lti_app.audit import Actor
from lti_app.catalog.columns import list_line_items
from lti_app.catalog.models import Release
from lti_app.catalog.views import ActivityView
from lti_app.core.db.locks import hold_lock
from lti_app.grading.ledger import Score, owe
from lti_app.grading.models import FacetScore, Grade, GradeEvent, GradeEventKind
from lti_app.grading.policy import FORMULA_VERSION, FacetValue, points_of
from lti_app.grading.views import GradeView, grade_view


@dataclass(frozen=True)
class Work:
    """What is graded.

    Attributes:
        source: public id of the attempt, so that the grade stays tied to the graded version.
        comment_code: names the sentence that goes with the score; None for none.
        is_graded: False for people who are never sent to a gradebook, such as a test user.
    """

    user_id: int
    source: str
    handed_in_at: datetime
    facets: tuple[FacetValue, ...]
    comment_code: str | None
    is_graded: bool


def record(
    session: Session, activity: ActivityView, work: Work, *, actor: Actor, now: datetime
) -> GradeView:
    """Keep a grade with its facets and history, release it if the activity says so, owe the score.

    Everything is in the caller's transaction: a grade without its score cannot be left behind.
    """
    hold_lock(session, "grading.person", work.user_id)
    grade = _grade_row(session, activity, work.user_id)
    grade.points = points_of(work.facets, maximum=activity.points)
    grade.maximum, grade.formula_version = activity.points, FORMULA_VERSION
    grade.source, grade.computed_at = work.source, now
    session.add(grade)
    session.flush()
    _replace_facets(session, grade, work.facets, now)
    _append_event(session, grade, GradeEventKind.COMPUTED, work.facets, actor=actor, now=now)
    if activity.release is Release.IMMEDIATE and grade.points is not None:
        _release(session, activity, grade, work, actor=actor, now=now)
    return grade_view(grade, work.facets)


def _grade_row(session: Session, activity: ActivityView, user_id: int) -> Grade:
    row = session.scalar(
        select(Grade)
        .where(
            Grade.platform_id == activity.platform_id,
            Grade.activity_id == activity.id,
            Grade.user_id == user_id,
        )
        .execution_options(populate_existing=True)
    )
    return row or Grade(platform_id=activity.platform_id, activity_id=activity.id, user_id=user_id)


def _replace_facets(
    session: Session, grade: Grade, facets: Iterable[FacetValue], now: datetime
) -> None:
    session.execute(
        delete(FacetScore).where(
            FacetScore.platform_id == grade.platform_id, FacetScore.grade_id == grade.id
        )
    )
    session.add_all(
        FacetScore(
            platform_id=grade.platform_id,
            grade_id=grade.id,
            facet=facet.facet,
            weight=facet.weight,
            score=facet.score,
            reason_code=facet.reason.code,
            reason_params=dict(facet.reason.params),
            computed_at=now,
        )
        for facet in facets
    )


def _append_event(
    session: Session,
    grade: Grade,
    kind: GradeEventKind,
    facets: Iterable[FacetValue],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    session.add(
        GradeEvent(
            platform_id=grade.platform_id,
            grade_id=grade.id,
            kind=kind.value,
            at=now,
            actor=actor.name,
            points=grade.points,
            maximum=grade.maximum,
            formula_version=grade.formula_version,
            facets={
                facet.facet: {
                    "weight": str(facet.weight),
                    "score": None if facet.score is None else str(facet.score),
                    "reason": facet.reason.code,
                }
                for facet in facets
            },
            source=grade.source,
        )
    )


def _release(
    session: Session,
    activity: ActivityView,
    grade: Grade,
    work: Work,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    if grade.points is None:
        return
    grade.released_points, grade.released_at = grade.points, now
    _append_event(session, grade, GradeEventKind.RELEASED, work.facets, actor=actor, now=now)
    if not (activity.in_gradebook and work.is_graded):
        return
    score = Score(grade.points, grade.maximum, work.comment_code, work.handed_in_at)
    for line_item in list_line_items(session, activity, now=now):
        owe(session, grade, line_item, score, now=now)
