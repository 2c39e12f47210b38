"""From facet scores to points. Pure, in Decimal: the same inputs always give the same grade."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import floor

from lti_app.core.reason import Reason

#: Goes up when the formula changes, so that an old grade can still be explained.
#: 1: Σ w·s / Σ w. 2: with what lateness leaves, bonus facets and a cap.
FORMULA_VERSION = 2
_POINTS = re.compile(r"[0-9]{1,6}(\.[0-9]{1,2})?", re.ASCII)


@dataclass(frozen=True)
class Entered:
    """What a person scored one facet, 0 to 1, and why; shown to the learner."""

    score: Decimal
    reason: str


@dataclass(frozen=True)
class FacetValue:
    """One weighted part of a grade.

    Attributes:
        weight: 0 or more; only its share among the others counts.
        score: 0 to 1. None: impossible through no fault of the person, its weight is shared among
            the others. 0: the chance was there and was not taken.
        reason: shown to the person, whatever the score.
        is_dated: whether being late lessens it.
        late_factor: what lateness left of it, 0 to 1.
        is_bonus: added on top of the others; it never takes anything away.
        entered: wins over the score and what lateness left of it; None when nobody did.
    """

    facet: str
    weight: Decimal
    score: Decimal | None
    reason: Reason
    is_dated: bool = False
    late_factor: Decimal = Decimal(1)
    is_bonus: bool = False
    entered: Entered | None = None

    def __post_init__(self) -> None:
        """Refuse what no formula should meet: NaN, infinity, more than everything."""
        if not self.weight.is_finite() or self.weight < 0:
            raise ValueError(f"{self.facet}: a weight is 0 or more")
        entered = self.entered.score if self.entered else None
        for share in (self.score, self.late_factor, entered):
            if share is not None and not (share.is_finite() and 0 <= share <= 1):
                raise ValueError(f"{self.facet}: a score lies between 0 and 1")

    @property
    def counted(self) -> Fraction | None:
        """What counts of the facet, exactly."""
        if self.entered is not None:
            return Fraction(self.entered.score)
        if self.score is None:
            return None
        return Fraction(self.score) * Fraction(self.late_factor)


@dataclass(frozen=True)
class Cap:
    """The most that a grade can be, as a fraction, and why; shown to the person."""

    fraction: Decimal
    reason_code: str

    def __post_init__(self) -> None:
        """Refuse what is no share."""
        if not (self.fraction.is_finite() and 0 <= self.fraction <= 1):
            raise ValueError("a cap lies between 0 and 1")


def with_entered(
    facets: Sequence[FacetValue], entered: Mapping[str, Entered]
) -> tuple[FacetValue, ...]:
    """Return the facets with what people scored of them, by the facet's name."""
    return tuple(replace(facet, entered=entered.get(facet.facet)) for facet in facets)


def lessened(facets: Sequence[FacetValue], factor: Decimal) -> tuple[FacetValue, ...]:
    """Return the facets with what lateness leaves of those that have a date; the others stay."""
    return tuple(
        replace(facet, late_factor=factor) if facet.is_dated else facet for facet in facets
    )


def fraction_of(
    facets: Sequence[FacetValue], *, cap: Cap | None = None, version: int = FORMULA_VERSION
) -> Fraction | None:
    """Return Σ w·s / Σ w over the facets that have a score, plus bonus, at most the cap; exactly.

    A bonus of weight b adds b·s of all ordinary weights, so nobody loses by it.

    Args:
        version: of the formula; an old one explains an old grade.

    Returns:
        None when there is nothing to grade yet; that is not zero.
    """
    if version == 1:
        return _mean([(one.weight, one.score) for one in facets])
    ordinary = [facet for facet in facets if not facet.is_bonus]
    mean = _mean([(facet.weight, facet.counted) for facet in ordinary])
    if mean is None:
        return None
    whole = sum(Fraction(facet.weight) for facet in ordinary)
    extra = sum(Fraction(one.weight) * (one.counted or 0) / whole for one in facets if one.is_bonus)
    most = Fraction(cap.fraction) if cap else Fraction(1)
    return min(mean + extra, most)


def facet_shares(
    facets: Sequence[FacetValue], *, cap: Cap | None = None
) -> dict[str, Fraction | None]:
    """Return what each facet shows in a column of its own, exactly; at most the cap, too.

    None where nothing of it can be graded: no score belongs there, and that is not zero.
    """
    most = Fraction(cap.fraction) if cap else Fraction(1)
    return {one.facet: None if one.counted is None else min(one.counted, most) for one in facets}


def as_kept(share: Fraction | Decimal) -> Decimal:
    """Return a share as it is stored, rounded half up to millionths.

    What is graded is what is stored, so that computing it again finds the same.

    >>> as_kept(Fraction(2, 3))
    Decimal('0.666667')
    """
    return Decimal(floor(Fraction(share) * 10**6 + Fraction(1, 2))).scaleb(-6)


def _mean(parts: Sequence[tuple[Decimal, Decimal | Fraction | None]]) -> Fraction | None:
    counted = [(Fraction(weight), Fraction(score)) for weight, score in parts if score is not None]
    total = sum(weight for weight, _ in counted)
    if total == 0:
        return None
    return Fraction(sum(weight * score for weight, score in counted)) / total


def points_of(
    facets: Sequence[FacetValue],
    *,
    maximum: Decimal,
    cap: Cap | None = None,
    version: int = FORMULA_VERSION,
) -> Decimal | None:
    """Return the points of these facets, rounded half up to hundredths.

    Args:
        maximum: the points of the activity, above zero.

    >>> half = FacetValue("done", Decimal(1), Decimal("0.5"), Reason("some"))
    >>> points_of([half], maximum=Decimal("0.01"))
    Decimal('0.01')
    """
    if not maximum.is_finite() or maximum <= 0:
        raise ValueError("the maximum of a grade is above zero")
    fraction = fraction_of(facets, cap=cap, version=version)
    return None if fraction is None else share_of_points(fraction, maximum)


def share_of_points(share: Fraction, maximum: Decimal) -> Decimal:
    """Return a share of points, rounded half up to hundredths.

    >>> share_of_points(Fraction(2, 3), Decimal("0.03"))
    Decimal('0.02')
    """
    # Exact up to here, so that a share such as 2/3 cannot tip the rounding.
    return Decimal(floor(share * Fraction(maximum) * 100 + Fraction(1, 2))).scaleb(-2)


def rescaled(points: Decimal, *, of: Decimal, to: Decimal) -> Decimal:
    """Return points of one maximum as the same share of another, rounded half up to hundredths.

    >>> rescaled(Decimal(8), of=Decimal(10), to=Decimal(25))
    Decimal('20.00')
    """
    return share_of_points(Fraction(points) / Fraction(of), to)


def read_points(text: str, *, maximum: Decimal) -> Decimal:
    """Return the points that a person typed.

    Raises:
        ValueError: it is no plain number from 0 to the maximum with at most two places.

    >>> read_points(" 7.5 ", maximum=Decimal(10))
    Decimal('7.5')
    """
    typed = text.strip()
    if not _POINTS.fullmatch(typed) or Decimal(typed) > maximum:
        raise ValueError("not points of this activity")
    return Decimal(typed)
