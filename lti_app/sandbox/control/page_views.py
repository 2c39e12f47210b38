"""The control page: which faults are set, and what can be done behind tools' backs.

It is there for whoever has the control token, or for everybody where a start says so. What its
buttons do stands beside it.
"""

import json

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from lti_app.sandbox.control.course_panels import course_panels
from lti_app.sandbox.control.fault_bodies import fault_body
from lti_app.sandbox.control.guard import is_control_token
from lti_app.sandbox.faults import Service
from lti_app.sandbox.models import Course
from lti_app.sandbox.presets import preset_names
from lti_app.sandbox.problems import PageProblem, PageProblemError
from lti_app.sandbox.state import current_sandbox
from lti_app.sandbox.storage import Manner
from lti_app.sandbox.visitors import find_visitor, let_control, may_control

blueprint = Blueprint("controls", __name__, url_prefix="/controls")


@blueprint.get("")
def show() -> ResponseReturnValue:
    """Show what is set and what can be done; the way in to whoever is not let in yet."""
    sandbox = current_sandbox()
    with sandbox.database.read() as session:
        visitor = find_visitor(session)
        if not may_control():
            return render_template("sandbox/controls_closed.html", visitor=visitor)
        courses = session.scalars(select(Course).order_by(Course.id)).all()
        return render_template(
            "sandbox/controls.html",
            visitor=visitor,
            config=sandbox.config,
            faults=[
                (service, json.dumps(fault_body(fault)))
                for service, fault in sandbox.faults.current().items()
            ],
            services=[(service.value, service.value) for service in Service],
            presets=[(name, name) for name in preset_names()],
            manners=[(manner.value, manner.value) for manner in Manner],
            manner=sandbox.storage.manner,
            offset=sandbox.skew.by.total_seconds(),
            now=sandbox.now(),
            panels=course_panels(session, courses),
        )


@blueprint.post("")
def let_in() -> ResponseReturnValue:
    """Let this browser in that knows the control token."""
    if not is_control_token(request.form.get("token", "")):
        raise PageProblemError(PageProblem.TOKEN_UNKNOWN, 403)
    let_control()
    return redirect(url_for("controls.show"), 303)
