"""From the frame into a tab of its own: a hand-over that works once, within a minute.

A new tab is another cookie partition, so it cannot use the frame's cookie; it gets a session of
its own instead, for the same person and the same launch.
"""

from datetime import datetime, timedelta

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.utils import redirect

from lti_app.audit import Actor, record_event
from lti_app.core.errors import NotFoundError
from lti_app.core.ids import digest, new_secret
from lti_app.web.access import EVERY_ROLE, access, open_to_all
from lti_app.web.context import clock, db, viewer
from lti_app.web.cookies import expire_surplus
from lti_app.web.models import Handover, LaunchSession
from lti_app.web.render import Page
from lti_app.web.sessions import SessionGrant, copy_session, set_session_cookie
from lti_app.web.viewer import Viewer

HANDOVER_LASTS_FOR = timedelta(seconds=60)

blueprint = Blueprint("own_tab", __name__)


@blueprint.post("/s/<session_key>/own-tab")
@access(*EVERY_ROLE)
def offer() -> Page:
    """Mint a hand-over and show the one button that uses it, in a new tab."""
    token = _mint(db(), viewer(), now=clock()())
    return Page("web/own_tab.html", token=token)


@blueprint.post("/own-tab")
@open_to_all()
def take() -> ResponseReturnValue:
    """Use a hand-over: a session of this tab's own, or 404 when it is used, old or unknown."""
    grant = _use(db(), request.form.get("token", ""), now=clock()())
    response = redirect(url_for("desk.start", session_key=grant.key), 303)
    set_session_cookie(response, grant)
    expire_surplus(request, response)
    return response


def _mint(session: Session, who: Viewer, *, now: datetime) -> str:
    origin = session.scalars(
        select(LaunchSession).where(
            LaunchSession.platform_id == who.platform_id,
            LaunchSession.public_id == who.session_public_id,
        )
    ).one()
    token = new_secret()
    session.add(
        Handover(
            platform_id=origin.platform_id,
            session_id=origin.id,
            token_digest=digest(token),
            expires_at=now + HANDOVER_LASTS_FOR,
        )
    )
    return token


def _use(session: Session, token: str, *, now: datetime) -> SessionGrant:
    used = session.execute(
        update(Handover)
        .where(
            Handover.token_digest == digest(token),
            Handover.used_at.is_(None),
            Handover.expires_at > now,
        )
        .values(used_at=now)
        .returning(Handover.session_id)
    ).scalar_one_or_none()
    origin = session.get(LaunchSession, used) if used else None
    if origin is None or origin.ended_at is not None:
        raise NotFoundError("no_handover")
    record_event(
        session,
        "session.handed_over",
        at=now,
        actor=Actor.SYSTEM,
        about=("session", origin.public_id),
        platform_id=origin.platform_id,
    )
    return copy_session(session, origin, now=now)
