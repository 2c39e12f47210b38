"""What a sandbox is made from: its own address, the tools it knows, the courses it starts with.

These are values. Nothing here opens a file or a connection.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from lti_app.sandbox.addresses import Addresses
from lti_app.sandbox.dialects import PLAIN, Dialect
from lti_app.sandbox.roles import CourseRole


def utc_now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)


def origin_of(url: str) -> str:
    """Return scheme, host and port of an address.

    >>> origin_of("http://localhost:8000/lti/login?a=b")
    'http://localhost:8000'
    """
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolRegistration:
    """A tool as this platform knows it: one client id with its deployments and addresses."""

    client_id: str
    deployment_ids: tuple[str, ...]
    login_url: str
    jwks_url: str
    redirect_uris: tuple[str, ...]
    target_link_uri: str
    name: str = "Rapport"
    custom: Mapping[str, str] = field(default_factory=dict)


def rapport_registration(
    base_url: str, *, client_id: str, deployment_ids: tuple[str, ...] = ("1",)
) -> ToolRegistration:
    """Return the registration of a Rapport that is served at this address."""
    base = base_url.rstrip("/")
    return ToolRegistration(
        client_id=client_id,
        deployment_ids=deployment_ids,
        login_url=f"{base}/lti/login",
        jwks_url=f"{base}/lti/jwks.json",
        redirect_uris=(f"{base}/lti/launch",),
        target_link_uri=f"{base}/lti/launch",
        custom={
            "history": "$ResourceLink.id.history",
            "context_history": "$Context.id.history",
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberSeed:
    """A person in a course. The same `sub` in two courses is the same person."""

    sub: str
    name: str
    given_name: str | None = None
    family_name: str | None = None
    email: str | None = None
    role: CourseRole = CourseRole.LEARNER
    shares_identity: bool = True
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkSeed:
    """A link to a tool in a course.

    Attributes:
        points: the maximum of the gradebook column that belongs to the link; None makes none.
        client_id: the first registration when None; `deployment_id` likewise its first one.
        target_link_uri: the registration's when None.
    """

    resource_link_id: str
    title: str
    description: str = ""
    points: float | None = None
    custom: Mapping[str, str] = field(default_factory=dict)
    client_id: str | None = None
    deployment_id: str | None = None
    target_link_uri: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseSeed:
    """A course as it is made the first time; once made, a start does not change it."""

    context_id: str
    label: str
    title: str
    people: tuple[MemberSeed, ...]
    links: tuple[LinkSeed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxConfig:
    """Everything a sandbox is told from outside.

    Attributes:
        issuer: what it calls itself, without a slash at the end.
        served_at: its own origin where that is not the issuer, as with hosted platforms whose
            services are elsewhere.
        control_token: opens the control API and page; None leaves that API out altogether.
        control_is_open: whether everybody may use the control page.
        tool_keys_kept_for: how long a tool's key set is used without asking again; None asks
            whenever a key is not in it.
    """

    issuer: str
    database: Path
    tools: tuple[ToolRegistration, ...]
    courses: tuple[CourseSeed, ...] = ()
    dialect: Dialect = PLAIN
    served_at: str | None = None
    control_token: str | None = None
    control_is_open: bool = False
    tool_keys_kept_for: timedelta | None = None
    clock: Callable[[], datetime] = utc_now

    def __post_init__(self) -> None:
        if self.origin != origin_of(self.origin):
            raise ValueError(f"this is no origin: {self.origin}")

    @property
    def origin(self) -> str:
        """Where this platform is served."""
        return self.served_at or self.issuer

    @property
    def addresses(self) -> Addresses:
        return Addresses(self.origin, self.dialect.paths)

    @property
    def auth_url(self) -> str:
        return self.addresses.auth_url

    @property
    def token_url(self) -> str:
        return self.addresses.token_url

    @property
    def key_set_url(self) -> str:
        return self.addresses.key_set_url

    @property
    def has_control_page(self) -> bool:
        return self.control_is_open or self.control_token is not None

    @property
    def tool_origins(self) -> list[str]:
        urls = [url for tool in self.tools for url in (tool.login_url, *tool.redirect_uris)]
        return sorted({origin_of(url) for url in urls})
