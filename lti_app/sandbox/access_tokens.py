"""Access tokens at rest: kept as digests, found by what a request sends. It decides no access."""

from datetime import datetime
from hashlib import sha256

from flask import request
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lti_app.sandbox.models import AccessToken, Tool


def sent_token() -> str | None:
    """Return the bearer token of the request that is being answered."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" and token else None


def find_token(session: Session, token: str) -> AccessToken | None:
    """Return what a token stands for, also when it is over."""
    return session.scalar(select(AccessToken).where(AccessToken.digest == _digest(token)))


def keep_token(
    session: Session, token: str, *, tool: Tool, scopes: list[str], expires_at: datetime
) -> None:
    """Keep the digest of a new token."""
    session.add(
        AccessToken(digest=_digest(token), tool_id=tool.id, scopes=scopes, expires_at=expires_at)
    )


def forget_expired_tokens(session: Session, now: datetime) -> None:
    """Delete what no request can use any more."""
    session.execute(delete(AccessToken).where(AccessToken.expires_at <= now))


def expire_tokens(session: Session, *, client_id: str | None = None) -> int:
    """Let all tokens, or those of one tool, be over at once; return how many there were."""
    tokens = delete(AccessToken)
    if client_id is not None:
        tool = select(Tool.id).where(Tool.client_id == client_id).scalar_subquery()
        tokens = tokens.where(AccessToken.tool_id == tool)
    return len(session.execute(tokens.returning(AccessToken.id)).all())


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
