"""Who a request of a service is from, and what that tool may do here.

What the request means is decided elsewhere.
"""

from flask import request
from sqlalchemy import ColumnElement, false, select
from sqlalchemy.orm import Session

from lti_app.sandbox.access_tokens import find_token, forget_expired_tokens, keep_token, sent_token
from lti_app.sandbox.models import Course, LineItem, Link, Tool
from lti_app.sandbox.observation import observation
from lti_app.sandbox.refusals import RefusalError, not_here
from lti_app.sandbox.state import current_sandbox
from lti_app.sandbox.vocabulary import Scope


def issue_token(session: Session, tool: Tool, scopes: list[Scope]) -> str:
    """Return a new token; only its digest is kept."""
    sandbox = current_sandbox()
    token = sandbox.dialect.grants.new_token()
    forget_expired_tokens(session, sandbox.now())
    keep_token(
        session,
        token,
        tool=tool,
        scopes=[str(scope) for scope in scopes],
        expires_at=sandbox.now() + sandbox.dialect.access_token_lives_for,
    )
    return token


def require_scope(session: Session, *any_of: Scope) -> Tool:
    """Return the tool that sent this request with one of these scopes.

    Raises:
        RefusalError: 401 without a token that is known and alive, or at an address of another
            tool; without a scope what the dialect answers then.
    """
    token = sent_token()
    if token is None:
        raise _unauthorised("Send an access token as Authorization: Bearer.")
    found = find_token(session, token)
    if found is None or found.expires_at <= current_sandbox().now() or not found.tool.is_active:
        raise _unauthorised("The access token is unknown or has expired.")
    observation().client_id = found.tool.client_id
    if not set(found.scopes) & set(any_of):
        status = current_sandbox().dialect.missing_scope_status
        raise RefusalError(status, "insufficient_scope", f"This needs the scope {any_of[0]}.")
    if _named_tool() not in (None, found.tool_id):
        raise _unauthorised("This address is another tool's.")
    return found.tool


def get_course(session: Session, tool: Tool, course_key: str) -> Course:
    """Return a course in which the tool has something to do, by its key in addresses.

    Raises:
        RefusalError: 404, the same for a course without this tool as for none at all.
    """
    dialect = current_sandbox().dialect
    course = session.scalar(select(Course).where(_is_named(course_key)))
    if course is None:
        raise not_here()
    if not dialect.works_in_every_course and not _is_used_in(session, tool, course):
        raise not_here()
    return course


def _is_named(course_key: str) -> ColumnElement[bool]:
    if not current_sandbox().dialect.paths.course_is_a_number:
        return Course.context_id == course_key
    return Course.id == int(course_key) if course_key.isdecimal() else false()


def _is_used_in(session: Session, tool: Tool, course: Course) -> bool:
    uses = (
        select(Link.id).where(Link.course_id == course.id, Link.tool_id == tool.id),
        select(LineItem.id).where(LineItem.course_id == course.id, LineItem.tool_id == tool.id),
    )
    return any(session.scalar(use.limit(1)) is not None for use in uses)


def _named_tool() -> int | None:
    """Return the number of the registration that the address names, None when it names none."""
    named: int | None = (request.view_args or {}).get("tool_id")
    if named is None and current_sandbox().dialect.paths.names_tool:
        return request.args.get("type_id", type=int)
    return named


def _unauthorised(reason: str) -> RefusalError:
    headers = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
    return RefusalError(401, "invalid_token", reason, headers=headers)
