"""What a token endpoint's answer grants. Pure.

Sources: RFC 6749, sections 5.1 and 5.2; LTI Security Framework 1.0, section 4.1.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from lti_app.core.http import Answer, FetchError
from lti_app.lti.answers import problem_from
from lti_app.lti.errors import Outcome, ServiceProblem

DEFAULT_LIFE = timedelta(hours=1)
LONGEST_LIFE = timedelta(hours=24)
_MAX_TOKEN = 8192
_OUTCOMES = {
    "invalid_scope": Outcome.NOT_OFFERED,
    "invalid_request": Outcome.REFUSED,
    "unsupported_grant_type": Outcome.REFUSED,
    "unauthorized_client": Outcome.REFUSED,
}


@dataclass(frozen=True, repr=False)
class Granted:
    """A token fresh from the platform.

    Attributes:
        scopes: what was granted; it may be less than was asked for.
        life: zero when it must not be kept.
    """

    text: str
    scopes: frozenset[str]
    life: timedelta


def read_grant(answer: Answer, asked: frozenset[str]) -> Granted:
    """Return the token of a 2xx answer. Moodle sends it as text/html, so the type says nothing.

    Raises:
        ServiceProblem: not_sent when there is no token in it; refused for another kind of token.
    """
    try:
        body = answer.json()
    except FetchError:
        body = None
    token = body.get("access_token") if isinstance(body, dict) else None
    if not isinstance(token, str) or not _is_sendable(token):
        raise ServiceProblem(Outcome.NOT_SENT, status=answer.status, words="no_access_token")
    kind = body.get("token_type", "bearer")
    if not isinstance(kind, str) or kind.lower() != "bearer":
        raise ServiceProblem(Outcome.REFUSED, status=answer.status, words="token_type")
    scopes = body.get("scope")
    granted = frozenset(scopes.split()) if isinstance(scopes, str) and scopes.strip() else asked
    return Granted(token, granted, _life(body.get("expires_in")))


def _is_sendable(token: str) -> bool:
    return 0 < len(token) <= _MAX_TOKEN and token.isascii() and token.isprintable()


def _life(value: Any) -> timedelta:
    if isinstance(value, str) and value.strip().lstrip("-").isdigit():
        value = int(value.strip()[:12])
    if value is None or isinstance(value, bool) or not isinstance(value, int | float):
        return DEFAULT_LIFE
    if not value > 0:
        return timedelta(0)
    return timedelta(seconds=min(float(value), LONGEST_LIFE.total_seconds()))


def token_problem(answer: Answer, now: datetime) -> ServiceProblem:
    """Return what a refusal of the token endpoint means.

    Moodle answers 400 to everything, with its own words where a code should stand; what is no
    known code there is about our key or our clock.
    """
    problem = problem_from(answer, now)
    outcome = problem.outcome
    if outcome in (Outcome.UNKNOWN, Outcome.GONE):
        # A token endpoint that is not there says nothing of a gradebook column.
        outcome = Outcome.NOT_SENT
    elif answer.status == 400:
        outcome = _OUTCOMES.get(_error_code(answer), Outcome.UNAUTHORISED)
    elif answer.status == 403 and outcome is Outcome.REFUSED:
        outcome = Outcome.UNAUTHORISED
    return ServiceProblem(
        outcome,
        status=problem.status,
        words=problem.words,
        retry_after_seconds=problem.retry_after_seconds,
        is_of_token=True,
    )


def _error_code(answer: Answer) -> str:
    try:
        body = answer.json()
    except FetchError:
        return ""
    code = body.get("error") if isinstance(body, dict) else None
    return code if isinstance(code, str) else ""
