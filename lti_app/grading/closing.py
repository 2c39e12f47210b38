"""What a closing means for who handed nothing in: their stage, and a nought where one is wanted."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from lti_app.audit import Actor
from lti_app.catalog.models import Activity
from lti_app.catalog.service import hold_activity
from lti_app.catalog.views import ActivityView
from lti_app.grading.comments import NOT_HANDED_IN
from lti_app.grading.history import append_event
from lti_app.grading.models import Grade, GradeEventKind, Participation
from lti_app.grading.participation import advance, hold_people
from lti_app.grading.policy import FORMULA_VERSION
from lti_app.grading.releasing import release_if_due
from lti_app.grading.states import Stage
from lti_app.people.models import Enrolment, EnrolmentStatus
from lti_app.people.roles import Role

#: Where nothing was handed in, and nobody decided otherwise.
_BEFORE_WORK = (Stage.NOT_STARTED.value, Stage.IN_PROGRESS.value, Stage.CLOSED_INCOMPLETE.value)


def close(session: Session, activity: ActivityView, *, now: datetime) -> None:
    """Note that who began and did not hand in has missed the closing; their draft stays."""
    if activity.closes_at is None or now < activity.closes_at:
        return
    people = session.execute(
        select(Participation.user_id, Participation.extra_days)
        .where(
            Participation.platform_id == activity.platform_id,
            Participation.activity_id == activity.id,
            Participation.state == Stage.IN_PROGRESS.value,
        )
        .order_by(Participation.user_id)
    ).all()
    for user_id, extra_days in people:
        if _is_closed(activity, extra_days, now):
            _note_closed(session, activity, user_id, now)


def waits_for_noughts() -> ColumnElement[bool]:
    """Return whether an activity gives noughts and somebody has neither work nor grade."""
    return and_(
        Activity.zero_at_close.is_(True),
        select(Enrolment.id)
        .outerjoin(Grade, and_(Grade.activity_id == Activity.id, _is_theirs(Grade.user_id)))
        .outerjoin(
            Participation,
            and_(Participation.activity_id == Activity.id, _is_theirs(Participation.user_id)),
        )
        .where(
            Enrolment.context_id == Activity.context_id,
            # How much more time somebody has is reckoned where the noughts are given.
            or_(Enrolment.first_seen_at < Activity.closes_at, Participation.extra_days > 0),
            *_has_nothing(),
        )
        .correlate(Activity)
        .exists(),
    )


def give_noughts(session: Session, activity: ActivityView, *, now: datetime, at_most: int) -> int:
    """Grade with nought who handed nothing in, where the activity says so; return how many.

    Who is excused, let in again, still has time or came to the course when it was over is left
    alone.
    """
    activity = hold_activity(session, activity)
    if not activity.zero_at_close or activity.closes_at is None or now < activity.closes_at:
        return 0
    people = _people_with_nothing(session, activity, now)[:at_most]
    hold_people(session, people)
    still = set(_people_with_nothing(session, activity, now))
    for user_id in sorted(still & set(people)):
        _give_nought(session, activity, user_id, now)
    return len(people)


def take_noughts_back(
    session: Session, activity: ActivityView, *, actor: Actor, now: datetime
) -> None:
    """Let noughts count no longer that the dates of now would not give; nothing is sent by that."""
    rows = session.execute(
        select(Grade, Participation.extra_days, Enrolment.first_seen_at)
        .outerjoin(
            Participation,
            and_(
                Participation.activity_id == Grade.activity_id,
                Participation.user_id == Grade.user_id,
            ),
        )
        .outerjoin(
            Enrolment,
            and_(
                Enrolment.context_id == activity.context_id,
                Enrolment.user_id == Grade.user_id,
            ),
        )
        .where(
            Grade.platform_id == activity.platform_id,
            Grade.activity_id == activity.id,
            Grade.source.is_(None),
            Grade.comment_code == NOT_HANDED_IN,
            Grade.points.is_not(None),
        )
        .execution_options(populate_existing=True)
    ).all()
    over = [
        grade
        for grade, extra_days, came_at in rows
        if not (activity.zero_at_close and _has_missed_it(activity, extra_days, came_at, now))
    ]
    hold_people(session, [grade.user_id for grade in over])
    for grade in over:
        grade.points = grade.comment_code = None
        grade.revision += 1
        again = GradeEventKind.COMPUTED_AGAIN
        append_event(session, grade, again, (), points=None, actor=actor, now=now)


def _is_closed(activity: ActivityView, extra_days: int, now: datetime) -> bool:
    closes_at = activity.closes_at
    return closes_at is not None and now >= closes_at + timedelta(days=extra_days)


def _has_missed_it(
    activity: ActivityView, extra_days: int | None, came_at: datetime | None, now: datetime
) -> bool:
    """Whether it is over for somebody who was in the course while it could be handed in."""
    is_over = _is_closed(activity, extra_days or 0, now)
    return is_over and (came_at is None or not _is_closed(activity, extra_days or 0, came_at))


def _note_closed(session: Session, activity: ActivityView, user_id: int, now: datetime) -> None:
    missed = Stage.CLOSED_INCOMPLETE
    advance(session, activity, user_id, missed, actor=Actor.SYSTEM, now=now, why="closed")


def _is_theirs(user_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    return user_id == Enrolment.user_id


def _has_nothing() -> tuple[ColumnElement[bool], ...]:
    """Return what is true of a learner in the course, no test user, without work or grade."""
    return (
        Enrolment.role == Role.LEARNER.value,
        Enrolment.status == EnrolmentStatus.ACTIVE.value,
        Enrolment.is_test.is_(False),
        or_(
            Grade.id.is_(None),
            and_(Grade.source.is_(None), Grade.points.is_(None), Grade.override_points.is_(None)),
        ),
        or_(Participation.id.is_(None), Participation.state.in_(_BEFORE_WORK)),
    )


def _people_with_nothing(session: Session, activity: ActivityView, now: datetime) -> Sequence[int]:
    """Return who has missed the closing, in the order of their ids."""
    rows = session.execute(
        select(Enrolment.user_id, Participation.extra_days, Enrolment.first_seen_at)
        .outerjoin(Grade, and_(Grade.activity_id == activity.id, _is_theirs(Grade.user_id)))
        .outerjoin(
            Participation,
            and_(Participation.activity_id == activity.id, _is_theirs(Participation.user_id)),
        )
        .where(
            Enrolment.platform_id == activity.platform_id,
            Enrolment.context_id == activity.context_id,
            *_has_nothing(),
        )
        .order_by(Enrolment.user_id)
    )
    return [
        user_id
        for user_id, extra_days, came_at in rows
        if _has_missed_it(activity, extra_days, came_at, now)
    ]


def _give_nought(session: Session, activity: ActivityView, user_id: int, now: datetime) -> None:
    grade = session.scalar(
        select(Grade).where(
            Grade.platform_id == activity.platform_id,
            Grade.activity_id == activity.id,
            Grade.user_id == user_id,
        )
    )
    if grade is None:
        grade = Grade(
            platform_id=activity.platform_id,
            activity_id=activity.id,
            user_id=user_id,
            revision=0,
        )
        session.add(grade)
    grade.points, grade.maximum = Decimal(0), activity.points
    grade.formula_version, grade.comment_code = FORMULA_VERSION, NOT_HANDED_IN
    grade.computed_at = now
    grade.revision += 1
    session.flush()
    actor, computed = Actor.SYSTEM, GradeEventKind.COMPUTED
    append_event(session, grade, computed, (), points=grade.points, actor=actor, now=now)
    _note_closed(session, activity, user_id, now)
    release_if_due(session, activity, grade, (), is_graded=True, actor=actor, now=now)
