"""The control API over tools that came by a link: tokens, switching on, links to them."""

from flask import jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lti_app.sandbox.control.guard import control_blueprint
from lti_app.sandbox.deeds import find_course
from lti_app.sandbox.models import Tool
from lti_app.sandbox.payloads import optional_number, read_object, text
from lti_app.sandbox.refusals import not_here
from lti_app.sandbox.registering import find_tool, give_token, list_tools, place, switch_on
from lti_app.sandbox.state import current_sandbox

blueprint = control_blueprint("registrations")


@blueprint.get("/registrations")
def show() -> ResponseReturnValue:
    """Return the tools that came by a link."""
    with current_sandbox().database.read() as session:
        return jsonify(registrations=[_body(tool) for tool in list_tools(session)])


@blueprint.post("/registrations")
def begin() -> ResponseReturnValue:
    """Return what a tool's address is opened with; a token only where this platform gives one."""
    sandbox = current_sandbox()
    rules, token = sandbox.dialect.registering, None
    if rules.gives_token:
        with sandbox.database.write() as session:
            token = give_token(session, rules, sandbox.keys, now=sandbox.now())
    url = sandbox.config.addresses.configuration_url
    return jsonify(openid_configuration=url, registration_token=token)


@blueprint.post("/registrations/<client_id>/on")
def turn_on(client_id: str) -> ResponseReturnValue:
    """Activate, install or enable a tool."""
    sandbox = current_sandbox()
    with sandbox.database.write() as session:
        tool = _tool(session, client_id)
        switch_on(tool, sandbox.dialect.registering)
        return jsonify(_body(tool))


@blueprint.post("/registrations/<client_id>/links")
def add_link(client_id: str) -> ResponseReturnValue:
    """Put a link into a course: `course`, `title`, and `points` where it is graded."""
    body = read_object(request.get_data())
    with current_sandbox().database.write() as session:
        tool, course = _tool(session, client_id), find_course(session, text(body, "course"))
        if course is None or not tool.is_active:
            raise not_here()
        points = optional_number(body, "points")
        link = place(session, tool, course, title=text(body, "title"), points=points)
        return jsonify(resource_link_id=link.resource_link_id)


def _tool(session: Session, client_id: str) -> Tool:
    tool = find_tool(session, client_id)
    if tool is None:
        raise not_here()
    return tool


def _body(tool: Tool) -> dict[str, object]:
    return {
        "client_id": tool.client_id,
        "name": tool.name,
        "is_active": tool.is_active,
        "deployment_ids": tool.deployment_ids,
        "custom": tool.custom,
    }
