"""Stores what tools do with columns: make, replace, delete, find their own.

In which form a tool asks and hears of it is the dialect's to decide.
"""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from lti_app.sandbox.dialects.plain.columns import LineItemDraft
from lti_app.sandbox.gradebook import change_maximum
from lti_app.sandbox.models import Course, LineItem, Tool
from lti_app.sandbox.payloads import bad_request
from lti_app.sandbox.state import current_sandbox


def create_line_item(
    session: Session, tool: Tool, course: Course, draft: LineItemDraft
) -> LineItem:
    """Add a column for a tool.

    Raises:
        RefusalError: the link is not one of this tool in this course.
    """
    link = None
    if draft.resource_link_id is not None:
        columns = current_sandbox().dialect.columns
        link = columns.link_of(session, tool, course, draft.resource_link_id)
    item = LineItem(
        course=course,
        tool_id=tool.id,
        link=link,
        is_coupled=False,
        score_maximum=draft.score_maximum,
    )
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
    change_maximum(item, draft.score_maximum)
    _apply(item, draft)


def own_line_items(tool: Tool, course: Course) -> Select[LineItem]:
    """Select the columns of a tool in a course."""
    return select(LineItem).where(
        LineItem.tool_id == tool.id,
        LineItem.course_id == course.id,
        LineItem.deleted_at.is_(None),
    )


def get_line_item(session: Session, tool: Tool, course: Course, line_item_id: int) -> LineItem:
    """Return one column of a tool.

    Raises:
        RefusalError: 404, also for a column of another tool or course.
    """
    item = session.scalar(own_line_items(tool, course).where(LineItem.id == line_item_id))
    if item is None:
        raise current_sandbox().dialect.columns.unknown(line_item_id)
    return item


def _apply(item: LineItem, draft: LineItemDraft) -> None:
    item.label = draft.label
    item.resource_id = draft.resource_id
    item.tag = draft.tag
    item.start_at = draft.start_at
    item.end_at = draft.end_at
    item.grades_released = draft.grades_released
    item.review = dict(draft.review) if draft.review else None
