"""Our own signing keys: made, published, rotated with an overlap, used to sign.

Only the private half is secret; it is stored sealed and never leaves this module. It decides
nothing about what is signed. Sources: RFC 7517; LTI Security Framework 1.0, section 6.3.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from lti_app.audit import Actor, record_event
from lti_app.core.clock import Clock
from lti_app.core.db import Database
from lti_app.core.errors import BusyError
from lti_app.core.sealing import Keyring
from lti_app.lti.compact import ALGORITHM
from lti_app.lti.models import SigningKey

KEY_BITS = 2048
#: Platforms cache our key set for a day: a new key is published two days before it signs.
PUBLISHED_BEFORE = timedelta(hours=48)
#: What an old key signed may still be checked for two weeks.
PUBLISHED_AFTER = timedelta(days=14)
#: After an immediate change only what is under way needs the old key.
PUBLISHED_AFTER_IMMEDIATE = timedelta(minutes=10)


class KeyState(StrEnum):
    """What a published key is there for."""

    WAITING = "waiting"
    SIGNING = "signing"
    #: It signs no more; what it signed can still be checked.
    CHECKING = "checking"


@dataclass(frozen=True)
class Overlap:
    """How long two keys are published together.

    Attributes:
        before: how long a new key is published before it signs; longer than any platform caches
            our key set.
        after: how long the old one stays published after that.
    """

    before: timedelta = PUBLISHED_BEFORE
    after: timedelta = PUBLISHED_AFTER


@dataclass(frozen=True)
class SigningKeyInfo:
    """A key as an operator sees it.

    Attributes:
        state: exactly one key is signing.
        retires_at: when it leaves the published set; None while no other key follows it.
    """

    kid: str
    created_at: datetime
    activates_at: datetime
    retires_at: datetime | None
    state: KeyState


def ensure_signing_key(session: Session, keyring: Keyring, *, now: datetime) -> SigningKeyInfo:
    """Return the key that signs now; make the first one if there is none."""
    active = _active(session, now)
    if active is None:
        active = _add(session, keyring, activates_at=now, now=now)
    return _info(active, active, now)


def list_signing_keys(session: Session, *, now: datetime) -> list[SigningKeyInfo]:
    """Return every key that is published now or signs later, newest first."""
    active = _active(session, now)
    return [_info(key, active, now) for key in _published(session, now)]


def rotate_signing_key(
    session: Session,
    keyring: Keyring,
    *,
    now: datetime,
    is_immediate: bool = False,
    overlap: Overlap = Overlap(),
    actor: Actor = Actor.OPERATOR,
) -> SigningKeyInfo:
    """Publish a new key; it signs once every platform has had time to fetch it, or at once.

    A key that already waits for its turn is kept: rotating twice does not make two. At once means
    that platforms which cache our key set refuse us until they fetch it anew; then a key that waits
    is withdrawn and never signs, for who stole the one may have the other too.
    """
    waiting = next((key for key in _published(session, now) if key.activates_at > now), None)
    if waiting is not None and is_immediate:
        waiting.retires_at, waiting = now, None
    starts_at = now if is_immediate else now + overlap.before
    key = waiting or _add(session, keyring, activates_at=starts_at, now=now)
    key.activates_at = min(key.activates_at, starts_at)
    until = key.activates_at + (PUBLISHED_AFTER_IMMEDIATE if is_immediate else overlap.after)
    session.execute(
        update(SigningKey)
        .where(SigningKey.id != key.id)
        .where(or_(SigningKey.retires_at.is_(None), SigningKey.retires_at > until))
        .values(retires_at=until)
    )
    record_event(
        session, "signing_key.rotated", at=now, actor=actor, about=("signing_key", key.kid)
    )
    session.flush()
    return _info(key, _active(session, now), now)


def public_jwks(session: Session, *, now: datetime) -> dict[str, Any]:
    """Return our public key set: only public members, each with `kid`, `alg` and `use`."""
    return {"keys": [key.public_jwk for key in _published(session, now)]}


class Signer:
    """Signs with the active key. Parsing a private key is dear, so it is done once a process."""

    def __init__(self, database: Database, keyring: Keyring, clock: Clock) -> None:
        self._database = database
        self._keyring = keyring
        self._clock = clock
        self._parsed: dict[str, rsa.RSAPrivateKey] = {}

    def sign(self, claims: Mapping[str, Any]) -> str:
        """Return the claims as a signed token.

        Raises:
            BusyError: `signing_key_missing`; nothing is ever sent unsigned.
        """
        with self._database.read() as session:
            key = _active(session, self._clock())
        if key is None:
            raise BusyError("signing_key_missing")
        headers = {"kid": key.kid, "typ": "JWT"}
        return jwt.encode(dict(claims), self._private(key), algorithm=ALGORITHM, headers=headers)

    def _private(self, key: SigningKey) -> rsa.RSAPrivateKey:
        found = self._parsed.get(key.kid)
        if found is None:
            # Ours, and authenticated by the seal: proving again that it is a key takes 30 ms.
            loaded = load_der_private_key(
                self._keyring.open_secret(key.sealed_private_key),
                password=None,
                unsafe_skip_rsa_key_validation=True,
            )
            if not isinstance(loaded, rsa.RSAPrivateKey):
                raise BusyError("signing_key_missing")
            found = self._parsed[key.kid] = loaded
        return found


def _published(session: Session, now: datetime) -> list[SigningKey]:
    query = select(SigningKey).where(
        or_(SigningKey.retires_at.is_(None), SigningKey.retires_at > now)
    )
    newest_first = query.order_by(SigningKey.activates_at.desc(), SigningKey.id.desc())
    return list(session.scalars(newest_first))


def _active(session: Session, now: datetime) -> SigningKey | None:
    return next((key for key in _published(session, now) if key.activates_at <= now), None)


def _add(
    session: Session, keyring: Keyring, *, activates_at: datetime, now: datetime
) -> SigningKey:
    private = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    jwk = public_jwk(private.public_key())
    der = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    key = SigningKey(
        kid=jwk["kid"],
        sealed_private_key=keyring.seal_secret(der),
        public_jwk=jwk,
        created_at=now,
        activates_at=activates_at,
    )
    session.add(key)
    session.flush()
    return key


def public_jwk(key: rsa.RSAPublicKey) -> dict[str, Any]:
    """Return a public key as JWK, named by its thumbprint (RFC 7638)."""
    numbers = key.public_numbers()
    required = {"e": _base64url(numbers.e), "kty": "RSA", "n": _base64url(numbers.n)}
    text = json.dumps(required, separators=(",", ":"), sort_keys=True)
    thumbprint = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest())
    kid = thumbprint.decode().rstrip("=")
    return {**required, "alg": ALGORITHM, "use": "sig", "kid": kid}


def _base64url(number: int) -> str:
    data = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _info(key: SigningKey, active: SigningKey | None, now: datetime) -> SigningKeyInfo:
    return SigningKeyInfo(
        kid=key.kid,
        created_at=key.created_at,
        activates_at=key.activates_at,
        retires_at=key.retires_at,
        state=_state(key, active, now),
    )


def _state(key: SigningKey, active: SigningKey | None, now: datetime) -> KeyState:
    if key.activates_at > now:
        return KeyState.WAITING
    return KeyState.SIGNING if active and key.kid == active.kid else KeyState.CHECKING
