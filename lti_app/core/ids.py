"""Random names: public ids and secret keys. It never stores them."""

import hashlib
import secrets

PUBLIC_ID_LENGTH = 26
#: A character for the lowest five bits of each byte: every character is equally likely.
_BASE32 = b"abcdefghijklmnopqrstuvwxyz234567" * 8


def new_public_id() -> str:
    """Return 130 random bits in lower-case base32: 26 characters, safe in a URL.

    >>> len(new_public_id()) == PUBLIC_ID_LENGTH
    True
    """
    return secrets.token_bytes(PUBLIC_ID_LENGTH).translate(_BASE32).decode()


def new_secret() -> str:
    """Return 256 random bits as 43 URL-safe characters."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """Return the SHA-256 of a 256-bit secret, in hex: what is stored in its place.

    No salt and no stretching: the input is not guessable, unlike a password.
    """
    return hashlib.sha256(secret.encode()).hexdigest()
