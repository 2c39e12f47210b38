"""Columns as tools see them: what a request for one says, and what a column looks like in JSON.

It stores nothing. Source: AGS 2.0, sections 3.2 and 3.3.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.sandbox.models import Course, LineItem, Link, Tool
from lti_app.sandbox.payloads import (
    Body,
    bad_request,
    optional_flag,
    optional_number,
    optional_object,
    optional_text,
    optional_time,
    text,
)
from lti_app.sandbox.refusals import RefusalError, not_here


@dataclass(frozen=True, slots=True, kw_only=True)
class LineItemDraft:
    """A column as a tool wants it to be."""

    label: str
    score_maximum: float
    resource_link_id: str | None
    resource_id: str | None
    tag: str | None
    start_at: datetime | None = None
    end_at: datetime | None = None
    grades_released: bool | None = None
    review: Body | None = None


class Columns:
    """A column says what is set and leaves out the rest; any column may be deleted."""

    coupled_is_deletable: bool = True

    def read(self, body: Body) -> LineItemDraft:
        """Return what a body says, once every value has the right form.

        Raises:
            RefusalError: the form is wrong.
        """
        maximum = optional_number(body, "scoreMaximum")
        if maximum is None or maximum <= 0:
            raise bad_request("scoreMaximum must be a number above 0.")
        draft = LineItemDraft(
            label=text(body, "label"),
            score_maximum=maximum,
            resource_link_id=optional_text(body, "resourceLinkId"),
            resource_id=optional_text(body, "resourceId"),
            tag=optional_text(body, "tag"),
            start_at=optional_time(body, "startDateTime"),
            end_at=optional_time(body, "endDateTime"),
            grades_released=optional_flag(body, "gradesReleased"),
            review=optional_object(body, "submissionReview"),
        )
        if draft.start_at and draft.end_at and draft.end_at < draft.start_at:
            raise bad_request("endDateTime lies before startDateTime.")
        return draft

    def link_of(self, session: Session, tool: Tool, course: Course, named: str) -> Link:
        """Return the link of this tool in this course that a draft names.

        Raises:
            RefusalError: it is not one of this tool in this course.
        """
        link = find_link(session, named)
        if link is None or not is_link_of(link, tool, course):
            raise not_here()
        return link

    def unknown(self, line_item_id: int) -> RefusalError:
        """Return the refusal of a column that does not exist, or is not this tool's."""
        del line_item_id
        return not_here()

    def check_deletable(self, item: LineItem) -> None:
        """Refuse to delete the column that came with a link, where that cannot be done."""
        if item.is_coupled and not self.coupled_is_deletable:
            raise RefusalError(401, "not_deletable", "This column belongs to its link.")

    def body(self, item: LineItem, url: str) -> dict[str, object]:
        """Return a column in the form that tools read; what is unset is left out."""
        said = {
            "id": url,
            "label": item.label,
            "scoreMaximum": item.score_maximum,
            "resourceLinkId": item.link.resource_link_id if item.link else None,
            "resourceId": item.resource_id,
            "tag": item.tag,
            "startDateTime": _written(item.start_at),
            "endDateTime": _written(item.end_at),
            "gradesReleased": item.grades_released,
            "submissionReview": item.review,
        }
        return {name: value for name, value in said.items() if value is not None}

    def offers_review(self, item: LineItem) -> bool:
        """Whether the gradebook leads from a cell of this column to the work behind it.

        Source: Submission Review 1.0, section 2: a platform may do so for any column of a tool.
        """
        del item
        return True

    def created_body(self, item: LineItem, url: str, sent: Body) -> dict[str, object]:
        """Return the answer to the request that made a column."""
        del sent
        return self.body(item, url)


def find_link(session: Session, resource_link_id: str) -> Link | None:
    """Return a link of anybody."""
    return session.scalar(select(Link).where(Link.resource_link_id == resource_link_id))


def is_link_of(link: Link, tool: Tool, course: Course) -> bool:
    """Whether a link is one of this tool in this course."""
    return (link.tool_id, link.course_id) == (tool.id, course.id)


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None
