import pytest
from sqlalchemy import select

from lti_app.audit.models import AuditEvent
from lti_app.catalog.models import Activity, Placement
from lti_app.catalog.service import remember_placement
from lti_app.core.db import Database
from lti_app.grading.columns import remember_column
from lti_app.lti.registration import Registration
from lti_app.lti.registrations import list_deployments
from lti_app.people.models import Context
from lti_app.people.roles import Role
from tests.conftest import FrozenClock
from tests.peers.world import ITEM, World


@pytest.fixture
def platform(world: World) -> Registration:
    return world.platform()


@pytest.fixture
def link(world: World, platform: Registration, database: Database, clock: FrozenClock) -> Placement:
    """A link of course-1 that opens nothing yet."""
    world.visitor(platform)
    with database.write() as session:
        return remember_placement(
            session,
            platform_id=platform.id,
            deployment_id=list_deployments(session, platform.id)[0].id,
            context_id=session.scalars(select(Context.id)).one(),
            lti_id="bare",
            title="Week 1",
            now=clock(),
        )


def activities(database: Database) -> list[Activity]:
    with database.read() as session:
        return list(session.scalars(select(Activity)))


@pytest.mark.parametrize(
    ("role", "leads_to"),
    [
        (Role.LEARNER, "/exercise/{}"),
        (Role.INSTRUCTOR, "/activities/{}/people"),
        (Role.TEACHING_ASSISTANT, "/activities/{}/people"),
        (Role.OBSERVER, "/activities/{}/preview"),
        (Role.GUEST, "/activities/{}/preview"),
    ],
)
def test_each_role_is_led_to_its_page(
    world: World, platform: Registration, database: Database, role: Role, leads_to: str
) -> None:
    activity = world.activity(platform)
    with database.read() as session:
        placement_id = session.scalars(select(Placement.id)).one()
    visitor = world.visitor(platform, role, placement_id=placement_id)

    answer = visitor.get()

    assert answer.status_code == 303
    assert answer.location.endswith(leads_to.format(activity.public_id))
    followed = visitor.client.get(answer.location, base_url=visitor.base_url)
    assert followed.status_code == 200


def test_an_instructor_chooses_what_a_bare_link_opens(
    world: World, platform: Registration, database: Database, link: Placement
) -> None:
    teacher = world.visitor(platform, Role.INSTRUCTOR, placement_id=link.id)

    shown = teacher.get("choose").text
    answer = teacher.post("choose", {"item": ITEM, "in_gradebook": "y"})

    assert "Where do I start?" in shown
    assert " checked" not in shown
    assert answer.status_code == 303
    (activity,) = activities(database)
    assert (activity.title, activity.in_gradebook) == ("Where do I start?", True)
    with database.read() as session:
        assert "activity.placed" in session.scalars(select(AuditEvent.action)).all()


def test_without_a_choice_nothing_is_placed_and_the_page_says_so(
    world: World, platform: Registration, database: Database, link: Placement
) -> None:
    teacher = world.visitor(platform, Role.INSTRUCTOR, placement_id=link.id)

    answer = teacher.post("choose", {"in_gradebook": "y"})

    assert answer.status_code == 422
    assert "Choose what this link shall open." in answer.text
    assert 'href="#item-0"' in answer.text
    assert 'id="item-0"' in answer.text
    assert activities(database) == []


def test_an_item_that_no_pack_has_is_not_placed(
    world: World, platform: Registration, database: Database, link: Placement
) -> None:
    teacher = world.visitor(platform, Role.INSTRUCTOR, placement_id=link.id)

    assert teacher.post("choose", {"item": "leading-knowledge/none"}).status_code == 404
    assert activities(database) == []


def test_a_column_is_offered_beforehand_only_for_a_link_that_has_one(
    world: World,
    platform: Registration,
    database: Database,
    clock: FrozenClock,
    link: Placement,
) -> None:
    teacher = world.visitor(platform, Role.INSTRUCTOR, placement_id=link.id)
    before = teacher.get("choose").text
    with database.write() as session:
        placement = session.get_one(Placement, link.id)
        remember_column(session, placement, url="https://lms.test/items/1", now=clock())

    after = teacher.get("choose").text

    assert (" checked" in before, " checked" in after) == (False, True)


def test_choosing_twice_places_one_activity(
    world: World, platform: Registration, database: Database, link: Placement
) -> None:
    teacher = world.visitor(platform, Role.INSTRUCTOR, placement_id=link.id)

    answers = [teacher.post("choose", {"item": ITEM}).status_code for _ in range(2)]

    assert answers == [303, 303]
    assert len(activities(database)) == 1


@pytest.mark.parametrize("role", [Role.LEARNER, Role.TEACHING_ASSISTANT, Role.OBSERVER])
def test_until_then_others_read_that_it_is_being_prepared(
    world: World, platform: Registration, database: Database, link: Placement, role: Role
) -> None:
    visitor = world.visitor(platform, role, placement_id=link.id)

    assert "This is being prepared" in visitor.get().text
    assert visitor.get("choose").status_code == 403
    assert visitor.post("choose", {"item": ITEM}).status_code == 403
    assert activities(database) == []


def test_a_launch_without_a_course_says_who_is_signed_in_and_what_to_do(
    world: World, platform: Registration
) -> None:
    visitor = world.visitor(platform, Role.GUEST, course=None, name="Ann Ångström")

    page = visitor.get().text

    assert "Open this from a course" in page
    assert "Ann Ångström" in page
