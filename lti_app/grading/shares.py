"""What the gradebook columns of facets show of a grade. It reads no database and owes nothing."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from lti_app.catalog.views import ActivityView, FacetColumn
from lti_app.grading.models import Grade
from lti_app.grading.policy import FacetValue, facet_shares, share_of_points
from lti_app.grading.views import cap_of, effective_points

#: What is kept of each facet when a grade is released: an exact fraction, None for no score.
#: None for all of it: every facet has the share of the whole.
Shares = Mapping[str, object] | None


def shares_of(grade: Grade, facets: Sequence[FacetValue]) -> dict[str, object] | None:
    """Return the shares of a grade as it is; what a person entered for the whole is for each."""
    if grade.override_points is not None or not facets:
        return None
    shares = facet_shares(facets, cap=cap_of(grade))
    return {facet: None if share is None else str(share) for facet, share in shares.items()}


def released_facet_points(grade: Grade, facet: str, maximum: Decimal) -> Decimal | None:
    """Return the points that a facet's column shows of what was released; None for no score."""
    return _points(grade.released_facets, grade.released_points, grade, facet, maximum)


def is_facet_changed(activity: ActivityView, grade: Grade, facets: Sequence[FacetValue]) -> bool:
    """Whether a facet's column would show other points than those that were released."""
    if grade.released_points is None or not activity.is_split:
        return False
    shares, whole = shares_of(grade, facets), effective_points(grade)

    def differs(facet: str, column: FacetColumn) -> bool:
        now = _points(shares, whole, grade, facet, column.maximum)
        return now != released_facet_points(grade, facet, column.maximum)

    return any(differs(facet, column) for facet, column in activity.facet_columns.items())


def _points(
    shares: Shares, whole: Decimal | None, grade: Grade, facet: str, maximum: Decimal
) -> Decimal | None:
    if whole is None:
        return None
    if shares is None:
        return share_of_points(Fraction(whole) / Fraction(grade.maximum), maximum)
    share = shares.get(facet)
    return None if share is None else share_of_points(Fraction(str(share)), maximum)
