"""What the protocol has to remember: registrations, attempts, keys, tokens, service addresses."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lti_app.core.db import Base, Keep, Privacy, PublicId, Subject

ID_LENGTH = 255
URL_LENGTH = 2048
HOST_LENGTH = 260

_NOBODY = Privacy(subject=Subject.NOBODY, keep=Keep.REGISTRATION)


class Platform(Base):
    """A registered LMS: the tenant. LTI knows it as issuer and client id."""

    __tablename__ = "platforms"
    __table_args__ = (UniqueConstraint("issuer", "client_id"),)
    __privacy__ = _NOBODY

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[PublicId]
    name: Mapped[str] = mapped_column(String(ID_LENGTH))
    issuer: Mapped[str] = mapped_column(String(512))
    client_id: Mapped[str] = mapped_column(String(ID_LENGTH))
    auth_url: Mapped[str] = mapped_column(String(URL_LENGTH))
    token_url: Mapped[str] = mapped_column(String(URL_LENGTH))
    jwks_url: Mapped[str] = mapped_column(String(URL_LENGTH))
    audience: Mapped[str | None] = mapped_column(String(URL_LENGTH))
    family: Mapped[str] = mapped_column(String(32), default="other")
    allow_anonymous: Mapped[bool] = mapped_column(default=False)
    max_in_flight: Mapped[int] = mapped_column(default=4)
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    #: See `registration.Standing`; a platform that an operator typed in is active at once.
    standing: Mapped[str] = mapped_column(String(16), default="active", server_default="active")
    #: What it granted when it was registered by a link; None where nobody was told.
    granted_scopes: Mapped[list[str] | None]


class Invitation(Base):
    """A link with which one platform may be registered. Only the secret's digest is kept."""

    __tablename__ = "invitations"
    __privacy__ = Privacy(subject=Subject.NOBODY, keep=Keep.SYSTEM)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[PublicId]
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str | None] = mapped_column(String(ID_LENGTH))
    needs_approval: Mapped[bool]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    #: What came of it.
    platform_id: Mapped[int | None] = mapped_column(ForeignKey("platforms.id"), index=True)


class Deployment(Base):
    """One place where a platform offers the tool. `deployment_id` is the platform's own name."""

    __tablename__ = "deployments"
    __table_args__ = (UniqueConstraint("platform_id", "deployment_id"),)
    __privacy__ = _NOBODY

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[PublicId]
    platform_id: Mapped[int] = mapped_column(ForeignKey("platforms.id"))
    deployment_id: Mapped[str] = mapped_column(String(ID_LENGTH))
    approved_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    notices_url: Mapped[str | None] = mapped_column(String(URL_LENGTH))
    notice_types: Mapped[list[str] | None]


class LoginAttempt(Base):
    """One login under way. Hashes only: a stolen table starts no session."""

    __tablename__ = "login_attempts"
    __privacy__ = Privacy(subject=Subject.NOBODY, keep=Keep.MINUTES)

    id: Mapped[int] = mapped_column(primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platforms.id"))
    state_hash: Mapped[str] = mapped_column(String(64), unique=True)
    nonce_hash: Mapped[str] = mapped_column(String(64))
    browser_hash: Mapped[str] = mapped_column(String(64))
    target_link_uri: Mapped[str] = mapped_column(String(URL_LENGTH))
    #: The frame that keeps words for this attempt where no cookie is kept.
    storage_target: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime]
    # No index of time: rows are added in its order, and the table never holds many.
    expires_at: Mapped[datetime]
    consumed_at: Mapped[datetime | None]


class WaitingLaunch(Base):
    """A launch that waits until its browser is known: the token, sealed."""

    __tablename__ = "waiting_launches"
    __privacy__ = Privacy(
        subject=Subject.USER,
        keep=Keep.MINUTES,
        personal=("sealed_token",),
        export="not exported: gone within minutes",
        erase="gone within minutes",
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platforms.id"))
    state_hash: Mapped[str] = mapped_column(String(64), unique=True)
    ticket_hash: Mapped[str] = mapped_column(String(64))
    sealed_token: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime]


class LegacySecret(Base):
    """The secret of a key from before LTI 1.3, sealed. It proves old ids and opens nothing."""

    __tablename__ = "legacy_secrets"
    __table_args__ = (UniqueConstraint("platform_id", "consumer_key"),)
    __privacy__ = _NOBODY

    id: Mapped[int] = mapped_column(primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platforms.id"))
    consumer_key: Mapped[str] = mapped_column(String(ID_LENGTH))
    sealed_secret: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]


class SigningKey(Base):
    """One of our own keys. The private half is sealed with the installation's keys."""

    __tablename__ = "signing_keys"
    __privacy__ = Privacy(subject=Subject.NOBODY, keep=Keep.SYSTEM)

    id: Mapped[int] = mapped_column(primary_key=True)
    kid: Mapped[str] = mapped_column(String(64), unique=True)
    sealed_private_key: Mapped[bytes] = mapped_column(LargeBinary)
    public_jwk: Mapped[dict[str, object]]
    created_at: Mapped[datetime]
    activates_at: Mapped[datetime]
    retires_at: Mapped[datetime | None]


class KeySet(Base):
    """The last good key set of a platform, and when we last asked for it.

    `tried_at` claims a fetch and `settled_at` ends it, so that processes share one cool-down.
    """

    __tablename__ = "key_sets"
    __privacy__ = _NOBODY

    id: Mapped[int] = mapped_column(primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platforms.id"), unique=True)
    jwks: Mapped[dict[str, object]]
    fetched_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    tried_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class AccessToken(Base):
    """A service token, sealed. Keyed by registration, never by issuer: many schools share one."""

    __tablename__ = "access_tokens"
    __table_args__ = (UniqueConstraint("platform_id", "scopes_key"),)
    __privacy__ = Privacy(subject=Subject.NOBODY, keep=Keep.DAYS)

    id: Mapped[int] = mapped_column(primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platforms.id"))
    scopes_key: Mapped[str] = mapped_column(String(64))
    granted_scopes: Mapped[list[str]]
    sealed_token: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class ServiceHost(Base):
    """A host that a verified launch of this deployment named: a bearer token may go there."""

    __tablename__ = "service_hosts"
    __table_args__ = (
        UniqueConstraint("deployment_id", "host"),
        Index("ix_service_hosts_host", "host"),
    )
    __privacy__ = _NOBODY

    id: Mapped[int] = mapped_column(primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platforms.id"))
    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployments.id"))
    host: Mapped[str] = mapped_column(String(HOST_LENGTH))
    first_seen_at: Mapped[datetime]


class ServiceEndpoint(Base):
    """The newest service addresses of one context, as a verified launch gave them."""

    __tablename__ = "service_endpoints"
    __table_args__ = (UniqueConstraint("deployment_id", "context_ref"),)
    __privacy__ = _NOBODY

    id: Mapped[int] = mapped_column(primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platforms.id"))
    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployments.id"))
    context_ref: Mapped[str] = mapped_column(String(ID_LENGTH))
    lineitems_url: Mapped[str | None] = mapped_column(String(URL_LENGTH))
    memberships_url: Mapped[str | None] = mapped_column(String(URL_LENGTH))
    groups_url: Mapped[str | None] = mapped_column(String(URL_LENGTH))
    group_sets_url: Mapped[str | None] = mapped_column(String(URL_LENGTH))
    scopes: Mapped[list[str]]
    updated_at: Mapped[datetime]


class DeepLinkRequest(Base):
    """What a platform asked for when somebody adds content: answered once, by the same session.

    `chosen` is what has been picked so far; only the picker reads it. `data` is the platform's and
    goes back as it came.
    """

    __tablename__ = "deep_link_requests"
    __privacy__ = Privacy(
        subject=Subject.STAFF,
        keep=Keep.DAYS,
        personal=("user_id", "chosen", "created_at", "finished_at"),
        export="not exported: what was chosen is in the course, or was given up",
        erase="deleted",
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[PublicId]
    platform_id: Mapped[int] = mapped_column(ForeignKey("platforms.id"), index=True)
    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployments.id"))
    context_id: Mapped[int] = mapped_column(ForeignKey("contexts.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    session_public_id: Mapped[str] = mapped_column(String(26), unique=True)
    return_url: Mapped[str] = mapped_column(String(URL_LENGTH))
    accept_types: Mapped[list[str]]
    accept_multiple: Mapped[bool]
    accept_lineitem: Mapped[bool | None]
    title: Mapped[str | None] = mapped_column(String(ID_LENGTH))
    text: Mapped[str | None] = mapped_column(Text)
    data: Mapped[str | None] = mapped_column(Text)
    chosen: Mapped[list[dict[str, object]]] = mapped_column(JSON)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
