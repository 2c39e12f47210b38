"""The addresses that tools are given: services and the way back. They decide no access."""

from urllib.parse import quote


def _course(issuer: str, context_id: str) -> str:
    return f"{issuer}/lti/courses/{quote(context_id, safe='')}"


def line_items_url(issuer: str, context_id: str) -> str:
    """Return the container of a course's gradebook columns."""
    return f"{_course(issuer, context_id)}/lineitems"


def line_item_url(issuer: str, context_id: str, line_item_id: int) -> str:
    """Return one column; `/scores` and `/results` follow its path."""
    return f"{line_items_url(issuer, context_id)}/{line_item_id}"


def memberships_url(issuer: str, context_id: str) -> str:
    """Return the roster of a course."""
    return f"{_course(issuer, context_id)}/memberships"


def return_url(issuer: str, context_id: str) -> str:
    """Return where a tool sends a person who is done with it."""
    return f"{issuer}/courses/{quote(context_id, safe='')}/back"
