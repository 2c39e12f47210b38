"""Grades and deliveries as pages and the bridge see them. Values; no row leaves."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from lti_app.catalog.models import WHOLE
from lti_app.core.reason import Reason
from lti_app.grading.models import DeliveryState, Grade, ScoreDelivery
from lti_app.grading.policy import Cap, FacetValue, rescaled
from lti_app.grading.rules import Mark

#: What an instructor can ask to be sent once more.
_MENDABLE = frozenset(DeliveryState) - {
    DeliveryState.OWED,
    DeliveryState.ARRIVED,
    DeliveryState.WITHHELD,
}


@dataclass(frozen=True)
class Override:
    """Points that a person entered; they win over what was computed.

    Attributes:
        points: of the grade's maximum.
        entered: as they were entered, with the maximum of that time.
        reason: typed by them, for the learner to read.
        actor: public id of whoever entered it.
    """

    points: Decimal
    reason: str
    actor: str
    at: datetime
    entered: Mark

    @property
    def is_rescaled(self) -> bool:
        """Whether the activity has other points since they were entered."""
        return self.entered.points != self.points


@dataclass(frozen=True)
class GradeView:
    """A grade with what it is made of. `released` None: the person does not see it yet.

    Attributes:
        points: as computed.
        revision: goes up with every change.
        has_work: whether there is something that was marked.
        source: public id of the attempt that it is tied to; None without work.
        is_facet_changed: whether the gradebook column of a facet would show other points than those
            that were released.
    """

    points: Decimal | None
    maximum: Decimal
    released: Decimal | None
    released_at: datetime | None
    facets: tuple[FacetValue, ...]
    override: Override | None = None
    cap: Cap | None = None
    revision: int = 0
    has_work: bool = True
    is_facet_changed: bool = False
    source: str | None = None

    @property
    def effective(self) -> Decimal | None:
        """The grade: entered by hand, else computed."""
        return self.override.points if self.override else self.points


@dataclass(frozen=True)
class DeliveryView:
    """Where a score is, and why.

    Attributes:
        line_item_id: tells the columns apart, of several links or of facets.
        reason: None while nothing is amiss.
        theirs: what the platform showed, where somebody graded there.
        next_at: when it is tried again by itself.
        facet: which part of the grade its column shows; empty for the whole.
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
    facet: str = WHOLE

    @property
    def is_withdrawal(self) -> bool:
        """Whether it takes back what was sent before."""
        return self.wanted.points is None

    @property
    def needs_a_person(self) -> bool:
        """Whether it goes no further by itself."""
        return self.state in _MENDABLE


@dataclass(frozen=True)
class Learner:
    """Somebody whose grade is decided.

    Attributes:
        is_graded: whether their scores may reach a gradebook.
    """

    user_id: int
    public_id: str
    is_graded: bool


@dataclass(frozen=True)
class Standing:
    """What one person has in one activity."""

    grade: GradeView | None = None
    deliveries: tuple[DeliveryView, ...] = ()


def grade_view(
    row: Grade, facets: tuple[FacetValue, ...], *, is_facet_changed: bool = False
) -> GradeView:
    """Return a grade without its row."""
    return GradeView(
        points=row.points,
        maximum=row.maximum,
        released=row.released_points,
        released_at=row.released_at,
        facets=facets,
        override=_override(row),
        cap=cap_of(row),
        revision=row.revision,
        has_work=row.source is not None,
        is_facet_changed=is_facet_changed,
        source=row.source,
    )


def effective_points(row: Grade) -> Decimal | None:
    """Return what counts of a grade: entered by hand, else computed."""
    entered = _entered(row)
    if entered is None or entered.points is None:
        return row.points
    if entered.maximum == row.maximum:
        return entered.points
    return rescaled(entered.points, of=entered.maximum, to=row.maximum)


def _entered(row: Grade) -> Mark | None:
    if row.override_points is None:
        return None
    return Mark(row.override_points, row.override_maximum or row.maximum)


def _override(row: Grade) -> Override | None:
    entered, points = _entered(row), effective_points(row)
    if entered is None or points is None or row.override_at is None:
        return None
    return Override(
        points, row.override_reason or "", row.override_actor or "", row.override_at, entered
    )


def cap_of(row: Grade) -> Cap | None:
    """Return the most that a grade can be; None for all of it."""
    if row.cap_fraction is None:
        return None
    return Cap(row.cap_fraction, row.cap_reason_code or "")


def delivery_view(row: ScoreDelivery, facet: str) -> DeliveryView:
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
        facet=facet,
    )
