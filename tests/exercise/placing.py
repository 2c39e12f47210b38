"""An activity made of any item, without a pack that has it."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, update

from lti_app.activities.exercise.kind import NAME
from lti_app.catalog.models import Activity, ItemVersion
from lti_app.catalog.views import ActivityView
from lti_app.core.db import Database


def make_of(
    database: Database, activity: ActivityView, document: dict[str, Any], **changes: object
) -> None:
    """Let an activity be of this item, and change some of its columns."""
    name = document["id"]
    with database.write() as session:
        is_there = (ItemVersion.pack == "made-up", ItemVersion.item == name)
        version = session.scalars(select(ItemVersion).where(*is_there)).one_or_none()
        if version is None:
            version = ItemVersion(
                pack="made-up",
                item=name,
                version=1,
                digest="0" * 64,
                kind=NAME,
                content=document,
                created_at=datetime(2026, 1, 1, tzinfo=UTC),
            )
            session.add(version)
            session.flush()
        values = {"item_version_id": version.id, "title": document["title"], **changes}
        session.execute(update(Activity).where(Activity.id == activity.id).values(**values))
