"""Which keys of a platform's key set we use. Pure: bytes or stored values in, key objects out.

RSA of 2048 bits and more, for signatures, RS256. One bad key does not spoil the set.
Sources: RFC 7517; LTI Security Framework 1.0, section 6.1.
"""

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa

from lti_app.lti.compact import ALGORITHM, decode_segment

#: A set longer than this is read up to here.
MAX_KEYS = 100
LEAST_BITS, MOST_BITS = 2048, 8192
#: A key set is fetched no more often, and no less often, than this. The ceiling is also how long a
#: key that a platform has withdrawn may still be taken.
FLOOR = timedelta(minutes=1)
CEILING = timedelta(minutes=10)
DEFAULT = CEILING
_MAX_AGE = re.compile(r"(?:\A|[\s,])max-age\s*=\s*\"?([0-9]{1,12})", re.IGNORECASE)
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})

Keys = Mapping[str, rsa.RSAPublicKey]


def usable_jwks(body: bytes) -> dict[str, dict[str, str]]:
    """Return `kid` to `n` and `e` of each key we would verify with; empty when there is none.

    A `kid` with two different RSA keys is nobody's name and is left out.
    """
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    entries = document.get("keys") if isinstance(document, dict) else None
    found: dict[str, dict[str, str]] = {}
    ambiguous: set[str] = set()
    for entry in entries[:MAX_KEYS] if isinstance(entries, list) else ():
        public = _public_members(entry)
        if public is None:
            continue
        kid = entry["kid"]
        if found.setdefault(kid, public) != public:
            ambiguous.add(kid)
    return {kid: public for kid, public in found.items() if kid not in ambiguous}


def _public_members(entry: object) -> dict[str, str] | None:
    if not isinstance(entry, dict) or entry.get("kty") != "RSA":
        return None
    kid, operations = entry.get("kid"), entry.get("key_ops")
    if not isinstance(kid, str) or not kid or "\x00" in kid or len(kid) > 1024:
        return None
    if entry.get("alg", ALGORITHM) != ALGORITHM or entry.get("use", "sig") != "sig":
        return None
    if operations is not None and not (isinstance(operations, list) and "verify" in operations):
        return None
    public = {"n": entry.get("n"), "e": entry.get("e")}
    return public if parse_key(public) is not None else None  # type: ignore[return-value] # strings, as parse_key has seen


def parse_key(public: Mapping[str, Any]) -> rsa.RSAPublicKey | None:
    """Return the key object, None for what is no RSA key we accept."""
    try:
        modulus = int.from_bytes(decode_segment(public["n"]), "big")
        exponent = int.from_bytes(decode_segment(public["e"]), "big")
        if not LEAST_BITS <= modulus.bit_length() <= MOST_BITS or exponent.bit_length() > 32:
            return None
        return rsa.RSAPublicNumbers(exponent, modulus).public_key()
    except (ValueError, TypeError, AttributeError, KeyError):
        return None


def has_private_members(body: bytes) -> bool:
    """Whether a platform publishes what it should keep."""
    try:
        entries = json.loads(body)["keys"]
        return any(_PRIVATE & entry.keys() for entry in entries if isinstance(entry, dict))
    except (ValueError, TypeError, KeyError, RecursionError):
        return False


def lifetime_from(cache_control: str) -> timedelta:
    """Return how long a key set is kept, from the header it came with.

    >>> lifetime_from("max-age=5").seconds, lifetime_from("public, max-age=300").seconds
    (60, 300)
    """
    text = cache_control.lower()
    if "no-store" in text or "no-cache" in text:
        return FLOOR
    match = _MAX_AGE.search(text)
    if match is None:
        return DEFAULT
    return min(max(timedelta(seconds=min(int(match[1]), 10**6)), FLOOR), CEILING)
