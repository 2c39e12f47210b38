"""What is to be thought of the answers of a platform that is being checked. Pure; codes, no words.

Each judgement names one thing that a person can do something about.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum

from lti_app.core.http import Answer, FetchError
from lti_app.lti import jwks
from lti_app.lti.errors import Outcome, ServiceProblem

#: HTTP tells whole seconds and takes some; this much is no difference.
CLOCK_IS_EXACT = timedelta(seconds=5)
#: Beyond this launches are refused here, because they come from the future or are over.
CLOCK_IS_WRONG = timedelta(seconds=60)


class Verdict(StrEnum):
    """How a thing stands. Only `WRONG` makes a check fail."""

    GOOD = "ok"
    UNSURE = "look"
    WRONG = "wrong"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        about: what it was, such as `token` or a scope.
        code: what was found; words are found by it.
        params: for the words: addresses, numbers, what the platform said. Never a token.
    """

    about: str
    verdict: Verdict
    code: str
    params: Mapping[str, str | int] = field(default_factory=dict)


def clock_skew(answer: Answer, now: datetime) -> timedelta | None:
    """Return how far the platform's clock is ahead of ours; None when it does not tell the time."""
    try:
        at = parsedate_to_datetime(answer.headers.get("date", ""))
    except (ValueError, TypeError):
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)) - now


def judge_clock(skew: timedelta | None) -> Finding:
    """Say whether the clocks agree.

    >>> judge_clock(timedelta(minutes=4)).code, judge_clock(None).code
    ('clock_ahead', 'clock_untold')
    """
    if skew is None:
        return Finding("clock", Verdict.SKIPPED, "clock_untold")
    if abs(skew) <= CLOCK_IS_EXACT:
        return Finding("clock", Verdict.GOOD, "clock_agrees")
    verdict = Verdict.WRONG if abs(skew) > CLOCK_IS_WRONG else Verdict.UNSURE
    code = "clock_ahead" if skew > timedelta(0) else "clock_behind"
    return Finding("clock", verdict, code, {"seconds": int(abs(skew).total_seconds())})


def judge_key_set(answer: Answer, url: str) -> Finding:
    """Say whether what came is a key set that launches can be checked with."""
    where: dict[str, str | int] = {"url": url, "status": answer.status}
    if not answer.is_success:
        return Finding("key set", Verdict.WRONG, "keys_status", where)
    count = len(jwks.usable_jwks(answer.body))
    if not count:
        return Finding("key set", Verdict.WRONG, "keys_none", where)
    if jwks.has_private_members(answer.body):
        return Finding("key set", Verdict.WRONG, "keys_private", where)
    return Finding("key set", Verdict.GOOD, "keys_found", {**where, "count": count})


def judge_own_key_set(answer: Answer, url: str, kid: str) -> Finding:
    """Say whether others get our own key set, with the key that signs."""
    where: dict[str, str | int] = {"url": url, "status": answer.status}
    if not answer.is_success:
        return Finding("our keys", Verdict.WRONG, "own_keys_status", where)
    if kid not in jwks.usable_jwks(answer.body):
        return Finding("our keys", Verdict.WRONG, "own_keys_without_ours", where)
    return Finding("our keys", Verdict.GOOD, "own_keys_found", where)


_SILENCES = ("no_connection", "no_trust", "too_slow", "too_large", "address_refused")


def judge_silence(about: str, code: str, url: str, *, verdict: Verdict = Verdict.WRONG) -> Finding:
    """Say why no usable answer came. `code` is that of a FetchError."""
    known = code if code in _SILENCES else "no_answer"
    return Finding(about, verdict, known, {"url": url})


#: What platforms say of an assertion that they do not take, in the order of how sure it is.
_HINTS = tuple(
    (code, re.compile(pattern, re.IGNORECASE))
    for code, pattern in (
        ("token_clock", r"\b(iat|exp|nbf)\b|expire|future|too old|minutes old"),
        ("token_key", r"\bkid\b|signature|key ?set|\bjwks?\b|public key"),
        ("token_audience", r"\baud\b|audience"),
        ("token_client", r"client.?id|no tool|unknown client|issuer|\biss\b"),
    )
)


def judge_token_problem(problem: ServiceProblem, url: str, skew: timedelta | None) -> Finding:
    """Say why a platform gives no access token, as far as its answer tells.

    Args:
        skew: of its clock, by whatever it answered before; decides where its words do not.
    """
    if problem.status is None:
        return judge_silence("token", problem.words, url)
    said: dict[str, str | int] = {"url": url, "status": problem.status, "words": problem.words}
    return Finding("token", Verdict.WRONG, _token_code(problem, skew), said)


def _token_code(problem: ServiceProblem, skew: timedelta | None) -> str:
    if problem.outcome is Outcome.THROTTLED:
        return "throttled"
    if problem.words == "no_access_token":
        return "token_missing"
    if problem.status == 404 or (problem.status or 0) >= 500:
        return "token_nowhere"
    if problem.outcome is Outcome.NOT_OFFERED:
        return "token_no_scope"
    hinted = next((code for code, words in _HINTS if words.search(problem.words)), None)
    if hinted is None and skew is not None and abs(skew) > CLOCK_IS_WRONG:
        return "token_clock"
    return hinted or "token_refused"


def judge_service(about: str, problem: ServiceProblem, url: str) -> Finding:
    """Say why a service did not answer as it should."""
    if problem.status is None and problem.outcome is not Outcome.NOT_OFFERED:
        return judge_silence(about, problem.words, url)
    said: dict[str, str | int] = {
        "url": url,
        "status": problem.status or 0,
        "words": problem.words,
    }
    codes = {
        Outcome.NOT_OFFERED: "service_not_granted",
        Outcome.UNAUTHORISED: "service_unauthorised",
        Outcome.GONE: "service_gone",
        Outcome.THROTTLED: "throttled",
        Outcome.UNKNOWN: "service_failing",
        Outcome.NOT_SENT: "service_failing",
    }
    return Finding(about, Verdict.WRONG, codes.get(problem.outcome, "service_refused"), said)


def judge_service_answer(about: str, answer: Answer, url: str, wanted: str) -> Finding:
    """Say whether a service's good answer is what it should be.

    Args:
        wanted: the member of the answer that must hold a list; empty where the answer is the list.
    """
    where: dict[str, str | int] = {"url": url, "status": answer.status, "words": ""}
    try:
        body = answer.json()
    except FetchError:
        body = None
    found = body.get(wanted) if wanted and isinstance(body, dict) else body
    if not isinstance(found, list):
        return Finding(about, Verdict.WRONG, "service_unreadable", where)
    return Finding(about, Verdict.GOOD, "service_answers", {**where, "count": len(found)})
