"""Columns of one course, found by two workers at once."""

import threading

import pytest

from lti_app.catalog.columns import (
    find_line_item,
    hold_taken_urls,
    remember_line_item,
    set_column_url,
)
from lti_app.catalog.models import Activity, Placement
from lti_app.core.db import Database
from tests.conftest import FrozenClock
from tests.submissions.factories import make_course

COLUMN = "https://lms.test/items/1"


@pytest.mark.parametrize(
    "database", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)
def test_second_worker_sees_the_column_that_the_first_one_took(
    database: Database, clock: FrozenClock
) -> None:
    now = clock()
    with database.write() as session:
        course = make_course(session, now=now, column=COLUMN)
        first = session.get_one(Placement, course.placement_id)
        activity = session.get_one(Activity, course.activity.id)
        other = Placement(
            platform_id=first.platform_id,
            deployment_id=first.deployment_id,
            context_id=first.context_id,
            activity_id=activity.id,
            lti_id="copied",
            created_at=now,
        )
        session.add(other)
        session.flush()
        rows = [remember_line_item(session, one, url=COLUMN, now=now)[0] for one in (first, other)]
        for row in rows:
            row.url = None
        platform_id, ids = first.platform_id, [row.id for row in rows]

    seen: list[frozenset[str]] = []

    def look() -> None:
        with database.write() as session:
            mine = find_line_item(session, platform_id=platform_id, line_item_id=ids[1])
            assert mine is not None
            seen.append(hold_taken_urls(session, mine))

    second = threading.Thread(target=look)
    with database.write() as session:
        mine = find_line_item(session, platform_id=platform_id, line_item_id=ids[0])
        assert mine is not None
        assert COLUMN not in hold_taken_urls(session, mine)
        second.start()
        second.join(0.3)
        assert second.is_alive()
        set_column_url(session, platform_id=platform_id, line_item_id=ids[0], url=COLUMN, now=now)
    second.join(10)

    assert seen == [frozenset({COLUMN})]
