"""Faults that platforms are known for, by name, so that nobody has to spell them out.

What a fault does is decided in `misbehaviour`.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import format_datetime

from lti_app.sandbox.faults import Fault

_PAGE = (
    "<!doctype html><html><head><title>Sandbox LMS: maintenance</title></head>"
    "<body><h1>We are back soon</h1></body></html>"
)
_HTML = "text/html; charset=utf-8"

_FIXED: Mapping[str, Fault] = {
    "slow": Fault(delay=timedelta(seconds=9)),
    "lost_request": Fault(status=503, drops_reply=True),
    "lost_reply": Fault(drops_reply=True),
    "broken_off": Fault(breaks_off=True),
    "truncated_json": Fault(truncates=True),
    "unauthorised": Fault(status=401),
    "forbidden": Fault(status=403),
    "rate_limited": Fault(
        status=403,
        body="403 Forbidden (Rate Limit Exceeded)\n",
        headers={"X-Rate-Limit-Remaining": "0.0"},
    ),
    "not_found": Fault(status=404),
    "conflict": Fault(status=409),
    "gone": Fault(status=410),
    "precondition_failed": Fault(status=412),
    "unprocessable": Fault(status=422),
    "busy_without_a_time": Fault(status=429),
    "busy_for_a_second": Fault(status=429, retry_after="1"),
    "busy_for_a_minute": Fault(status=429, retry_after="60"),
    "busy_for_an_hour": Fault(status=429, retry_after="3600"),
    "busy_for_ever": Fault(status=429, retry_after="1000000000"),
    "busy_with_nonsense": Fault(status=429, retry_after="soon"),
    "internal_error": Fault(status=500),
    "bad_gateway": Fault(status=502),
    "unavailable": Fault(status=503),
    "unavailable_for_a_minute": Fault(status=503, retry_after="60"),
    "gateway_timeout": Fault(status=504),
    "error_after_storing": Fault(status=500, body="500\n", stores=True),
    "page_with_200": Fault(status=200, body=_PAGE, content_type=_HTML),
    "page_with_200_after_storing": Fault(status=200, body=_PAGE, content_type=_HTML, stores=True),
    "empty_with_204": Fault(status=204, body=""),
    "moved_for_good": Fault(status=301, headers={"Location": "/maintenance"}),
    "login_page": Fault(status=302, headers={"Location": "/login"}),
    "moved_elsewhere": Fault(status=307, headers={"Location": "https://elsewhere.invalid/"}),
    "no_lifetime": Fault(members={"expires_in": None}),
    "lifetime_is_text": Fault(members={"expires_in": "3600"}),
    "lifetime_is_zero": Fault(members={"expires_in": 0}),
    "lifetime_is_negative": Fault(members={"expires_in": -1}),
    "no_access_token": Fault(members={"access_token": None}),
    "no_keys": Fault(members={"keys": []}),
    "no_members": Fault(members={"members": None}),
    "foreign_issuer": Fault(members={"issuer": "https://elsewhere.invalid"}),
    "private_endpoint": Fault(members={"jwks_uri": "https://169.254.169.254/keys"}),
    "other_signatures": Fault(members={"id_token_signing_alg_values_supported": ["ES256"]}),
    "registration_token_used": Fault(status=401, body="token_already_used"),
    "no_client_id": Fault(members={"client_id": None}),
    "grants_no_scope": Fault(members={"scope": ""}),
}

_TIMED: Mapping[str, Callable[[datetime], Fault]] = {
    "busy_until_a_date": lambda now: Fault(
        status=429, retry_after=_http_date(now + timedelta(minutes=1))
    ),
    "busy_until_a_date_that_is_over": lambda now: Fault(
        status=429, retry_after=_http_date(now - timedelta(minutes=1))
    ),
}


def preset_names() -> list[str]:
    """Return the names of all presets."""
    return [*_FIXED, *_TIMED]


def preset(name: str, now: datetime) -> Fault:
    """Return a fault by its name; one that names a date counts from now.

    Raises:
        KeyError: no preset has this name.
    """
    return _TIMED[name](now) if name in _TIMED else replace(_FIXED[name])


def _http_date(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)
