"""The table of what tools want to be told, and where."""

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lti_app.sandbox.models.base import Base
from lti_app.sandbox.models.course import Tool


class NoticeHandler(Base):
    """Where one deployment of a tool is told of one type of notice."""

    __tablename__ = "notice_handlers"
    __table_args__ = (UniqueConstraint("tool_id", "deployment_id", "notice_type"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tool_id: Mapped[int] = mapped_column(ForeignKey("tools.id"))
    deployment_id: Mapped[str]
    notice_type: Mapped[str]
    handler: Mapped[str]
    max_batch_size: Mapped[int | None]

    tool: Mapped[Tool] = relationship()
