"""The history of grades: facets as they are now, and one event for each change. Insert only."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import delete
from sqlalchemy.orm import Session

from lti_app.audit import Actor
from lti_app.grading.models import FacetScore, Grade, GradeEvent, GradeEventKind
from lti_app.grading.policy import FacetValue


def replace_facets(
    session: Session, grade: Grade, facets: Iterable[FacetValue], now: datetime
) -> None:
    """Keep these facets instead of those before."""
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
            late_factor=facet.late_factor,
            is_bonus=facet.is_bonus,
            computed_at=now,
        )
        for facet in facets
    )


def append_event(
    session: Session,
    grade: Grade,
    kind: GradeEventKind,
    facets: Sequence[FacetValue],
    *,
    points: Decimal | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Write down what happened to a grade.

    Args:
        points: computed, entered or released, as the kind says.
    """
    session.add(
        GradeEvent(
            platform_id=grade.platform_id,
            grade_id=grade.id,
            kind=kind.value,
            at=now,
            actor=actor.name,
            points=points,
            maximum=grade.maximum,
            formula_version=grade.formula_version,
            facets={facet.facet: _written(facet) for facet in facets},
            source=grade.source,
        )
    )


def _written(facet: FacetValue) -> dict[str, object]:
    return {
        "weight": str(facet.weight),
        "score": None if facet.score is None else str(facet.score),
        "reason": facet.reason.code,
        "late_factor": str(facet.late_factor),
        "is_bonus": facet.is_bonus,
        "entered": None if facet.entered is None else str(facet.entered.score),
    }
