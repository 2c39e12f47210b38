"""What it means for scores that an activity is taken out of the gradebook, or put into it.

What was sent stays in the platform either way; only a person's word takes a score back there.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.catalog.columns import list_line_items
from lti_app.catalog.views import ActivityView, LineItemView
from lti_app.grading.ledger import deliveries_of, owe, put_on_its_way
from lti_app.grading.models import DeliveryState, Grade, Participation, ScoreDelivery
from lti_app.grading.participation import hold_people
from lti_app.grading.releasing import score_of
from lti_app.grading.states import Stage
from lti_app.grading.withholding import OUT_OF_GRADEBOOK, withhold
from lti_app.people.models import Enrolment
from lti_app.people.roles import Role

#: What was not sent and would be, by itself or at a person's word. Who was graded in the platform
#: stays with whoever graded them.
_UNSENT = frozenset(DeliveryState) - {
    DeliveryState.ARRIVED,
    DeliveryState.WITHHELD,
    DeliveryState.LMS_NEWER,
}


def leave_gradebook(session: Session, activity: ActivityView, *, now: datetime) -> None:
    """Keep here what was not sent yet; what takes a score back goes on."""
    _hold_people(session, activity)
    for row in _deliveries(session, activity):
        if row.state in _UNSENT and row.wanted_points is not None:
            withhold(row, now=now, why=OUT_OF_GRADEBOOK)


def enter_gradebook(session: Session, activity: ActivityView, *, now: datetime) -> None:
    """Owe what is released by now, and let go what was kept here; nobody's who is excused.

    Args:
        activity: as it is now; its caller holds it, so that nothing is released meanwhile.
    """
    columns = {one.id: one for one in list_line_items(session, activity, now=now)}
    _hold_people(session, activity)
    grades = _released_grades(session, activity)
    excused = _excused_people(session, activity)
    for row in _deliveries(session, activity):
        column = columns.get(row.line_item_id)
        is_kept_here = row.state == DeliveryState.WITHHELD and row.user_id not in excused
        if column is not None and is_kept_here:
            put_on_its_way(session, row, column, now=now)
    for grade in grades:
        if grade.user_id not in excused:
            _owe_all(session, grade, columns.values(), now=now)


def owe_released(
    session: Session,
    activity: ActivityView,
    user_id: int,
    columns: Iterable[LineItemView],
    *,
    now: datetime,
) -> None:
    """Owe these columns what is released of one person; nothing of who is never graded there.

    A column that is owed these points already keeps them with what was said of them: the grade may
    have changed since, and that is not released.
    """
    wanted = {
        row.line_item_id: (row.wanted_points, row.wanted_maximum)
        for row in deliveries_of(session, activity, user_id)
    }
    for grade in _released_grades(session, activity, user_id):
        for column in columns:
            score = score_of(grade, column)
            if wanted.get(column.id) != (score.points, score.maximum):
                owe(session, grade, column, score, now=now)


def _owe_all(
    session: Session, grade: Grade, columns: Iterable[LineItemView], *, now: datetime
) -> None:
    for column in columns:
        owe(session, grade, column, score_of(grade, column), now=now)


def _hold_people(session: Session, activity: ActivityView) -> None:
    """Hold everybody with a grade: before the scores, in the order of whoever decides about one."""
    graded = select(Grade.user_id).where(
        Grade.platform_id == activity.platform_id, Grade.activity_id == activity.id
    )
    hold_people(session, session.scalars(graded).all())


def _deliveries(session: Session, activity: ActivityView) -> Sequence[ScoreDelivery]:
    return session.scalars(
        select(ScoreDelivery)
        .join(Grade, Grade.id == ScoreDelivery.grade_id)
        .where(ScoreDelivery.platform_id == activity.platform_id, Grade.activity_id == activity.id)
        .order_by(ScoreDelivery.id)
        .with_for_update(of=ScoreDelivery)
        .execution_options(populate_existing=True)
    ).all()


def _released_grades(
    session: Session, activity: ActivityView, user_id: int | None = None
) -> Sequence[Grade]:
    """Return the released grades of learners, test users aside; one person's with a user id."""
    return session.scalars(
        select(Grade)
        .join(Enrolment, Enrolment.user_id == Grade.user_id)
        .where(
            Grade.platform_id == activity.platform_id,
            Grade.activity_id == activity.id,
            Grade.released_points.is_not(None),
            Enrolment.context_id == activity.context_id,
            Enrolment.role == Role.LEARNER.value,
            Enrolment.is_test.is_(False),
            *([] if user_id is None else [Grade.user_id == user_id]),
        )
        .order_by(Grade.id)
        .execution_options(populate_existing=True)
    ).all()


def _excused_people(session: Session, activity: ActivityView) -> set[int]:
    excused = select(Participation.user_id).where(
        Participation.platform_id == activity.platform_id,
        Participation.activity_id == activity.id,
        Participation.state == Stage.EXCUSED.value,
    )
    return set(session.scalars(excused))
