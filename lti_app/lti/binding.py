"""Whether the browser that brings a launch is the one that began the login.

It knows it by the attempt's cookie, or by what a page was asked to keep where a frame holds no
cookie. Nothing in a token says who holds the browser.
"""

import hmac
from collections.abc import Mapping
from datetime import datetime

from lti_app.core.ids import digest
from lti_app.lti.attempts import Attempt
from lti_app.lti.errors import LtiError, Reason
from lti_app.lti.login import cookie_name_of
from lti_app.lti.storage import StoredWords


def check_open(attempt: Attempt, *, now: datetime) -> None:
    """Refuse an attempt that is over.

    Raises:
        LtiError: 401.
    """
    if attempt.consumed_at is not None:
        raise LtiError(Reason.STATE_USED, platform_id=attempt.registration.id)
    if attempt.expires_at <= now:
        raise LtiError(Reason.STATE_EXPIRED, platform_id=attempt.registration.id)


def is_bound(
    attempt: Attempt, state: str, cookies: Mapping[str, str], stored: StoredWords | None
) -> bool:
    """Whether this is the browser that began; False when that is still to be asked.

    Raises:
        LtiError: 401, it is another one, or there is nothing to know it by.
    """
    if stored is not None:
        _check_stored(attempt, state, stored)
        return True
    if _has_cookie(attempt, state, cookies):
        return True
    if attempt.storage_target is None:
        raise LtiError(Reason.COOKIE_MISSING, platform_id=attempt.registration.id)
    return False


def _has_cookie(attempt: Attempt, state: str, cookies: Mapping[str, str]) -> bool:
    """Whether the browser brought the cookie of this attempt.

    Raises:
        LtiError: 401, when it brought another value: another browser began.
    """
    secret = cookies.get(cookie_name_of(state))
    if not secret:
        return False
    if not hmac.compare_digest(digest(secret), attempt.browser_hash):
        raise LtiError(Reason.COOKIE_MISMATCH, platform_id=attempt.registration.id)
    return True


def _check_stored(attempt: Attempt, state: str, stored: StoredWords) -> None:
    """Refuse words that are not those of the browser that began this attempt.

    Raises:
        LtiError: 401.
    """
    if not stored.are_complete:
        raise LtiError(Reason.NOT_IN_STORAGE, platform_id=attempt.registration.id)
    if not stored.fit(
        state_hash=digest(state),
        nonce_hash=attempt.nonce_hash,
        browser_hash=attempt.browser_hash,
    ):
        raise LtiError(Reason.STORAGE_MISMATCH, platform_id=attempt.registration.id)
