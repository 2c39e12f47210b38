"""Release grades: to the people they are about, and to the gradebook's ledger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from lti_app.audit import Actor, record_event
from lti_app.catalog.columns import list_line_items
from lti_app.catalog.service import hold_activity
from lti_app.catalog.views import ActivityView, LineItemView
from lti_app.grading.comments import SET_BY_HAND
from lti_app.grading.history import append_event
from lti_app.grading.ledger import Score, owe
from lti_app.grading.models import Grade, GradeEventKind, Participation
from lti_app.grading.participation import advance, find_participation, hold_people
from lti_app.grading.policy import FacetValue
from lti_app.grading.queries import facets_by_grade
from lti_app.grading.shares import is_facet_changed, released_facet_points, shares_of
from lti_app.grading.states import Stage
from lti_app.grading.views import effective_points
from lti_app.people.models import Enrolment, EnrolmentStatus
from lti_app.people.roles import Role


class Outcome(StrEnum):
    """What releasing would mean for one person."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    BLOCKED = "blocked"


#: What releasing would change something for.
CHANGES = frozenset({Outcome.NEW, Outcome.CHANGED})


class Block(StrEnum):
    """Why somebody's grade cannot be released."""

    NOTHING_HANDED_IN = "nothing_handed_in"
    NOTHING_GRADABLE = "nothing_gradable"
    EXCUSED = "excused"


@dataclass(frozen=True)
class PlanLine:
    """What releasing would mean for one person.

    Attributes:
        was: what they see now; None when they see nothing.
        becomes: what they will see.
        block: why nothing is released, for BLOCKED.
    """

    user_id: int
    outcome: Outcome
    was: Decimal | None = None
    becomes: Decimal | None = None
    block: Block | None = None


@dataclass(frozen=True)
class Plan:
    """What releasing an activity would mean, for every learner who is in its course."""

    lines: tuple[PlanLine, ...]

    def count(self, outcome: Outcome) -> int:
        """Return for how many people it would mean this."""
        return sum(line.outcome is outcome for line in self.lines)

    @property
    def blocks(self) -> dict[Block, int]:
        """How many are blocked, by the reason; a reason that nobody has is not in it."""
        counts = {block: sum(line.block is block for line in self.lines) for block in Block}
        return {block: count for block, count in counts.items() if count}

    @property
    def due(self) -> tuple[PlanLine, ...]:
        """Whom it would change something for."""
        return tuple(line for line in self.lines if line.outcome in CHANGES)


def plan_line(
    user_id: int,
    *,
    effective: Decimal | None,
    released: Decimal | None,
    has_work: bool,
    is_excused: bool,
    is_facet_changed: bool,
) -> PlanLine:
    """Say what releasing would mean.

    Args:
        effective: the grade as it is: entered by hand, else computed; None for none.
        has_work: whether there is something that could be graded.
        is_facet_changed: whether a facet's own column would show other points, even if the whole is
            the same.
    """
    if is_excused:
        return PlanLine(user_id, Outcome.BLOCKED, released, block=Block.EXCUSED)
    if effective is None:
        block = Block.NOTHING_GRADABLE if has_work else Block.NOTHING_HANDED_IN
        return PlanLine(user_id, Outcome.BLOCKED, released, block=block)
    if released is None:
        return PlanLine(user_id, Outcome.NEW, None, effective)
    is_same = released == effective and not is_facet_changed
    outcome = Outcome.UNCHANGED if is_same else Outcome.CHANGED
    return PlanLine(user_id, outcome, released, effective)


def make_plan(session: Session, activity: ActivityView) -> Plan:
    """Return what releasing would mean now; it changes nothing."""
    return Plan(tuple(line for line, _grade in _lines(session, activity)))


def release_due(
    session: Session,
    activity: ActivityView,
    *,
    actor: Actor,
    now: datetime,
    outcomes: frozenset[Outcome] = CHANGES,
    at_most: int | None = None,
) -> int:
    """Release every grade that is new or changed.

    Args:
        outcomes: which of the two; a change is released only by a person who saw it.
        at_most: how many in this transaction; None for all.

    Returns:
        How many were released.
    """
    activity = hold_activity(session, activity)
    hold_people(session, _due_people(session, activity, outcomes)[:at_most])
    due = [
        grade
        for line, grade in _lines(session, activity)
        if grade is not None and line.outcome in outcomes
    ][:at_most]
    if not due:
        return 0
    facets = facets_by_grade(session, activity.platform_id, [grade.id for grade in due])
    columns = list_line_items(session, activity, now=now) if activity.in_gradebook else []
    for grade in due:
        found = facets.get(grade.id, [])
        release_grade(session, activity, grade, found, columns, actor=actor, now=now)
    record_event(
        session,
        "grades.released",
        at=now,
        actor=actor,
        about=("activity", activity.public_id),
        platform_id=activity.platform_id,
    )
    return len(due)


def release_if_due(
    session: Session,
    activity: ActivityView,
    grade: Grade,
    facets: Sequence[FacetValue],
    *,
    is_graded: bool,
    actor: Actor,
    now: datetime,
) -> None:
    """Release a grade whose time has come, but not of who is excused.

    Args:
        activity: with its columns of now, see `hold_activity`.
        is_graded: whether the person's scores may reach a gradebook.
    """
    where = find_participation(session, activity, grade.user_id)
    if where.is_excused or not activity.releases_at_once(now):
        return
    is_sent = is_graded and activity.in_gradebook
    columns = list_line_items(session, activity, now=now) if is_sent else []
    release_grade(session, activity, grade, facets, columns, actor=actor, now=now)


def release_grade(
    session: Session,
    activity: ActivityView,
    grade: Grade,
    facets: Sequence[FacetValue],
    columns: Sequence[LineItemView],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Show a grade to its person, and owe it to these columns; nothing when there is no grade."""
    points = effective_points(grade)
    if points is None:
        return
    grade.released_points, grade.released_at = points, now
    grade.released_facets = shares_of(grade, facets)
    released = GradeEventKind.RELEASED
    append_event(session, grade, released, facets, points=points, actor=actor, now=now)
    advance(session, activity, grade.user_id, Stage.RELEASED, actor=actor, now=now, why="released")
    for line_item in columns:
        owe(session, grade, line_item, score_of(grade, line_item), now=now)


def score_of(grade: Grade, line_item: LineItemView) -> Score:
    """Return what a column must show of what was released; without points, that it shows none."""
    points, maximum = grade.released_points, grade.maximum
    if line_item.facet:
        maximum = line_item.maximum
        points = released_facet_points(grade, line_item.facet, maximum)
    is_set_by_hand = grade.override_points is not None
    return Score(
        points,
        maximum,
        SET_BY_HAND if is_set_by_hand else grade.comment_code,
        grade.handed_in_at,
    )


def _due_people(
    session: Session, activity: ActivityView, outcomes: frozenset[Outcome]
) -> list[int]:
    return [line.user_id for line, _grade in _lines(session, activity) if line.outcome in outcomes]


def may_be_released() -> tuple[ColumnElement[bool], ...]:
    """Return what is true of whom grades are released to: a learner in the course, no test user."""
    return (
        Enrolment.role == Role.LEARNER.value,
        Enrolment.status == EnrolmentStatus.ACTIVE.value,
        Enrolment.is_test.is_(False),
    )


def _lines(session: Session, activity: ActivityView) -> list[tuple[PlanLine, Grade | None]]:
    """Return every learner who is in the course and no test user, with their grade."""
    of_activity = and_(
        Grade.platform_id == activity.platform_id,
        Grade.activity_id == activity.id,
        Grade.user_id == Enrolment.user_id,
    )
    participates = and_(
        Participation.platform_id == activity.platform_id,
        Participation.activity_id == activity.id,
        Participation.user_id == Enrolment.user_id,
    )
    rows = session.execute(
        select(Enrolment.user_id, Grade, Participation.state)
        .outerjoin(Grade, of_activity)
        .outerjoin(Participation, participates)
        .where(
            Enrolment.platform_id == activity.platform_id,
            Enrolment.context_id == activity.context_id,
            *may_be_released(),
        )
        .order_by(Enrolment.user_id)
        .execution_options(populate_existing=True)
    )
    found: list[tuple[int, Grade | None, str | None]] = [
        (user_id, grade, stage) for user_id, grade, stage in rows
    ]
    grades = [grade for _user_id, grade, _stage in found if grade is not None]
    facets = _facets_of(session, activity, grades)
    return [
        (_line_of(activity, user_id, grade, stage, facets), grade)
        for user_id, grade, stage in found
    ]


def _facets_of(
    session: Session, activity: ActivityView, grades: Sequence[Grade]
) -> Mapping[int, Sequence[FacetValue]]:
    """Return the facets of grades by their ids, where each facet has a column of its own."""
    if not activity.is_split:
        return {}
    return facets_by_grade(session, activity.platform_id, [grade.id for grade in grades])


def _line_of(
    activity: ActivityView,
    user_id: int,
    grade: Grade | None,
    stage: str | None,
    facets: Mapping[int, Sequence[FacetValue]],
) -> PlanLine:
    return plan_line(
        user_id,
        effective=effective_points(grade) if grade else None,
        released=grade.released_points if grade else None,
        has_work=grade is not None and grade.source is not None,
        is_excused=stage == Stage.EXCUSED,
        is_facet_changed=grade is not None
        and is_facet_changed(activity, grade, facets.get(grade.id, ())),
    )
