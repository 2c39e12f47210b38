"""The address of Names and Role Provisioning Services: the roster of one course.

Source: NRPS 2.0, section 2.4.
"""

from dataclasses import asdict

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from lti_app.sandbox.addresses import memberships_url
from lti_app.sandbox.faults import Service
from lti_app.sandbox.models import Course, Enrolment, Link
from lti_app.sandbox.observation import observed
from lti_app.sandbox.oidc.claims import known_variables
from lti_app.sandbox.oidc.facts import identity_of, launch_facts
from lti_app.sandbox.roles import CourseRole, has_role, member_roles
from lti_app.sandbox.services.bearer import get_course, require_scope
from lti_app.sandbox.services.line_items import get_tool_link
from lti_app.sandbox.services.negotiation import require_accept, typed
from lti_app.sandbox.services.paging import add_next_link, requested_page, rows_of
from lti_app.sandbox.state import current_sandbox
from lti_app.sandbox.variables import resolve
from lti_app.sandbox.vocabulary import CLAIM, RESOURCE_LINK_REQUEST, MediaType, Scope

blueprint = Blueprint("roster", __name__)


@blueprint.get("/lti/courses/<context_id>/memberships")
@observed(Service.MEMBERSHIPS)
def list_members(context_id: str) -> ResponseReturnValue:
    """List the people of a course, by `role` where given, with launch data for `rlid`."""
    issuer = current_sandbox().config.issuer
    with current_sandbox().database.read() as session:
        tool = require_scope(session, Scope.MEMBERSHIP_READ)
        require_accept(MediaType.MEMBERS)
        course = get_course(session, tool, context_id)
        rlid = request.args.get("rlid")
        link = None if rlid is None else get_tool_link(session, tool, course, rlid)
        page = requested_page()
        rows = rows_of(session, _members(course), key=Enrolment.id, page=page)
        members = [_member(session, row, link) for row in rows[: page.size]]
    body = {
        "id": memberships_url(issuer, context_id),
        "context": {"id": course.context_id, "label": course.label, "title": course.title},
        "members": members,
    }
    response = typed(body, MediaType.MEMBERS)
    add_next_link(response, page, [row.id for row in rows])
    return response


def _members(course: Course) -> Select[Enrolment]:
    """Select everybody but the test student, who is nobody's classmate."""
    roles = [role for role in CourseRole if role is not CourseRole.TEST_STUDENT]
    if "role" in request.args:
        roles = [role for role in roles if has_role(role, request.args["role"])]
    return (
        select(Enrolment)
        .where(Enrolment.course_id == course.id, Enrolment.role.in_(roles))
        .options(joinedload(Enrolment.person))
    )


def _member(session: Session, enrolment: Enrolment, link: Link | None) -> dict[str, object]:
    known = {name: value for name, value in asdict(identity_of(enrolment)).items() if value}
    sub = known.pop("sub")
    member: dict[str, object] = {
        "user_id": sub,
        "status": "Active" if enrolment.is_active else "Inactive",
        "roles": member_roles(enrolment.role),
        **known,
    }
    if link is not None:
        member["message"] = [_message(session, enrolment, link)]
    return member


def _message(session: Session, enrolment: Enrolment, link: Link) -> dict[str, object]:
    """Return what this person would be launched with. Source: NRPS 2.0, section 3.4."""
    config = current_sandbox().config
    facts = launch_facts(session, config, link=link, enrolment=enrolment, target="iframe")
    return {
        f"{CLAIM}message_type": RESOURCE_LINK_REQUEST,
        f"{CLAIM}custom": resolve(facts.custom, known_variables(facts)),
    }
