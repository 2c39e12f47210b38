"""The pages of one course: its links, a link with its frame, roster, gradebook, what arrived.

Who may see what is asked of `visitors`; a learner sees their own line of the gradebook.
"""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from lti_app.sandbox.config import origin_of
from lti_app.sandbox.copying import copy_course
from lti_app.sandbox.gradebook import read_gradebook
from lti_app.sandbox.models import Course, Enrolment, LineItem, Link
from lti_app.sandbox.notices import CONTEXT_COPY, about_copy, posts_of
from lti_app.sandbox.pages.received import received_lines
from lti_app.sandbox.problems import PageProblem, PageProblemError
from lti_app.sandbox.security import let_in
from lti_app.sandbox.state import current_sandbox
from lti_app.sandbox.visitors import get_link, get_membership

blueprint = Blueprint("courses", __name__, url_prefix="/courses/<context_id>")


@blueprint.get("")
def show(context_id: str) -> ResponseReturnValue:
    """Show the course with its links."""
    with current_sandbox().database.read() as session:
        enrolment = get_membership(session, context_id)
        maxima, places = (
            _maxima(session, enrolment.course),
            current_sandbox().dialect.picking.places,
        )
        return _render(session, "course", enrolment, maxima=maxima, places=list(places))


@blueprint.post("/copy")
def copy(context_id: str) -> ResponseReturnValue:
    """Copy the course for somebody who teaches it, and lead there."""
    sandbox = current_sandbox()
    with sandbox.database.write() as session:
        enrolment = get_membership(session, context_id)
        if not enrolment.role.teaches:
            raise PageProblemError(PageProblem.NOT_YOURS, 404)
        everybody = "with_learners" in request.form
        made = copy_course(session, enrolment.course, sandbox.dialect, with_learners=everybody)
        posts = posts_of(session, sandbox, CONTEXT_COPY, [about_copy(made)])
        address = url_for("courses.show", context_id=made.context_id)
    for post in posts:
        post.send()
    return redirect(address, 303)


@blueprint.get("/links/<resource_link_id>")
def show_link(context_id: str, resource_link_id: str) -> ResponseReturnValue:
    """Show a link: the tool in a frame, and a way to open it in a window of its own."""
    with current_sandbox().database.read() as session:
        enrolment = get_membership(session, context_id)
        link = get_link(session, context_id, resource_link_id)
        origin = origin_of(link.tool.login_url)
        let_in(origin)
        return _render(
            session,
            "link",
            enrolment,
            link=link,
            tool_origin=origin,
            storage_target=current_sandbox().dialect.sign_in.storage_target or "",
            manner=current_sandbox().storage.manner,
        )


@blueprint.get("/links/<resource_link_id>/storage")
def show_storage(context_id: str, resource_link_id: str) -> ResponseReturnValue:
    """Show the frame that keeps words for the tool beside it, or one that speaks in its place."""
    with current_sandbox().database.read() as session:
        get_membership(session, context_id)
        link = get_link(session, context_id, resource_link_id)
        return render_template(
            "sandbox/storage_frame.html",
            tool_origin=origin_of(link.tool.login_url),
            manner=current_sandbox().storage.manner,
            is_stranger="stranger" in request.args,
        )


@blueprint.get("/roster")
def show_roster(context_id: str) -> ResponseReturnValue:
    """Show who is in the course."""
    with current_sandbox().database.read() as session:
        enrolment = get_membership(session, context_id)
        members = session.scalars(
            select(Enrolment)
            .where(Enrolment.course_id == enrolment.course_id)
            .order_by(Enrolment.id)
            .options(joinedload(Enrolment.person))
        ).all()
        return _render(session, "roster", enrolment, members=members)


@blueprint.get("/gradebook")
def show_gradebook(context_id: str) -> ResponseReturnValue:
    """Show the gradebook to those who teach, and to a learner their own line."""
    with current_sandbox().database.read() as session:
        enrolment = get_membership(session, context_id)
        only = None if enrolment.role.teaches else enrolment.person
        gradebook = read_gradebook(session, enrolment.course, only=only)
        offers_review = current_sandbox().dialect.columns.offers_review
        return _render(
            session, "gradebook", enrolment, gradebook=gradebook, offers_review=offers_review
        )


@blueprint.get("/received")
def show_received(context_id: str) -> ResponseReturnValue:
    """Show those who teach what tools asked of this platform."""
    with current_sandbox().database.read() as session:
        enrolment = get_membership(session, context_id)
        if not enrolment.role.teaches:
            raise PageProblemError(PageProblem.NOT_YOURS, 404)
        return _render(session, "received", enrolment, lines=received_lines(session))


@blueprint.get("/back")
def come_back(context_id: str) -> ResponseReturnValue:
    """Receive somebody whom a tool sends back, with what it says. Source: LTI Core 1.3, 4.5."""
    with current_sandbox().database.read() as session:
        enrolment = get_membership(session, context_id)
        messages = [
            request.args[name] for name in ("lti_msg", "lti_errormsg") if request.args.get(name)
        ]
        return _render(session, "back", enrolment, messages=messages)


def _render(session: Session, page: str, enrolment: Enrolment, **values: object) -> str:
    links = session.scalars(
        select(Link).where(Link.course_id == enrolment.course_id).order_by(Link.id)
    ).all()
    return render_template(
        f"sandbox/{page}.html",
        visitor=enrolment.person,
        enrolment=enrolment,
        course=enrolment.course,
        links=links,
        **values,
    )


def _maxima(session: Session, course: Course) -> dict[int, float]:
    """Return the points of each link that has one column."""
    columns = session.scalars(
        select(LineItem).where(LineItem.course_id == course.id, LineItem.link_id.is_not(None))
    ).all()
    linked = [column.link_id for column in columns]
    return {
        column.link_id: column.score_maximum
        for column in columns
        if column.link_id is not None and linked.count(column.link_id) == 1
    }
