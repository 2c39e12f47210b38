"""What courses are called. It reads, and changes nothing."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.people.models import Context


def list_course_names(
    session: Session, *, platform_id: int, context_ids: Collection[int]
) -> dict[int, str]:
    """Return the title of each course, its label where it has none, empty where neither."""
    rows = session.execute(
        select(Context.id, Context.title, Context.label).where(
            Context.platform_id == platform_id, Context.id.in_(context_ids)
        )
    )
    return {row.id: row.title or row.label or "" for row in rows}
