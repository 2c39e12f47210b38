"""Courses, columns and cells as the control API shows them: everything, unlike to tools."""

from lti_app.sandbox.models import Course, LineItem, Link, Result


def course_body(course: Course) -> dict[str, object]:
    """Return a course."""
    return {
        "context_id": course.context_id,
        "label": course.label,
        "title": course.title,
        "is_concluded": course.is_concluded,
        "history": course.history,
    }


def link_body(link: Link) -> dict[str, object]:
    """Return a link; its history names what it was copied from, the nearest first."""
    return {
        "resource_link_id": link.resource_link_id,
        "title": link.title,
        "custom": link.custom,
        "history": link.history,
    }


def column_body(column: LineItem, address: str) -> dict[str, object]:
    """Return a column; `line_item` is the address that tools know it by."""
    return {
        "id": column.id,
        "line_item": address,
        "label": column.label,
        "maximum": column.score_maximum,
        "resource_id": column.resource_id,
        "tag": column.tag,
        "resource_link_id": column.link.resource_link_id if column.link else None,
        "attempts_allowed": column.attempts_allowed,
        "is_deleted": column.deleted_at is not None,
    }


def cell_body(cell: Result, column: LineItem, address: str) -> dict[str, object]:
    """Return a cell with everything that ever mattered to it."""
    return {
        "line_item": address,
        "label": column.label,
        "maximum": column.score_maximum,
        "user_id": cell.person.sub,
        "score": cell.score,
        "comment": cell.comment,
        "comments": cell.shown_comments,
        "attempts": cell.attempt_count,
        "needs_grading": cell.needs_grading,
        "activity_progress": cell.activity_progress,
        "grading_progress": cell.grading_progress,
        "scored_at": cell.scored_at.isoformat(),
        "version": cell.score_version,
        "is_graded_here": cell.is_graded_here,
    }
