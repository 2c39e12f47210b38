"""How many logins and registrations one source may begin, and how many launches it may finish.

The counters are in the process, or in Redis. A platform's login names no user yet, so logins are
counted by address and by registration; limits on what people do inside a session count people,
because a whole campus may be one address.
"""

import time
from collections.abc import Mapping, Sequence

from flask import Flask, request
from limits import RateLimitItemPerHour, RateLimitItemPerSecond
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import SlidingWindowCounterRateLimiter
from werkzeug.exceptions import TooManyRequests

from lti_app.core.settings import Settings

#: The burst is what a large class needs at once; the window is what makes it an average.
ADDRESS_WINDOW_SECONDS = 200
REGISTRATION_WINDOW_SECONDS = 20
#: Steps towards connecting a platform, from one address; an administrator needs a handful.
CONNECTING_STEPS_PER_HOUR = 60
#: Posts of notices with one that is not proven; a platform that is ours sends none of those.
REFUSED_NOTICES, REFUSED_NOTICES_SECONDS = 60, 600
_LONGEST_KEY = 255
_FORGET_EVERY_SECONDS = 10
_LIMITS = "rapport.login_limits"


class CountersHere(MemoryStorage):
    """Counters in the process. The library starts a thread at each count, to forget old ones."""

    def __init__(self) -> None:
        super().__init__()
        self._forgets_at = 0.0

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count, and now and then forget what is over."""
        now = time.time()
        if now >= self._forgets_at:
            self._forgets_at = now + _FORGET_EVERY_SECONDS
            self._forget(now)
        with self.locks[key]:
            if self.expirations.get(key, 0.0) <= now:
                self.storage[key] = 0
                self.expirations[key] = now + expiry
            self.storage[key] += amount
            return self.storage[key]

    def _forget(self, now: float) -> None:
        for key, ends_at in list(self.expirations.items()):
            if ends_at <= now:
                self.clear(key)


class LoginLimits:
    """Two limits on logins.

    One address may be a whole campus, so it gets a large burst; a flood from it is cut all the
    same and, because a registration has room for two such bursts, does not lock others out.
    """

    def __init__(self, settings: Settings) -> None:
        self._counter = SlidingWindowCounterRateLimiter(
            storage_from_string(settings.redis_url) if settings.redis_url else CountersHere()
        )
        self.per_address = RateLimitItemPerSecond(
            settings.login_burst_per_address, ADDRESS_WINDOW_SECONDS
        )
        self.per_registration = RateLimitItemPerSecond(
            settings.login_rate_per_second * REGISTRATION_WINDOW_SECONDS,
            REGISTRATION_WINDOW_SECONDS,
        )

        self.connecting = RateLimitItemPerHour(CONNECTING_STEPS_PER_HOUR)

        self.refused_notices = RateLimitItemPerSecond(REFUSED_NOTICES, REFUSED_NOTICES_SECONDS)

    def check_notices(self, *, address: str) -> None:
        """Refuse an address that has sent too much that is not proven; others are not counted.

        Raises:
            TooManyRequests: it has had its share.
        """
        if not self._counter.test(self.refused_notices, "notices", address):
            raise TooManyRequests(retry_after=REFUSED_NOTICES_SECONDS)

    def count_refused_notices(self, *, address: str) -> None:
        """Count a post with a notice that is not proven."""
        self._counter.hit(self.refused_notices, "notices", address)

    def count_connecting(self, *, address: str) -> None:
        """Count one step towards connecting a platform.

        Raises:
            TooManyRequests: the address has had its share.
        """
        if not self._counter.hit(self.connecting, "connecting", address):
            raise TooManyRequests(retry_after=3600)

    def count_finish(self, *, address: str) -> None:
        """Count one report of what a platform's page kept: as many as logins, for each has one.

        Raises:
            TooManyRequests: the address has had its share.
        """
        if not self._counter.hit(self.per_address, "finish", address):
            raise TooManyRequests(retry_after=60)

    def count(self, *, address: str, issuer: str, client_id: str) -> None:
        """Count one login.

        Raises:
            TooManyRequests: the address or the registration has had its share.
        """
        hit = self._counter.hit
        if not hit(self.per_address, "login", address) or not hit(
            self.per_registration, "login", issuer[:_LONGEST_KEY], client_id[:_LONGEST_KEY]
        ):
            raise TooManyRequests(retry_after=60)


def limit_requests(app: Flask, settings: Settings) -> None:
    """Install the limits; the counters of one app are its own."""
    app.extensions[_LIMITS] = LoginLimits(settings)


def check_notices(app: Flask) -> None:
    """See that this request's address may send notices. Raises TooManyRequests."""
    limits: LoginLimits = app.extensions[_LIMITS]
    limits.check_notices(address=request.remote_addr or "unknown")


def count_refused_notices(app: Flask) -> None:
    """Count this request as one with a notice that is not proven."""
    limits: LoginLimits = app.extensions[_LIMITS]
    limits.count_refused_notices(address=request.remote_addr or "unknown")


def count_connecting(app: Flask) -> None:
    """Count the step towards connecting a platform that this request is. Raises TooManyRequests."""
    limits: LoginLimits = app.extensions[_LIMITS]
    limits.count_connecting(address=request.remote_addr or "unknown")


def count_finish(app: Flask) -> None:
    """Count this request as one that finishes a waiting launch. Raises TooManyRequests."""
    limits: LoginLimits = app.extensions[_LIMITS]
    limits.count_finish(address=request.remote_addr or "unknown")


def count_login(app: Flask, sent: Mapping[str, Sequence[str]]) -> None:
    """Count the login that this request begins. Raises TooManyRequests.

    Args:
        sent: every value of every name; only the first issuer and client id count.
    """
    limits: LoginLimits = app.extensions[_LIMITS]
    limits.count(
        address=request.remote_addr or "unknown",
        issuer=sent.get("iss", [""])[0],
        client_id=sent.get("client_id", [""])[0],
    )
