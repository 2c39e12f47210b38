"""The public keys of tools: fetched where the registration says, and kept.

They are asked for once more when a tool signs with a key that is not known yet. Nothing is decided
about a token here.
"""

import threading
from collections.abc import Callable, Mapping

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


class ToolKeys:
    """Keys of all tools, by the address of their set."""

    def __init__(self, fetch: Callable[[str], KeySet] = fetch_key_set) -> None:
        self._fetch = fetch
        self._sets: dict[str, KeySet] = {}
        self._lock = threading.Lock()

    def find(self, url: str, kid: str) -> RSAPublicKey | None:
        """Return the key, fetching the set again when it is not in the one we hold.

        Raises:
            ToolKeysError: the set had to be fetched and could not be.
        """
        with self._lock:
            if kid not in self._sets.get(url, {}):
                self._sets[url] = self._fetch(url)
            return self._sets[url].get(kid)
