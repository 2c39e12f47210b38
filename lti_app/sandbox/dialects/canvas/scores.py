"""Scores in Canvas: each is a new attempt unless it says otherwise, and comments add up.

Sources: Canvas's `scores_controller` and its documentation of the Score API.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from lti_app.sandbox.dialects.plain.scores import Score, Scores
from lti_app.sandbox.models import Comment, LineItem, Person, Result
from lti_app.sandbox.payloads import (
    Body,
    bad_request,
    optional_flag,
    optional_object,
    optional_text,
    optional_time,
    read_object,
)
from lti_app.sandbox.refusals import RefusalError
from lti_app.sandbox.vocabulary import GradingProgress

_EXTENSION = "https://canvas.instructure.com/lti/submission"
_AHEAD = timedelta(minutes=1)


class CanvasScores(Scores):
    """What is not final takes the score away, unless it asks to preserve it."""

    stale_status = 400
    recorded_progress = frozenset({GradingProgress.FULLY_GRADED, GradingProgress.PENDING_MANUAL})

    def read(self, raw: bytes) -> Score:
        score = super().read(raw)
        extension = optional_object(read_object(raw), _EXTENSION) or {}
        makes_attempt = optional_flag(extension, "new_submission") is not False
        return replace(
            score,
            makes_attempt=makes_attempt and optional_text(extension, "submission_type") != "none",
            preserves_score=optional_flag(extension, "preserve_score") is True,
            yields_to_any_score=optional_flag(extension, "prioritize_non_tool_grade") is True,
            submitted_at=optional_time(extension, "submitted_at"),
        )

    def points(self, body: Body) -> tuple[float | None, float | None]:
        if body.get("scoreGiven") is not None and body.get("scoreMaximum") is None:
            raise _unprocessable("ScoreMaximum not supplied when ScoreGiven present.")
        return super().points(body)

    def store(self, session: Session, item: LineItem, score: Score, *, now: datetime) -> Result:
        if score.submitted_at is not None and score.submitted_at > now + _AHEAD:
            raise bad_request("Provided submitted_at timestamp is in the future.")
        return super().store(session, item, score, now=now)

    def find_person(self, session: Session, item: LineItem, score: Score) -> Person:
        try:
            return super().find_person(session, item, score)
        except RefusalError as error:
            raise _unprocessable("User not found in course or is not a student") from error

    def is_stale(self, moment: datetime, stored: datetime) -> bool:
        """Whether a score is older than its cell; one of the same time is taken again."""
        return moment < stored

    def stale(self, item: LineItem, score: Score, result: Result) -> RefusalError:
        del item
        said, known = score.at.isoformat(), result.scored_at.isoformat()
        reason = f"Provided timestamp of {said} before last updated timestamp of {known}"
        return RefusalError(self.stale_status, "stale", reason)

    def record(self, result: Result, score: Score, item: LineItem, *, now: datetime) -> None:
        if score.makes_attempt:
            if item.attempts_allowed is not None and result.attempt_count >= item.attempts_allowed:
                raise _unprocessable(
                    "The maximum number of allowed attempts has been reached for this submission."
                )
            result.attempt_count += 1
        if score.comment is not None:
            result.comment = score.comment
            result.comments.append(Comment(text=score.comment, at=now))
        result.needs_grading = score.grading_progress is GradingProgress.PENDING_MANUAL
        if score.yields_to_any_score and result.score is not None:
            return
        recorded = self.recorded(score, item)
        if recorded is not None or not score.preserves_score:
            result.score = recorded
            result.is_graded_here = False

    def answer(self, result_url: str) -> dict[str, object] | None:
        return {"resultUrl": result_url}


def _unprocessable(reason: str) -> RefusalError:
    return RefusalError(422, "unprocessable_entity", reason)
