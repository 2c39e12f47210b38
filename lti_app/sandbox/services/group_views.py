"""The addresses of Course Groups: the groups of a course, and the sets they stand in.

Source: LTI Course Groups Service 1.0.
"""

from flask import Flask, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from lti_app.sandbox.addresses import Paths, rule_of
from lti_app.sandbox.faults import Service
from lti_app.sandbox.models import Group, GroupMember, GroupSet, Person
from lti_app.sandbox.observation import observed
from lti_app.sandbox.services.bearer import get_course, require_scope
from lti_app.sandbox.services.listing import add_link, rows_of
from lti_app.sandbox.state import current_sandbox
from lti_app.sandbox.vocabulary import MediaType, Scope


def add_group_views(app: Flask, paths: Paths) -> None:
    """Serve groups where this dialect has them."""
    if paths.groups:
        app.add_url_rule(rule_of(paths.groups), view_func=list_groups)
    if paths.group_sets:
        app.add_url_rule(rule_of(paths.group_sets), view_func=list_sets)


@observed(Service.GROUPS)
def list_groups(course_key: str) -> ResponseReturnValue:
    """List the groups of a course, or with `user_id` those of one person."""
    sandbox = current_sandbox()
    dialect = sandbox.dialect
    with sandbox.database.read() as session:
        tool = require_scope(session, Scope.GROUP_READ)
        dialect.speech.require_accept(MediaType.GROUPS)
        course = get_course(session, tool, course_key)
        wanted = select(Group).where(Group.course_id == course.id)
        if "user_id" in request.args:
            members = select(GroupMember.group_id).join(Person)
            theirs = members.where(Person.sub == request.args["user_id"])
            wanted = wanted.where(Group.id.in_(theirs))
        page = dialect.roster_pages.requested(request.args)
        rows, total = rows_of(session, wanted, key=Group.id, page=page)
        groups = [_group(row) for row in rows]
        url = sandbox.addresses.groups_url(course)
    response = dialect.speech.typed({"id": url, "groups": groups}, MediaType.GROUPS)
    add_link(response, dialect.roster_pages, page, total)
    return response


def _group(row: Group) -> dict[str, object]:
    has_sets = bool(current_sandbox().dialect.paths.group_sets)
    known = {"tag": row.tag, "set_id": str(row.set_id) if row.set_id and has_sets else None}
    said = {name: value for name, value in known.items() if value is not None}
    return {"id": str(row.id), "name": row.name, **said}


@observed(Service.GROUPS)
def list_sets(course_key: str) -> ResponseReturnValue:
    """List the sets of a course."""
    sandbox = current_sandbox()
    dialect = sandbox.dialect
    with sandbox.database.read() as session:
        tool = require_scope(session, Scope.GROUP_READ)
        dialect.speech.require_accept(MediaType.GROUP_SETS)
        course = get_course(session, tool, course_key)
        wanted = select(GroupSet).where(GroupSet.course_id == course.id)
        page = dialect.roster_pages.requested(request.args)
        rows, total = rows_of(session, wanted, key=GroupSet.id, page=page)
        sets = [{"id": str(row.id), "name": row.name} for row in rows]
        url = sandbox.addresses.group_sets_url(course)
    response = dialect.speech.typed({"id": url, "sets": sets}, MediaType.GROUP_SETS)
    add_link(response, dialect.roster_pages, page, total)
    return response
