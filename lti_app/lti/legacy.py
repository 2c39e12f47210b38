"""What somebody was called before LTI 1.3, believed only with the old secret's signature.

A platform that moved to LTI 1.3 may say the old id of a person. Without a secret that an operator
has stored for the old key, or with a signature that does not fit, it says nothing to us.
Source: LTI 1.3 Core, migration guide, section 3.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lti_app.audit import Actor, record_event
from lti_app.core.db import Database
from lti_app.core.errors import NotFoundError
from lti_app.core.sealing import Keyring
from lti_app.lti.claims import LTI, is_identifier
from lti_app.lti.models import LegacySecret, Platform

Claims = Mapping[str, Any]


@dataclass(frozen=True)
class SignedId:
    """An old id as a launch says it, with what has to be checked."""

    user_id: str
    consumer_key: str
    signature: str


def signed_id_in(claims: Claims) -> SignedId | None:
    """Return the old id of a launch; None when there is none, or it is not signed."""
    value = claims.get(f"{LTI}lti1p1")
    if not isinstance(value, dict):
        return None
    parts = (value.get("user_id"), value.get("oauth_consumer_key"))
    signature = value.get("oauth_consumer_key_sign")
    if not all(is_identifier(one) for one in parts) or not isinstance(signature, str):
        return None
    return SignedId(str(parts[0]), str(parts[1]), signature)


def signature_of(claims: Claims, consumer_key: str, secret: bytes) -> str:
    """Return the signature that ties a key to one launch."""
    said = (
        consumer_key,
        *(claims.get(name) for name in (f"{LTI}deployment_id", "iss", "aud", "exp", "nonce")),
    )
    text = "&".join(str(one) for one in said)
    return base64.b64encode(hmac.digest(secret, text.encode(), hashlib.sha256)).decode()


@dataclass(frozen=True)
class LegacyIds:
    """Checks the old ids of launches. It reads the database only for a launch that signs one."""

    database: Database
    keyring: Keyring

    def find(self, claims: Claims, *, platform_id: int, client_id: str) -> str | None:
        """Return the old id that a launch proves; None for any other.

        Args:
            claims: proven.
            client_id: ours, wherever among the audiences it stands.
        """
        said = signed_id_in(claims)
        secret = self._secret(platform_id, said.consumer_key) if said else None
        if said is None or secret is None:
            return None
        right = signature_of({**claims, "aud": client_id}, said.consumer_key, secret)
        fits = hmac.compare_digest(right.encode(), said.signature.encode())
        return said.user_id if fits else None

    def _secret(self, platform_id: int, consumer_key: str) -> bytes | None:
        of_key = select(LegacySecret.sealed_secret).where(
            LegacySecret.platform_id == platform_id, LegacySecret.consumer_key == consumer_key
        )
        with self.database.read() as session:
            sealed = session.scalar(of_key)
        return self.keyring.open_secret(sealed) if sealed else None


def keep_legacy_secret(
    session: Session,
    keyring: Keyring,
    platform_public_id: str,
    consumer_key: str,
    secret: str | None,
    *,
    now: datetime,
) -> None:
    """Store the secret of an old key in place of any before; None forgets it.

    Raises:
        NotFoundError: `platform_not_found`.
    """
    found = select(Platform.id).where(Platform.public_id == platform_public_id)
    platform_id = session.scalar(found)
    if platform_id is None:
        raise NotFoundError("platform_not_found")
    session.execute(
        delete(LegacySecret).where(
            LegacySecret.platform_id == platform_id, LegacySecret.consumer_key == consumer_key
        )
    )
    if secret is not None:
        sealed = keyring.seal_secret(secret.encode())
        session.add(
            LegacySecret(
                platform_id=platform_id,
                consumer_key=consumer_key,
                sealed_secret=sealed,
                created_at=now,
            )
        )
    record_event(
        session,
        "platform.old_secret_kept" if secret is not None else "platform.old_secret_forgotten",
        at=now,
        actor=Actor.OPERATOR,
        about=("platform", platform_public_id),
        platform_id=platform_id,
    )
