"""How grades are spread over a cohort. Pure: the same people give the same figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from lti_app.submissions.report import Answered

#: Bars of the picture of grades.
STEPS = 10


@dataclass(frozen=True)
class Step:
    """How many grades lie in one tenth of the points, in per cent; the last holds full points."""

    from_percent: int
    to_percent: int
    count: int


@dataclass(frozen=True)
class Figures:
    """Grades and attempts of those who count.

    Attributes:
        graded: how many have a grade.
        median_percent: of the grades; None without one.
    """

    steps: tuple[Step, ...]
    graded: int
    median_percent: Decimal | None
    attempts: int
    most_attempts: int


def figures_of(people: Sequence[Answered]) -> Figures:
    """Return the figures of those who count; who has no grade is in no step."""
    marks = [one.mark for one in people if one.mark is not None]
    shares = [mark.fraction for mark in marks if mark.fraction is not None]
    attempts = [one.attempts for one in people]
    return Figures(
        steps=steps_of(shares),
        graded=len(shares),
        median_percent=100 * median(shares) if shares else None,
        attempts=sum(attempts),
        most_attempts=max(attempts, default=0),
    )


def steps_of(shares: Sequence[Decimal]) -> tuple[Step, ...]:
    """Return how many shares lie in each tenth.

    Args:
        shares: 0 to 1; one on the border of two steps belongs to the higher one.

    >>> [step.count for step in steps_of([Decimal("0.09"), Decimal("0.1"), Decimal(1)])]
    [1, 1, 0, 0, 0, 0, 0, 0, 0, 1]
    """
    width = 100 // STEPS
    found = [min(int(share * STEPS), STEPS - 1) for share in shares]
    return tuple(Step(width * step, width * (step + 1), found.count(step)) for step in range(STEPS))
