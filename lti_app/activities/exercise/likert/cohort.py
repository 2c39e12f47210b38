"""What a cohort answered, in figures that tell of nobody. Pure: no database, no page."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from lti_app.activities.exercise.likert.marking import Responses, profile_of
from lti_app.activities.exercise.likert.spec import Scale, Statement, Subscale

#: The least number of people of whom means and spreads are shown.
LEAST_PEOPLE = 7


@dataclass(frozen=True)
class CohortArea:
    """The mean of one area; None where fewer than `LEAST_PEOPLE` answered enough of it."""

    subscale: Subscale
    mean: Fraction | None


@dataclass(frozen=True)
class Spread:
    """How often each label was chosen, least first, as it was chosen and not turned round.

    None where fewer than `LEAST_PEOPLE` answered.
    """

    statement: Statement
    counts: tuple[int, ...] | None


@dataclass(frozen=True)
class CohortProfile:
    """What is shown of a cohort's answers."""

    areas: tuple[CohortArea, ...]
    spreads: tuple[Spread, ...]


def cohort_profile(scale: Scale, everybody: Sequence[Responses]) -> CohortProfile | None:
    """Return the figures of a cohort; None for fewer than `LEAST_PEOPLE`.

    Everybody weighs the same: an area's mean is the mean of each person's own.
    """
    if len(everybody) < LEAST_PEOPLE:
        return None
    profiles = [profile_of(scale, responses) for responses in everybody]
    means = [
        [one.mean for one in area if one.mean is not None] for area in zip(*profiles, strict=True)
    ]
    return CohortProfile(
        areas=tuple(
            CohortArea(subscale, _mean(found))
            for subscale, found in zip(scale.subscales, means, strict=True)
        ),
        spreads=tuple(_spread(scale, one, everybody) for one in scale.statements),
    )


def _mean(found: Sequence[Fraction]) -> Fraction | None:
    return Fraction(sum(found), len(found)) if len(found) >= LEAST_PEOPLE else None


def _spread(scale: Scale, statement: Statement, everybody: Sequence[Responses]) -> Spread:
    chosen = [one[statement.id] for one in everybody if statement.id in one]
    if len(chosen) < LEAST_PEOPLE:
        return Spread(statement, None)
    labels = range(1, len(scale.labels) + 1)
    return Spread(statement, tuple(chosen.count(label) for label in labels))
