"""Access tokens at rest: sealed, one row for each registration and set of scopes."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, insert, select
from sqlalchemy.exc import IntegrityError

from lti_app.core.db import Database
from lti_app.core.sealing import Keyring, SealingError
from lti_app.lti.models import AccessToken


@dataclass(frozen=True, repr=False)
class Token:
    """A token to send; never printed.

    Attributes:
        scopes: what was granted; it may be less than was asked for.
    """

    text: str
    scopes: frozenset[str]
    expires_at: datetime


@dataclass(frozen=True)
class TokenKey:
    """Whose token, for what was asked. Never the issuer: many schools share one."""

    platform_id: int
    scopes_key: str


def token_key(platform_id: int, scopes: Iterable[str]) -> TokenKey:
    """Return the key of a set of scopes, in whatever order they come."""
    text = " ".join(sorted(scopes))
    return TokenKey(platform_id, hashlib.sha256(text.encode()).hexdigest())


@dataclass(frozen=True)
class TokenStore:
    """Reads and writes the rows."""

    database: Database
    keyring: Keyring

    def find(self, key: TokenKey) -> Token | None:
        """Return what is stored, expired or not."""
        query = select(
            AccessToken.sealed_token, AccessToken.granted_scopes, AccessToken.expires_at
        ).where(_is(key))
        with self.database.read() as session:
            row = session.execute(query).first()
        if row is None:
            return None
        try:
            text = self.keyring.open_secret(row.sealed_token).decode()
        except SealingError:
            # Sealed with a key that is gone: a new token costs one request.
            return None
        return Token(text, frozenset(row.granted_scopes), row.expires_at)

    def keep(self, key: TokenKey, token: Token) -> None:
        """Store a token in place of the one before."""
        values = {
            "platform_id": key.platform_id,
            "scopes_key": key.scopes_key,
            "granted_scopes": sorted(token.scopes),
            "sealed_token": self.keyring.seal_secret(token.text.encode()),
            "expires_at": token.expires_at,
        }
        try:
            with self.database.write() as session:
                session.execute(delete(AccessToken).where(_is(key)))
                session.execute(insert(AccessToken).values(**values))
        except IntegrityError:
            return  # Another process stored one a moment ago; ours works as well.

    def forget(self, key: TokenKey) -> None:
        """Delete what is stored."""
        with self.database.write() as session:
            session.execute(delete(AccessToken).where(_is(key)))


def _is(key: TokenKey) -> ColumnElement[bool]:
    return and_(
        AccessToken.platform_id == key.platform_id, AccessToken.scopes_key == key.scopes_key
    )
