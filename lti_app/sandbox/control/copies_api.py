"""The control API over copies: of a course, of a link, and how it is told where they come from."""

from flask import jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from lti_app.sandbox.control.course_bodies import course_body, link_body
from lti_app.sandbox.control.guard import control_blueprint
from lti_app.sandbox.copying import copy_course, copy_link
from lti_app.sandbox.deeds import find_course, find_link
from lti_app.sandbox.dialects.plain.histories import Telling
from lti_app.sandbox.models import Link
from lti_app.sandbox.notices import CONTEXT_COPY, about_copy, posts_of
from lti_app.sandbox.payloads import Body, bad_request, optional_text, read_object
from lti_app.sandbox.refusals import not_here
from lti_app.sandbox.state import current_sandbox

blueprint = control_blueprint("copies")


@blueprint.post("/courses/<context_id>/copy")
def copy_one_course(context_id: str) -> ResponseReturnValue:
    """Copy a course: its links and columns, and who teaches it."""
    sandbox = current_sandbox()
    with sandbox.database.write() as session:
        course = find_course(session, context_id)
        if course is None:
            raise not_here()
        copy = copy_course(session, course, sandbox.dialect)
        links = session.scalars(select(Link).where(Link.course_id == copy.id).order_by(Link.id))
        body = {**course_body(copy), "links": [link_body(one) for one in links]}
        posts = posts_of(session, sandbox, CONTEXT_COPY, [about_copy(copy)])
    return jsonify({**body, "told": [post.send() for post in posts]}), 201


@blueprint.post("/courses/<context_id>/links/<resource_link_id>/copy")
def copy_one_link(context_id: str, resource_link_id: str) -> ResponseReturnValue:
    """Copy a link within its course."""
    sandbox = current_sandbox()
    with sandbox.database.write() as session:
        link = find_link(session, context_id, resource_link_id)
        if link is None:
            raise not_here()
        return jsonify(link_body(copy_link(session, link, sandbox.dialect))), 201


@blueprint.put("/histories")
def tell_histories() -> ResponseReturnValue:
    """Set how histories are told: `of_courses`, `of_links`; as usual where nothing is said."""
    body, histories = read_object(request.get_data()), current_sandbox().histories
    histories.of_courses, histories.of_links = (
        _telling(body, name) for name in ("of_courses", "of_links")
    )
    return jsonify(of_courses=histories.of_courses, of_links=histories.of_links)


def _telling(body: Body, name: str) -> Telling:
    wanted = optional_text(body, name) or Telling.AS_USUAL
    if wanted not in list(Telling):
        raise bad_request(f"{name} must be one of {', '.join(Telling)}.")
    return Telling(wanted)
