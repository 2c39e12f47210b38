import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from lti_app.catalog.columns import remember_line_item
from lti_app.catalog.library import Library
from lti_app.catalog.models import Activity, ItemVersion, LineItem, Placement
from lti_app.catalog.pack import PackItem
from lti_app.catalog.service import (
    ensure_activity,
    find_activity,
    get_activity,
    hold_activity,
    hold_settings,
    open_item,
    remember_placement,
)
from lti_app.core.db import Database
from lti_app.core.errors import NotFoundError
from lti_app.people.service import ContextDetails, remember_context
from tests.conftest import FrozenClock
from tests.peers.at_once import at_once
from tests.submissions.factories import ITEM, make_course, make_platform, registry


def item() -> PackItem:
    found = registry().library.find_item(ITEM)
    assert found is not None
    return found


class Shelf:
    """A shelf with one item, perhaps a changed one."""

    def __init__(self, only: PackItem) -> None:
        self.only = only
        self.library = Library()

    def new_settings(self, _kind: str) -> tuple[dict[str, object], int]:
        return {"attempts": 3}, 1


@pytest.fixture
def links(database: Database, clock: FrozenClock) -> list[Placement]:
    """Two links of one course that open nothing."""
    with database.write() as session:
        platform_id, deployment_id = make_platform(session, now=clock())
        context = remember_context(
            session,
            platform_id=platform_id,
            deployment_id=deployment_id,
            details=ContextDetails("c"),
            now=clock(),
        )
        session.flush()
        return [
            remember_placement(
                session,
                platform_id=platform_id,
                deployment_id=deployment_id,
                context_id=context.id,
                lti_id=name,
                title=name,
                now=clock(),
            )
            for name in ("one", "two")
        ]


def place(database: Database, clock: FrozenClock, link: Placement, what: PackItem) -> int:
    with database.write() as session:
        opened = open_item(
            session,
            link.id,
            what,
            platform_id=link.platform_id,
            registry=Shelf(what),
            now=clock(),
        )
        return opened.item_version_id


def versions(database: Database) -> list[int]:
    with database.read() as session:
        return list(session.scalars(select(ItemVersion.version).order_by(ItemVersion.id)))


def test_an_activity_starts_with_the_items_title_points_and_the_kinds_settings(
    database: Database, clock: FrozenClock, links: list[Placement]
) -> None:
    place(database, clock, links[0], item())

    with database.read() as session:
        row = session.scalars(select(Activity)).one()
    assert (row.title, row.settings) == ("Where do I start?", {"attempts": 3})
    assert row.points == 10
    assert not row.in_gradebook


def test_two_links_of_one_item_share_its_snapshot_and_have_their_own_activity(
    database: Database, clock: FrozenClock, links: list[Placement]
) -> None:
    first, second = (place(database, clock, link, item()) for link in links)

    assert first == second
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Activity)) == 2


def test_a_changed_item_is_a_new_version_and_the_old_one_stays_as_it_was(
    database: Database, clock: FrozenClock, links: list[Placement]
) -> None:
    place(database, clock, links[0], item())
    changed = replace(item(), spec=item().spec.model_copy(update={"title": "Changed"}))

    place(database, clock, links[1], changed)

    assert versions(database) == [1, 2]
    with database.read() as session:
        old = session.scalars(select(ItemVersion).where(ItemVersion.version == 1)).one()
    assert old.content["title"] == "Where do I start?"


def test_a_link_that_opens_something_keeps_it(
    database: Database, clock: FrozenClock, links: list[Placement]
) -> None:
    first = place(database, clock, links[0], item())
    changed = replace(item(), spec=item().spec.model_copy(update={"title": "Changed"}))

    assert place(database, clock, links[0], changed) == first


def test_a_class_that_opens_a_new_link_at_once_gets_one_activity_and_one_snapshot(
    database: Database, clock: FrozenClock, links: list[Placement]
) -> None:
    opened = at_once(lambda link: place(database, clock, link, item()), links * 5)

    assert len(set(opened)) == 1
    assert versions(database) == [1]
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Activity)) == 2


def test_a_class_that_opens_a_link_nobody_knows_yet_makes_one_placement(
    database: Database, clock: FrozenClock, links: list[Placement]
) -> None:
    known = links[0]

    def launch(_place: int) -> int:
        with database.write() as session:
            return remember_placement(
                session,
                platform_id=known.platform_id,
                deployment_id=known.deployment_id,
                context_id=known.context_id,
                lti_id="new",
                title="New",
                now=clock(),
            ).id

    assert len(set(at_once(launch, range(8)))) == 1


def test_an_address_that_no_pack_has_leaves_the_link_bare(
    database: Database, clock: FrozenClock, links: list[Placement]
) -> None:
    with database.write() as session:
        link = session.get_one(Placement, links[0].id)
        ensure_activity(session, link, "no/such", registry=registry(), now=clock())

    with database.read() as session:
        assert session.get_one(Placement, links[0].id).activity_id is None


def test_a_link_that_moved_to_another_course_opens_nothing_of_the_old_one(
    database: Database, clock: FrozenClock
) -> None:
    with database.write() as session:
        platform = make_platform(session, now=clock())
        course = make_course(session, now=clock(), platform=platform)
        other = make_course(session, now=clock(), platform=platform, lti_id="other")

    with database.write() as session:
        moved = remember_placement(
            session,
            platform_id=platform[0],
            deployment_id=platform[1],
            context_id=other.context_id,
            lti_id="link of course",
            title="Link",
            now=clock(),
        )

    assert (moved.id, moved.activity_id) == (course.placement_id, None)


def test_a_link_that_moved_to_another_course_forgets_the_old_one_s_column(
    database: Database, clock: FrozenClock
) -> None:
    """One id of a link in two courses: no score goes to a column of the course that it left."""
    with database.write() as session:
        platform = make_platform(session, now=clock())
        course = make_course(session, now=clock(), platform=platform)
        other = make_course(session, now=clock(), platform=platform, lti_id="other")
        link = session.get_one(Placement, course.placement_id)
        for url in ("https://lms.test/items/1", "https://lms.test/items/2"):
            remember_line_item(session, link, url=url, now=clock())

    with database.write() as session:
        remember_placement(
            session,
            platform_id=platform[0],
            deployment_id=platform[1],
            context_id=other.context_id,
            lti_id="link of course",
            title="Link",
            now=clock(),
        )

    with database.read() as session:
        columns = select(LineItem).where(LineItem.placement_id == course.placement_id)
        assert [(one.url, one.former_url) for one in session.scalars(columns)] == [(None, None)]


def test_9_two_platforms_with_the_same_ids_share_nothing(
    database: Database, clock: FrozenClock
) -> None:
    with database.write() as session:
        one, two = (make_course(session, now=clock()) for _ in range(2))

    with database.read() as session:
        assert one.placement_id != two.placement_id
        for mine, theirs in ((one, two), (two, one)):
            found = find_activity(
                session, platform_id=mine.platform_id, activity_id=theirs.activity.id
            )
            assert found is None


def test_7_an_activity_of_another_course_is_not_found(
    database: Database, clock: FrozenClock
) -> None:
    with database.write() as session:
        platform = make_platform(session, now=clock())
        course = make_course(session, now=clock(), platform=platform)
        other = make_course(session, now=clock(), platform=platform, lti_id="other")

    with database.read() as session, pytest.raises(NotFoundError):
        get_activity(
            session,
            course.activity.public_id,
            platform_id=course.platform_id,
            context_id=other.context_id,
        )


def wait_until_somebody_waits(session: Session) -> None:
    """Wait until another session waits for a lock; on SQLite it does not even begin before us."""
    if session.get_bind().dialect.name == "sqlite":
        return
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    for _ in range(200):
        if session.scalar(waiting):
            return
        time.sleep(0.05)
    pytest.fail("nobody waits")


def test_an_activity_whose_item_is_renewed_meanwhile_is_held_with_the_new_one(
    database: Database, clock: FrozenClock, links: list[Placement]
) -> None:
    place(database, clock, links[0], item())

    def hold() -> str:
        with database.write() as session:
            return str(hold_activity(session, seen).content["title"])

    with database.read() as session:
        only = session.scalars(select(Activity)).one()
        found = find_activity(session, platform_id=only.platform_id, activity_id=only.id)
        assert found
        seen = found
    with ThreadPoolExecutor(1) as pool:
        with database.write() as session:
            row = hold_settings(session, seen)
            old = session.get_one(ItemVersion, row.item_version_id)
            new = ItemVersion(
                pack=old.pack,
                item=old.item,
                version=2,
                digest="new",
                kind=old.kind,
                content={**old.content, "title": "New"},
                created_at=clock(),
            )
            session.add(new)
            session.flush()
            held = pool.submit(hold)
            wait_until_somebody_waits(session)
            row.item_version_id = new.id
        assert held.result(10) == "New"
