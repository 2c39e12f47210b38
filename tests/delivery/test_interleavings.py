"""F22: two graders, a learner who hands in again and the sender, in every order that chance finds.

Between any two requests of the sender the others do some of what they have left to do: 6 random
interleavings for each dialect and database in CI, 1,000 with RAPPORT_TEST_FULL. Threads besides.
"""

import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from lti_app.audit import Actor
from lti_app.grading.deciding import OverrideWish, set_override
from lti_app.grading.models import DeliveryState, Grade, GradeEvent, GradeEventKind
from lti_app.grading.views import Learner
from lti_app.people.models import User
from lti_app.sandbox.dialects import CANVAS, MOODLE, PLAIN, Dialect
from tests.conftest import FrozenClock
from tests.delivery.conftest import OpenSchool
from tests.delivery.invariants import check
from tests.delivery.rounds import rounds
from tests.delivery.school import School, run_until_settled
from tests.peers.at_once import at_once

GRADERS = (Actor("ann"), Actor("bo"))
by_dialect = pytest.mark.parametrize("dialect", [PLAIN, MOODLE, CANVAS], ids=lambda one: one.name)


def grade_of(school: School, sub: str) -> tuple[User, Grade]:
    with school.database.read() as session:
        row = session.execute(
            select(User, Grade)
            .join(Grade, Grade.user_id == User.id)
            .where(User.sub == sub, User.platform_id == school.course.platform_id)
        ).one()
        return row[0], row[1]


def grader(school: School, sub: str, actor: Actor, points: list[int]) -> Iterator[None]:
    """Look at a grade and, some time later, enter points for what was seen; the last one clears."""
    for number, entered in enumerate(points):
        user, grade = grade_of(school, sub)
        yield
        wanted = Decimal(entered) if number < len(points) - 1 else None
        wish = OverrideWish(wanted, "Spoken exam.", grade.revision)
        with school.database.write() as session:
            learner = Learner(user.id, user.public_id, is_graded=True)
            activity = school.course.activity
            set_override(session, activity, learner, wish, actor=actor, now=school.clock())
        yield


def learner(school: School, sub: str, scores: list[str]) -> Iterator[None]:
    """Hand in once more, and again."""
    for score in scores:
        school.grade(sub, score=score)
        yield


class Others:
    """Everybody but the sender; each goes on where they were when chance says so."""

    def __init__(self, school: School, sub: str, chance: random.Random) -> None:
        self.chance = chance
        drawn = iter(chance.sample(range(1, 100), 9))
        self.left = [
            grader(school, sub, GRADERS[0], [next(drawn) // 10 for _ in range(3)]),
            grader(school, sub, GRADERS[1], [next(drawn) // 10 for _ in range(3)]),
            learner(school, sub, [f"0.{next(drawn):02}" for _ in range(3)]),
        ]

    def go_on(self) -> None:
        while self.left and self.chance.random() < 0.5:
            who = self.chance.choice(self.left)
            if next(who, self) is self:
                self.left.remove(who)


def released(school: School, sub: str) -> list[Decimal]:
    """Return the shares that were released, oldest first, as the history of the grade has them."""
    with school.database.read() as session:
        events = session.scalars(
            select(GradeEvent)
            .where(GradeEvent.grade_id == grade_of(school, sub)[1].id)
            .where(GradeEvent.kind == GradeEventKind.RELEASED)
            .order_by(GradeEvent.id)
        )
        # The same share may be another version: with other words, or of newer work.
        return [event.points / event.maximum for event in events if event.points is not None]


def settle(school: School, clock: FrozenClock, subs: list[str]) -> None:
    """Let everything arrive, and judge it by what was released."""
    run_until_settled(school, clock, at_most=timedelta(hours=1))
    for sub in subs:
        school.history[sub] = released(school, sub)
        assert school.state(sub) is DeliveryState.ARRIVED


@by_dialect
def test_f22_in_whatever_order_the_gradebook_ends_with_the_last_grade(
    open_school: OpenSchool, clock: FrozenClock, dialect: Dialect
) -> None:
    school = open_school(dialect)
    school.give_column()
    subs = school.lms.enrol_many(rounds(3, of=1000))
    for seed, sub in enumerate(subs):
        chance = random.Random(seed)  # noqa: S311 - a test that can be repeated
        school.grade(sub, score="0.5")
        others = Others(school, sub, chance)
        school.wire.meanwhile = others.go_on
        while others.left:
            others.go_on()
            school.run()
            clock.advance(seconds=chance.choice((0, 0, 1, 20)))
    settle(school, clock, subs)

    check(school)


@by_dialect
def test_f22_all_at_the_same_moment_the_gradebook_ends_with_the_last_grade(
    open_school: OpenSchool, clock: FrozenClock, dialect: Dialect
) -> None:
    school = open_school(dialect)
    school.give_column()
    subs = school.lms.enrol_many(rounds(2, of=100))
    for seed, sub in enumerate(subs):
        school.grade(sub, score="0.5")
        chance = random.Random(seed)  # noqa: S311 - a test that can be repeated
        acts: list[Callable[[], object]] = [
            lambda who=who: list(who)  # type: ignore[misc]  # bound at once
            for who in Others(school, sub, chance).left
        ]
        outcomes = at_once(lambda act: act(), [*acts, school.run, school.run])
        assert not [one for one in outcomes if isinstance(one, Exception)]
        clock.advance(seconds=1)
    settle(school, clock, subs)

    check(school)
