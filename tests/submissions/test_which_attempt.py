"""Which attempt is the grade, from hand-in to ledger, and what the page says of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from lti_app.audit import Actor
from lti_app.catalog.rules import LatePolicy, Release
from lti_app.core.db import Database
from lti_app.core.reason import Reason
from lti_app.grading.extending import extend
from lti_app.grading.facets import FacetWish, enter_facet
from lti_app.grading.models import Grade, GradeEvent, ScoreDelivery
from lti_app.grading.policy import FacetValue
from lti_app.grading.views import Learner as GradedPerson
from lti_app.people.models import User
from lti_app.submissions.contract import KindRules, Marked
from lti_app.submissions.counting import Counting
from lti_app.submissions.recompute import compute_again
from lti_app.submissions.service import hand_in
from tests.conftest import FrozenClock
from tests.peers.at_once import at_once
from tests.submissions.factories import (
    Course,
    exercise_rules,
    handing,
    make_course,
    make_person,
    set_otherwise,
)

TEACHER = Actor("teacher")


def _mark(_item: object, answers: Mapping[str, int], _settings: object) -> Marked:
    share = Decimal(answers["tenths"]) / Decimal(answers["of"])
    facet = FacetValue("completion", Decimal(1), share, Reason("all_answered"), is_dated=True)
    return Marked((facet,), "complete")


def kind(rule: Counting) -> KindRules:
    return replace(
        exercise_rules(),
        mark=_mark,
        attempts_allowed=lambda _settings: None,
        counting=lambda _settings: rule,
        refuse_answers=lambda _item, _answers: None,
    )


@dataclass
class Learner:
    """Ann, who hands in again and again."""

    database: Database
    clock: FrozenClock
    course: Course
    user: User
    rules: KindRules = field(default_factory=lambda: kind(Counting.BEST))
    number: int = 0

    def tries(self, *tenths: int) -> None:
        for one in tenths:
            self.number += 1
            self.clock.advance(hours=1)
            self.give(self.number, one)

    def give(self, number: int, tenths: int, of: int = 10) -> None:
        answers = {"tenths": tenths, "of": of}
        request = handing(self.user, key=f"key-{number}", number=number, answers=answers)  # type: ignore[arg-type]  # this kind has answers of its own
        with self.database.write() as session:
            hand_in(session, self.rules, self.course.activity, request, now=self.clock())

    def counts(self, rule: Counting) -> int:
        """Let another rule count; return how many grades came out otherwise."""
        self.rules = kind(rule)
        return self.again()

    def again(self) -> int:
        with self.database.write() as session:
            changes = compute_again(
                session, self.rules, self.course.activity, actor=TEACHER, now=self.clock()
            )
        return len(changes)

    def set(self, **columns: object) -> None:
        self.course = set_otherwise(self.database, self.course, **columns)

    @property
    def grade(self) -> Grade:
        with self.database.read() as session:
            return session.scalars(select(Grade)).one()

    @property
    def delivery(self) -> ScoreDelivery:
        with self.database.read() as session:
            return session.scalars(select(ScoreDelivery)).one()

    def events(self) -> int:
        with self.database.read() as session:
            return session.scalar(select(func.count()).select_from(GradeEvent)) or 0


@pytest.fixture
def ann(database: Database, clock: FrozenClock) -> Learner:
    with database.write() as session:
        course = make_course(session, now=clock())
        return Learner(database, clock, course, make_person(session, course, now=clock()))


@pytest.mark.parametrize(
    ("rule", "points"),
    [(Counting.BEST, 8), (Counting.LAST, 2), (Counting.FIRST, 5), (Counting.MEAN, 5)],
)
def test_the_rule_decides_what_three_attempts_are_worth(
    ann: Learner, rule: Counting, points: int
) -> None:
    ann.rules = kind(rule)

    ann.tries(5, 8, 2)

    assert ann.grade.points == ann.grade.released_points == points
    assert ann.delivery.wanted_points == points


def _mark_two(_item: object, answers: Mapping[str, int], _settings: object) -> Marked:
    scores = {"A": answers["tenths"], "B": answers["of"]}
    return Marked(
        tuple(
            FacetValue(name, Decimal(1), Decimal(score) / 10, Reason("all_answered"))
            for name, score in scores.items()
        ),
        "complete",
    )


def enter_full_a(ann: Learner) -> None:
    wish = FacetWish("A", Decimal(1), "Spoken exam.", ann.grade.revision)
    learner = GradedPerson(ann.user.id, ann.user.public_id, is_graded=True)
    with ann.database.write() as session:
        enter_facet(session, ann.course.activity, learner, wish, actor=TEACHER, now=ann.clock())


def test_the_best_attempt_is_the_best_with_the_part_that_was_set_by_hand(ann: Learner) -> None:
    ann.rules = replace(kind(Counting.BEST), mark=_mark_two)
    ann.give(1, 8, of=5)
    enter_full_a(ann)

    # Of itself it is the worse one, and with the part set by hand the better one.
    ann.give(2, 0, of=9)

    assert ann.grade.points == ann.grade.released_points == Decimal("9.5")
    assert ann.again() == 0


def test_a_part_set_by_hand_lets_another_attempt_count_when_computed_again(ann: Learner) -> None:
    ann.rules = replace(kind(Counting.BEST), mark=_mark_two)
    ann.give(1, 2, of=9)
    ann.give(2, 10, of=3)
    enter_full_a(ann)
    before = ann.grade.points

    changed = ann.again()

    assert (before, changed, ann.grade.points) == (Decimal("6.5"), 1, Decimal("9.5"))
    assert ann.again() == 0


def test_computing_one_persons_grade_again_touches_nobody_elses(ann: Learner) -> None:
    ann.tries(5, 8)
    with ann.database.write() as session:
        kofi = make_person(session, ann.course, "kofi", now=ann.clock())
    answers = {"tenths": 5, "of": 10}
    request = handing(kofi, key="other", answers=answers)  # type: ignore[arg-type]  # this kind has answers of its own
    with ann.database.write() as session:
        hand_in(session, ann.rules, ann.course.activity, request, now=ann.clock())
    ann.set(points=Decimal(20))

    with ann.database.write() as session:
        activity, now = ann.course.activity, ann.clock()
        changes = compute_again(
            session, ann.rules, activity, user_id=kofi.id, actor=TEACHER, now=now
        )

    assert [one.user_id for one in changes] == [kofi.id]


def test_a_worse_attempt_under_best_leaves_grade_and_ledger_alone(ann: Learner) -> None:
    ann.tries(8)
    grade, delivery = ann.grade, ann.delivery

    ann.tries(3)

    after = ann.grade
    assert (after.points, after.source, after.revision) == (
        Decimal(8),
        grade.source,
        grade.revision,
    )
    assert ann.delivery.wanted_version == delivery.wanted_version
    assert ann.delivery.wanted_handed_in_at == delivery.wanted_handed_in_at


def test_a_first_attempt_that_counts_is_not_sent_again_with_the_second(ann: Learner) -> None:
    ann.rules = kind(Counting.FIRST)
    ann.tries(4)
    version = ann.delivery.wanted_version

    ann.tries(9)

    assert (ann.grade.points, ann.delivery.wanted_version) == (Decimal(4), version)


def test_another_rule_changes_grades_and_releases_none_of_them(ann: Learner) -> None:
    ann.tries(5, 8, 2)
    version = ann.delivery.wanted_version

    changed = ann.counts(Counting.LAST)

    assert (changed, ann.grade.points, ann.grade.released_points) == (1, Decimal(2), Decimal(8))
    assert ann.delivery.wanted_version == version
    assert ann.again() == 0


def test_a_due_date_that_moves_makes_another_attempt_the_best(ann: Learner) -> None:
    ann.tries(7, 8)
    first_at = ann.clock() - timedelta(hours=1)

    ann.set(due_at=first_at, late_policy=LatePolicy.ONCE.value, late_percent=50)
    changed = ann.again()

    assert (changed, ann.grade.points) == (1, Decimal(7))


def test_a_mean_takes_from_each_attempt_what_being_late_cost_it(ann: Learner) -> None:
    ann.rules = kind(Counting.MEAN)
    ann.set(
        due_at=ann.clock() + timedelta(minutes=90),
        late_policy=LatePolicy.ONCE.value,
        late_percent=50,
    )

    ann.tries(10, 10)

    assert ann.grade.points == Decimal("7.5")


def test_a_mean_that_is_no_round_number_is_the_same_when_computed_again(ann: Learner) -> None:
    ann.rules = kind(Counting.MEAN)
    ann.tries(1, 0, 0)

    assert ann.grade.points == Decimal("0.33")
    assert ann.again() == 0


def test_a_mark_that_is_no_round_number_is_the_same_when_computed_again(ann: Learner) -> None:
    ann.give(1, 2, of=3)

    assert (ann.grade.points, ann.again()) == (Decimal("6.67"), 0)


def test_a_release_by_hand_waits_also_for_a_better_attempt(ann: Learner) -> None:
    ann.set(release=Release.BY_HAND.value)

    ann.tries(5, 8)

    assert (ann.grade.points, ann.grade.released_points) == (Decimal(8), None)


def test_attempts_more_time_and_another_rule_at_once_end_in_one_grade(ann: Learner) -> None:
    ann.set(
        due_at=ann.clock() - timedelta(hours=1), late_policy=LatePolicy.ONCE.value, late_percent=50
    )
    activity, now = ann.course.activity, ann.clock()

    def more_time() -> None:
        with ann.database.write() as session:
            extend(session, activity, ann.user.id, 1, actor=TEACHER, now=now)
            compute_again(session, ann.rules, activity, actor=TEACHER, now=now)

    acts: list[Callable[[], object]] = [more_time, lambda: ann.give(1, 8), ann.again, more_time]
    outcomes = at_once(lambda act: act(), acts)

    assert not [one for one in outcomes if isinstance(one, Exception)]
    assert (ann.grade.points, ann.again()) == (Decimal(8), 0)
