"""Record what a kind's marking found, release it, and owe it to the gradebook: one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.audit import Actor
from lti_app.catalog.service import hold_activity
from lti_app.catalog.views import ActivityView
from lti_app.core.db.locks import hold_lock
from lti_app.grading.history import append_event, replace_facets
from lti_app.grading.models import Grade, GradeEventKind
from lti_app.grading.participation import PERSON_LOCK, advance, hold_people
from lti_app.grading.policy import FORMULA_VERSION, Cap, FacetValue, points_of, with_entered
from lti_app.grading.queries import entered_by_grade, facets_by_grade, find_grade
from lti_app.grading.releasing import release_if_due
from lti_app.grading.states import Stage
from lti_app.grading.views import GradeView, effective_points, grade_view


@dataclass(frozen=True)
class Work:
    """What is graded.

    Attributes:
        source: public id of the attempt, so that the grade stays tied to the graded version.
        comment_code: names the sentence that goes with the score; None for none.
        is_graded: False for people who are never sent to a gradebook, such as a test user.
        cap: the most that the grade can be; None for all of it.
    """

    user_id: int
    source: str
    handed_in_at: datetime
    facets: tuple[FacetValue, ...]
    comment_code: str | None
    is_graded: bool
    cap: Cap | None = None


@dataclass(frozen=True)
class Change:
    """What computing again changed in one person's grade."""

    user_id: int
    before: Decimal | None
    after: Decimal | None


def record(
    session: Session, activity: ActivityView, work: Work, *, actor: Actor, now: datetime
) -> GradeView:
    """Keep a grade with its facets and history, release it if its time has come, owe the score.

    Everything is in the caller's transaction: a grade without its score cannot be left behind.
    """
    activity = hold_activity(session, activity)
    hold_lock(session, PERSON_LOCK, work.user_id)
    grade = find_grade(session, activity, work.user_id)
    if grade is None:
        grade = Grade(
            platform_id=activity.platform_id,
            activity_id=activity.id,
            user_id=work.user_id,
            revision=0,
        )
        session.add(grade)
    else:
        entered = entered_by_grade(session, activity.platform_id, [grade.id]).get(grade.id, {})
        work = replace(work, facets=with_entered(work.facets, entered))
    is_new = not _is_recorded(session, activity, grade, work)
    if is_new:
        computed = GradeEventKind.COMPUTED
        _compute(session, activity, grade, work, kind=computed, actor=actor, now=now)
    if effective_points(grade) is None:
        review = Stage.UNDER_REVIEW
        advance(session, activity, work.user_id, review, actor=actor, now=now, why="not_gradable")
        return grade_view(grade, work.facets)
    advance(session, activity, work.user_id, Stage.SCORED, actor=actor, now=now, why="graded")
    graded, facets = work.is_graded, work.facets
    if is_new or grade.released_points is None:
        release_if_due(session, activity, grade, facets, is_graded=graded, actor=actor, now=now)
    elif activity.releases_at_once(now):
        # What is released stays: a change that waits there is for a person who saw it.
        released = Stage.RELEASED
        advance(session, activity, work.user_id, released, actor=actor, now=now, why="released")
    return grade_view(grade, work.facets)


def _is_recorded(session: Session, activity: ActivityView, grade: Grade, work: Work) -> bool:
    """Whether a grade is of this work already: of several attempts, another one counts."""
    if grade.source != work.source:
        return False
    facets = facets_by_grade(session, activity.platform_id, [grade.id]).get(grade.id, [])
    return _is_same(activity, grade, facets, work)


def record_again(
    session: Session,
    activity: ActivityView,
    works: Sequence[Work],
    *,
    actor: Actor,
    now: datetime,
) -> list[Change]:
    """Compute grades again from the same work, and keep those that come out otherwise.

    Nothing is released: a person looks at what has changed and then releases it. Computing again
    what was computed so already changes nothing.
    """
    activity = hold_activity(session, activity)
    ids = [work.user_id for work in works]
    hold_people(session, ids)
    grades = {
        grade.user_id: grade
        for grade in session.scalars(
            select(Grade)
            .where(
                Grade.platform_id == activity.platform_id,
                Grade.activity_id == activity.id,
                Grade.user_id.in_(ids),
            )
            .order_by(Grade.id)
            .execution_options(populate_existing=True)
        )
    }
    facets = facets_by_grade(session, activity.platform_id, [one.id for one in grades.values()])
    entered = entered_by_grade(session, activity.platform_id, [one.id for one in grades.values()])
    changes = []
    for given in works:
        grade = grades.get(given.user_id)
        if grade is None:
            continue
        work = replace(given, facets=with_entered(given.facets, entered.get(grade.id, {})))
        if _is_same(activity, grade, facets.get(grade.id, []), work):
            continue
        before = grade.points
        again = GradeEventKind.COMPUTED_AGAIN
        _compute(session, activity, grade, work, kind=again, actor=actor, now=now)
        changes.append(Change(work.user_id, before, grade.points))
    return changes


def _is_same(
    activity: ActivityView, grade: Grade, facets: Sequence[FacetValue], work: Work
) -> bool:
    points = points_of(work.facets, maximum=activity.points, cap=work.cap)
    return (
        (grade.points, grade.maximum, grade.formula_version, grade.source)
        == (points, activity.points, FORMULA_VERSION, work.source)
        and [_shown(one) for one in facets] == [_shown(one) for one in work.facets]
        and grade.cap_fraction == (work.cap.fraction if work.cap else None)
    )


def _shown(facet: FacetValue) -> tuple[object, ...]:
    """Return what is kept of a facet."""
    return (
        facet.facet,
        facet.weight,
        facet.score,
        facet.late_factor,
        facet.is_bonus,
        facet.reason.code,
        dict(facet.reason.params),
    )


def _compute(
    session: Session,
    activity: ActivityView,
    grade: Grade,
    work: Work,
    *,
    kind: GradeEventKind,
    actor: Actor,
    now: datetime,
) -> None:
    grade.points = points_of(work.facets, maximum=activity.points, cap=work.cap)
    grade.maximum, grade.formula_version = activity.points, FORMULA_VERSION
    grade.cap_fraction = work.cap.fraction if work.cap else None
    grade.cap_reason_code = work.cap.reason_code if work.cap else None
    grade.comment_code, grade.handed_in_at = work.comment_code, work.handed_in_at
    grade.source, grade.computed_at = work.source, now
    grade.revision += 1
    session.flush()
    replace_facets(session, grade, work.facets, now)
    append_event(session, grade, kind, work.facets, points=grade.points, actor=actor, now=now)
