"""When our signing key is changed by itself, and when a key that is over is deleted.

It makes no key and signs nothing.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from lti_app.audit import Actor
from lti_app.core.sealing import Keyring
from lti_app.lti.keys import (
    KeyState,
    Overlap,
    SigningKeyInfo,
    list_signing_keys,
    rotate_signing_key,
)
from lti_app.lti.models import SigningKey


def rotate_when_old(
    session: Session,
    keyring: Keyring,
    *,
    every: timedelta,
    overlap: Overlap,
    now: datetime,
) -> SigningKeyInfo | None:
    """Publish the next key if the present one will have signed for `every` when it takes over.

    Args:
        every: how long a key signs; zero means until an operator rotates.

    Returns:
        The new key; None when nothing was due.
    """
    keys = list_signing_keys(session, now=now)
    signing = next((key for key in keys if key.state is KeyState.SIGNING), None)
    is_waiting = any(key.state is KeyState.WAITING for key in keys)
    if not every or signing is None or is_waiting:
        return None
    if now + overlap.before < signing.activates_at + every:
        return None
    return rotate_signing_key(session, keyring, now=now, overlap=overlap, actor=Actor.SYSTEM)


def forget_retired_keys(session: Session, *, now: datetime) -> int:
    """Delete keys that are published no more, their private halves with them; return how many."""
    retired = delete(SigningKey).where(SigningKey.retires_at <= now).returning(SigningKey.id)
    return len(session.execute(retired).all())
