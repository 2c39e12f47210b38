"""Private text and secrets at rest: a data key per person, wrapped by the installation's keys.

AES-256-GCM (NIST SP 800-38D) under the data key, with the place of the text as associated data;
the data key under MultiFernet. Deleting the wrapped key erases the text, in backups too.
It stores nothing itself.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from lti_app.core.db.types import Sealed

_FORMAT = b"\x01"
_NONCE_BYTES = 12
_KEY_BYTES = 32


class SealingError(Exception):
    """The bytes are not what was sealed for this place, or the key is gone."""


@dataclass(frozen=True)
class Place:
    """Where a sealed text stands; text moved to another row or column no longer opens."""

    table: str
    column: str
    row: str

    @property
    def associated_data(self) -> bytes:
        """The bytes that AES-GCM authenticates beside the text."""
        return f"{self.table}\x1f{self.column}\x1f{self.row}".encode()


@dataclass(frozen=True, repr=False)
class DataKey:
    """One person's key. It lives in memory for one request."""

    key_id: int
    secret: bytes

    def seal(self, text: str, place: Place) -> Sealed:
        """Encrypt text for one place. Layout: format 1 byte, key id 8, nonce 12, cipher text."""
        nonce = os.urandom(_NONCE_BYTES)
        head = _FORMAT + self.key_id.to_bytes(8, "big")
        cipher = AESGCM(self.secret).encrypt(nonce, text.encode(), head + place.associated_data)
        return Sealed(head + nonce + cipher)

    def open(self, sealed: Sealed, place: Place) -> str:
        """Decrypt what was sealed for this place.

        Raises:
            SealingError: another key, another place, or changed bytes.
        """
        head, rest = sealed.blob[:9], sealed.blob[9:]
        if head != _FORMAT + self.key_id.to_bytes(8, "big"):
            raise SealingError("sealed with another key or format")
        nonce, cipher = rest[:_NONCE_BYTES], rest[_NONCE_BYTES:]
        try:
            data = AESGCM(self.secret).decrypt(nonce, cipher, head + place.associated_data)
        except InvalidTag as error:
            raise SealingError("not what was sealed for this place") from error
        return data.decode()

    def derive(self, purpose: str) -> bytes:
        """Return a key for one purpose, which tells nothing of this one. HKDF, RFC 5869.

        The same purpose always has the same key; it is gone with the data key.
        """
        kdf = HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=purpose.encode())
        return kdf.derive(self.secret)


class Keyring:
    """The installation's keys, newest first: wraps data keys and seals the tool's own secrets."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def new_wrapped_key(self) -> bytes:
        """Make a data key and return it wrapped, ready to be stored."""
        return self._fernet.encrypt(os.urandom(_KEY_BYTES))

    def unwrap(self, key_id: int, wrapped: bytes) -> DataKey:
        """Return the data key that was stored under this id.

        Raises:
            SealingError: none of the installation's keys opens it.
        """
        return DataKey(key_id, self.open_secret(wrapped))

    def seal_secret(self, secret: bytes) -> bytes:
        """Encrypt one of the tool's own secrets, such as a private key or an access token."""
        return self._fernet.encrypt(secret)

    def open_secret(self, sealed: bytes) -> bytes:
        """Decrypt what `seal_secret` returned.

        Raises:
            SealingError: none of the installation's keys opens it.
        """
        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken as error:
            raise SealingError("no key of RAPPORT_ENCRYPTION_KEYS opens it") from error

    def rewrap(self, sealed: bytes) -> bytes:
        """Encrypt anew under the newest key, for `rapport keys encryption rotate`."""
        return self._fernet.rotate(sealed)
