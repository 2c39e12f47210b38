"""RS256 signatures with a key of this platform. What is signed is somebody else's decision."""

from collections.abc import Mapping
from dataclasses import dataclass

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key, parsed once and kept, with the name it is published under."""

    kid: str
    private_key: RSAPrivateKey


def sign(
    key: SigningKey, claims: Mapping[str, object], *, header: Mapping[str, object] | None = None
) -> str:
    """Return the claims as a compact RS256 token.

    Claims are taken as they are: nothing is added, nothing is checked. Members of `header` are
    added, or stand in place of `kid` and `typ`.
    """
    return jwt.encode(
        dict(claims),
        key.private_key,
        algorithm="RS256",
        headers={"kid": key.kid, **(header or {})},
    )
