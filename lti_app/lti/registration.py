"""One registration as a value: what we know of a platform. It reads no database."""

from dataclasses import dataclass
from enum import StrEnum

from lti_app.lti.quirks import Family


class Standing(StrEnum):
    """Whether launches of a platform are let in."""

    ACTIVE = "active"
    #: Registered by a link; its first launch that is proven makes it active.
    UNTRIED = "untried"
    #: Registered by a link that leaves the last word to an operator.
    WAITING = "waiting"


@dataclass(frozen=True)
class Registration:
    """A registered platform: the tenant.

    Attributes:
        id: never leaves the house; `public_id` may.
        issuer: compared exactly, character by character.
        audience: what client assertions are addressed to, when not the token URL.
        max_in_flight: requests at a time to one host with this client id.
    """

    id: int
    public_id: str
    name: str
    issuer: str
    client_id: str
    auth_url: str
    token_url: str
    jwks_url: str
    audience: str | None
    family: Family
    allow_anonymous: bool
    is_disabled: bool
    max_in_flight: int
    standing: Standing = Standing.ACTIVE
