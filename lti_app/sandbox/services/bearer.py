"""Access tokens: made for a tool and some scopes, and asked for at every service.

It decides who a request is from and what that tool may do, never what the request means.
"""

import secrets
from hashlib import sha256

from flask import request
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lti_app.sandbox.models import AccessToken, Course, LineItem, Link, Tool
from lti_app.sandbox.observation import observation
from lti_app.sandbox.refusals import RefusalError, not_here
from lti_app.sandbox.state import current_sandbox
from lti_app.sandbox.vocabulary import Scope


def issue_token(session: Session, tool: Tool, scopes: list[Scope]) -> str:
    """Return a new token; only its digest is kept."""
    sandbox = current_sandbox()
    token = secrets.token_urlsafe(32)
    session.execute(delete(AccessToken).where(AccessToken.expires_at <= sandbox.now()))
    session.add(
        AccessToken(
            digest=_digest(token),
            tool_id=tool.id,
            scopes=[str(scope) for scope in scopes],
            expires_at=sandbox.now() + sandbox.config.dialect.access_token_lives_for,
        )
    )
    return token


def require_scope(session: Session, *any_of: Scope) -> Tool:
    """Return the tool that sent this request with one of these scopes.

    Raises:
        RefusalError: 401 without a token that is known and alive, 403 without a scope.
    """
    found = session.scalar(select(AccessToken).where(AccessToken.digest == _digest(_sent_token())))
    if found is None or found.expires_at <= current_sandbox().now() or not found.tool.is_active:
        raise _unauthorised("The access token is unknown or has expired.")
    observation().client_id = found.tool.client_id
    if not set(found.scopes) & set(any_of):
        raise RefusalError(403, "insufficient_scope", f"This needs the scope {any_of[0]}.")
    return found.tool


def get_course(session: Session, tool: Tool, context_id: str) -> Course:
    """Return a course in which the tool has something to do.

    Raises:
        RefusalError: 404, the same for a course without this tool as for none at all.
    """
    course = session.scalar(select(Course).where(Course.context_id == context_id))
    if course is None:
        raise not_here()
    uses = (
        select(Link.id).where(Link.course_id == course.id, Link.tool_id == tool.id),
        select(LineItem.id).where(LineItem.course_id == course.id, LineItem.tool_id == tool.id),
    )
    if all(session.scalar(use.limit(1)) is None for use in uses):
        raise not_here()
    return course


def _sent_token() -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise _unauthorised("Send an access token as Authorization: Bearer.")
    return token


def _unauthorised(reason: str) -> RefusalError:
    headers = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
    return RefusalError(401, "invalid_token", reason, headers=headers)


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
