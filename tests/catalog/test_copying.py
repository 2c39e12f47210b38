"""Copies of activities, and whether the gradebook takes their scores."""

import pytest

from lti_app.audit import Actor
from lti_app.catalog.columns import remember_line_item
from lti_app.catalog.copying import copy_activity
from lti_app.catalog.models import Activity, Placement
from lti_app.core.db import Database
from lti_app.core.errors import NotFoundError
from tests.conftest import FrozenClock
from tests.submissions.factories import make_course, make_platform, registry

COLUMN = "https://lms.test/items/1"


@pytest.mark.parametrize(
    ("column", "is_in_gradebook", "expected"),
    [
        pytest.param(COLUMN, True, True, id="graded"),
        pytest.param(COLUMN, False, False, id="taken out by an instructor"),
        pytest.param(None, False, True, id="never graded before"),
    ],
)
@pytest.mark.parametrize(
    "is_asked", [False, True], ids=["column after the copy", "column first, then somebody is asked"]
)
def test_copied_link_with_a_column_is_graded_as_its_original_was(
    database: Database,
    clock: FrozenClock,
    column: str | None,
    is_in_gradebook: bool,
    expected: bool,
    is_asked: bool,
) -> None:
    now = clock()
    with database.write() as session:
        origin = make_course(session, now=now, column=column)
        session.get_one(Activity, origin.activity.id).in_gradebook = is_in_gradebook
        before = session.get_one(Placement, origin.placement_id)
        copied = Placement(
            platform_id=before.platform_id,
            deployment_id=before.deployment_id,
            context_id=before.context_id,
            lti_id="copied",
            created_at=now,
        )
        session.add(copied)
        session.flush()
        if is_asked:
            remember_line_item(session, copied, url="https://lms.test/items/2", now=now)
        made = copy_activity(
            session,
            origin.activity.id,
            placement_id=copied.id,
            platform_id=before.platform_id,
            registry=registry(),
            actor=Actor("ann"),
            now=now,
        )

        remember_line_item(session, copied, url="https://lms.test/items/2", now=now)

        assert session.get_one(Activity, made.id).in_gradebook is expected


def test_activity_of_another_platform_is_never_copied(
    database: Database, clock: FrozenClock
) -> None:
    with database.write() as session:
        theirs = make_course(session, now=clock())
        platform = make_platform(session, now=clock(), name="Two")
        ours = make_course(session, now=clock(), platform=platform)
        session.get_one(Placement, ours.placement_id).activity_id = None

    with pytest.raises(NotFoundError), database.write() as session:
        copy_activity(
            session,
            theirs.activity.id,
            placement_id=ours.placement_id,
            platform_id=ours.platform_id,
            registry=registry(),
            actor=Actor("ann"),
            now=clock(),
        )
