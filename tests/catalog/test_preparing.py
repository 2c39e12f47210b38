"""An activity that is made before its link, and the launch that takes it."""

from decimal import Decimal

import pytest

from lti_app.catalog.models import Activity, Placement
from lti_app.catalog.preparing import Wish, note_lost, prepare_activity, take_activity
from lti_app.catalog.service import remember_placement
from lti_app.catalog.views import ActivityView
from lti_app.core.db import Database
from lti_app.people.service import ContextDetails, remember_context
from tests.conftest import FrozenClock
from tests.submissions.factories import ITEM, make_platform, registry


class Course:
    """A course with what was prepared in it, and its links."""

    def __init__(self, database: Database, clock: FrozenClock) -> None:
        self.database, self.clock = database, clock
        with database.write() as session:
            self.platform_id, self.deployment_id = make_platform(session, now=clock())
        self.contexts = {name: self._context(name) for name in ("c", "other")}

    def _context(self, name: str) -> int:
        with self.database.write() as session:
            context = remember_context(
                session,
                platform_id=self.platform_id,
                deployment_id=self.deployment_id,
                details=ContextDetails(name),
                now=self.clock(),
            )
            session.flush()
            return context.id

    def prepare(self, *, title: str = "Week 2", points: str = "7.5") -> ActivityView:
        item = registry().library.find_item(ITEM)
        assert item is not None
        with self.database.write() as session:
            return prepare_activity(
                session,
                item,
                Wish(title, Decimal(points), in_gradebook=True),
                platform_id=self.platform_id,
                context_id=self.contexts["c"],
                registry=registry(),
                now=self.clock(),
            )

    def open(self, link: str, name: str, *, course: str = "c") -> Placement:
        with self.database.write() as session:
            placement = remember_placement(
                session,
                platform_id=self.platform_id,
                deployment_id=self.deployment_id,
                context_id=self.contexts[course],
                lti_id=link,
                title=None,
                now=self.clock(),
            )
            if placement.activity_id is None and not take_activity(session, placement, name):
                note_lost(placement, name)
            return placement

    def activity(self, row: int | None) -> Activity:
        assert row is not None
        with self.database.read() as session:
            return session.get_one(Activity, row)


@pytest.fixture
def course(database: Database, clock: FrozenClock) -> Course:
    return Course(database, clock)


def test_the_first_link_takes_what_was_prepared(course: Course) -> None:
    prepared = course.prepare()

    placement = course.open("link-1", prepared.public_id)

    assert placement.activity_id == prepared.id
    kept = course.activity(prepared.id)
    assert (kept.title, kept.points, kept.in_gradebook) == ("Week 2", Decimal("7.5"), True)


def test_another_link_does_not_share_it(course: Course) -> None:
    prepared = course.prepare()
    course.open("link-1", prepared.public_id)

    assert course.open("link-2", prepared.public_id).activity_id is None


@pytest.mark.parametrize("name", ["", "unknown", "x" * 500])
def test_a_name_that_nobody_knows_leaves_the_link_to_be_chosen_for(
    course: Course, name: str
) -> None:
    placement = course.open("link-1", name)

    assert (placement.activity_id, placement.lost_name) == (None, name[:64])


def test_an_activity_of_another_course_is_unknown(course: Course) -> None:
    prepared = course.prepare()

    placement = course.open("link-9", prepared.public_id, course="other")

    assert (placement.activity_id, placement.lost_name) == (None, prepared.public_id)


def test_a_name_that_is_found_later_is_no_longer_lost(course: Course) -> None:
    course.open("link-1", "unknown")
    prepared = course.prepare()

    placement = course.open("link-1", prepared.public_id)

    assert (placement.activity_id, placement.lost_name) == (prepared.id, None)
