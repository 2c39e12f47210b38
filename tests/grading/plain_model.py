"""What a course's grades should be, in plain numbers. It knows neither rows nor requests."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor

from lti_app.catalog.rules import LatePolicy, Release
from lti_app.submissions.counting import Counting

ATTEMPTS = 3
#: What a score says: points, whether a person entered them, which hand-in they grade. Without
#: points it takes back what was said before.
Said = tuple[Decimal | None, bool, datetime | None]


def _rounded(number: Fraction) -> int:
    """Return the nearest whole number, the larger of two."""
    return floor(number + Fraction(1, 2))


def share_of(said: Said) -> Decimal | None:
    return None if said[0] is None else said[0] / 10


@dataclass
class Rules:
    """What the instructor set."""

    opens_at: datetime | None = None
    due_at: datetime | None = None
    closes_at: datetime | None = None
    releases_at: datetime | None = None
    policy: LatePolicy = LatePolicy.NONE
    percent: int = 0
    floor: int = 0
    release: Release = Release.IMMEDIATE
    gives_noughts: bool = False
    counts: Counting = Counting.LAST

    def for_person(self, extra_days: int) -> "Rules":
        more = timedelta(days=extra_days)
        return replace(
            self,
            due_at=self.due_at and self.due_at + more,
            closes_at=self.closes_at and self.closes_at + more,
        )

    def takes(self, now: datetime) -> bool:
        if self.opens_at and now < self.opens_at:
            return False
        if self.closes_at and now >= self.closes_at:
            return False
        return not (self.policy is LatePolicy.CLOSED and self.due_at and now > self.due_at)

    def kept_percent(self, at: datetime) -> int:
        """Return what lateness leaves of work that was handed in then."""
        if self.due_at is None or at <= self.due_at:
            return 100
        if self.policy is LatePolicy.ONCE:
            return 100 - self.percent
        if self.policy is LatePolicy.PER_DAY:
            days = -(-(at - self.due_at) // timedelta(days=1))
            return max(100 - days * self.percent, self.floor)
        return 100

    def is_nought_due(self, now: datetime) -> bool:
        """Whether who has handed nothing in by now gets a nought."""
        return self.gives_noughts and self.closes_at is not None and now >= self.closes_at

    def leaves_at_once(self, now: datetime) -> bool:
        due = {Release.ON_CLOSE: self.closes_at, Release.SCHEDULED: self.releases_at}
        at = due.get(self.release)
        return self.release is Release.IMMEDIATE or (at is not None and now >= at)


@dataclass
class Person:
    """One learner.

    Attributes:
        attempts: tenths, when, and whether somebody had let them hand in once more.
        counted: which of them is the grade; of a mean, the last.
        made_of: what the grade is of: that attempt and its tenths, and what lateness leaves of
            them; or the mean of so many. None before there is one.
        part: what somebody entered for the one part of the grade, which counts whatever was late.
        changes: how often the grade was another one than before.
        said: every score that the gradebook was owed, oldest first.
    """

    attempts: list[tuple[int, datetime, bool]] = field(default_factory=list)
    counted: int = 0
    made_of: tuple[object, ...] | None = None
    computed: Decimal | None = None
    part: Decimal | None = None
    entered: Decimal | None = None
    released: Decimal | None = None
    is_excused: bool = False
    may_again: bool = False
    is_graded: bool = False
    extra: int = 0
    extra_days: int = 0
    changes: int = 0
    said: list[Said] = field(default_factory=list)

    @property
    def effective(self) -> Decimal | None:
        return self.computed if self.entered is None else self.entered

    def may_hand_in(self, rules: Rules, now: datetime) -> bool:
        is_let_in = self.may_again and not self.is_excused
        return (is_let_in or rules.for_person(self.extra_days).takes(now)) and len(
            self.attempts
        ) < ATTEMPTS + self.extra

    def hand_in(self, rules: Rules, tenths: int, now: datetime) -> None:
        self.attempts.append((tenths, now, self.may_again and not self.is_excused))
        self.may_again, self.is_graded = False, True
        self.compute_again(rules)
        if rules.leaves_at_once(now):
            self.leave()

    def compute_again(self, rules: Rules) -> None:
        before = self.computed, self.made_of
        if self.attempts:
            self._compute(rules)
        self.changes += (self.computed, self.made_of) != before

    def _compute(self, rules: Rules) -> None:
        mine, last = rules.for_person(self.extra_days), len(self.attempts) - 1
        kept = [100 if let_in else mine.kept_percent(at) for _tenths, at, let_in in self.attempts]
        # Of ten thousand points.
        worth = [one[0] * 10 * share for one, share in zip(self.attempts, kept, strict=True)]
        best = max(range(len(worth)), key=lambda number: (worth[number], number))
        self.counted = {Counting.FIRST: 0, Counting.BEST: best}.get(rules.counts, last)
        left = Decimal(worth[self.counted]) / 1000
        self.made_of = self.counted, self.attempts[self.counted][0], kept[self.counted]
        if rules.counts is Counting.MEAN and last:
            millionths = _rounded(Fraction(sum(worth) * 100, len(worth)))
            left = Decimal(_rounded(Fraction(millionths, 1000))) / 100
            self.made_of = last, millionths, len(worth), "mean"
        self.computed = left if self.part is None else self.part

    def decide(self, rules: Rules, points: int | None, now: datetime) -> None:
        self.entered = None if points is None else Decimal(points)
        self.changes += 1
        if self.effective is not None:
            self.is_graded = True
            if rules.leaves_at_once(now):
                self.leave()

    def score_part(self, rules: Rules, tenths: int | None, now: datetime) -> None:
        self.part = None if tenths is None else Decimal(tenths)
        self.changes += 1
        self.is_graded = True
        self._compute(rules)
        if rules.leaves_at_once(now):
            self.leave()

    def get_nought(self, rules: Rules, now: datetime) -> None:
        """Grade who has done nothing, and about whom nobody has decided anything."""
        has_nothing = not self.attempts and self.effective is None and not self.is_graded
        is_over = rules.for_person(self.extra_days).is_nought_due(now)
        if has_nothing and is_over and not self.is_excused:
            self.computed = Decimal(0)
            self.changes += 1
            if rules.leaves_at_once(now):
                self.leave()

    def lose_nought(self, rules: Rules, now: datetime) -> None:
        """Let a nought count no longer that would not be given now."""
        has_nought = not self.attempts and self.computed is not None
        if has_nought and not rules.for_person(self.extra_days).is_nought_due(now):
            self.computed = None
            self.changes += 1

    def leave(self) -> None:
        if self.is_excused or self.effective is None:
            return
        self.released = self.effective
        handed_in_at = self.attempts[self.counted][1] if self.attempts else None
        said = (self.released, self.entered is not None, handed_in_at)
        if self.said[-1:] != [said]:
            self.said.append(said)

    @property
    def may_be_withdrawn(self) -> bool:
        return self.released is not None and (self.is_excused or self.effective is None)

    def withdraw(self) -> None:
        self.released = None
        self.changes += 1
        self.said.append((None, False, None))

    @property
    def may_be_reopened(self) -> bool:
        return self.is_graded and not self.may_again and not self.is_excused


@dataclass
class Course:
    """Everybody, and the rules they are under."""

    people: Mapping[str, Person]
    rules: Rules = field(default_factory=Rules)

    def compute_again(self, now: datetime) -> None:
        for person in self.people.values():
            person.lose_nought(self.rules, now)
            person.compute_again(self.rules)

    def close(self, now: datetime) -> None:
        for person in self.people.values():
            person.get_nought(self.rules, now)

    def release(self, *, only_new: bool = False) -> None:
        for person in self.people.values():
            is_due = person.released is None or not only_new
            if is_due and person.effective != person.released:
                person.leave()
