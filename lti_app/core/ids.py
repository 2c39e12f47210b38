"""Random names: public ids and secret keys. It never stores them."""

import base64
import hashlib
import secrets

PUBLIC_ID_LENGTH = 26


def new_public_id() -> str:
    """Return 128 random bits in lower-case base32: 26 characters, safe in a URL.

    >>> len(new_public_id()) == PUBLIC_ID_LENGTH
    True
    """
    return base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()


def new_secret() -> str:
    """Return 256 random bits as 43 URL-safe characters."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """Return the SHA-256 of a 256-bit secret, in hex: what is stored in its place.

    No salt and no stretching: the input is not guessable, unlike a password.
    """
    return hashlib.sha256(secret.encode()).hexdigest()
