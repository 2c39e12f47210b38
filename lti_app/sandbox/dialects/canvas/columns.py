"""Columns in Canvas: the one that came with a link stays, and a stranger's link is told apart."""

from dataclasses import replace

from sqlalchemy.orm import Session

from lti_app.sandbox.dialects.plain.columns import (
    Columns,
    LineItemDraft,
    find_link,
    is_link_of,
)
from lti_app.sandbox.models import Course, LineItem, Link, Tool
from lti_app.sandbox.payloads import Body
from lti_app.sandbox.refusals import RefusalError, not_here


class CanvasColumns(Columns):
    """A link that nobody has is 404, one of another course or tool 412."""

    coupled_is_deletable = False

    def read(self, body: Body) -> LineItemDraft:
        """Return what a body says; of reviews nothing is kept."""
        return replace(super().read(body), review=None)

    def offers_review(self, item: LineItem) -> bool:
        del item
        return False

    def link_of(self, session: Session, tool: Tool, course: Course, named: str) -> Link:
        link = find_link(session, named)
        if link is None:
            raise not_here()
        if not is_link_of(link, tool, course):
            raise RefusalError(
                412, "precondition_failed", "The resourceLinkId is not in this context."
            )
        return link
