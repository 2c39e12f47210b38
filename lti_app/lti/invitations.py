"""Invitations to register one platform: made by an operator, good for one registration.

They decide who may register. What is registered is decided elsewhere.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lti_app.audit import Actor, record_event
from lti_app.core.ids import digest, new_secret
from lti_app.lti.models import Invitation
from lti_app.lti.registration import Registration, Standing
from lti_app.lti.registration_problems import RegistrationError, Stop

LASTS_FOR = timedelta(hours=1)
_LONGEST_SECRET = 128


@dataclass(frozen=True)
class Invited:
    """An invitation that may be used.

    Attributes:
        name: what the operator calls the platform; None when the platform's own name will do.
        needs_approval: whether an operator has the last word after the registration.
    """

    id: int
    public_id: str
    name: str | None
    needs_approval: bool
    expires_at: datetime

    @property
    def standing(self) -> Standing:
        """How a platform that comes with this invitation begins."""
        return Standing.WAITING if self.needs_approval else Standing.UNTRIED


def invite(
    session: Session,
    *,
    now: datetime,
    name: str | None = None,
    needs_approval: bool = False,
    lasts_for: timedelta = LASTS_FOR,
) -> str:
    """Make an invitation and return its secret, which is stored nowhere."""
    secret = new_secret()
    row = Invitation(
        secret_hash=digest(secret),
        name=name,
        needs_approval=needs_approval,
        created_at=now,
        expires_at=now + lasts_for,
    )
    session.add(row)
    session.flush()
    _record(session, "invitation.made", row.public_id, now=now, actor=Actor.OPERATOR)
    return secret


def get_invitation(session: Session, secret: str, *, now: datetime) -> Invited:
    """Return the invitation of a secret.

    Raises:
        RegistrationError: 403 when it is unknown, used or over.
    """
    row = session.scalar(
        select(Invitation).where(Invitation.secret_hash == digest(secret[:_LONGEST_SECRET]))
    )
    if row is None:
        raise RegistrationError(Stop.INVITATION_UNKNOWN)
    if row.used_at is not None:
        raise RegistrationError(Stop.INVITATION_USED)
    if row.expires_at <= now:
        raise RegistrationError(Stop.INVITATION_EXPIRED)
    return Invited(row.id, row.public_id, row.name, row.needs_approval, row.expires_at)


def take(session: Session, invited: Invited, *, now: datetime) -> None:
    """Use an invitation up, so that no second request goes out with it.

    Raises:
        RegistrationError: 403 when another request was first, or its time is over.
    """
    taken = session.execute(
        update(Invitation)
        .where(Invitation.id == invited.id, Invitation.used_at.is_(None))
        .where(Invitation.expires_at > now)
        .values(used_at=now)
        .returning(Invitation.id)
    ).first()
    if taken is None:
        raise RegistrationError(Stop.INVITATION_USED)


def give_back(session: Session, invited: Invited) -> None:
    """Let an invitation be tried again: nothing came of it."""
    session.execute(
        update(Invitation)
        .where(Invitation.id == invited.id, Invitation.platform_id.is_(None))
        .values(used_at=None)
    )


def note_outcome(
    session: Session, invited: Invited, registration: Registration, *, now: datetime
) -> None:
    """Remember which platform came of an invitation."""
    session.execute(
        update(Invitation)
        .where(Invitation.id == invited.id)
        .values(platform_id=registration.id, used_at=now)
    )
    _record(session, "invitation.used", invited.public_id, now=now, platform_id=registration.id)


def _record(
    session: Session,
    action: str,
    public_id: str,
    *,
    now: datetime,
    actor: Actor = Actor.NOBODY,
    platform_id: int | None = None,
) -> None:
    record_event(
        session,
        action,
        at=now,
        actor=actor,
        about=("invitation", public_id),
        platform_id=platform_id,
    )
