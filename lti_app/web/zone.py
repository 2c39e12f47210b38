"""The reader's time zone, as their browser says; the first instructor's becomes the course's."""

from zoneinfo import available_timezones

from flask import Blueprint, Response, request
from sqlalchemy import update
from sqlalchemy.orm import Session

from lti_app.people.models import Context, User
from lti_app.web.access import EVERY_ROLE, access
from lti_app.web.context import db, viewer
from lti_app.web.models import LaunchSession
from lti_app.web.viewer import Viewer

blueprint = Blueprint("zone", __name__)


@blueprint.post("/s/<session_key>/zone")
@access(*EVERY_ROLE)
def remember_zone() -> Response:
    """Keep the browser's zone; a name that is no IANA zone is left aside."""
    zone = request.form.get("zone", "")
    if zone in available_timezones():
        _remember(db(), viewer(), zone)
    return Response(status=204)


def _remember(session: Session, who: Viewer, zone: str) -> None:
    mine = (LaunchSession.platform_id == who.platform_id) & (
        LaunchSession.public_id == who.session_public_id
    )
    session.execute(update(LaunchSession).where(mine).values(time_zone=zone))
    session.execute(
        update(User)
        .where(User.platform_id == who.platform_id, User.id == who.user_id)
        .values(time_zone=zone)
    )
    if who.role.is_staff and who.context_id is not None:
        session.execute(
            update(Context)
            .where(
                Context.platform_id == who.platform_id,
                Context.id == who.context_id,
                Context.time_zone.is_(None),
            )
            .values(time_zone=zone)
        )
