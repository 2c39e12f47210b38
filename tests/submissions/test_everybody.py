"""The page of everybody's work as a whole: causes are told once, and the figures add up."""

import re
from decimal import Decimal

import pytest
from sqlalchemy import select, update

from lti_app.catalog.models import Placement
from lti_app.catalog.rules import Release
from lti_app.catalog.views import ActivityView
from lti_app.core.db import Database
from lti_app.grading.columns import remember_column
from lti_app.grading.models import DeliveryState, FacetScore, ScoreDelivery
from lti_app.lti.registration import Registration
from lti_app.people.roles import Role
from tests.conftest import FrozenClock
from tests.peers.world import FIELD, Visitor, World
from tests.submissions.classes import fill_class
from tests.submissions.factories import answers_of
from tests.submissions.test_gradebook import person, set_activity

HAPPENED = "The platform refused the score."
TODO = "Show the reason to whoever runs the platform"


@pytest.fixture
def activity(
    world: World, platform: Registration, database: Database, clock: FrozenClock
) -> ActivityView:
    made = world.activity(platform)
    with database.write() as session:
        placement = session.scalars(select(Placement)).one()
        remember_column(session, placement, url="https://lms.test/items/1", now=clock())
    return made


def hold(database: Database, state: DeliveryState, *user_ids: int) -> None:
    """Let scores stay: of these people, or of everybody."""
    theirs = [ScoreDelivery.user_id.in_(user_ids)] if user_ids else []
    values = {
        "state": state.value,
        "reason_code": state.value,
        "reason_params": {"words": "No such thing."},
    }
    with database.write() as session:
        session.execute(update(ScoreDelivery).where(*theirs).values(**values))


def people(visitor: Visitor, activity: ActivityView) -> str:
    return visitor.get(f"activities/{activity.public_id}/people").text


def test_a_cause_that_holds_three_hundred_scores_is_told_once(
    activity: ActivityView, teacher: Visitor, database: Database, clock: FrozenClock
) -> None:
    with database.write() as session:
        fill_class(session, activity, [answers_of(3)] * 300, now=clock())
    hold(database, DeliveryState.REFUSED)

    page = people(teacher, activity)

    assert "300 scores need you" in page
    assert page.count(HAPPENED) == 1
    assert page.count(TODO) == 1
    assert "Send all 300 again" in page
    assert page.count('href="#why-1"') == 300
    assert page.count("No such thing.") == 300
    assert page.count("/send-again") == 1


def test_one_button_sends_what_stays_for_one_cause_and_leaves_the_others(
    world: World,
    platform: Registration,
    activity: ActivityView,
    teacher: Visitor,
    database: Database,
) -> None:
    visitors = [world.visitor(platform) for _number in range(3)]
    for visitor in visitors:
        visitor.hand_in(activity)
    hold(database, DeliveryState.REFUSED)
    hold(database, DeliveryState.NEEDS_ATTENTION, visitors[2].user_id)
    page = people(teacher, activity)
    keys = re.findall(r'name="cause" value="([^"]+)"', page)

    teacher.post(f"activities/{activity.public_id}/send-again", {"cause": keys[0]})

    assert len(keys) == 2
    assert "Send all again" in page
    with database.read() as session:
        found = select(ScoreDelivery.state).order_by(ScoreDelivery.user_id)
        states = session.scalars(found).all()
    assert states == [DeliveryState.OWED, DeliveryState.OWED, DeliveryState.NEEDS_ATTENTION]


def test_an_assistant_reads_who_settles_it_and_not_what_to_do(
    world: World, platform: Registration, activity: ActivityView, ann: Visitor, database: Database
) -> None:
    ann.hand_in(activity)
    hold(database, DeliveryState.REFUSED)
    assistant = world.visitor(platform, Role.TEACHING_ASSISTANT)

    page = people(assistant, activity)
    one = assistant.get(person(activity, ann, database)).text

    assert "A teacher has to settle 1 score" in page
    assert "need a teacher" in page
    assert "need you" not in page
    for shown in (page, one):
        assert HAPPENED in shown
        assert TODO not in shown


def test_the_legend_counts_everybody_once(
    world: World,
    platform: Registration,
    activity: ActivityView,
    teacher: Visitor,
    database: Database,
) -> None:
    done, late, excused, held_one = (world.visitor(platform) for _number in range(4))
    world.visitor(platform)
    for visitor in (done, excused, held_one):
        visitor.hand_in(activity)
    teacher.post(person(activity, excused, database, "/excuse"), {"reason": "Ill."})
    hold(database, DeliveryState.REFUSED, held_one.user_id)
    address = f"exercise/{activity.public_id}"
    late.post(address, {**dict(FIELD.findall(late.get(address).text)), "do": "save"})

    page = people(teacher, activity)

    legend = re.findall(r"<i class=\"is-[a-z0-9-]+\"></i><b>(\d+)</b> ([a-z ,]+)<", page)
    assert {word: int(count) for count, word in legend} == {
        "on their way": 1,
        "need you": 1,
        "draft": 1,
        "not begun": 1,
        "excused": 1,
    }


def test_somebody_excused_has_one_state_and_a_number_that_does_not_count(
    activity: ActivityView, teacher: Visitor, ann: Visitor, database: Database
) -> None:
    ann.hand_in(activity)
    teacher.post(person(activity, ann, database, "/excuse"), {"reason": "Ill."})

    page = people(teacher, activity)

    table = page[page.index("<tbody") :]
    assert table.count("Excused") == 1
    assert '<s class="rp-muted">10</s> <small>does not count</small>' in table
    assert "Not sent" not in table


def test_signs_are_explained_only_where_they_stand(
    world: World,
    platform: Registration,
    activity: ActivityView,
    teacher: Visitor,
    database: Database,
) -> None:
    world.visitor(platform, name="Ben Waiting")
    world.visitor(platform).hand_in(activity)
    without = people(teacher, activity)
    with database.write() as session:
        session.execute(update(FacetScore).values(score=None))
    dash = people(teacher, activity)
    with database.write() as session:
        session.execute(update(FacetScore).values(score=Decimal(0)))
    zero = people(teacher, activity)

    assert "A dash is" not in without
    assert "A zero is" not in without
    # Who has not begun has no dash either: it would mean something.
    assert "–" not in without[without.index("<tbody") :]
    assert "A dash is" in dash
    assert "A zero is" not in dash
    assert "A zero is" in zero
    assert "A dash is" not in zero


def test_what_waits_to_be_released_is_reviewed_first(
    activity: ActivityView, teacher: Visitor, ann: Visitor, database: Database
) -> None:
    set_activity(database, release=Release.BY_HAND.value)
    ann.hand_in(activity)

    assert "Review and release 1 grade" in people(teacher, activity)
