"""Grades with their facets and history, and the ledger of scores owed to platforms."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from lti_app.core.db import Base, Keep, Privacy, PublicId, Subject

#: Characters of a reason that a person types.
REASON_LENGTH = 500


class GradeEventKind(StrEnum):
    """What happened to a grade."""

    COMPUTED = "computed"
    COMPUTED_AGAIN = "computed_again"
    RELEASED = "released"
    OVERRIDDEN = "overridden"
    OVERRIDE_CLEARED = "override_cleared"
    OVERRIDE_LOST = "override_lost"
    FACET_OVERRIDDEN = "facet_overridden"
    FACET_CLEARED = "facet_cleared"
    WITHDRAWN = "withdrawn"
    RESCALED = "rescaled"


class DeliveryState(StrEnum):
    """Where a score is. All but the first three wait for a person and say why."""

    OWED = "owed"
    ARRIVED = "arrived"
    #: The person was excused before it left.
    WITHHELD = "withheld"
    LMS_NEWER = "lms_newer"
    NO_COLUMN = "no_column"
    COLUMN_DELETED = "column_deleted"
    NOT_GRADABLE = "not_gradable"
    REFUSED = "refused"
    NEEDS_ATTENTION = "needs_attention"


class Grade(Base):
    """What one person has in one activity. `points` None: nothing gradable yet.

    An override wins over `points` until it is cleared; `points` go on being computed beneath. It
    stays as it was entered: `override_maximum` is the maximum of that time, None while that is
    still the grade's. `released_facets` is what was released of each facet, as a fraction; None
    where every facet has the share of the whole.
    `revision` goes up with every change, so that two graders cannot overwrite each other unseen.
    """

    __tablename__ = "grades"
    __table_args__ = (UniqueConstraint("platform_id", "activity_id", "user_id"),)
    __privacy__ = Privacy(
        subject=Subject.USER,
        keep=Keep.COURSE,
        personal=(
            "points",
            "released_points",
            "released_facets",
            "source",
            "override_points",
            "override_maximum",
            "override_reason",
            "override_actor",
        ),
        export="grades",
        erase="stays without its owner's name where the course must keep grades, else deleted",
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platforms.id"), index=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    points: Mapped[Decimal | None]
    maximum: Mapped[Decimal]
    formula_version: Mapped[int]
    source: Mapped[str | None] = mapped_column(String(26))
    computed_at: Mapped[datetime]
    released_points: Mapped[Decimal | None]
    released_at: Mapped[datetime | None]
    released_facets: Mapped[dict[str, object] | None]
    cap_fraction: Mapped[Decimal | None]
    cap_reason_code: Mapped[str | None] = mapped_column(String(64))
    comment_code: Mapped[str | None] = mapped_column(String(64))
    handed_in_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=0, server_default="0")
    override_points: Mapped[Decimal | None]
    override_maximum: Mapped[Decimal | None]
    override_reason: Mapped[str | None] = mapped_column(String(REASON_LENGTH))
    override_actor: Mapped[str | None] = mapped_column(String(32))
    override_at: Mapped[datetime | None]


class FacetScore(Base):
    """One weighted part of a grade. `score` None: impossible through no fault of the person."""

    __tablename__ = "facet_scores"
    __table_args__ = (
        UniqueConstraint("platform_id", "grade_id", "facet"),
        CheckConstraint("score >= 0 AND score <= 1", name="score_is_a_fraction"),
        CheckConstraint("weight >= 0", name="weight_not_negative"),
        CheckConstraint("late_factor >= 0 AND late_factor <= 1", name="late_factor_is_a_fraction"),
    )
    __privacy__ = Privacy(
        subject=Subject.USER,
        keep=Keep.COURSE,
        personal=("score", "reason_code", "reason_params"),
        export="grades",
        erase="deleted",
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platforms.id"), index=True)
    grade_id: Mapped[int] = mapped_column(ForeignKey("grades.id"))
    facet: Mapped[str] = mapped_column(String(32))
    weight: Mapped[Decimal]
    score: Mapped[Decimal | None]
    reason_code: Mapped[str] = mapped_column(String(64))
    reason_params: Mapped[dict[str, object]]
    late_factor: Mapped[Decimal] = mapped_column(default=Decimal(1), server_default="1")
    is_bonus: Mapped[bool] = mapped_column(default=False, server_default=false())
    computed_at: Mapped[datetime]


class FacetOverride(Base):
    """One facet as a person scored it; it wins over what is computed until it is cleared."""

    __tablename__ = "facet_overrides"
    __table_args__ = (
        UniqueConstraint("platform_id", "grade_id", "facet"),
        CheckConstraint("score >= 0 AND score <= 1", name="score_is_a_fraction"),
    )
    __privacy__ = Privacy(
        subject=Subject.USER,
        keep=Keep.COURSE,
        personal=("score", "reason", "actor", "at"),
        export="grades",
        erase="deleted",
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platforms.id"), index=True)
    grade_id: Mapped[int] = mapped_column(ForeignKey("grades.id"))
    facet: Mapped[str] = mapped_column(String(32))
    score: Mapped[Decimal]
    reason: Mapped[str] = mapped_column(String(REASON_LENGTH))
    actor: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]


class GradeEvent(Base):
    """The history of a grade. It is only ever inserted."""

    __tablename__ = "grade_events"
    __privacy__ = Privacy(
        subject=Subject.USER,
        keep=Keep.COURSE,
        personal=("points", "facets", "actor", "source"),
        export="grades",
        erase="deleted",
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platforms.id"), index=True)
    grade_id: Mapped[int] = mapped_column(ForeignKey("grades.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(32))
    points: Mapped[Decimal | None]
    maximum: Mapped[Decimal]
    formula_version: Mapped[int]
    facets: Mapped[dict[str, object]]
    source: Mapped[str | None] = mapped_column(String(26))


class Participation(Base):
    """How far one person has come with one activity. No row: they have not begun.

    `resumes_as` is what an excused person returns to, `extra_attempts` what reopening gave,
    `extra_days` by how much the due and the closing date lie later for this person.
    """

    __tablename__ = "participations"
    __table_args__ = (
        UniqueConstraint("platform_id", "activity_id", "user_id"),
        CheckConstraint("extra_days >= 0", name="extra_days_not_negative"),
    )
    __privacy__ = Privacy(
        subject=Subject.USER,
        keep=Keep.COURSE,
        personal=(
            "state",
            "resumes_as",
            "extra_attempts",
            "extra_days",
            "reason",
            "changed_at",
        ),
        export="grades",
        erase="deleted",
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[PublicId]
    platform_id: Mapped[int] = mapped_column(ForeignKey("platforms.id"), index=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    state: Mapped[str] = mapped_column(String(20))
    resumes_as: Mapped[str | None] = mapped_column(String(20))
    extra_attempts: Mapped[int] = mapped_column(default=0)
    extra_days: Mapped[int] = mapped_column(default=0, server_default="0")
    reason: Mapped[str | None] = mapped_column(String(REASON_LENGTH))
    changed_at: Mapped[datetime]


class ScoreDelivery(Base):
    """The ledger: what one line item must show for one person, and how far that is known there.

    `wanted_*` is what we owe (without points: that our score is taken back there), `sent_*` the
    last body that may have left (fixed at claim), `acknowledged_*` what the platform is known to
    have. `is_outcome_unknown` stands from the claim until an answer is understood, so a killed
    worker leaves the truth behind.
    """

    __tablename__ = "score_deliveries"
    __table_args__ = (
        UniqueConstraint("platform_id", "line_item_id", "user_id"),
        CheckConstraint("acknowledged_version <= wanted_version", name="never_ahead"),
        Index("ix_score_deliveries_state", "state", "platform_id", "wanted_at"),
    )
    __privacy__ = Privacy(
        subject=Subject.USER,
        keep=Keep.COURSE,
        personal=(
            "wanted_points",
            "sent_points",
            "acknowledged_points",
            "lms_points",
            "reason_params",
        ),
        export="grades",
        erase="deleted",
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[PublicId]
    platform_id: Mapped[int] = mapped_column(ForeignKey("platforms.id"), index=True)
    line_item_id: Mapped[int] = mapped_column(ForeignKey("line_items.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    grade_id: Mapped[int] = mapped_column(ForeignKey("grades.id"), index=True)
    state: Mapped[str] = mapped_column(String(16), default=DeliveryState.OWED)

    wanted_version: Mapped[int] = mapped_column(default=0)
    wanted_points: Mapped[Decimal | None]
    wanted_maximum: Mapped[Decimal]
    wanted_comment_code: Mapped[str | None] = mapped_column(String(64))
    wanted_handed_in_at: Mapped[datetime | None]
    wanted_at: Mapped[datetime]

    claim: Mapped[str | None] = mapped_column(String(64))
    is_outcome_unknown: Mapped[bool] = mapped_column(default=False)
    sent_version: Mapped[int] = mapped_column(default=0)
    sent_points: Mapped[Decimal | None]
    sent_maximum: Mapped[Decimal | None]
    sent_comment_code: Mapped[str | None] = mapped_column(String(64))
    sent_handed_in_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]

    acknowledged_version: Mapped[int] = mapped_column(default=0)
    acknowledged_points: Mapped[Decimal | None]
    acknowledged_maximum: Mapped[Decimal | None]
    acknowledged_comment_code: Mapped[str | None] = mapped_column(String(64))
    acknowledged_handed_in_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]

    is_override_allowed: Mapped[bool] = mapped_column(default=False)
    lms_points: Mapped[Decimal | None]
    lms_maximum: Mapped[Decimal | None]
    reason_code: Mapped[str | None] = mapped_column(String(64))
    reason_params: Mapped[dict[str, object] | None]
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]
