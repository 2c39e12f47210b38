"""The history of grades: facets as they are now, and one event for each change. Insert only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import and_, delete, select
from sqlalchemy.orm import Session

from lti_app.audit import Actor
from lti_app.catalog.views import ActivityView
from lti_app.grading.models import FacetScore, Grade, GradeEvent, GradeEventKind
from lti_app.grading.policy import FacetValue
from lti_app.people.models import User
from lti_app.people.names import PersonName


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


@dataclass(frozen=True)
class HistoryLine:
    """One change of a grade.

    Attributes:
        actor: public id of whoever did it, or one of the names of `Actor`.
        name: of that person; None where it was nobody of this platform.
        points: computed, entered or released, as the kind says; None where there were none.
        was: the points of the change before it of which there were any.
    """

    kind: GradeEventKind
    at: datetime
    actor: str
    name: PersonName | None
    points: Decimal | None
    maximum: Decimal
    was: Decimal | None


def list_history(session: Session, activity: ActivityView, user_id: int) -> list[HistoryLine]:
    """Return what happened to somebody's grade, newest first, in one statement."""
    name = (User.public_id, User.name, User.given_name, User.family_name, User.email)
    whoever = and_(User.platform_id == GradeEvent.platform_id, User.public_id == GradeEvent.actor)
    rows = session.execute(
        select(GradeEvent, *name)
        .join(Grade, Grade.id == GradeEvent.grade_id)
        .outerjoin(User, whoever)
        .where(
            GradeEvent.platform_id == activity.platform_id,
            Grade.platform_id == activity.platform_id,
            Grade.activity_id == activity.id,
            Grade.user_id == user_id,
        )
        .order_by(GradeEvent.at, GradeEvent.id)
    )
    lines: list[HistoryLine] = []
    was: Decimal | None = None
    for event, public_id, *names in rows:
        named = PersonName(public_id, *names) if public_id else None
        kind = GradeEventKind(event.kind)
        lines.append(
            HistoryLine(kind, event.at, event.actor, named, event.points, event.maximum, was)
        )
        was = was if event.points is None else event.points
    return lines[::-1]
