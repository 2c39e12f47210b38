"""The page on which an administrator of this platform registers a tool, and switches it on."""

from urllib.parse import urlencode, urlsplit

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.sandbox.config import origin_of
from lti_app.sandbox.control.page_forms import not_understood, number, text
from lti_app.sandbox.control.page_guard import deeds_blueprint
from lti_app.sandbox.deeds import find_course
from lti_app.sandbox.models import Course, Tool
from lti_app.sandbox.registering import find_tool, give_token, list_tools, place, switch_on
from lti_app.sandbox.security import let_in
from lti_app.sandbox.state import current_sandbox
from lti_app.sandbox.visitors import find_visitor
from lti_app.sandbox.wording import _

blueprint = deeds_blueprint("registrations")


@blueprint.get("/tools")
def show() -> ResponseReturnValue:
    """Show the tools that came by a link, and where to put the next link."""
    sandbox = current_sandbox()
    with sandbox.database.read() as session:
        courses = session.scalars(select(Course).order_by(Course.id)).all()
        return render_template(
            "sandbox/tools.html",
            visitor=find_visitor(session),
            tools=list_tools(session),
            switch=_switch_words()[sandbox.dialect.registering.switch],
            courses=[(course.context_id, course.title) for course in courses],
        )


@blueprint.post("/tools")
def begin() -> ResponseReturnValue:
    """Open the address that a tool gave, in a frame, with what it needs to register itself."""
    sandbox = current_sandbox()
    rules, address = sandbox.dialect.registering, text("address") or ""
    if urlsplit(address).scheme not in ("http", "https"):
        raise not_understood()
    query = {"openid_configuration": sandbox.config.addresses.configuration_url}
    with sandbox.database.write() as session:
        visitor = find_visitor(session)
        if rules.gives_token:
            query["registration_token"] = give_token(
                session, rules, sandbox.keys, now=sandbox.now()
            )
        let_in(origin_of(address))
        mark = "&" if urlsplit(address).query else "?"
        return render_template(
            "sandbox/register_tool.html",
            visitor=visitor,
            address=address + mark + urlencode(query),
            tool_origin=origin_of(address),
        )


@blueprint.post("/tools/<client_id>/on")
def turn_on(client_id: str) -> ResponseReturnValue:
    """Activate, install or enable a tool."""
    sandbox = current_sandbox()
    with sandbox.database.write() as session:
        switch_on(_tool(session, client_id), sandbox.dialect.registering)
    return redirect(url_for("deeds_registrations.show"), 303)


@blueprint.post("/tools/<client_id>/links")
def add_link(client_id: str) -> ResponseReturnValue:
    """Put a link to a tool into a course."""
    with current_sandbox().database.write() as session:
        tool, course = _tool(session, client_id), find_course(session, text("course") or "")
        if course is None or not tool.is_active:
            raise not_understood()
        place(session, tool, course, title=text("title") or tool.name, points=number("points"))
    return redirect(url_for("deeds_registrations.show"), 303)


def _tool(session: Session, client_id: str) -> Tool:
    tool = find_tool(session, client_id)
    if tool is None:
        raise not_understood()
    return tool


def _switch_words() -> dict[str, str]:
    return {"activate": _("Activate"), "install": _("Install"), "enable": _("Enable")}
