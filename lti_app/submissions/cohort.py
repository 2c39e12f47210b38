"""Everybody's handed-in answers, as the results page asks for them. It changes nothing.

It reads no draft, nothing that somebody typed, and answers only of the attempts that count.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from lti_app.catalog.views import ActivityView
from lti_app.grading.models import Grade, Participation
from lti_app.grading.queries import list_marks
from lti_app.grading.rules import Mark
from lti_app.grading.states import Stage
from lti_app.people.models import Enrolment, EnrolmentStatus, User
from lti_app.people.names import PersonName
from lti_app.people.roles import Role
from lti_app.submissions.contract import Answers
from lti_app.submissions.models import Attempt
from lti_app.submissions.report import Answered


class Place(StrEnum):
    """Where a learner stands towards the figures."""

    COUNTED = "counted"
    NOT_HANDED_IN = "not_handed_in"
    EXCUSED = "excused"
    LEFT = "left"


@dataclass(frozen=True)
class Cohort:
    """The learners of an activity; users that a platform made for trying are no part of it.

    Attributes:
        answered: whose work counts, by name.
        left: who left the course after handing in.
    """

    answered: tuple[Answered, ...]
    not_handed_in: int
    excused: int
    left: int

    @property
    def expected(self) -> int:
        """How many are in the course and not excused."""
        return len(self.answered) + self.not_handed_in


@dataclass(frozen=True)
class _Learner:
    user_id: int
    name: PersonName
    is_here: bool
    is_excused: bool

    def place(self, *, has_handed_in: bool) -> Place:
        if not self.is_here:
            return Place.LEFT
        if self.is_excused:
            return Place.EXCUSED
        return Place.COUNTED if has_handed_in else Place.NOT_HANDED_IN


@dataclass(frozen=True)
class _Work:
    answers: Answers
    handed_in_at: datetime
    is_late: bool


def list_cohort(
    session: Session, activity: ActivityView, call: Callable[[PersonName], str]
) -> Cohort:
    """Return what everybody handed in, and how many are left out and why.

    Args:
        call: says how a person is called.
    """
    learners = _learners(session, activity)
    marks = list_marks(session, activity)
    attempts = _attempt_counts(session, activity)
    work = _counted_work(session, activity)
    places = [one.place(has_handed_in=one.user_id in work) for one in learners]
    counted = [one for one, place in zip(learners, places, strict=True) if place is Place.COUNTED]
    return Cohort(
        answered=tuple(
            _answered(one, work[one.user_id], attempts, marks, call)
            for one in sorted(counted, key=lambda one: one.name.sort_key())
        ),
        not_handed_in=places.count(Place.NOT_HANDED_IN),
        excused=places.count(Place.EXCUSED),
        left=sum(not one.is_here and one.user_id in work for one in learners),
    )


def _answered(
    learner: _Learner,
    work: _Work,
    attempts: Mapping[int, int],
    marks: Mapping[int, Mark],
    call: Callable[[PersonName], str],
) -> Answered:
    return Answered(
        public_id=learner.name.public_id,
        name=call(learner.name),
        answers=work.answers,
        # Who handed in between the two questions has one.
        attempts=attempts.get(learner.user_id, 1),
        handed_in_at=work.handed_in_at,
        is_late=work.is_late,
        mark=marks.get(learner.user_id),
    )


def _learners(session: Session, activity: ActivityView) -> list[_Learner]:
    theirs = and_(
        Participation.platform_id == activity.platform_id,
        Participation.activity_id == activity.id,
        Participation.user_id == User.id,
    )
    name = (User.public_id, User.name, User.given_name, User.family_name, User.email)
    rows = session.execute(
        select(User.id, Enrolment.status, Participation.state, *name)
        .join(Enrolment, Enrolment.user_id == User.id)
        .outerjoin(Participation, theirs)
        .where(
            User.platform_id == activity.platform_id,
            Enrolment.platform_id == activity.platform_id,
            Enrolment.context_id == activity.context_id,
            Enrolment.role == Role.LEARNER.value,
            Enrolment.is_test.is_(False),
        )
    )
    return [
        _Learner(
            user_id,
            PersonName(public_id, *names),
            is_here=status == EnrolmentStatus.ACTIVE,
            is_excused=state == Stage.EXCUSED,
        )
        for user_id, status, state, public_id, *names in rows
    ]


def _is_handed_in(activity: ActivityView) -> tuple[ColumnElement[bool], ...]:
    return (
        Attempt.platform_id == activity.platform_id,
        Attempt.activity_id == activity.id,
        Attempt.handed_in_at.is_not(None),
    )


def _attempt_counts(session: Session, activity: ActivityView) -> dict[int, int]:
    rows = session.execute(
        select(Attempt.user_id, func.count())
        .where(*_is_handed_in(activity))
        .group_by(Attempt.user_id)
    )
    return {user_id: count for user_id, count in rows}  # noqa: C416 - a row is no pair to dict()


def _counted_work(session: Session, activity: ActivityView) -> dict[int, _Work]:
    """Return what grades are made of, by user id: of each person the attempt that counts."""
    graded = and_(
        Grade.platform_id == activity.platform_id,
        Grade.activity_id == activity.id,
        Grade.user_id == Attempt.user_id,
        Grade.source == Attempt.public_id,
    )
    rows = session.execute(
        select(Attempt.user_id, Attempt.answers, Attempt.handed_in_at, Attempt.is_late)
        .join(Grade, graded)
        .where(*_is_handed_in(activity))
    )
    return {
        user_id: _Work(answers or {}, handed_in_at, is_late)
        for user_id, answers, handed_in_at, is_late in rows
        if handed_in_at is not None
    }
