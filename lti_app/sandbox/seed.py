"""Brings a database in step with the options at a start.

Registrations always follow the options. Courses are made once and then left as they are, with
everything that happened in them.
"""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.sandbox.config import CourseSeed, LinkSeed, MemberSeed, SandboxConfig, ToolRegistration
from lti_app.sandbox.models import Course, Enrolment, LineItem, Link, Person, Tool


def follow_options(session: Session, config: SandboxConfig) -> None:
    """Update the registrations, then make the courses that are not there yet."""
    tools = _follow_registrations(session, config.tools)
    for seed in config.courses:
        if session.scalar(select(Course).where(Course.context_id == seed.context_id)) is None:
            _make_course(session, seed, tools)


def _follow_registrations(session: Session, wanted: Sequence[ToolRegistration]) -> list[Tool]:
    """Return the registrations in the order of the options.

    A registration is known by its client id. One whose client id is new takes the place of one
    that the options no longer name, so that links and columns stay with the tool.
    """
    named = select(Tool).where(~Tool.came_by_link).order_by(Tool.id)
    known = {tool.client_id: tool for tool in session.scalars(named)}
    kept = {registration.client_id for registration in wanted}
    spare = [tool for client_id, tool in known.items() if client_id not in kept]
    tools: list[Tool] = []
    for registration in wanted:
        tool = known.get(registration.client_id) or (spare.pop(0) if spare else Tool())
        _register(session, tool, registration)
        tools.append(tool)
    for tool in spare:
        tool.is_active = False
    session.flush()
    return tools


def _register(session: Session, tool: Tool, registration: ToolRegistration) -> None:
    tool.client_id = registration.client_id
    tool.name = registration.name
    tool.login_url = registration.login_url
    tool.jwks_url = registration.jwks_url
    tool.redirect_uris = list(registration.redirect_uris)
    tool.target_link_uri = registration.target_link_uri
    tool.deployment_ids = list(registration.deployment_ids)
    tool.custom = dict(registration.custom)
    tool.is_active = True
    session.add(tool)
    session.flush()
    for link in session.scalars(select(Link).where(Link.tool_id == tool.id)):
        if link.deployment_id not in tool.deployment_ids:
            link.deployment_id = tool.deployment_ids[0]


def _make_course(session: Session, seed: CourseSeed, tools: Sequence[Tool]) -> None:
    course = Course(context_id=seed.context_id, label=seed.label, title=seed.title)
    session.add(course)
    for member in seed.people:
        session.add(
            Enrolment(
                course=course,
                person=_person(session, member),
                role=member.role,
                is_active=member.is_active,
            )
        )
    for link in seed.links:
        _make_link(session, course, link, tools)
    session.flush()


def _person(session: Session, member: MemberSeed) -> Person:
    person = session.scalar(select(Person).where(Person.sub == member.sub))
    if person is None:
        person = Person(
            sub=member.sub,
            name=member.name,
            given_name=member.given_name,
            family_name=member.family_name,
            email=member.email,
            shares_identity=member.shares_identity,
        )
        session.add(person)
    return person


def _make_link(session: Session, course: Course, seed: LinkSeed, tools: Sequence[Tool]) -> None:
    tool = next(tool for tool in tools if seed.client_id in (None, tool.client_id))
    link = Link(
        resource_link_id=seed.resource_link_id,
        course=course,
        tool=tool,
        deployment_id=seed.deployment_id or tool.deployment_ids[0],
        title=seed.title,
        description=seed.description,
        target_link_uri=seed.target_link_uri,
        custom=dict(seed.custom),
        is_graded=seed.points is not None,
    )
    session.add(link)
    if seed.points is None:
        return
    session.flush()
    session.add(
        LineItem(
            course=course,
            tool_id=tool.id,
            link=link,
            is_coupled=True,
            label=seed.title,
            score_maximum=seed.points,
            resource_id=None,
            tag=None,
            start_at=None,
            end_at=None,
            grades_released=None,
        )
    )
