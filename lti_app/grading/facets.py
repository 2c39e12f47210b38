"""Let a person score one facet of a grade; the rest counts as it was computed. It is audited."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import delete
from sqlalchemy.orm import Session

from lti_app.audit import Actor, record_event
from lti_app.catalog.service import hold_activity
from lti_app.catalog.views import ActivityView
from lti_app.core.db.locks import hold_lock
from lti_app.core.errors import NotFoundError
from lti_app.grading.deciding import OverrideAnswer
from lti_app.grading.history import append_event
from lti_app.grading.models import FacetOverride, Grade, GradeEventKind
from lti_app.grading.participation import PERSON_LOCK, advance
from lti_app.grading.policy import FORMULA_VERSION, FacetValue, points_of
from lti_app.grading.queries import facets_by_grade, find_grade
from lti_app.grading.releasing import release_if_due
from lti_app.grading.states import Stage
from lti_app.grading.views import Learner, cap_of, effective_points, grade_view


@dataclass(frozen=True)
class FacetWish:
    """What a grader wants of one facet.

    Attributes:
        score: 0 to 1; None to let the computed one count again.
        reason: for the learner to read; empty when it is cleared.
        seen_revision: of the grade that the grader looked at.
    """

    facet: str
    score: Decimal | None
    reason: str
    seen_revision: int


def enter_facet(
    session: Session,
    activity: ActivityView,
    learner: Learner,
    wish: FacetWish,
    *,
    actor: Actor,
    now: datetime,
) -> OverrideAnswer:
    """Let an entered score win over the computed one of a facet; released like any grade.

    Who looked at an older grade changes nothing, and the history keeps that they wanted to.

    Raises:
        NotFoundError: the person has no grade yet, or it has no such facet.
    """
    activity = hold_activity(session, activity)
    hold_lock(session, PERSON_LOCK, learner.user_id)
    grade = find_grade(session, activity, learner.user_id)
    facets = _facets(session, grade) if grade else []
    if grade is None or wish.facet not in {one.facet for one in facets}:
        raise NotFoundError
    is_kept = grade.revision == wish.seen_revision
    if is_kept:
        facets = _keep(session, grade, wish, actor=actor, now=now)
    kind = _event_kind(wish) if is_kept else GradeEventKind.OVERRIDE_LOST
    append_event(session, grade, kind, facets, points=grade.points, actor=actor, now=now)
    record_event(
        session,
        f"grade.{kind.value}",
        at=now,
        actor=actor,
        about=("grade", f"{activity.public_id}/{learner.public_id}"),
        platform_id=activity.platform_id,
        refused_as=None if is_kept else "grade_has_changed",
    )
    if is_kept and effective_points(grade) is not None:
        scored, graded = Stage.SCORED, learner.is_graded
        advance(session, activity, grade.user_id, scored, actor=actor, now=now, why="override")
        release_if_due(session, activity, grade, facets, is_graded=graded, actor=actor, now=now)
    session.flush()
    return OverrideAnswer(grade_view(grade, tuple(facets)), is_kept)


def _facets(session: Session, grade: Grade) -> list[FacetValue]:
    return facets_by_grade(session, grade.platform_id, [grade.id]).get(grade.id, [])


def _keep(
    session: Session, grade: Grade, wish: FacetWish, *, actor: Actor, now: datetime
) -> list[FacetValue]:
    """Write the score down and compute the grade from it."""
    session.execute(
        delete(FacetOverride).where(
            FacetOverride.platform_id == grade.platform_id,
            FacetOverride.grade_id == grade.id,
            FacetOverride.facet == wish.facet,
        )
    )
    if wish.score is not None:
        row = FacetOverride(platform_id=grade.platform_id, grade_id=grade.id, facet=wish.facet)
        row.score, row.reason, row.actor, row.at = wish.score, wish.reason, actor.name, now
        session.add(row)
        session.flush()
    facets = _facets(session, grade)
    grade.points = points_of(facets, maximum=grade.maximum, cap=cap_of(grade))
    grade.formula_version, grade.computed_at = FORMULA_VERSION, now
    grade.revision += 1
    return facets


def _event_kind(wish: FacetWish) -> GradeEventKind:
    if wish.score is None:
        return GradeEventKind.FACET_CLEARED
    return GradeEventKind.FACET_OVERRIDDEN
