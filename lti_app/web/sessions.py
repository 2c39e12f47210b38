"""Start a launch session, in the transaction that consumed its launch."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from lti_app.core.db import Place, Prepared
from lti_app.core.ids import digest, new_public_id, new_secret
from lti_app.people.roles import Role
from lti_app.web.cookies import set_frame_cookie
from lti_app.web.models import NO_COOKIE, LaunchSession
from lti_app.web.session import LASTS_FOR, cookie_name

_INSERT = Prepared.insert(LaunchSession)


@dataclass(frozen=True)
class SessionStart:
    """What a session is made of.

    Attributes:
        needs_cookie: False only for a window that can hold none: there the key is all.
    """

    platform_id: int
    user_id: int
    role: Role
    frame_origins: tuple[str, ...]
    locale: str
    is_test: bool = False
    context_id: int | None = None
    placement_id: int | None = None
    return_url: str | None = None
    time_zone: str | None = None
    needs_cookie: bool = True
    wants_contrast: bool = False


@dataclass(frozen=True, repr=False)
class SessionGrant:
    """What the browser gets, once; the database keeps digests."""

    public_id: str
    key: str
    cookie: str


def start_session(
    place: Place, start: SessionStart, *, now: datetime, began_at: datetime | None = None
) -> SessionGrant:
    """Store a new session and return its secrets.

    Args:
        began_at: when the launch was, if this session continues an older one: the eight hours
            that a session may last are counted from there.
    """
    grant = SessionGrant(new_public_id(), key=new_secret(), cookie=new_secret())
    _INSERT.run(
        place,
        {
            "public_id": grant.public_id,
            "platform_id": start.platform_id,
            "user_id": start.user_id,
            "context_id": start.context_id,
            "placement_id": start.placement_id,
            "key_digest": digest(grant.key),
            "cookie_digest": digest(grant.cookie) if start.needs_cookie else NO_COOKIE,
            "csrf_secret": new_secret(),
            "role": start.role.value,
            "is_test": start.is_test,
            "frame_origins": list(start.frame_origins),
            "return_url": start.return_url,
            "locale": start.locale,
            "time_zone": start.time_zone,
            "wants_contrast": start.wants_contrast,
            "created_at": began_at or now,
            "seen_at": now,
            "ended_at": None,
        },
    )
    return grant


def copy_session(session: Session, origin: LaunchSession, *, now: datetime) -> SessionGrant:
    """Start a session for the same person and launch, for a tab of its own."""
    return start_session(
        session,
        SessionStart(
            platform_id=origin.platform_id,
            user_id=origin.user_id,
            role=Role(origin.role),
            frame_origins=(),
            locale=origin.locale,
            is_test=origin.is_test,
            context_id=origin.context_id,
            placement_id=origin.placement_id,
            return_url=origin.return_url,
            time_zone=origin.time_zone,
            needs_cookie=origin.cookie_digest != NO_COOKIE,
            wants_contrast=origin.wants_contrast,
        ),
        now=now,
        began_at=origin.created_at,
    )


def set_session_cookie(response: Response, grant: SessionGrant) -> None:
    """Send the session's cookie; it lasts as long as a session may."""
    set_frame_cookie(
        response,
        cookie_name(grant.public_id),
        grant.cookie,
        max_age=int(LASTS_FOR.total_seconds()),
    )
