"""Scores in Moodle: little is checked, whole seconds count, and what is not final clears a grade.

Recorded, but for the grade that a teacher overrides: it keeps standing, whatever a tool sends,
and for points below zero, of which only the answer is known.
"""

import json
import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar

from flask import request
from sqlalchemy.orm import Session

from lti_app.sandbox.dialects.plain.scores import LARGEST, Score, Scores
from lti_app.sandbox.gradebook import find_gradable
from lti_app.sandbox.models import LineItem, Person, Result
from lti_app.sandbox.refusals import RefusalError
from lti_app.sandbox.vocabulary import ActivityProgress, GradingProgress, MediaType

E = TypeVar("E", bound=StrEnum)

_TIME = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?")


class MoodleScores(Scores):
    """Says no in the status line and with an empty list."""

    suspended_are_gradable = True

    def read(self, raw: bytes) -> Score:
        """Return what a body says.

        Raises:
            RefusalError: 400, with the body in the reason.
        """
        try:
            return _read(json.loads(raw))
        except (ValueError, AttributeError, OverflowError, RecursionError) as error:
            raise _incorrect() from error

    def find_person(self, session: Session, item: LineItem, score: Score) -> Person:
        person = find_gradable(session, item.course_id, score.user_id, active_only=False)
        if person is None:
            raise _incorrect()
        return person

    def is_stale(self, moment: datetime, stored: datetime) -> bool:
        return int(moment.timestamp()) <= int(stored.timestamp())

    def stale(self, item: LineItem, score: Score, result: Result) -> RefusalError:
        del result
        return _says_no(
            409,
            f"Refusing score with an earlier timestamp for item {item.id} and user {score.user_id}",
        )

    def record(self, result: Result, score: Score, item: LineItem, *, now: datetime) -> None:
        if not result.is_graded_here:
            super().record(result, score, item, now=now)

    def recorded(self, score: Score, item: LineItem) -> float | None:
        if score.maximum == 0:
            # Nobody knows what a share of nothing is; PHP stops at it.
            raise _incorrect()
        points = super().recorded(score, item)
        return None if points is None else min(max(points, 0.0), item.score_maximum)


def _read(body: dict[str, object]) -> Score:
    given, maximum = (_numeric(body.get(name)) for name in ("scoreGiven", "scoreMaximum"))
    if given is not None and maximum is None:
        raise ValueError("scoreMaximum")
    comment = body.get("comment")
    return Score(
        user_id=_set(body, "userId"),
        activity_progress=_known(ActivityProgress, _set(body, "activityProgress")),
        grading_progress=_known(GradingProgress, _set(body, "gradingProgress")),
        at=_moment(_set(body, "timestamp")),
        given=given,
        maximum=maximum,
        comment=str(comment) if comment else None,
    )


def _set(body: dict[str, object], name: str) -> str:
    """Return what must be there, a number as well as a text."""
    value = body.get(name)
    if value is None:
        raise ValueError(name)
    return str(value)


def _numeric(value: object) -> float | None:
    """Return a number, also one that is written as text."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("not numeric")
    number = float(value)
    if not abs(number) <= LARGEST:
        raise ValueError("beyond any gradebook")
    return number


def _known(words: type[E], said: str) -> E | None:
    """Return a word of the specification; any other is taken and means nothing."""
    return words(said) if said in list(words) else None


def _moment(text: str) -> datetime:
    """Return a moment; without a zone it is the server's, which is UTC here."""
    if not _TIME.fullmatch(text):
        raise ValueError(text)
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _incorrect() -> RefusalError:
    return _says_no(400, f"Incorrect score received{request.get_data(as_text=True)}")


def _says_no(status: int, reason: str) -> RefusalError:
    content_type = f"{MediaType.SCORE}; charset=utf-8"
    return RefusalError(status, "refused", reason, body="[]", content_type=content_type)
