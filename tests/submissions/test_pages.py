from decimal import Decimal

import pytest
from sqlalchemy import select, update

from lti_app.audit.models import AuditEvent
from lti_app.catalog.models import LineItem, Placement
from lti_app.catalog.views import ActivityView
from lti_app.core.db import Database
from lti_app.grading.columns import remember_column
from lti_app.grading.ledger import ENSURE_COLUMN
from lti_app.grading.models import DeliveryState, ScoreDelivery
from lti_app.jobs.models import Job, JobState
from lti_app.lti.registration import Registration
from lti_app.people.roles import Role
from tests.conftest import FrozenClock
from tests.peers.world import Visitor, World

WORDS = "User is not gradable in this course"


@pytest.fixture
def platform(world: World) -> Registration:
    return world.platform()


@pytest.fixture
def activity(
    world: World, platform: Registration, database: Database, clock: FrozenClock
) -> ActivityView:
    made = world.activity(platform)
    with database.write() as session:
        placement = session.scalars(select(Placement)).one()
        remember_column(session, placement, url="https://lms.test/items/1", now=clock())
    return made


@pytest.fixture
def teacher(world: World, platform: Registration) -> Visitor:
    return world.visitor(platform, Role.INSTRUCTOR)


def set_delivery(database: Database, **values: object) -> None:
    with database.write() as session:
        session.execute(update(ScoreDelivery).values(**values))


def delivery(database: Database) -> ScoreDelivery:
    with database.read() as session:
        return session.scalars(select(ScoreDelivery)).one()


def people(visitor: Visitor, activity: ActivityView) -> str:
    return visitor.get(f"activities/{activity.public_id}/people").text


def held(database: Database, state: DeliveryState = DeliveryState.NOT_GRADABLE) -> None:
    params = {"status": 400, "words": WORDS}
    set_delivery(database, state=state.value, reason_code=state.value, reason_params=params)


def read(visitor: Visitor, address: str) -> str:
    return visitor.client.get(address, base_url=visitor.base_url).text


def test_a_receipt_says_where_the_grade_is(
    world: World, platform: Registration, activity: ActivityView, database: Database
) -> None:
    ann = world.visitor(platform)
    address = ann.hand_in(activity).location

    before = read(ann, address)
    set_delivery(database, state=DeliveryState.ARRIVED.value)
    after = read(ann, address)

    assert "on its way to the gradebook" in before
    assert "Your grade is in the gradebook of your course." in after


def test_a_learner_is_not_told_the_platforms_affairs(
    world: World, platform: Registration, activity: ActivityView, database: Database
) -> None:
    ann = world.visitor(platform)
    address = ann.hand_in(activity).location
    held(database)

    page = read(ann, address)

    assert "safe here but not in the gradebook yet" in page
    assert "you need do nothing" in page
    assert WORDS not in page


def test_1_a_receipt_is_its_owners_alone(
    world: World, platform: Registration, activity: ActivityView, teacher: Visitor
) -> None:
    address = world.visitor(platform).hand_in(activity).location.split("/receipts/")[1]
    other = world.visitor(platform)

    assert other.get(f"receipts/{address}").status_code == 404
    assert teacher.get(f"receipts/{address}").status_code == 403


def test_a_receipt_belongs_to_the_course_it_was_given_in(
    world: World, platform: Registration, activity: ActivityView
) -> None:
    here = world.visitor(platform, sub="same")
    address = here.hand_in(activity).location.split("/receipts/")[1]
    there = world.visitor(platform, sub="same", course="course-2")

    assert there.get(f"receipts/{address}").status_code == 404


def test_staff_see_everybodys_state_and_no_answers(
    world: World, platform: Registration, activity: ActivityView, teacher: Visitor
) -> None:
    world.visitor(platform, name="Ann Done").hand_in(activity)
    world.visitor(platform, name="Ben Waiting")

    page = people(teacher, activity)

    assert page.index("Ann Done") < page.index("Ben Waiting")
    assert "Handed in" in page
    assert "Not begun" in page
    assert "Giving" not in page


def test_other_courses_people_are_not_listed(
    world: World, platform: Registration, activity: ActivityView, teacher: Visitor
) -> None:
    world.visitor(platform, course="course-2", name="Stranger")

    assert "Stranger" not in people(teacher, activity)


def test_a_held_score_stands_with_its_reason_and_the_platforms_own_words(
    world: World,
    platform: Registration,
    activity: ActivityView,
    teacher: Visitor,
    database: Database,
) -> None:
    world.visitor(platform).hand_in(activity)
    held(database)

    page = people(teacher, activity)

    assert "1 score needs you" in page
    assert "cannot be graded in this course" in page
    assert WORDS in page


@pytest.mark.parametrize("state", list(DeliveryState))
def test_every_state_has_words(
    world: World,
    platform: Registration,
    activity: ActivityView,
    teacher: Visitor,
    database: Database,
    state: DeliveryState,
) -> None:
    world.visitor(platform).hand_in(activity)
    held(database, state)

    assert teacher.get(f"activities/{activity.public_id}/people").status_code == 200


def test_send_again_puts_the_score_on_its_way_and_is_audited(
    world: World,
    platform: Registration,
    activity: ActivityView,
    teacher: Visitor,
    database: Database,
) -> None:
    world.visitor(platform).hand_in(activity)
    held(database)

    answer = teacher.post(
        f"activities/{activity.public_id}/send-again",
        {"delivery": delivery(database).public_id},
    )

    assert answer.status_code == 303
    assert delivery(database).state == DeliveryState.OWED
    with database.read() as session:
        assert "score.sent_again" in session.scalars(select(AuditEvent.action)).all()


def test_what_somebody_graded_there_is_shown_with_both_values(
    world: World,
    platform: Registration,
    activity: ActivityView,
    teacher: Visitor,
    database: Database,
) -> None:
    world.visitor(platform).hand_in(activity)
    held(database, DeliveryState.LMS_NEWER)
    set_delivery(database, lms_points=Decimal(80), lms_maximum=Decimal(100))

    page = people(teacher, activity)

    assert "shows 80 of 100; ours is 10 of 10" in page
    assert "press a name in the table" in page
    assert "Send ours" not in page


def test_all_that_wait_go_at_once_but_where_somebody_graded_there(
    world: World,
    platform: Registration,
    activity: ActivityView,
    teacher: Visitor,
    database: Database,
) -> None:
    visitors = [world.visitor(platform, name=f"Person {number}") for number in range(3)]
    for visitor in visitors:
        visitor.hand_in(activity)
    held(database, DeliveryState.REFUSED)
    graded_there = ScoreDelivery.user_id == visitors[0].user_id
    with database.write() as session:
        values = {"state": DeliveryState.LMS_NEWER.value, "lms_maximum": Decimal(10)}
        session.execute(update(ScoreDelivery).where(graded_there).values(**values))

    offered = people(teacher, activity)
    teacher.post(f"activities/{activity.public_id}/send-again", {"delivery": ""})

    assert "Send all 2 again" in offered
    assert "Send all again" not in offered
    with database.read() as session:
        rows = session.execute(select(ScoreDelivery.user_id, ScoreDelivery.state))
        states = {user_id: state for user_id, state in rows if user_id != visitors[0].user_id}
        held_there = session.scalars(select(ScoreDelivery.state).where(graded_there)).one()
    assert set(states.values()) == {DeliveryState.OWED.value}
    assert held_there == DeliveryState.LMS_NEWER


def test_send_ours_lets_one_score_go_over_what_somebody_graded_there(
    world: World,
    platform: Registration,
    activity: ActivityView,
    teacher: Visitor,
    database: Database,
) -> None:
    world.visitor(platform).hand_in(activity)
    held(database, DeliveryState.LMS_NEWER)
    named: dict[str, object] = {"delivery": delivery(database).public_id}

    answer = teacher.post(f"activities/{activity.public_id}/send-again", named)

    assert answer.status_code == 303
    assert delivery(database).state == DeliveryState.OWED
    assert delivery(database).is_override_allowed


def test_a_deleted_column_is_made_again_at_the_button_that_says_so(
    world: World,
    platform: Registration,
    activity: ActivityView,
    teacher: Visitor,
    database: Database,
) -> None:
    world.visitor(platform).hand_in(activity)
    held(database, DeliveryState.COLUMN_DELETED)
    before = people(teacher, activity)
    named: dict[str, object] = {"delivery": delivery(database).public_id}

    teacher.post(f"activities/{activity.public_id}/send-again", named)

    assert "Make the column again" in before
    assert "The gradebook column is being made." in people(teacher, activity)
    with database.read() as session:
        assert session.scalars(select(LineItem.url)).one() is None
        wanted = select(Job.state).where(Job.kind == ENSURE_COLUMN)
        assert session.scalars(wanted).one() == JobState.WAITING


def test_15_an_assistant_follows_and_does_not_send(
    world: World, platform: Registration, activity: ActivityView, database: Database
) -> None:
    world.visitor(platform).hand_in(activity)
    held(database)
    assistant = world.visitor(platform, Role.TEACHING_ASSISTANT)

    answer = assistant.post(f"activities/{activity.public_id}/send-again", {"delivery": ""})

    assert "Send again" not in people(assistant, activity).replace("then send again", "")
    assert answer.status_code == 403
    assert delivery(database).state == DeliveryState.NOT_GRADABLE


def test_8_another_tenants_teacher_finds_nothing(
    world: World, platform: Registration, activity: ActivityView, database: Database
) -> None:
    world.visitor(platform).hand_in(activity)
    held(database)
    stranger = world.visitor(world.platform("c2"), Role.INSTRUCTOR)

    shown = stranger.get(f"activities/{activity.public_id}/people")
    answer = stranger.post(
        f"activities/{activity.public_id}/send-again",
        {"delivery": delivery(database).public_id},
    )

    assert (shown.status_code, answer.status_code) == (404, 404)
    assert delivery(database).state == DeliveryState.NOT_GRADABLE
