"""A score as a platform takes it: exact, finite, with a time of whole seconds. Pure.

Source: AGS 2.0, section 3.4; the media type and the progress words are theirs.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

SCORE_TYPE = "application/vnd.ims.lis.v1.score+json"
CANVAS_SUBMISSION = "https://canvas.instructure.com/lti/submission"
MAX_COMMENT = 5000


class ActivityProgress(StrEnum):
    """How far the learner is."""

    INITIALIZED = "Initialized"
    STARTED = "Started"
    IN_PROGRESS = "InProgress"
    SUBMITTED = "Submitted"
    COMPLETED = "Completed"


class GradingProgress(StrEnum):
    """How far the grading is; only FULLY_GRADED is recorded by platforms."""

    NOT_READY = "NotReady"
    FAILED = "Failed"
    PENDING = "Pending"
    PENDING_MANUAL = "PendingManual"
    FULLY_GRADED = "FullyGraded"


@dataclass(frozen=True)
class Score:
    """One score to be posted.

    Attributes:
        user_id: the `sub` of a launch, exactly.
        points: at least 0, may exceed the maximum; None clears what the platform has.
        maximum: above 0; there exactly when `points` is.
        at: when the score changed; sent in whole seconds, as a platform compares them.
        comment: plain text; None leaves it out, which clears it on most platforms.
        is_new_submission: whether Canvas counts it as an attempt; None for other platforms.
    """

    user_id: str
    points: Decimal | None
    maximum: Decimal | None
    at: datetime
    activity: ActivityProgress = ActivityProgress.COMPLETED
    grading: GradingProgress = GradingProgress.FULLY_GRADED
    comment: str | None = None
    submitted_at: datetime | None = None
    is_new_submission: bool | None = None

    def __post_init__(self) -> None:
        if (self.points is None) != (self.maximum is None):
            raise ValueError("points and maximum come together")
        if self.points is not None and not (self.points.is_finite() and self.points >= 0):
            raise ValueError("points must be finite and not below zero")
        if self.maximum is not None and not (self.maximum.is_finite() and self.maximum > 0):
            raise ValueError("the maximum must be finite and above zero")
        if self.at.tzinfo is None:
            raise ValueError("a time without a zone")


def score_body(score: Score) -> dict[str, Any]:
    """Return the JSON body."""
    body: dict[str, Any] = {
        "userId": score.user_id,
        "timestamp": written_time(score.at),
        "activityProgress": score.activity.value,
        "gradingProgress": score.grading.value,
    }
    if score.points is not None and score.maximum is not None:
        body["scoreGiven"] = json_number(score.points)
        body["scoreMaximum"] = json_number(score.maximum)
    if score.comment:
        body["comment"] = score.comment.replace("\x00", "")[:MAX_COMMENT]
    if score.submitted_at is not None:
        body["submission"] = {"submittedAt": written_time(score.submitted_at)}
    if score.is_new_submission is not None:
        body[CANVAS_SUBMISSION] = {"new_submission": score.is_new_submission}
    return body


def written_time(moment: datetime) -> str:
    """Return a time as every platform reads it: UTC, milliseconds, `Z`.

    >>> written_time(datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC))
    '2026-01-02T03:04:05.000Z'
    """
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def json_number(value: Decimal) -> int | float:
    """Return the number that JSON writes with the same digits.

    A float of up to 15 significant digits is written as it was meant; more are rounded there.

    >>> json_number(Decimal("8.10")), json_number(Decimal("20"))
    (8.1, 20)
    """
    rounded = +value if len(value.as_tuple().digits) <= 15 else Decimal(f"{value:.15g}")
    return int(rounded) if rounded == rounded.to_integral_value() else float(rounded)
