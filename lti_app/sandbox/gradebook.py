"""The gradebook itself: cells, what a person enters by hand, and the whole table for readers.

It knows nothing of tokens and media types; what a tool may write is decided in `services`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.sandbox.models import Course, Enrolment, LineItem, Person, Result
from lti_app.sandbox.roles import CourseRole


@dataclass(frozen=True, slots=True)
class Gradebook:
    """A course's columns, its active learners in the order of the roster, and the cells."""

    columns: Sequence[LineItem]
    people: Sequence[Person]
    cells: dict[tuple[int, int], Result]

    def cell(self, person: Person, column: LineItem) -> Result | None:
        return self.cells.get((person.id, column.id))

    def cells_of(self, column: LineItem) -> list[Result]:
        return [cell for cell in self.cells.values() if cell.line_item_id == column.id]


def read_gradebook(session: Session, course: Course, *, only: Person | None = None) -> Gradebook:
    """Return the gradebook, or one person's line of it."""
    learners = (
        select(Person)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(
            Enrolment.course_id == course.id,
            Enrolment.role == CourseRole.LEARNER,
            Enrolment.is_active,
        )
        .order_by(Enrolment.id)
    )
    if only is not None:
        learners = learners.where(Person.id == only.id)
    columns = (
        select(LineItem)
        .where(LineItem.course_id == course.id, LineItem.deleted_at.is_(None))
        .order_by(LineItem.id)
    )
    cells = select(Result).join(LineItem).where(LineItem.course_id == course.id)
    return Gradebook(
        columns=session.scalars(columns).all(),
        people=session.scalars(learners).all(),
        cells={(cell.person_id, cell.line_item_id): cell for cell in session.scalars(cells)},
    )


def find_gradable(
    session: Session, course_id: int, sub: str, *, active_only: bool = True
) -> Person | None:
    """Return the learner; None for everybody else, the test student included."""
    learners = (
        select(Person)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(
            Person.sub == sub,
            Enrolment.course_id == course_id,
            Enrolment.role == CourseRole.LEARNER,
        )
    )
    return session.scalar(learners.where(Enrolment.is_active) if active_only else learners)


def find_result(session: Session, item: LineItem, person: Person) -> Result | None:
    """Return the cell, None as long as nothing was ever stored in it."""
    return session.scalar(
        select(Result).where(Result.line_item_id == item.id, Result.person_id == person.id)
    )


def grade_by_hand(
    session: Session,
    item: LineItem,
    person: Person,
    *,
    score: float | None,
    comment: str | None,
    now: datetime,
) -> Result:
    """Store what a teacher enters in this gradebook, in points of the column.

    From then on a score of a tool counts only if its time is later, as in real platforms.
    """
    result = find_result(session, item, person) or empty_result(session, item, person)
    result.score = score
    result.comment = comment
    result.scored_at = now
    result.stored_at = now
    result.is_graded_here = True
    result.needs_grading = False
    return result


def empty_result(session: Session, item: LineItem, person: Person) -> Result:
    """Return a new cell, to be filled before the transaction ends."""
    result = Result(
        line_item_id=item.id,
        person_id=person.id,
        score_version=0,
        activity_progress=None,
        grading_progress=None,
        scoring_user_id=None,
        attempt_count=0,
        needs_grading=False,
        is_graded_here=False,
    )
    session.add(result)
    return result


def change_maximum(item: LineItem, maximum: float) -> None:
    """Give a column another maximum; the scores in it follow."""
    for result in item.results:
        # A column may be worth nothing in some platforms; then there is nothing to scale.
        if result.score is not None and item.score_maximum > 0:
            result.score = rescaled(result.score, maximum=item.score_maximum, to=maximum)
    item.score_maximum = maximum


def rescaled(score: float, *, maximum: float, to: float) -> float:
    """Return a score in points of another maximum.

    >>> rescaled(8, maximum=10, to=40)
    32.0
    """
    exact = Decimal(str(score)) * Decimal(str(to)) / Decimal(str(maximum))
    return float(round(exact, 10))
