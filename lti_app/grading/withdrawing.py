"""Take a released grade back, here and in the gradebook: an instructor's word, never a rule's.

A score is final or not sent at all; this is the one exception.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from lti_app.audit import Actor, record_event
from lti_app.catalog.columns import find_line_item
from lti_app.catalog.views import ActivityView
from lti_app.grading.history import append_event
from lti_app.grading.ledger import deliveries_of, take_back
from lti_app.grading.models import GradeEventKind
from lti_app.grading.participation import (
    ParticipationView,
    StageError,
    held_participation,
    participation_view,
)
from lti_app.grading.queries import find_grade
from lti_app.grading.views import GradeView, Learner, grade_view


def may_withdraw(grade: GradeView | None, where: ParticipationView) -> bool:
    """Whether a grade that was released counts no longer: nothing is left of it, or an excuse."""
    if grade is None or grade.released is None:
        return False
    return where.is_excused or grade.effective is None


def withdraw(
    session: Session, activity: ActivityView, learner: Learner, *, actor: Actor, now: datetime
) -> None:
    """Let neither the person nor the gradebook show the grade any more.

    Raises:
        StageError: there is nothing to take back, or the grade counts.
    """
    row = held_participation(session, activity, learner.user_id)
    grade = find_grade(session, activity, learner.user_id)
    where = participation_view(row) if row else ParticipationView()
    if grade is None or not may_withdraw(grade_view(grade, ()), where):
        raise StageError
    grade.released_points = grade.released_at = grade.released_facets = None
    grade.revision += 1
    taken = GradeEventKind.WITHDRAWN
    append_event(session, grade, taken, (), points=None, actor=actor, now=now)
    for delivery in deliveries_of(session, activity, learner.user_id):
        column = find_line_item(
            session, platform_id=delivery.platform_id, line_item_id=delivery.line_item_id
        )
        take_back(session, delivery, column, now=now, is_urgent=True)
    record_event(
        session,
        "grade.withdrawn",
        at=now,
        actor=actor,
        about=("grade", f"{activity.public_id}/{learner.public_id}"),
        platform_id=activity.platform_id,
    )
