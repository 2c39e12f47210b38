"""Decides whether a score is taken and what it makes of the cell.

Only `FullyGraded` is recorded; whatever else arrives clears the cell, as it does in Moodle and
Canvas. Source: AGS 2.0, section 3.4.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from sqlalchemy.orm import Session

from lti_app.sandbox.dialect import Dialect
from lti_app.sandbox.gradebook import empty_result, find_gradable, find_result, rescaled
from lti_app.sandbox.models import LineItem, Result
from lti_app.sandbox.refusals import RefusalError
from lti_app.sandbox.services.payloads import (
    Body,
    bad_request,
    optional_number,
    optional_text,
    optional_time,
    text,
    time,
)
from lti_app.sandbox.vocabulary import ActivityProgress, GradingProgress

E = TypeVar("E", bound=StrEnum)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: Beyond any gradebook; it keeps a rescaled score finite.
_LARGEST = 1e9


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What a tool says about one person's work; `given` may exceed `maximum`."""

    user_id: str
    activity_progress: ActivityProgress
    grading_progress: GradingProgress
    at: datetime
    given: float | None
    maximum: float | None
    comment: str | None
    scoring_user_id: str | None


def read_score(body: Body) -> Score:
    """Return what a body says, once every value has the right form.

    Raises:
        RefusalError: 400.
    """
    given, maximum = _points(body)
    _check_submission(body)
    return Score(
        user_id=text(body, "userId"),
        activity_progress=_word(body, "activityProgress", ActivityProgress),
        grading_progress=_word(body, "gradingProgress", GradingProgress),
        at=time(body, "timestamp"),
        given=given,
        maximum=maximum,
        comment=optional_text(body, "comment"),
        scoring_user_id=optional_text(body, "scoringUserId"),
    )


def store_score(
    session: Session, item: LineItem, score: Score, *, dialect: Dialect, now: datetime
) -> Result:
    """Put a score into its cell.

    Raises:
        RefusalError: the person is no active learner here, or the score is not later than the cell.
    """
    person = find_gradable(session, item.course_id, score.user_id)
    if person is None:
        raise RefusalError(
            dialect.not_gradable_status, "not_gradable", "userId is no active learner here."
        )
    result = find_result(session, item, person)
    if result is not None and not _is_later(score.at, result.scored_at, dialect.score_time_step):
        raise RefusalError(
            dialect.stale_score_status, "stale", "A score of this time or later is here."
        )
    result = result or empty_result(session, item, person)
    result.score = _recorded(score, item)
    result.comment = score.comment
    result.activity_progress = score.activity_progress
    result.grading_progress = score.grading_progress
    result.scored_at = score.at
    result.stored_at = now
    result.score_version += 1
    result.scoring_user_id = score.scoring_user_id
    result.is_graded_here = False
    return result


def _points(body: Body) -> tuple[float | None, float | None]:
    given, maximum = optional_number(body, "scoreGiven"), optional_number(body, "scoreMaximum")
    if given is not None and maximum is None:
        raise bad_request("scoreMaximum is missing.")
    if given is not None and not 0 <= given <= _LARGEST:
        raise bad_request("scoreGiven must be 0 or more.")
    if maximum is not None and not 0 < maximum <= _LARGEST:
        raise bad_request("scoreMaximum must be above 0.")
    return given, maximum


def _check_submission(body: Body) -> None:
    submission = body.get("submission")
    if submission is None:
        return
    if not isinstance(submission, dict):
        raise bad_request("submission must be an object.")
    started_at = optional_time(submission, "startedAt")
    submitted_at = optional_time(submission, "submittedAt")
    if started_at and submitted_at and submitted_at < started_at:
        raise bad_request("submittedAt lies before startedAt.")


def _word(body: Body, name: str, words: type[E]) -> E:
    try:
        return words(text(body, name))
    except ValueError as error:
        raise bad_request(f"{name} must be one of {', '.join(words)}.") from error


def _is_later(moment: datetime, than: datetime, step: timedelta) -> bool:
    return (moment - _EPOCH) // step > (than - _EPOCH) // step


def _recorded(score: Score, item: LineItem) -> float | None:
    if score.grading_progress is not GradingProgress.FULLY_GRADED:
        return None
    if score.given is None or score.maximum is None:
        return None
    return rescaled(score.given, maximum=score.maximum, to=item.score_maximum)
