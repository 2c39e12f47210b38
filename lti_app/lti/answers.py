"""What an answer of a service means that was not the one we hoped for. Pure but for the clock."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from lti_app.core.http import Answer, FetchError, ForbiddenAddressError
from lti_app.core.logs import clean_text as without_secrets
from lti_app.core.names import clean_text
from lti_app.lti.errors import Outcome, ServiceProblem

LONGEST_WAIT_SECONDS = 3600
_MAX_WORDS = 200
_RATE_LIMIT = re.compile(rb"rate limit exceeded", re.IGNORECASE)
_LOOKS_LIKE_HTML = re.compile(rb"\A\s*(?:<!doctype|<html|<\?xml|<head|<body)", re.IGNORECASE)
#: Where platforms put their reason, in the order of how much they say.
_MEMBERS = ("error_description", "reason", "message", "error", "detail", "errors")
_PASSING = frozenset({408, 425, 500, 502, 503, 504})


def problem_from(answer: Answer, now: datetime) -> ServiceProblem:
    """Return what a failed answer means, whatever was asked."""
    wait = retry_after_seconds(answer.headers.get("retry-after", ""), now)
    return ServiceProblem(
        _outcome(answer), status=answer.status, words=words_of(answer), retry_after_seconds=wait
    )


def _outcome(answer: Answer) -> Outcome:
    status = answer.status
    if status == 429 or (status == 403 and _RATE_LIMIT.search(answer.body)):
        return Outcome.THROTTLED
    if status == 401:
        return Outcome.UNAUTHORISED
    if status in (404, 410):
        return Outcome.GONE
    if status in _PASSING or status >= 500 or 300 <= status < 400:
        # A redirect is a login or maintenance page: whether anything was done is open.
        return Outcome.UNKNOWN
    return Outcome.REFUSED


def problem_from_silence(error: FetchError) -> ServiceProblem:
    """Return what it means that no usable answer came."""
    if isinstance(error, ForbiddenAddressError):
        return ServiceProblem(Outcome.ADDRESS_REFUSED, words=error.code)
    outcome = Outcome.UNKNOWN if error.is_unknown_outcome else Outcome.NOT_SENT
    return ServiceProblem(outcome, words=error.code)


def words_of(answer: Answer) -> str:
    """Return what the platform says, shortened: never a page, a token or what we sent."""
    said = None
    if not _LOOKS_LIKE_HTML.match(answer.body):
        try:
            said = _reason_in(answer.json())
        except FetchError:
            said = answer.body[: 4 * _MAX_WORDS].decode("utf-8", "replace")
    # Moodle repeats the body of the request behind its reason.
    text = (said or answer.reason).partition("{")[0]
    return clean_text(without_secrets(text), limit=_MAX_WORDS) or ""


def _reason_in(value: Any) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return next((text for one in value[:3] if (text := _reason_in(one))), None)
    if not isinstance(value, dict):
        return None
    return next((text for name in _MEMBERS if (text := _reason_in(value.get(name)))), None)


def retry_after_seconds(value: str, now: datetime) -> int | None:
    """Return how long the platform asks us to wait, at most an hour; None when it does not say.

    >>> now = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
    >>> retry_after_seconds("120", now), retry_after_seconds("soon", now)
    (120, None)
    """
    text = value.strip()
    if text.isascii() and text.isdigit():
        return min(int(text[:9]), LONGEST_WAIT_SECONDS)
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    return min(max(int((aware - now).total_seconds()), 0), LONGEST_WAIT_SECONDS)
