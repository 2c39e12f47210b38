"""The control API over groups and notices: made, told of, and told wrongly where a test asks."""

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lti_app.sandbox.control.guard import control_blueprint
from lti_app.sandbox.deeds import find_course
from lti_app.sandbox.grouping import fill_group, find_group, list_groups, make_group, remove_group
from lti_app.sandbox.models import Course
from lti_app.sandbox.notices import HELLO_WORLD, about_copy, posts_of
from lti_app.sandbox.payloads import (
    bad_request,
    optional_number,
    optional_object,
    optional_text,
    read_object,
    text,
)
from lti_app.sandbox.refusals import not_here
from lti_app.sandbox.state import current_sandbox

blueprint = control_blueprint("notices")
_MOST = 1000


@blueprint.post("/notices")
def send_notices() -> ResponseReturnValue:
    """Tell tools of something: `type`, `context_id` of a copied course, `count`, other `claims`."""
    sandbox, body = current_sandbox(), read_object(request.get_data())
    count = int(optional_number(body, "count") or 1)
    if not 0 < count <= _MOST:
        raise bad_request(f"count must be from 1 to {_MOST}.")
    notice_type, context_id = optional_text(body, "type") or HELLO_WORLD, None
    context_id = optional_text(body, "context_id")
    with sandbox.database.read() as session:
        about = about_copy(_course(session, context_id)) if context_id else {}
        changes = optional_object(body, "claims")
        posts = posts_of(session, sandbox, notice_type, [about] * count, changes=changes)
    return jsonify(answers=[post.send() for post in posts])


@blueprint.get("/courses/<context_id>/groups")
def show_groups(context_id: str) -> ResponseReturnValue:
    """Return the groups of a course with the people in them."""
    with current_sandbox().database.read() as session:
        return jsonify(
            groups=[
                {
                    "id": one.group.id,
                    "name": one.group.name,
                    "set": one.set_name,
                    "people": [person.sub for person in one.people],
                }
                for one in list_groups(session, _course(session, context_id))
            ]
        )


@blueprint.post("/courses/<context_id>/groups")
def make_one_group(context_id: str) -> ResponseReturnValue:
    """Make a group: `name`, `set`, and the `people` in it."""
    body = read_object(request.get_data())
    people = body.get("people") or []
    if not isinstance(people, list):
        raise bad_request("people must be a list.")
    with current_sandbox().database.write() as session:
        course = _course(session, context_id)
        group = make_group(session, course, text(body, "name"), optional_text(body, "set"))
        fill_group(session, group, [str(one) for one in people])
        return jsonify(id=group.id), 201


@blueprint.delete("/courses/<context_id>/groups/<int:group_id>")
def remove_one_group(context_id: str, group_id: int) -> ResponseReturnValue:
    """Take a group away."""
    with current_sandbox().database.write() as session:
        group = find_group(session, _course(session, context_id), group_id)
        if group is None:
            raise not_here()
        remove_group(session, group)
    return Response(status=204)


def _course(session: Session, context_id: str) -> Course:
    course = find_course(session, context_id)
    if course is None:
        raise not_here()
    return course
