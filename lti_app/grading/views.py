"""Grades and deliveries as pages and the bridge see them. Values; no row leaves."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from lti_app.core.reason import Reason
from lti_app.grading.models import DeliveryState, Grade, ScoreDelivery
from lti_app.grading.policy import FacetValue
from lti_app.grading.rules import Mark

#: What an instructor can ask to be sent once more.
_MENDABLE = frozenset(DeliveryState) - {DeliveryState.OWED, DeliveryState.ARRIVED}


@dataclass(frozen=True)
class GradeView:
    """A grade with what it is made of. `released` None: the person does not see it yet."""

    points: Decimal | None
    maximum: Decimal
    released: Decimal | None
    released_at: datetime | None
    facets: tuple[FacetValue, ...]


@dataclass(frozen=True)
class DeliveryView:
    """Where a score is, and why.

    Attributes:
        line_item_id: tells the columns apart when several links open one activity.
        reason: None while nothing is amiss.
        theirs: what the platform showed, where somebody graded there.
        next_at: when it is tried again by itself.
    """

    public_id: str
    user_id: int
    line_item_id: int
    state: DeliveryState
    reason: Reason | None
    wanted: Mark
    theirs: Mark | None
    acknowledged_at: datetime | None
    changed_at: datetime
    attempts: int
    next_at: datetime | None

    @property
    def needs_a_person(self) -> bool:
        """Whether it goes no further by itself."""
        return self.state in _MENDABLE


@dataclass(frozen=True)
class Standing:
    """What one person has in one activity."""

    grade: GradeView | None = None
    deliveries: tuple[DeliveryView, ...] = ()


def grade_view(row: Grade, facets: tuple[FacetValue, ...]) -> GradeView:
    """Return a grade without its row."""
    return GradeView(row.points, row.maximum, row.released_points, row.released_at, facets)


def delivery_view(row: ScoreDelivery) -> DeliveryView:
    """Return a delivery without its row."""
    reason = Reason(row.reason_code, row.reason_params or {}) if row.reason_code else None
    theirs = Mark(row.lms_points, row.lms_maximum) if row.lms_maximum is not None else None
    return DeliveryView(
        public_id=row.public_id,
        user_id=row.user_id,
        line_item_id=row.line_item_id,
        state=DeliveryState(row.state),
        reason=reason,
        wanted=Mark(row.wanted_points, row.wanted_maximum),
        theirs=theirs,
        acknowledged_at=row.acknowledged_at,
        changed_at=row.changed_at,
        attempts=row.attempts,
        next_at=row.next_at,
    )
