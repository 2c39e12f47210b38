"""Which of somebody's attempts is their grade. Pure: the same attempts give the same work."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType

from lti_app.core.reason import Reason
from lti_app.core.translation import _
from lti_app.core.words import Words
from lti_app.grading.policy import Entered, FacetValue, as_kept, fraction_of, with_entered
from lti_app.grading.service import Work

#: Reason: the facet is the mean of several attempts, `count` of them.
MEAN_OF_ATTEMPTS = "mean_of_attempts"
#: Of a grade whose facets nobody scored by hand.
NOTHING_ENTERED: Mapping[str, Entered] = MappingProxyType({})


class Counting(StrEnum):
    """Which attempt counts."""

    BEST = "best"
    LAST = "last"
    FIRST = "first"
    MEAN = "mean"


#: For the annotation of a kind's setting.
COUNTING_WORDS = Words(
    {
        Counting.BEST: _("the best one"),
        Counting.LAST: _("the last one"),
        Counting.FIRST: _("the first one"),
        Counting.MEAN: _("the mean of all"),
    }
)


def counted(
    works: Sequence[Work], rule: Counting, entered: Mapping[str, Entered] = NOTHING_ENTERED
) -> Work:
    """Return what is graded of one person's attempts, less what lateness costs each of them.

    BEST is the one with the largest fraction as it would be the grade, with what was entered by
    hand; of equals the one with the larger fraction of its own, then the later one. An attempt
    that nobody could grade comes after all others. MEAN is that of each facet over the attempts
    that have a score of it, tied to the newest attempt, whose cap it has.

    Args:
        works: of everything they handed in, oldest first; at least one.
        entered: what people scored of the grade's facets, whichever attempt it is.
    """
    if rule is Counting.FIRST:
        return works[0]
    if rule is Counting.BEST:
        # Of equals, max takes the first it meets.
        return max(reversed(works), key=lambda work: _rank(work, entered))
    if rule is Counting.MEAN and len(works) > 1:
        return _mean(works)
    return works[-1]


def _rank(work: Work, entered: Mapping[str, Entered]) -> tuple[Fraction, Fraction]:
    return _share(work, with_entered(work.facets, entered)), _share(work, work.facets)


def _share(work: Work, facets: Sequence[FacetValue]) -> Fraction:
    found = fraction_of(facets, cap=work.cap)
    return Fraction(-1) if found is None else found


def _mean(works: Sequence[Work]) -> Work:
    names = list(dict.fromkeys(one.facet for work in reversed(works) for one in work.facets))
    return replace(works[-1], facets=tuple(_mean_facet(works, name) for name in names))


def _mean_facet(works: Sequence[Work], name: str) -> FacetValue:
    found = [one for work in works for one in work.facets if one.facet == name]
    shares = [one.counted for one in found if one.counted is not None]
    if len(shares) < 2:
        # Of one attempt there is more to say than that it is a mean.
        return next((one for one in reversed(found) if one.counted is not None), found[-1])
    return replace(
        found[-1],
        score=as_kept(sum(shares, Fraction(0)) / len(shares)),
        # What lateness took of each attempt is in the mean already.
        late_factor=Decimal(1),
        reason=Reason(MEAN_OF_ATTEMPTS, {"count": len(shares)}),
    )
