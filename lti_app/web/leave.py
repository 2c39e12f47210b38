"""The end of a session, for a computer that others use after you."""

from flask import Blueprint, g
from sqlalchemy import update

from lti_app.audit import Actor, record_event
from lti_app.web.access import EVERY_ROLE, access
from lti_app.web.context import clock, db, viewer
from lti_app.web.models import LaunchSession
from lti_app.web.render import Page

blueprint = Blueprint("leave", __name__)


@blueprint.post("/s/<session_key>/leave")
@access(*EVERY_ROLE)
def leave() -> Page:
    """End this session, and have the browser forget what it kept of its pages."""
    who, now = viewer(), clock()()
    db().execute(
        update(LaunchSession)
        .where(
            LaunchSession.platform_id == who.platform_id,
            LaunchSession.public_id == who.session_public_id,
        )
        .values(ended_at=now)
    )
    record_event(
        db(),
        "session.ended",
        at=now,
        actor=Actor(who.user_public_id),
        about=("session", who.session_public_id),
        platform_id=who.platform_id,
    )
    return Page(
        "web/left.html",
        # Not "cookies": that would end the sessions of other tabs, too.
        headers={"Clear-Site-Data": '"cache", "storage"'},
        viewer=None,
        way_back=g.rapport_session.return_url,
    )
