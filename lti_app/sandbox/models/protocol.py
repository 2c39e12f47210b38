"""Tables of the protocol side: keys, launches under way, tokens, and what was asked of us."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lti_app.sandbox.models.base import Base
from lti_app.sandbox.models.course import Link, Person, Tool


class Secret(Base):
    """Something random made once, such as the key of the session cookie."""

    __tablename__ = "secrets"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class PlatformKey(Base):
    """A signing key of this platform. The newest signs; the published ones verify."""

    __tablename__ = "platform_keys"

    id: Mapped[int] = mapped_column(primary_key=True)
    kid: Mapped[str] = mapped_column(unique=True)
    private_pem: Mapped[str]
    is_published: Mapped[bool]


class Launch(Base):
    """A launch under way: what the hint given to the tool stands for.

    The last two are set for a review alone: whose work, and of which column.
    """

    __tablename__ = "launches"

    id: Mapped[int] = mapped_column(primary_key=True)
    hint: Mapped[str] = mapped_column(unique=True)
    browser: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    link_id: Mapped[int] = mapped_column(ForeignKey("links.id"))
    document_target: Mapped[str]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    review_sub: Mapped[str | None]
    review_item_id: Mapped[int | None]
    #: Set for a visit to choose content alone, which opens no link.
    pick_id: Mapped[int | None]

    person: Mapped[Person] = relationship()
    link: Mapped[Link] = relationship()


class AccessToken(Base):
    """A token for the services, kept as a digest."""

    __tablename__ = "access_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(unique=True)
    tool_id: Mapped[int] = mapped_column(ForeignKey("tools.id"))
    scopes: Mapped[list[str]]
    expires_at: Mapped[datetime]

    tool: Mapped[Tool] = relationship()


class UsedAssertion(Base):
    """The name of a client assertion that was accepted, so that it is accepted once."""

    __tablename__ = "used_assertions"
    __table_args__ = (UniqueConstraint("tool_id", "jti"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tool_id: Mapped[int] = mapped_column(ForeignKey("tools.id"))
    jti: Mapped[str]
    expires_at: Mapped[datetime]


class ReceivedRequest(Base):
    """One request a tool sent here. It never holds a token, a name or a query."""

    __tablename__ = "received_requests"

    id: Mapped[int] = mapped_column(primary_key=True)
    received_at: Mapped[datetime]
    service: Mapped[str]
    method: Mapped[str]
    path: Mapped[str]
    status: Mapped[int]
    client_id: Mapped[str | None]
    user_id: Mapped[str | None]
    reply_was_dropped: Mapped[bool]
    detail: Mapped[dict[str, object]]
