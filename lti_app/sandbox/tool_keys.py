"""The public keys of tools: fetched where the registration says, and kept.

They are asked for once more when a tool signs with a key that is not known yet, unless this
platform keeps a set for a fixed time. Nothing is decided about a token here.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.algorithms import RSAAlgorithm

_SMALLEST_KEY_BITS = 2048
_SECONDS = 5

KeySet = dict[str, RSAPublicKey]


class ToolKeysError(Exception):
    """A tool's key set could not be read; the text says what came instead."""


def fetch_key_set(url: str) -> KeySet:
    """Return the usable keys at an address, by `kid`.

    Raises:
        ToolKeysError: no answer, or the answer is no key set.
    """
    try:
        response = requests.get(url, timeout=_SECONDS, allow_redirects=False)
        body = response.json()
    except requests.RequestException as error:
        raise ToolKeysError(f"no key set at {url}: {type(error).__name__}") from error
    if response.status_code != 200 or not isinstance(body, dict):
        raise ToolKeysError(f"no key set at {url}: status {response.status_code}")
    keys = body.get("keys")
    return _usable(keys if isinstance(keys, list) else [])


def _usable(jwks: list[object]) -> KeySet:
    found: KeySet = {}
    for jwk in jwks:
        key = _public_key(jwk) if isinstance(jwk, dict) else None
        if key is not None and isinstance(jwk, dict) and isinstance(jwk.get("kid"), str):
            found[jwk["kid"]] = key
    return found


def _public_key(jwk: Mapping[str, object]) -> RSAPublicKey | None:
    """Return an RSA key for signatures of 2048 bits or more, None for anything else."""
    if (jwk.get("kty"), jwk.get("alg"), jwk.get("use")) != ("RSA", "RS256", "sig"):
        return None
    public_members = {name: value for name, value in jwk.items() if name in ("kty", "n", "e")}
    try:
        key = RSAAlgorithm.from_jwk(public_members)
    except (jwt.PyJWTError, ValueError, TypeError):
        return None
    if not isinstance(key, RSAPublicKey) or key.key_size < _SMALLEST_KEY_BITS:
        return None
    return key


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class _Kept:
    keys: KeySet
    fetched_at: datetime


class ToolKeys:
    """Keys of all tools, by the address of their set."""

    def __init__(
        self,
        fetch: Callable[[str], KeySet] = fetch_key_set,
        *,
        kept_for: timedelta | None = None,
        clock: Callable[[], datetime] = _utc_now,
    ) -> None:
        """Hold no key yet.

        Args:
            kept_for: a set is used for so long, whatever a tool signs with; None fetches it again
                for a key that is not in it.
        """
        self._fetch = fetch
        self._kept_for = kept_for
        self._clock = clock
        self._sets: dict[str, _Kept] = {}
        self._lock = threading.Lock()

    def find(self, url: str, kid: str) -> RSAPublicKey | None:
        """Return the key, fetching the set when it has to be.

        Raises:
            ToolKeysError: the set had to be fetched and could not be.
        """
        now = self._clock()
        with self._lock:
            if not self._is_enough(self._sets.get(url), kid, now):
                self._sets[url] = _Kept(self._fetch(url), now)
            return self._sets[url].keys.get(kid)

    def _is_enough(self, kept: _Kept | None, kid: str, now: datetime) -> bool:
        if kept is None:
            return False
        if self._kept_for is None:
            return kid in kept.keys
        return now < kept.fetched_at + self._kept_for
