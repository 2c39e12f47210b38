"""Review launches: from a cell of the gradebook to the work behind it. It signs and shows nothing.

Source: LTI Submission Review 1.0.
"""

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.sandbox.addresses import Addresses
from lti_app.sandbox.facts import LaunchFacts, ReviewFacts
from lti_app.sandbox.launch_facts import identity_of
from lti_app.sandbox.models import Enrolment, Launch, LineItem, Link, Person
from lti_app.sandbox.payloads import optional_text
from lti_app.sandbox.problems import PageProblem, PageProblemError
from lti_app.sandbox.roles import CourseRole
from lti_app.sandbox.sign_in_errors import AuthRefusedError


def get_column(session: Session, enrolment: Enrolment, line_item_id: int) -> LineItem:
    """Return a column of the course that somebody is in.

    Raises:
        PageProblemError: there is none (404).
    """
    item = session.get(LineItem, line_item_id)
    if item is None or item.course_id != enrolment.course_id or item.deleted_at is not None:
        raise PageProblemError(PageProblem.NOT_YOURS, 404)
    return item


def get_reviewed(session: Session, enrolment: Enrolment, sub: str) -> Person:
    """Return whose work is to be looked at: a learner's, by who teaches; else one's own.

    Raises:
        PageProblemError: it is not theirs to look at (404).
    """
    found = _enrolled(session, enrolment.course_id, sub)
    if found is None or found.role is not CourseRole.LEARNER:
        raise PageProblemError(PageProblem.NOT_YOURS, 404)
    if not enrolment.role.teaches and found.person_id != enrolment.person_id:
        raise PageProblemError(PageProblem.NOT_YOURS, 404)
    return found.person


def link_for(session: Session, item: LineItem) -> Link:
    """Return the link of a column, or any link of its tool where it belongs to none.

    Raises:
        PageProblemError: the tool has no link in the course (404).
    """
    if item.link is not None:
        return item.link
    of_tool = select(Link).where(Link.tool_id == item.tool_id, Link.course_id == item.course_id)
    link = session.scalars(of_tool.order_by(Link.id).limit(1)).first()
    if link is None:
        raise PageProblemError(PageProblem.NOT_YOURS, 404)
    return link


def target_of(item: LineItem, link: Link) -> str:
    """Return where a review of a column is aimed: where the tool said, else at the tool."""
    return optional_text(item.review or {}, "url") or link.tool.target_link_uri


def with_review(
    session: Session, addresses: Addresses, facts: LaunchFacts, launch: Launch
) -> LaunchFacts:
    """Return the facts of a launch with those of its review, where it is one.

    Raises:
        AuthRefusedError: the person has left the course meanwhile, or the column is gone.
    """
    if launch.review_sub is None or launch.review_item_id is None:
        return facts
    item = session.get(LineItem, launch.review_item_id)
    found = _enrolled(session, launch.link.course_id, launch.review_sub)
    if item is None or found is None:
        raise AuthRefusedError("access_denied", "The work is no longer in this course.")
    review = ReviewFacts(
        identity=identity_of(found),
        role=found.role,
        line_item_url=addresses.line_item_url(item),
        target_link_uri=target_of(item, launch.link),
        custom=_custom(item),
        has_link=item.link is not None,
    )
    return replace(facts, review=review)


def _custom(item: LineItem) -> dict[str, str]:
    told = (item.review or {}).get("custom")
    values = told.items() if isinstance(told, dict) else ()
    return {name: value for name, value in values if isinstance(value, str)}


def _enrolled(session: Session, course_id: int, sub: str) -> Enrolment | None:
    return session.scalar(
        select(Enrolment)
        .join(Person)
        .where(Enrolment.course_id == course_id, Person.sub == sub, Enrolment.is_active)
    )
