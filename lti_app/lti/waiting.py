"""Launches that are proven but for their browser: sealed, for two minutes, to be taken once.

They wait while a page of ours asks the platform's page for what it kept. It proves nothing itself.
Only that page can take them: it has a ticket, which whoever began the login never sees.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from lti_app.core.db.locks import hold_lock
from lti_app.core.ids import digest, new_secret
from lti_app.core.sealing import Keyring, SealingError
from lti_app.lti.models import WaitingLaunch
from lti_app.lti.verified import UnboundLaunch

WAITS_FOR = timedelta(minutes=2)


def let_wait(
    session: Session, keyring: Keyring, launch: UnboundLaunch, *, id_token: str, now: datetime
) -> str:
    """Keep the token of a launch until its browser is known; in place of an earlier one.

    Returns:
        The ticket that takes it, for the page that the browser with the token gets, and no other.
    """
    hold_lock(session, "waiting", launch.attempt_id)
    state_hash, ticket = digest(launch.state), new_secret()
    session.execute(delete(WaitingLaunch).where(WaitingLaunch.state_hash == state_hash))
    session.add(
        WaitingLaunch(
            platform_id=launch.registration.id,
            state_hash=state_hash,
            ticket_hash=digest(ticket),
            sealed_token=keyring.seal_secret(id_token.encode()),
            expires_at=now + WAITS_FOR,
        )
    )
    return ticket


def take_waiting(
    session: Session, keyring: Keyring, state: str, *, ticket: str, now: datetime
) -> str | None:
    """Return the token that waits for this state and ticket, and no longer; None when none does."""
    sealed = session.execute(
        delete(WaitingLaunch)
        .where(
            WaitingLaunch.state_hash == digest(state),
            WaitingLaunch.ticket_hash == digest(ticket),
            WaitingLaunch.expires_at > now,
        )
        .returning(WaitingLaunch.sealed_token)
    ).scalar_one_or_none()
    try:
        return keyring.open_secret(sealed).decode() if sealed else None
    except SealingError:
        return None  # the key was taken away within these two minutes


def purge_waiting(session: Session, *, now: datetime) -> None:
    """Delete what nobody came back for."""
    session.execute(delete(WaitingLaunch).where(WaitingLaunch.expires_at <= now))
