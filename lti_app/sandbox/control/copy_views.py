"""The part of the control page that copies: a course, or one of its links."""

from flask.typing import ResponseReturnValue

from lti_app.sandbox.control.page_forms import not_understood, text
from lti_app.sandbox.control.page_guard import back_to_controls, deeds_blueprint
from lti_app.sandbox.copying import copy_course, copy_link
from lti_app.sandbox.deeds import find_course, find_link
from lti_app.sandbox.notices import CONTEXT_COPY, about_copy, posts_of
from lti_app.sandbox.problems import PageProblem, PageProblemError
from lti_app.sandbox.state import current_sandbox

blueprint = deeds_blueprint("copies")


@blueprint.post("/courses/<context_id>/copy")
def copy_one_course(context_id: str) -> ResponseReturnValue:
    """Copy a course with its links and columns, for those who teach it."""
    sandbox = current_sandbox()
    with sandbox.database.write() as session:
        course = find_course(session, context_id)
        if course is None:
            raise PageProblemError(PageProblem.NO_SUCH_PAGE, 404)
        copy = copy_course(session, course, sandbox.dialect)
        posts = posts_of(session, sandbox, CONTEXT_COPY, [about_copy(copy)])
    for post in posts:
        post.send()
    return back_to_controls()


@blueprint.post("/courses/<context_id>/links/copy")
def copy_one_link(context_id: str) -> ResponseReturnValue:
    """Copy a link within its course."""
    sandbox = current_sandbox()
    with sandbox.database.write() as session:
        link = find_link(session, context_id, text("link") or "")
        if link is None:
            raise not_understood()
        copy_link(session, link, sandbox.dialect)
    return back_to_controls()
