"""Grades with their facets and history, and the ledger of scores owed to platforms."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lti_app.core.db import Base, Keep, Privacy, PublicId, Subject


class GradeEventKind(StrEnum):
    """What happened to a grade."""

    COMPUTED = "computed"
    RELEASED = "released"


class DeliveryState(StrEnum):
    """Where a score is. All but the first two wait for a person and say why."""

    OWED = "owed"
    ARRIVED = "arrived"
    LMS_NEWER = "lms_newer"
    NO_COLUMN = "no_column"
    COLUMN_DELETED = "column_deleted"
    NOT_GRADABLE = "not_gradable"
    REFUSED = "refused"
    NEEDS_ATTENTION = "needs_attention"


class Grade(Base):
    """What one person has in one activity. `points` None: nothing gradable yet."""

    __tablename__ = "grades"
    __table_args__ = (UniqueConstraint("platform_id", "activity_id", "user_id"),)
    __privacy__ = Privacy(
        subject=Subject.USER,
        keep=Keep.COURSE,
        personal=("points", "released_points", "source"),
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


class FacetScore(Base):
    """One weighted part of a grade. `score` None: impossible through no fault of the person."""

    __tablename__ = "facet_scores"
    __table_args__ = (
        UniqueConstraint("platform_id", "grade_id", "facet"),
        CheckConstraint("score >= 0 AND score <= 1", name="score_is_a_fraction"),
        CheckConstraint("weight >= 0", name="weight_not_negative"),
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
    computed_at: Mapped[datetime]


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


class ScoreDelivery(Base):
    """The ledger: what one line item must show for one person, and how far that is known there.

    `wanted_*` is what we owe, `sent_*` the last body that may have left (fixed at claim),
    `acknowledged_*` what the platform is known to have. `is_outcome_unknown` stands from the
    claim until an answer is understood, so a killed worker leaves the truth behind.
    """

    __tablename__ = "score_deliveries"
    __table_args__ = (
        UniqueConstraint("platform_id", "line_item_id", "user_id"),
        CheckConstraint("acknowledged_version <= wanted_version", name="never_ahead"),
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
    wanted_points: Mapped[Decimal]
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
