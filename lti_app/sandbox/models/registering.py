"""The table of permissions to register: each is good for one registration."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from lti_app.sandbox.models.base import Base


class RegistrationTicket(Base):
    """A registration token that was given out, kept as a digest, with the client id to be."""

    __tablename__ = "registration_tickets"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(unique=True)
    client_id: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
