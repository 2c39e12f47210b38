"""The control API over deep linking: what requests say, and the links that a course has."""

from flask import jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from lti_app.sandbox.control.course_bodies import link_body
from lti_app.sandbox.control.guard import control_blueprint
from lti_app.sandbox.deeds import find_course
from lti_app.sandbox.models import Link
from lti_app.sandbox.payloads import read_object
from lti_app.sandbox.refusals import not_here
from lti_app.sandbox.state import current_sandbox

blueprint = control_blueprint("picking")


@blueprint.put("/deep-linking")
def set_members() -> ResponseReturnValue:
    """Put members over the settings of every request from now on; null takes one away."""
    current_sandbox().picking.members = dict(read_object(request.get_data()))
    return jsonify(members=current_sandbox().picking.members)


@blueprint.get("/courses/<context_id>/links")
def list_links(context_id: str) -> ResponseReturnValue:
    """Return the links of a course, with what a tool said of them."""
    with current_sandbox().database.read() as session:
        course = find_course(session, context_id)
        if course is None:
            raise not_here()
        links = session.scalars(select(Link).where(Link.course_id == course.id).order_by(Link.id))
        return jsonify([{**link_body(one), **_told(one)} for one in links])


def _told(link: Link) -> dict[str, object]:
    return {
        "url": link.target_link_uri,
        "description": link.description,
        "dates": link.dates or {},
        "is_graded": link.is_graded,
    }
