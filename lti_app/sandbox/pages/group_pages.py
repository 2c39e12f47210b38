"""The page of a course's groups: everybody reads it, those who teach make and fill them."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from lti_app.sandbox.grouping import fill_group, find_group, list_groups, make_group, remove_group
from lti_app.sandbox.models import Enrolment, Group, Link
from lti_app.sandbox.problems import PageProblem, PageProblemError
from lti_app.sandbox.roles import CourseRole
from lti_app.sandbox.state import current_sandbox
from lti_app.sandbox.visitors import get_membership

blueprint = Blueprint("groups", __name__, url_prefix="/courses/<context_id>/groups")


@blueprint.get("")
def show(context_id: str) -> ResponseReturnValue:
    """Show the groups and who is in them."""
    with current_sandbox().database.read() as session:
        enrolment = get_membership(session, context_id)
        if not current_sandbox().dialect.paths.groups:
            raise PageProblemError(PageProblem.NO_SUCH_PAGE, 404)
        course = enrolment.course
        learners = session.scalars(
            select(Enrolment)
            .where(Enrolment.course_id == course.id, Enrolment.role == CourseRole.LEARNER)
            .options(joinedload(Enrolment.person))
        ).all()
        links = select(Link).where(Link.course_id == course.id).order_by(Link.id)
        return render_template(
            "sandbox/groups.html",
            visitor=enrolment.person,
            enrolment=enrolment,
            course=course,
            links=session.scalars(links).all(),
            groups=list_groups(session, course),
            learners=sorted((one.person for one in learners), key=lambda one: one.name),
            has_sets=bool(current_sandbox().dialect.paths.group_sets),
        )


@blueprint.post("")
def make(context_id: str) -> ResponseReturnValue:
    """Make an empty group."""
    name = request.form.get("name", "").strip()
    with current_sandbox().database.write() as session:
        course = _teacher(session, context_id).course
        if name:
            make_group(session, course, name, request.form.get("set", "").strip() or None)
    return redirect(url_for("groups.show", context_id=context_id), 303)


@blueprint.post("/<int:group_id>")
def change(context_id: str, group_id: int) -> ResponseReturnValue:
    """Let those who are ticked be in a group, or take the group away."""
    with current_sandbox().database.write() as session:
        group = _group(session, _teacher(session, context_id), group_id)
        if request.form.get("deed") == "remove":
            remove_group(session, group)
        else:
            fill_group(session, group, request.form.getlist("sub"))
    return redirect(url_for("groups.show", context_id=context_id), 303)


def _teacher(session: Session, context_id: str) -> Enrolment:
    enrolment = get_membership(session, context_id)
    if not enrolment.role.teaches:
        raise PageProblemError(PageProblem.NOT_YOURS, 404)
    return enrolment


def _group(session: Session, enrolment: Enrolment, group_id: int) -> Group:
    group = find_group(session, enrolment.course, group_id)
    if group is None:
        raise PageProblemError(PageProblem.NO_SUCH_PAGE, 404)
    return group
