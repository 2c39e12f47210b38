"""What answers to an exercise come to. Pure: no database, no page."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from lti_app.activities.exercise.facets import COMPLETION
from lti_app.activities.exercise.likert.spec import LikertItem, Scale, Statement, Subscale
from lti_app.core.reason import Reason
from lti_app.grading.policy import FacetValue

#: The least share of an area's statements that must be answered before it has a mean.
LEAST_ANSWERED = Fraction(4, 5)

#: The reasons that the facet is given.
ALL_ANSWERED = "all_answered"
STATEMENTS_MISSING = "statements_missing"

#: Statement id to answer, 1 for the first label.
Responses = Mapping[str, int]


@dataclass(frozen=True)
class AreaProfile:
    """One area of a person's own profile.

    Attributes:
        mean: 1 to the number of labels; None when too little was answered to say.
        answers: each answer, turned round where the statement is, lowest first.
    """

    subscale: Subscale
    mean: Fraction | None
    answers: tuple[int, ...]


def missing_statements(scale: Scale, responses: Responses) -> tuple[Statement, ...]:
    """Return the statements without an answer, in their order."""
    return tuple(one for one in scale.statements if one.id not in responses)


def completion_facet(item: LikertItem, responses: Responses) -> FacetValue:
    """Return 1 when every statement is answered, else 0; never anything about the answers."""
    missing = len(missing_statements(item.scale, responses))
    reason = (
        Reason(STATEMENTS_MISSING, {"count": missing})
        if missing
        else Reason(ALL_ANSWERED, {"count": len(item.scale.statements)})
    )
    return FacetValue(COMPLETION, Decimal(1), Decimal(0 if missing else 1), reason, is_dated=True)


def turned(statement: Statement, answer: int, *, labels: int) -> int:
    """Return an answer as it counts for its area: 5 of 5 becomes 1 when the statement is reversed.

    >>> turned(Statement(id="a", text="A", subscale="s", reversed=True), 5, labels=5)
    1
    """
    return labels + 1 - answer if statement.reversed else answer


def profile_of(scale: Scale, responses: Responses) -> tuple[AreaProfile, ...]:
    """Return a person's areas, in the order of the scale."""
    return tuple(_area(scale, subscale, responses) for subscale in scale.subscales)


def strongest_of(areas: tuple[AreaProfile, ...]) -> AreaProfile | None:
    """Return the area with the highest mean; None when two share it, or none has a mean."""
    known = sorted(
        ((area.mean, place) for place, area in enumerate(areas) if area.mean is not None),
        reverse=True,
    )
    if not known or (len(known) > 1 and known[0][0] == known[1][0]):
        return None
    return areas[known[0][1]]


def most_telling(scale: Scale, area: Subscale, responses: Responses) -> Statement | None:
    """Return the first of an area's statements whose answer speaks most for it."""
    answered = [one for one in scale.statements_of(area) if one.id in responses]
    return max(answered, key=lambda one: _counted(scale, one, responses), default=None)


def rarest_of(scale: Scale, responses: Responses, *, most: int = 2) -> tuple[Statement, ...]:
    """Return the statements whose answers speak least for their area, the least first.

    Only answers below the middle of the scale are told of.
    """
    middle = Fraction(1 + len(scale.labels), 2)
    low = [
        one
        for one in scale.statements
        if one.id in responses and _counted(scale, one, responses) < middle
    ]
    return tuple(sorted(low, key=lambda one: _counted(scale, one, responses))[:most])


def _counted(scale: Scale, statement: Statement, responses: Responses) -> int:
    return turned(statement, responses[statement.id], labels=len(scale.labels))


def _area(scale: Scale, subscale: Subscale, responses: Responses) -> AreaProfile:
    statements = scale.statements_of(subscale)
    answers = sorted(
        turned(one, responses[one.id], labels=len(scale.labels))
        for one in statements
        if one.id in responses
    )
    is_enough = Fraction(len(answers), len(statements)) >= LEAST_ANSWERED
    mean = Fraction(sum(answers), len(answers)) if answers and is_enough else None
    return AreaProfile(subscale, mean, tuple(answers))
