"""The home page, entering as somebody, and leaving. It shows no course's inside."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lti_app.sandbox.models import Course, Enrolment
from lti_app.sandbox.problems import PageProblem, PageProblemError
from lti_app.sandbox.state import current_sandbox
from lti_app.sandbox.visitors import enter_as, find_enrolment, find_visitor, leave

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def index() -> ResponseReturnValue:
    """Show the courses and, for each, whom one can enter as."""
    with current_sandbox().database.read() as session:
        courses = session.scalars(select(Course).order_by(Course.id)).all()
        enrolments = session.scalars(
            select(Enrolment)
            .where(Enrolment.is_active)
            .order_by(Enrolment.id)
            .options(joinedload(Enrolment.person))
        ).all()
        return render_template(
            "sandbox/home.html",
            visitor=find_visitor(session),
            courses=[
                (course, [one for one in enrolments if one.course_id == course.id])
                for course in courses
            ],
        )


@blueprint.post("/enter")
def enter() -> ResponseReturnValue:
    """Make this browser the one of an enrolled person, and go to the course."""
    with current_sandbox().database.read() as session:
        context_id, sub = request.form.get("context_id", ""), request.form.get("sub", "")
        enrolment = find_enrolment(session, context_id, sub)
        if enrolment is None:
            raise PageProblemError(PageProblem.NO_SUCH_PAGE, 404)
        enter_as(enrolment.person)
        return redirect(url_for("courses.show", context_id=context_id), 303)


@blueprint.post("/leave")
def leave_browser() -> ResponseReturnValue:
    """Make this browser nobody's."""
    leave()
    return redirect(url_for("home.index"), 303)
