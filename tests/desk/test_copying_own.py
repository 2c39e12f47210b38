"""What instructors made themselves comes along with a copied link, as the new course's own."""

import pytest
from sqlalchemy import select

from lti_app.audit import Actor
from lti_app.catalog.copying import copy_activity
from lti_app.catalog.models import Activity, ItemVersion, OwnItem
from lti_app.catalog.views import ActivityView
from lti_app.core.db import Database
from lti_app.lti.registration import Registration
from lti_app.people.roles import Role
from tests.desk.own import SORTING, Editor, whole
from tests.peers.world import Visitor, World
from tests.submissions.factories import registry


@pytest.fixture
def origin(editor: Editor, database: Database) -> Activity:
    """A sorting that was made in the course and opened by its link."""
    editor.press("save", **whole(editor))
    editor.open()
    editor.press("open", in_gradebook="y")
    with database.read() as session:
        return session.scalars(select(Activity)).one()


class Next:
    """The next term's course, into which links are copied."""

    def __init__(self, world: World, platform: Registration) -> None:
        self.world, self.platform = world, platform

    def copy(self, origin: Activity, link: str) -> ActivityView:
        placement_id = self.world.link(self.platform, course="next", link=link)
        with self.world.database.write() as session:
            return copy_activity(
                session,
                origin.id,
                placement_id=placement_id,
                platform_id=self.platform.id,
                registry=registry(),
                actor=Actor("ann"),
                now=self.world.now,
            )

    def teacher(self, placement_id: int | None = None) -> Visitor:
        return self.world.visitor(
            self.platform, Role.INSTRUCTOR, course="next", placement_id=placement_id
        )


@pytest.fixture
def next_term(world: World, platform: Registration) -> Next:
    return Next(world, platform)


def own_items(database: Database) -> list[OwnItem]:
    with database.read() as session:
        return list(session.scalars(select(OwnItem).order_by(OwnItem.id)))


def test_own_item_is_copied_as_the_new_courses_own(
    origin: Activity, next_term: Next, database: Database
) -> None:
    copy = next_term.copy(origin, "copied")

    before, after = own_items(database)
    assert (after.copied_from, after.user_id) == (before.public_id, None)
    assert after.context_id == copy.context_id
    assert (after.title, after.typed, after.kind) == (before.title, before.typed, before.kind)
    assert (copy.item, copy.content["id"]) == (after.public_id, after.public_id)
    with database.read() as session:
        original = session.get_one(ItemVersion, origin.item_version_id).content
    assert {**copy.content, "id": ""} == {**original, "id": ""}


def test_all_links_of_one_own_item_share_its_copy(
    origin: Activity, next_term: Next, database: Database
) -> None:
    first, second = next_term.copy(origin, "copied"), next_term.copy(origin, "copied-again")

    assert len(own_items(database)) == 2
    assert first.item_version_id == second.item_version_id


def test_link_that_is_copied_later_opens_the_item_as_the_course_has_changed_it(
    origin: Activity, next_term: Next
) -> None:
    first = next_term.copy(origin, "copied")
    there = Editor(next_term.teacher(), first.item)
    assert there.press("save", title="Changed in the next term").status_code == 303

    second = next_term.copy(origin, "copied-again")

    assert (second.item, second.content["title"]) == (first.item, "Changed in the next term")
    assert second.item_version_id != first.item_version_id


def test_copy_is_changed_without_the_original(
    origin: Activity, next_term: Next, database: Database
) -> None:
    copy = next_term.copy(origin, "copied")
    there = Editor(next_term.teacher(), copy.item)
    assert SORTING["title"] in there.page

    assert there.press("save", title="Changed in the next term").status_code == 303

    with database.read() as session:
        titles = list(session.scalars(select(Activity.title).order_by(Activity.id)))
    assert titles == [SORTING["title"], "Changed in the next term"]
    assert [one.title for one in own_items(database)] == titles


def test_teachers_of_the_copy_see_nothing_of_the_first_course(
    origin: Activity, next_term: Next, database: Database
) -> None:
    next_term.copy(origin, "copied")
    (before, _after) = own_items(database)

    assert next_term.teacher().get(f"own/{before.public_id}").status_code == 404
