"""What instructors decide about one person: override, excuse, reopen. All of it is audited."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from lti_app.audit import Actor, record_event
from lti_app.catalog.columns import list_line_items
from lti_app.catalog.service import hold_activity
from lti_app.catalog.views import ActivityView
from lti_app.core.db.locks import hold_lock
from lti_app.grading.history import append_event
from lti_app.grading.ledger import deliveries_of, put_on_its_way
from lti_app.grading.models import DeliveryState, Grade, GradeEventKind
from lti_app.grading.participation import (
    PERSON_LOCK,
    StageError,
    advance,
    held_participation,
    set_stage,
)
from lti_app.grading.policy import FORMULA_VERSION
from lti_app.grading.queries import facets_by_grade, find_grade
from lti_app.grading.releasing import release_if_due
from lti_app.grading.states import Stage
from lti_app.grading.switching import owe_released
from lti_app.grading.views import GradeView, Learner, effective_points, grade_view
from lti_app.grading.withholding import OUT_OF_GRADEBOOK, withhold


@dataclass(frozen=True)
class OverrideWish:
    """What a grader wants.

    Attributes:
        points: from 0 to the maximum, see `policy.read_points`; None to clear the override.
        reason: for the learner to read; empty when it is cleared.
        seen_revision: of the grade that the grader looked at; 0 when there was none.
    """

    points: Decimal | None
    reason: str
    seen_revision: int


@dataclass(frozen=True)
class OverrideAnswer:
    """What came of it. `is_kept` False: somebody was faster; `grade` is what they left."""

    grade: GradeView
    is_kept: bool


def set_override(
    session: Session,
    activity: ActivityView,
    learner: Learner,
    wish: OverrideWish,
    *,
    actor: Actor,
    now: datetime,
) -> OverrideAnswer:
    """Let entered points win over the computed ones, or clear them; released like any grade.

    Who looked at an older grade changes nothing, and the history keeps what they wanted.
    """
    user_id = learner.user_id
    activity = hold_activity(session, activity)
    hold_lock(session, PERSON_LOCK, user_id)
    grade = find_grade(session, activity, user_id) or _new_grade(session, activity, user_id, now)
    facets = tuple(facets_by_grade(session, activity.platform_id, [grade.id]).get(grade.id, ()))
    is_kept = grade.revision == wish.seen_revision
    if is_kept:
        _write_override(grade, wish, actor=actor, now=now)
    kind = _event_kind(wish) if is_kept else GradeEventKind.OVERRIDE_LOST
    append_event(session, grade, kind, facets, points=wish.points, actor=actor, now=now)
    _audit(session, activity, kind, learner, is_kept=is_kept, actor=actor, now=now)
    if is_kept and effective_points(grade) is not None:
        advance(session, activity, user_id, Stage.SCORED, actor=actor, now=now, why="override")
        graded = learner.is_graded
        release_if_due(session, activity, grade, facets, is_graded=graded, actor=actor, now=now)
    session.flush()
    return OverrideAnswer(grade_view(grade, facets), is_kept)


def _new_grade(session: Session, activity: ActivityView, user_id: int, now: datetime) -> Grade:
    """Return a grade without work, for points that a person enters."""
    row = Grade(
        platform_id=activity.platform_id,
        activity_id=activity.id,
        user_id=user_id,
        maximum=activity.points,
        formula_version=FORMULA_VERSION,
        computed_at=now,
        revision=0,
    )
    session.add(row)
    session.flush()
    return row


def _write_override(grade: Grade, wish: OverrideWish, *, actor: Actor, now: datetime) -> None:
    is_set = wish.points is not None
    grade.override_points, grade.override_maximum = wish.points, None
    grade.override_reason = wish.reason if is_set else None
    grade.override_actor = actor.name if is_set else None
    grade.override_at = now if is_set else None
    grade.revision += 1


def _event_kind(wish: OverrideWish) -> GradeEventKind:
    if wish.points is None:
        return GradeEventKind.OVERRIDE_CLEARED
    return GradeEventKind.OVERRIDDEN


def _audit(
    session: Session,
    activity: ActivityView,
    kind: GradeEventKind,
    learner: Learner,
    *,
    is_kept: bool,
    actor: Actor,
    now: datetime,
) -> None:
    record_event(
        session,
        f"grade.{kind.value}",
        at=now,
        actor=actor,
        about=("grade", f"{activity.public_id}/{learner.public_id}"),
        platform_id=activity.platform_id,
        refused_as=None if is_kept else "grade_has_changed",
    )


def excuse(
    session: Session,
    activity: ActivityView,
    user_id: int,
    reason: str,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Take a person out of the grade: nothing of theirs is released, what is unsent stays here.

    Raises:
        StageError: they are excused already.
    """
    row = held_participation(session, activity, user_id)
    before = Stage(row.state) if row else Stage.NOT_STARTED
    row = set_stage(
        session, activity, user_id, row, Stage.EXCUSED, actor=actor, now=now, why="excused"
    )
    row.reason, row.resumes_as = reason, before.value
    for delivery in deliveries_of(session, activity, user_id):
        # What takes a score back goes on: it is what the person is owed.
        if delivery.state != DeliveryState.ARRIVED and delivery.wanted_points is not None:
            withhold(delivery, now=now)


def take_excuse_back(
    session: Session, activity: ActivityView, user_id: int, *, actor: Actor, now: datetime
) -> None:
    """Let an excused person stand where they stood; what was withheld goes on its way.

    Raises:
        StageError: they are not excused.
    """
    activity = hold_activity(session, activity)
    row = held_participation(session, activity, user_id)
    if row is None or row.state != Stage.EXCUSED:
        raise StageError
    stage = Stage(row.resumes_as or Stage.NOT_STARTED)
    row = set_stage(
        session, activity, user_id, row, stage, actor=actor, now=now, why="excuse_taken_back"
    )
    row.reason = row.resumes_as = None
    if not activity.in_gradebook:
        _keep_here(session, activity, user_id, now)
        return
    columns = {one.id: one for one in list_line_items(session, activity, now=now)}
    for delivery in deliveries_of(session, activity, user_id):
        column = columns.get(delivery.line_item_id)
        if delivery.state == DeliveryState.WITHHELD and column is not None:
            put_on_its_way(session, delivery, column, now=now, is_urgent=True)
    # What was released or got a column while nothing could be owed to this person.
    owe_released(session, activity, user_id, columns.values(), now=now)


def _keep_here(session: Session, activity: ActivityView, user_id: int, now: datetime) -> None:
    """Say of what was withheld for an excuse that the gradebook is why it stays."""
    for delivery in deliveries_of(session, activity, user_id):
        if delivery.state == DeliveryState.WITHHELD:
            withhold(delivery, now=now, why=OUT_OF_GRADEBOOK)


def reopen(
    session: Session,
    activity: ActivityView,
    user_id: int,
    reason: str,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Let a graded person hand in once more, whatever the dates and the number of attempts say.

    The grade they have stays until they do.

    Raises:
        StageError: there is no grade yet, they may hand in again already, or they are excused: an
            excuse is taken back before anything else.
    """
    row = held_participation(session, activity, user_id)
    if row is not None and row.state == Stage.EXCUSED:
        raise StageError
    row = set_stage(
        session, activity, user_id, row, Stage.REOPENED, actor=actor, now=now, why="reopened"
    )
    row.extra_attempts += 1
    row.reason = reason
