"""Take a released grade back, here and in the gradebook: an instructor's word, never a rule's.

A score is final or not sent at all; this is the one exception.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from lti_app.audit import Actor, record_event
from lti_app.catalog.columns import find_line_item
from lti_app.catalog.views import ActivityView
from lti_app.grading.history import append_event
from lti_app.grading.ledger import deliveries_of, put_on_its_way
from lti_app.grading.models import GradeEventKind, ScoreDelivery
from lti_app.grading.participation import (
    ParticipationView,
    StageError,
    held_participation,
    participation_view,
)
from lti_app.grading.queries import find_grade
from lti_app.grading.sending import set_arrived
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
    grade.released_points = grade.released_at = None
    grade.revision += 1
    taken = GradeEventKind.WITHDRAWN
    append_event(session, grade, taken, (), points=None, actor=actor, now=now)
    for delivery in deliveries_of(session, activity, learner.user_id):
        _take_back(session, delivery, now)
    record_event(
        session,
        "grade.withdrawn",
        at=now,
        actor=actor,
        about=("grade", f"{activity.public_id}/{learner.public_id}"),
        platform_id=activity.platform_id,
    )


def _take_back(session: Session, row: ScoreDelivery, now: datetime) -> None:
    row.wanted_version += 1
    row.wanted_points = row.wanted_comment_code = row.wanted_handed_in_at = None
    row.wanted_at = now
    column = find_line_item(session, platform_id=row.platform_id, line_item_id=row.line_item_id)
    if row.sent_version and column is not None:
        put_on_its_way(session, row, column, now=now, is_urgent=True)
        return
    # It never left, so there is nothing to take back there.
    row.acknowledged_version, row.acknowledged_maximum = row.wanted_version, row.wanted_maximum
    set_arrived(row, now)
