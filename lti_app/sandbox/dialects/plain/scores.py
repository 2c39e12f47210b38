"""Decides whether a score is taken and what it makes of the cell.

Only `FullyGraded` is recorded; whatever else arrives clears the cell, as it does in Moodle and
Canvas. Source: AGS 2.0, section 3.4.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from sqlalchemy.orm import Session

from lti_app.sandbox.gradebook import empty_result, find_gradable, find_result, rescaled
from lti_app.sandbox.models import LineItem, Person, Result
from lti_app.sandbox.payloads import (
    Body,
    bad_request,
    optional_number,
    optional_text,
    optional_time,
    read_object,
    text,
    time,
)
from lti_app.sandbox.refusals import RefusalError
from lti_app.sandbox.vocabulary import ActivityProgress, GradingProgress

E = TypeVar("E", bound=StrEnum)

#: Beyond any gradebook; it keeps a rescaled score finite.
LARGEST = 1e9


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What a tool says about one person's work; `given` may exceed `maximum`.

    Attributes:
        makes_attempt: it counts as one more attempt, in a dialect that counts them.
        preserves_score: what is not final leaves the former score alone.
        yields_to_any_score: it is not recorded where a score stands already.
        submitted_at: when the work was handed in, in a dialect that asks.
    """

    user_id: str
    activity_progress: ActivityProgress | None
    grading_progress: GradingProgress | None
    at: datetime
    given: float | None
    maximum: float | None
    comment: str | None
    scoring_user_id: str | None = None
    makes_attempt: bool = False
    preserves_score: bool = False
    yields_to_any_score: bool = False
    submitted_at: datetime | None = None


class Scores:
    """Strict in form; a later score needs a later time."""

    stale_status: int = 409
    not_gradable_status: int = 422
    suspended_are_gradable: bool = False
    recorded_progress: frozenset[GradingProgress] = frozenset({GradingProgress.FULLY_GRADED})

    def read(self, raw: bytes) -> Score:
        """Return what a body says, once every value has the right form.

        Raises:
            RefusalError: the form is wrong.
        """
        body = read_object(raw)
        given, maximum = self.points(body)
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

    def points(self, body: Body) -> tuple[float | None, float | None]:
        """Return the points given and their maximum."""
        given, maximum = (optional_number(body, name) for name in ("scoreGiven", "scoreMaximum"))
        if given is not None and maximum is None:
            raise bad_request("scoreMaximum is missing.")
        if given is not None and not 0 <= given <= LARGEST:
            raise bad_request("scoreGiven must be 0 or more.")
        if maximum is not None and not 0 < maximum <= LARGEST:
            raise bad_request("scoreMaximum must be above 0.")
        return given, maximum

    def store(self, session: Session, item: LineItem, score: Score, *, now: datetime) -> Result:
        """Put a score into its cell.

        Raises:
            RefusalError: nobody here is graded under this id, or the cell has a newer score.
        """
        person = self.find_person(session, item, score)
        result = find_result(session, item, person)
        if result is not None and self.is_stale(score.at, result.scored_at):
            raise self.stale(item, score, result)
        result = result or empty_result(session, item, person)
        self.record(result, score, item, now=now)
        result.activity_progress = score.activity_progress
        result.grading_progress = score.grading_progress
        result.scored_at = score.at
        result.stored_at = now
        result.score_version += 1
        result.scoring_user_id = score.scoring_user_id
        return result

    def find_person(self, session: Session, item: LineItem, score: Score) -> Person:
        """Return whom a score is for, when they are graded here."""
        person = find_gradable(
            session, item.course_id, score.user_id, active_only=not self.suspended_are_gradable
        )
        if person is None:
            raise RefusalError(
                self.not_gradable_status, "not_gradable", "userId is no active learner here."
            )
        return person

    def is_stale(self, moment: datetime, stored: datetime) -> bool:
        """Whether a score of this moment comes too late for a cell of that moment."""
        return moment <= stored

    def stale(self, item: LineItem, score: Score, result: Result) -> RefusalError:
        """Return the refusal of a score that is not later than its cell."""
        del item, score, result
        return RefusalError(self.stale_status, "stale", "A score of this time or later is here.")

    def record(self, result: Result, score: Score, item: LineItem, *, now: datetime) -> None:
        """Let the cell show what the score says."""
        del now
        result.score = self.recorded(score, item)
        result.comment = score.comment
        result.is_graded_here = False

    def recorded(self, score: Score, item: LineItem) -> float | None:
        """Return the score in points of the column, None for what clears the cell."""
        if score.grading_progress not in self.recorded_progress:
            return None
        if score.given is None or score.maximum is None:
            return None
        return rescaled(score.given, maximum=score.maximum, to=item.score_maximum)

    def answer(self, result_url: str) -> dict[str, object] | None:
        """Return the body of the answer to a score that was taken, None for an empty one."""
        del result_url
        return None


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
