"""The address of Names and Role Provisioning Services: the roster of one course.

Source: NRPS 2.0, section 2.4.
"""

from flask import Flask, Response, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from lti_app.sandbox.addresses import Paths, rule_of
from lti_app.sandbox.dialects.plain.columns import find_link, is_link_of
from lti_app.sandbox.facts import Identity
from lti_app.sandbox.faults import Service
from lti_app.sandbox.grouping import has_groups, ids_of_groups
from lti_app.sandbox.launch_facts import identity_of, launch_facts
from lti_app.sandbox.models import Course, Enrolment, Link, Tool
from lti_app.sandbox.observation import observed
from lti_app.sandbox.refusals import not_here
from lti_app.sandbox.roles import CourseRole
from lti_app.sandbox.services.bearer import get_course, require_scope
from lti_app.sandbox.services.listing import add_link, rows_of
from lti_app.sandbox.services.roster_changes import SINCE, changed_people, newest_change
from lti_app.sandbox.state import current_sandbox
from lti_app.sandbox.vocabulary import MediaType, Scope


def add_roster_view(app: Flask, paths: Paths) -> None:
    """Serve the roster where this dialect has it."""
    app.add_url_rule(rule_of(paths.memberships), view_func=list_members)


@observed(Service.MEMBERSHIPS)
def list_members(course_key: str, tool_id: int | None = None) -> ResponseReturnValue:
    """List the people of a course, by `role` where given, with launch data for `rlid`."""
    del tool_id  # `require_scope` compares it with the token's
    sandbox = current_sandbox()
    dialect = sandbox.dialect
    with sandbox.database.read() as session:
        tool = require_scope(session, Scope.MEMBERSHIP_READ)
        dialect.speech.require_accept(MediaType.MEMBERS)
        course = get_course(session, tool, course_key)
        if SINCE in request.args and dialect.roster.tells_of_changes:
            return _changes(session, tool, course)
        link = _link(session, tool, course)
        page = dialect.roster_pages.requested(request.args)
        rows, total = rows_of(session, _members(course), key=Enrolment.id, page=page)
        body = _body(tool, course, [_member(session, row, link) for row in rows])
        newest = newest_change(session, course)
    response = dialect.speech.typed(body, MediaType.MEMBERS)
    add_link(response, dialect.roster_pages, page, total)
    if dialect.roster.tells_of_changes and page.next_start(total) is None:
        _point_to_changes(response, newest)
    return response


def _body(tool: Tool, course: Course, members: list[dict[str, object]]) -> dict[str, object]:
    return {
        "id": current_sandbox().addresses.memberships_url(course, tool.id),
        "context": {"id": course.context_id, "label": course.label, "title": course.title},
        "members": members,
    }


def _changes(session: Session, tool: Tool, course: Course) -> Response:
    dialect = current_sandbox().dialect
    members = [
        _member(session, enrolment, None)
        if enrolment is not None
        else dialect.roster.gone(Identity(sub=person.sub))
        for person, enrolment in changed_people(session, course, request.args[SINCE])
    ]
    response = dialect.speech.typed(_body(tool, course, members), MediaType.MEMBERS)
    _point_to_changes(response, newest_change(session, course))
    return response


def _point_to_changes(response: Response, newest: int) -> None:
    url = f"{current_sandbox().config.origin}{request.path}?{SINCE}={newest}"
    links = [response.headers.get("Link"), f'<{url}>; rel="differences"']
    response.headers["Link"] = ", ".join(one for one in links if one)


def _link(session: Session, tool: Tool, course: Course) -> Link | None:
    if "rlid" not in request.args:
        return None
    link = find_link(session, request.args["rlid"])
    if link is None or not is_link_of(link, tool, course):
        raise not_here()
    return link


def _members(course: Course) -> Select[Enrolment]:
    roster = current_sandbox().dialect.roster
    roles = list(CourseRole)
    if "role" in request.args:
        roles = roster.roles_wanted(request.args["role"])
    members = select(Enrolment).where(
        Enrolment.course_id == course.id,
        Enrolment.role.in_([role for role in roles if role.is_on_the_roster]),
    )
    if not roster.tells_of_suspended:
        members = members.where(Enrolment.is_active)
    return members.options(joinedload(Enrolment.person))


def _member(session: Session, enrolment: Enrolment, link: Link | None) -> dict[str, object]:
    sandbox = current_sandbox()
    dialect = sandbox.dialect
    identity = identity_of(enrolment)
    member = dialect.roster.member(identity, enrolment.role, is_active=enrolment.is_active)
    if dialect.roster.tells_of_groups and has_groups(session, enrolment.course):
        ids = ids_of_groups(session, enrolment.course, enrolment.person_id)
        member["group_enrollments"] = [{"group_id": str(one)} for one in ids]
    if link is not None:
        facts = launch_facts(
            session,
            sandbox.config,
            link=link,
            enrolment=enrolment,
            target="iframe",
            tells=sandbox.histories,
        )
        member["message"] = [dialect.roster.message(facts, dialect.claims)]
    return member
