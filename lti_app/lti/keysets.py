"""The public keys of platforms: kept, fetched, refetched once for a key we do not know.

A warm launch asks nobody: parsed keys stay in memory until the stored set expires. While a
platform is down its last set is used. It decides which key may be tried, never whether a
signature fits.
"""

import threading
import time
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import rsa

from lti_app.core.clock import Clock
from lti_app.core.db import Database
from lti_app.core.http import Answer, FetchError, HttpClient
from lti_app.core.logs import get_logger
from lti_app.lti import jwks
from lti_app.lti.errors import LtiError, Reason
from lti_app.lti.key_store import (
    MAX_STALE,
    RETRY_AFTER_FAILURE,
    StoredKeys,
    claim_fetch,
    load_keys,
    settle_failed_fetch,
    store_keys,
)
from lti_app.lti.registration import Registration

FETCH_SECONDS = 5.0
MAX_BYTES = 512 * 1024
_POLL_SECONDS = 0.1

_log = get_logger(__name__)


@dataclass(frozen=True)
class _Held:
    """Parsed keys in memory, with the times of the row they came from."""

    keys: jwks.Keys
    expires_at: datetime
    usable_until: datetime


@dataclass
class KeySets:
    """Finds keys. One for the process; used from many threads."""

    database: Database
    http: HttpClient
    clock: Clock
    _held: dict[int, _Held] = field(default_factory=dict, init=False)
    _locks: dict[int, threading.Lock] = field(default_factory=dict, init=False)
    _guard: threading.Lock = field(default_factory=threading.Lock, init=False)

    def find(self, registration: Registration, kid: str) -> rsa.RSAPublicKey:
        """Return the platform's key of this name.

        Raises:
            LtiError: 401 when the platform has no such key, 503 when it cannot be asked.
        """
        now = self.clock()
        held = self._held.get(registration.id)
        key = held.keys.get(kid) if held else None
        if held and key and now < held.expires_at:
            return key
        lock = self._lock_of(registration.id)
        # While one thread asks, the others go on with what is stale but usable.
        is_stale = held is not None and key is not None and now < held.usable_until
        if not lock.acquire(blocking=not is_stale):
            assert key is not None  # noqa: S101 - is_stale says so, the type checker cannot see it
            return key
        try:
            return self._find_alone(registration, kid)
        finally:
            lock.release()

    def refetch(
        self, registration: Registration, kid: str, tried: rsa.RSAPublicKey
    ) -> rsa.RSAPublicKey | None:
        """Return another key of the same name, if the platform has changed it and may be asked.

        Reusing a name is forbidden, and done. Only a signature that did not fit leads here.
        """
        with self._lock_of(registration.id):
            stored = load_keys(self.database, registration.id)
            if stored is None or self._hold(registration, stored).get(kid) == tried:
                stored = self._ask(registration, waits=True)
            key = self._hold(registration, stored).get(kid) if stored else None
        return key if key != tried else None

    def _lock_of(self, platform_id: int) -> threading.Lock:
        with self._guard:
            return self._locks.setdefault(platform_id, threading.Lock())

    def _find_alone(self, registration: Registration, kid: str) -> rsa.RSAPublicKey:
        """Look in the database, then ask the platform if it is its turn."""
        now = self.clock()
        stored = load_keys(self.database, registration.id)
        has_kid = stored is not None and kid in stored.public
        if stored is None or not stored.is_fresh(now) or not has_kid:
            may_use_stale = has_kid and stored is not None and stored.is_usable(now)
            stored = self._ask(registration, waits=not may_use_stale) or stored
        is_usable = stored is not None and (stored.is_fresh(now) or stored.is_usable(now))
        key = self._hold(registration, stored).get(kid) if stored and is_usable else None
        if key is not None:
            return key
        if stored is None or not is_usable or stored.has_failed:
            raise LtiError(
                Reason.KEYS_UNAVAILABLE,
                platform_id=registration.id,
                retry_after_seconds=int(RETRY_AFTER_FAILURE.total_seconds()),
            )
        raise LtiError(Reason.KID_UNKNOWN, platform_id=registration.id)

    def _ask(self, registration: Registration, *, waits: bool) -> StoredKeys | None:
        """Fetch the set if it is our turn; else wait for whoever is fetching it, if so told."""
        if claim_fetch(self.database, registration.id, self.clock()):
            self._fetch(registration)
        ends_at = time.monotonic() + (FETCH_SECONDS if waits else 0)
        stored = load_keys(self.database, registration.id)
        while stored and stored.is_being_fetched(self.clock()) and time.monotonic() < ends_at:
            time.sleep(_POLL_SECONDS)
            stored = load_keys(self.database, registration.id)
        return stored

    def _fetch(self, registration: Registration) -> None:
        """Ask the platform and write down what came. No transaction is open meanwhile."""
        try:
            answer = self._download(registration)
            public = jwks.usable_jwks(answer.body)
            if not public:
                # An empty set counts as no answer: it would lock everybody out.
                raise FetchError("no_usable_key")
        except FetchError as error:
            settle_failed_fetch(self.database, registration.id, now=self.clock())
            _log.warning("key set not fetched", platform=registration.id, reason=error.code)
            return
        if jwks.has_private_members(answer.body):
            _log.warning("platform publishes private keys", platform=registration.id)
        keep_for = jwks.lifetime_from(answer.headers.get("cache-control", ""))
        store_keys(self.database, registration.id, public, now=self.clock(), keep_for=keep_for)
        _log.info("key set fetched", platform=registration.id, keys=len(public))

    def _download(self, registration: Registration) -> Answer:
        answer = self.http.get(
            registration.jwks_url,
            {"Accept": "application/json"},
            total_seconds=FETCH_SECONDS,
            max_bytes=MAX_BYTES,
        )
        if answer.status != 200:
            raise FetchError(f"status_{answer.status}")
        return answer

    def _hold(self, registration: Registration, stored: StoredKeys) -> jwks.Keys:
        """Keep parsed keys in memory, no longer than the row they came from."""
        now = self.clock()
        keys = {
            kid: key
            for kid, public in stored.public.items()
            if (key := jwks.parse_key(public)) is not None
        }
        expires_at = stored.expires_at or now
        if not stored.is_fresh(now):
            # The platform is down: look again when it may be asked again, not at every launch.
            expires_at = min(now, stored.tried_at) + RETRY_AFTER_FAILURE
        usable_until = (stored.fetched_at or now) + MAX_STALE
        self._held[registration.id] = _Held(keys, expires_at, usable_until)
        return keys
