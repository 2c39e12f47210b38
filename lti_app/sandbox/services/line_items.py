"""Columns as tools see them: what a request for one says, and what a column looks like in JSON.

A tool has only its own columns. Source: AGS 2.0, sections 3.2 and 3.3.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from lti_app.sandbox.addresses import line_item_url
from lti_app.sandbox.gradebook import rescaled
from lti_app.sandbox.models import Course, LineItem, Link, Tool
from lti_app.sandbox.refusals import not_here
from lti_app.sandbox.services.payloads import (
    Body,
    bad_request,
    optional_flag,
    optional_number,
    optional_text,
    optional_time,
    text,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineItemDraft:
    """A column as a tool wants it to be."""

    label: str
    score_maximum: float
    resource_link_id: str | None
    resource_id: str | None
    tag: str | None
    start_at: datetime | None
    end_at: datetime | None
    grades_released: bool | None


def read_draft(body: Body) -> LineItemDraft:
    """Return what a body says, once every value has the right form.

    Raises:
        RefusalError: 400.
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
    )
    if draft.start_at and draft.end_at and draft.end_at < draft.start_at:
        raise bad_request("endDateTime lies before startDateTime.")
    return draft


def create_line_item(
    session: Session, tool: Tool, course: Course, draft: LineItemDraft
) -> LineItem:
    """Add a column for a tool.

    Raises:
        RefusalError: 404, the link is not one of this tool in this course.
    """
    link = None
    if draft.resource_link_id is not None:
        link = get_tool_link(session, tool, course, draft.resource_link_id)
    item = LineItem(course=course, tool_id=tool.id, link=link, is_coupled=False)
    _apply(item, draft)
    session.add(item)
    session.flush()
    return item


def replace_line_item(item: LineItem, draft: LineItemDraft) -> None:
    """Put a draft in place of a column; scores follow a changed maximum.

    Raises:
        RefusalError: 400, the draft would move the column to another link.
    """
    own = item.link.resource_link_id if item.link else None
    if draft.resource_link_id not in (None, own):
        raise bad_request("resourceLinkId cannot be changed.")
    for result in item.results:
        if result.score is not None:
            result.score = rescaled(
                result.score, maximum=item.score_maximum, to=draft.score_maximum
            )
    _apply(item, draft)


def get_tool_link(session: Session, tool: Tool, course: Course, resource_link_id: str) -> Link:
    """Return a link of this tool in this course.

    Raises:
        RefusalError: 404.
    """
    link = session.scalar(
        select(Link).where(
            Link.resource_link_id == resource_link_id,
            Link.course_id == course.id,
            Link.tool_id == tool.id,
        )
    )
    if link is None:
        raise not_here()
    return link


def own_line_items(tool: Tool, course: Course) -> Select[LineItem]:
    """Select the columns of a tool in a course."""
    return select(LineItem).where(LineItem.tool_id == tool.id, LineItem.course_id == course.id)


def get_line_item(session: Session, tool: Tool, course: Course, line_item_id: int) -> LineItem:
    """Return one column of a tool.

    Raises:
        RefusalError: 404, also for a column of another tool or course.
    """
    item = session.scalar(own_line_items(tool, course).where(LineItem.id == line_item_id))
    if item is None:
        raise not_here()
    return item


def line_item_body(item: LineItem, issuer: str) -> dict[str, object]:
    """Return a column in the form that tools read; what is unset is left out."""
    body = {
        "id": line_item_url(issuer, item.course.context_id, item.id),
        "label": item.label,
        "scoreMaximum": item.score_maximum,
        "resourceLinkId": item.link.resource_link_id if item.link else None,
        "resourceId": item.resource_id,
        "tag": item.tag,
        "startDateTime": _written(item.start_at),
        "endDateTime": _written(item.end_at),
        "gradesReleased": item.grades_released,
    }
    return {name: value for name, value in body.items() if value is not None}


def _apply(item: LineItem, draft: LineItemDraft) -> None:
    item.label = draft.label
    item.score_maximum = draft.score_maximum
    item.resource_id = draft.resource_id
    item.tag = draft.tag
    item.start_at = draft.start_at
    item.end_at = draft.end_at
    item.grades_released = draft.grades_released


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None
