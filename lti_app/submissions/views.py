"""Attempts, drafts and receipts as pages see them. Values; no row leaves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from lti_app.grading.participation import NOT_BEGUN, ParticipationView
from lti_app.grading.releasing import PlanLine, plan_line
from lti_app.grading.views import GradeView, Learner, Standing
from lti_app.people.names import PersonName
from lti_app.submissions.models import Attempt


@dataclass(frozen=True)
class Receipt:
    """Proof that an attempt was handed in. `public_id` is the number on it."""

    public_id: str
    activity_id: int
    user_id: int
    number: int
    handed_in_at: datetime
    is_late: bool
    answers: Mapping[str, Any]


@dataclass(frozen=True)
class Draft:
    """What was saved and not handed in. `revision` 0: nothing was saved yet."""

    text: str | None
    revision: int
    saved_at: datetime | None


@dataclass(frozen=True)
class MyWork:
    """Where one person stands with one activity.

    Attributes:
        receipts: oldest first.
        next_number: of the attempt that a page drawn now is for.
        has_attempts_left: whether that attempt may be handed in.
        where: how far they have come.
        graded: the released grade of who has handed nothing in; a receipt tells of any other.
    """

    receipts: tuple[Receipt, ...]
    draft: Draft
    next_number: int
    has_attempts_left: bool
    where: ParticipationView = NOT_BEGUN
    graded: GradeView | None = None


class WorkState(StrEnum):
    """How far somebody has come, as staff see it."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    HANDED_IN = "handed_in"
    UNDER_REVIEW = "under_review"
    REOPENED = "reopened"
    EXCUSED = "excused"
    CLOSED_INCOMPLETE = "closed_incomplete"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class PersonWork:
    """One person's line on the instructor's page; of answers it says nothing.

    Attributes:
        learner: whom decisions are about.
        where: how far they have come; its reason is for the person to read.
        hand_ins: when each attempt was handed in and whether that was late, oldest first.
    """

    learner: Learner
    name: PersonName
    state: WorkState
    handed_in_at: datetime | None
    is_late: bool
    standing: Standing
    where: ParticipationView
    hand_ins: tuple[tuple[datetime, bool], ...] = ()

    @property
    def plan(self) -> PlanLine:
        """What releasing would mean for this person."""
        grade = self.standing.grade
        return plan_line(
            self.learner.user_id,
            effective=grade.effective if grade else None,
            released=grade.released if grade else None,
            has_work=grade is not None and grade.has_work,
            is_excused=self.where.is_excused,
            is_facet_changed=grade is not None and grade.is_facet_changed,
        )


def receipt_of(row: Attempt) -> Receipt:
    """Return the receipt of a handed-in attempt."""
    if row.handed_in_at is None:
        raise ValueError("a receipt before the hand-in")
    return Receipt(
        public_id=row.public_id,
        activity_id=row.activity_id,
        user_id=row.user_id,
        number=row.number,
        handed_in_at=row.handed_in_at,
        is_late=row.is_late,
        answers=row.answers or {},
    )
