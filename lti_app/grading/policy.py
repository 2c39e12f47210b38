"""From facet scores to points. Pure, in Decimal: the same inputs always give the same grade."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor

from lti_app.core.reason import Reason

#: Goes up when the formula changes, so that an old grade can still be explained.
FORMULA_VERSION = 1


@dataclass(frozen=True)
class FacetValue:
    """One weighted part of a grade.

    Attributes:
        weight: 0 or more; only its share among the others counts.
        score: 0 to 1. None: impossible through no fault of the person, its weight is shared among
            the others. 0: the chance was there and was not taken.
        reason: shown to the person, whatever the score.
    """

    facet: str
    weight: Decimal
    score: Decimal | None
    reason: Reason

    def __post_init__(self) -> None:
        """Refuse what no formula should meet: NaN, infinity, more than everything."""
        if not self.weight.is_finite() or self.weight < 0:
            raise ValueError(f"{self.facet}: a weight is 0 or more")
        if self.score is not None and not (self.score.is_finite() and 0 <= self.score <= 1):
            raise ValueError(f"{self.facet}: a score lies between 0 and 1")


def fraction_of(facets: Sequence[FacetValue]) -> Fraction | None:
    """Return Σ w·s / Σ w over the facets that have a score, exactly.

    Returns:
        None when there is nothing to grade yet; that is not zero.
    """
    counted = [
        (Fraction(facet.weight), Fraction(facet.score))
        for facet in facets
        if facet.score is not None
    ]
    total = sum(weight for weight, _ in counted)
    if total == 0:
        return None
    return Fraction(sum(weight * score for weight, score in counted)) / total


def points_of(facets: Sequence[FacetValue], *, maximum: Decimal) -> Decimal | None:
    """Return the points of these facets, rounded half up to hundredths.

    Args:
        maximum: the points of the activity, above zero.

    >>> half = FacetValue("done", Decimal(1), Decimal("0.5"), Reason("some"))
    >>> points_of([half], maximum=Decimal("0.01"))
    Decimal('0.01')
    """
    if not maximum.is_finite() or maximum <= 0:
        raise ValueError("the maximum of a grade is above zero")
    fraction = fraction_of(facets)
    if fraction is None:
        return None
    # Exact up to here, so that a share such as 2/3 cannot tip the rounding.
    hundredths = floor(fraction * Fraction(maximum) * 100 + Fraction(1, 2))
    return Decimal(hundredths).scaleb(-2)
