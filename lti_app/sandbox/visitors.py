"""Who is at the browser: the person they entered as, and what that person may open here.

Entering as somebody is the sandbox's whole idea of signing in; there are no passwords.
"""

import secrets

from flask import session as cookie
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.sandbox.models import Course, Enrolment, Link, Person
from lti_app.sandbox.problems import PageProblem, PageProblemError
from lti_app.sandbox.state import current_sandbox

_MAY_CONTROL = "may_control"


def enter_as(person: Person) -> None:
    """Make this browser the person's, with a new mark that launches are bound to."""
    leave()
    cookie["sub"] = person.sub
    cookie["browser"] = secrets.token_urlsafe(16)


def leave() -> None:
    """Make this browser nobody's; that it may use the control page is about no person."""
    may_control = cookie.get(_MAY_CONTROL)
    cookie.clear()
    if may_control:
        cookie[_MAY_CONTROL] = True


def let_control() -> None:
    """Let this browser use the control page from now on."""
    cookie[_MAY_CONTROL] = True


def may_control() -> bool:
    """Whether this browser may use the control page."""
    return current_sandbox().config.control_is_open or _MAY_CONTROL in cookie


def browser_mark() -> str:
    """Return what tells this browser from every other; empty when nobody entered."""
    return str(cookie.get("browser", ""))


def find_visitor(session: Session) -> Person | None:
    """Return the person at the browser, None when nobody entered."""
    return session.scalar(select(Person).where(Person.sub == cookie.get("sub")))


def signed_in_sub(session: Session) -> str | None:
    """Return the `sub` of the person at the browser."""
    person = find_visitor(session)
    return person.sub if person else None


def find_enrolment(session: Session, context_id: str, sub: str) -> Enrolment | None:
    """Return the active enrolment of a person in a course."""
    return session.scalar(
        select(Enrolment)
        .join(Course)
        .join(Person)
        .where(Course.context_id == context_id, Person.sub == sub, Enrolment.is_active)
    )


def get_membership(session: Session, context_id: str) -> Enrolment:
    """Return the visitor's active enrolment in a course.

    Raises:
        PageProblemError: nobody entered (401), or the course is not theirs (404).
    """
    person = find_visitor(session)
    if person is None:
        raise PageProblemError(PageProblem.NOBODY_ENTERED, 401)
    enrolment = find_enrolment(session, context_id, person.sub)
    if enrolment is None:
        raise PageProblemError(PageProblem.NOT_YOURS, 404)
    return enrolment


def get_link(session: Session, context_id: str, resource_link_id: str) -> Link:
    """Return a link of a course.

    Raises:
        PageProblemError: the course has no such link (404).
    """
    link = session.scalar(
        select(Link)
        .join(Course)
        .where(Course.context_id == context_id, Link.resource_link_id == resource_link_id)
    )
    if link is None:
        raise PageProblemError(PageProblem.NOT_YOURS, 404)
    return link
