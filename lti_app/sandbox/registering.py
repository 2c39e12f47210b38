"""Tools that came by a link: permissions to register, the tools themselves, switching them on.

Who may do it is decided by the page, the API or the service that asks.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.sandbox.dialects.plain.registering import Registering, Wanted
from lti_app.sandbox.keys import PlatformKeys
from lti_app.sandbox.models import Course, LineItem, Link, RegistrationTicket, Tool
from lti_app.sandbox.signing import sign

TOKEN_LIVES_FOR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Ticket:
    """A permission that was found good."""

    id: int
    client_id: str


def give_token(session: Session, rules: Registering, keys: PlatformKeys, *, now: datetime) -> str:
    """Return a new token with which one tool may register."""
    client_id = rules.new_client_id()
    issued_at, expires_at = int(now.timestamp()), now + TOKEN_LIVES_FOR
    token = sign(
        keys.current,
        {
            "sub": client_id,
            "scope": "reg",
            "iat": issued_at,
            "exp": int(expires_at.timestamp()),
        },
    )
    session.add(
        RegistrationTicket(digest=_digest(token), client_id=client_id, expires_at=expires_at)
    )
    return token


def find_ticket(
    session: Session, rules: Registering, token: str | None, *, now: datetime
) -> Ticket:
    """Return the permission that a token stands for.

    Raises:
        RefusalError: 401, there is none, it was used, or it is over.
    """
    row = session.scalar(
        select(RegistrationTicket).where(RegistrationTicket.digest == _digest(token or ""))
    )
    if row is None or row.expires_at <= now:
        raise rules.bad_token()
    if row.used_at is not None:
        raise rules.used_token()
    return Ticket(row.id, row.client_id)


def use_up(session: Session, ticket: Ticket, *, now: datetime) -> None:
    """Let a permission be used once."""
    session.get_one(RegistrationTicket, ticket.id).used_at = now


def add_tool(session: Session, rules: Registering, wanted: Wanted, client_id: str) -> Tool:
    """Remember a tool; it does nothing before somebody switches it on."""
    tool = Tool(
        client_id=client_id,
        name=wanted.name,
        login_url=wanted.login_url,
        jwks_url=wanted.jwks_url,
        redirect_uris=wanted.redirect_uris,
        target_link_uri=wanted.target_link_uri,
        deployment_ids=[],
        custom=wanted.custom,
        is_active=False,
        came_by_link=True,
        scopes=rules.granted(wanted),
    )
    session.add(tool)
    session.flush()
    tool.deployment_ids = rules.deployments(tool.id)
    return tool


def list_tools(session: Session) -> list[Tool]:
    """Return the tools that came by a link, oldest first."""
    return list(session.scalars(select(Tool).where(Tool.came_by_link).order_by(Tool.id)))


def find_tool(session: Session, client_id: str) -> Tool | None:
    """Return a tool that came by a link."""
    return session.scalar(select(Tool).where(Tool.came_by_link, Tool.client_id == client_id))


def switch_on(tool: Tool, rules: Registering) -> None:
    """Activate, install or enable a tool, whatever it is called here."""
    tool.is_active = True
    tool.deployment_ids = tool.deployment_ids or rules.later_deployments(tool.id)


def place(
    session: Session, tool: Tool, course: Course, *, title: str, points: float | None
) -> Link:
    """Put a link to a tool into a course, graded when it has points."""
    link = Link(
        resource_link_id=f"placed-{tool.id}-{_number_of_links(session) + 1}",
        course=course,
        tool=tool,
        deployment_id=tool.deployment_ids[0],
        title=title,
        description="",
        target_link_uri=None,
        custom={},
        is_graded=points is not None,
    )
    session.add(link)
    session.flush()
    if points is not None:
        session.add(
            LineItem(
                course=course,
                tool_id=tool.id,
                link=link,
                is_coupled=True,
                label=title,
                score_maximum=points,
                resource_id=None,
                tag=None,
                start_at=None,
                end_at=None,
                grades_released=None,
            )
        )
    return link


def _number_of_links(session: Session) -> int:
    return len(session.scalars(select(Link.id)).all())


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
