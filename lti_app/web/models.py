"""Launch sessions and the hand-overs to a tab of their own. Secrets are stored as digests."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, false
from sqlalchemy.orm import Mapped, mapped_column

from lti_app.core.db import Base, Keep, Privacy, PublicId, Subject

#: In place of a digest: this session's window can hold no cookie. It is no digest of anything.
NO_COOKIE = ""


class LaunchSession(Base):
    """One launch's session. Two tabs with two launches are two sessions."""

    __tablename__ = "launch_sessions"
    __privacy__ = Privacy(
        subject=Subject.USER,
        keep=Keep.DAYS,
        personal=("role", "return_url", "locale", "time_zone", "created_at", "seen_at"),
        export="sessions",
        erase="deleted",
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[PublicId]
    platform_id: Mapped[int] = mapped_column(ForeignKey("platforms.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    context_id: Mapped[int | None] = mapped_column(ForeignKey("contexts.id"))
    placement_id: Mapped[int | None] = mapped_column(ForeignKey("placements.id"))
    key_digest: Mapped[str] = mapped_column(String(64), unique=True)
    cookie_digest: Mapped[str] = mapped_column(String(64))
    csrf_secret: Mapped[str] = mapped_column(String(64))
    role: Mapped[str] = mapped_column(String(32))
    is_test: Mapped[bool] = mapped_column(default=False)
    frame_origins: Mapped[list[str]]
    return_url: Mapped[str | None] = mapped_column(String(2048))
    locale: Mapped[str] = mapped_column(String(35))
    time_zone: Mapped[str | None] = mapped_column(String(64))
    wants_contrast: Mapped[bool] = mapped_column(default=False, server_default=false())
    # No index of time: rows are added in its order. Each index is a page more that a launch writes.
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Handover(Base):
    """Permission to continue a session in a tab of its own: once, within a minute."""

    __tablename__ = "handovers"
    __privacy__ = Privacy(
        subject=Subject.USER,
        keep=Keep.MINUTES,
        personal=("session_id",),
        export="not exported: gone within a minute",
        erase="deleted with the session",
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platforms.id"), index=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("launch_sessions.id"), index=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
