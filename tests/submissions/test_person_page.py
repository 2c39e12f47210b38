"""One person on the instructor's page: more time, one part by hand, a grade taken back."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from lti_app.catalog.models import Placement
from lti_app.catalog.rules import LatePolicy
from lti_app.catalog.views import ActivityView
from lti_app.core.db import Database
from lti_app.grading.columns import remember_column
from lti_app.grading.models import DeliveryState, Grade, ScoreDelivery
from lti_app.lti.registration import Registration
from lti_app.people.roles import Role
from lti_app.submissions.models import Attempt
from tests.conftest import FrozenClock
from tests.peers.world import Visitor, World
from tests.submissions.test_gradebook import person, set_activity


@pytest.fixture
def platform(world: World) -> Registration:
    return world.platform()


@pytest.fixture
def activity(world: World, platform: Registration) -> ActivityView:
    return world.activity(platform)


@pytest.fixture
def teacher(world: World, platform: Registration) -> Visitor:
    return world.visitor(platform, Role.INSTRUCTOR)


@pytest.fixture
def ann(world: World, platform: Registration) -> Visitor:
    return world.visitor(platform, name="Ann Late")


def close_an_hour_ago(database: Database, clock: FrozenClock) -> None:
    set_activity(
        database,
        due_at=clock() - timedelta(hours=2),
        closes_at=clock() - timedelta(hours=1),
        late_policy=LatePolicy.ONCE.value,
        late_percent=50,
    )


def grade(database: Database) -> Grade:
    with database.read() as session:
        return session.scalars(select(Grade)).one()


def test_who_has_more_time_hands_in_after_the_closing_and_is_in_time(
    activity: ActivityView, teacher: Visitor, ann: Visitor, database: Database, clock: FrozenClock
) -> None:
    close_an_hour_ago(database, clock)
    refused = ann.hand_in(activity)

    teacher.post(person(activity, ann, database, "/extend"), {"days": "1"})
    page = ann.get(f"exercise/{activity.public_id}").text
    taken = ann.hand_in(activity)

    assert refused.status_code != 303
    assert taken.status_code == 303
    assert "You have 1 day more than the others." in page
    assert grade(database).points == 10


def test_more_time_for_who_was_late_already_makes_them_in_time(
    activity: ActivityView, teacher: Visitor, ann: Visitor, database: Database, clock: FrozenClock
) -> None:
    set_activity(
        database,
        due_at=clock() - timedelta(hours=2),
        late_policy=LatePolicy.ONCE.value,
        late_percent=50,
    )
    ann.hand_in(activity)
    before = grade(database).points

    teacher.post(person(activity, ann, database, "/extend"), {"days": "1"})

    assert before == 5
    assert grade(database).points == 10
    with database.read() as session:
        assert session.scalars(select(Attempt.is_late)).one() is False
    # Nothing is shown to anybody before it is released.
    assert grade(database).released_points == 5
    assert "1 extra day" in teacher.get(f"activities/{activity.public_id}/people").text


@pytest.mark.parametrize("days", ["", "-1", "366", "1.5", "three"])
def test_days_that_are_none_are_refused_with_words(
    activity: ActivityView, teacher: Visitor, ann: Visitor, database: Database, days: str
) -> None:
    answer = teacher.post(person(activity, ann, database, "/extend"), {"days": days})

    assert answer.status_code == 422
    assert "Write a whole number" in answer.text


def test_a_grade_that_counts_no_longer_can_be_taken_back_with_a_second_word(
    activity: ActivityView, teacher: Visitor, ann: Visitor, database: Database
) -> None:
    set_activity(database, in_gradebook=True)
    receipt = ann.hand_in(activity).location
    with database.write() as session:
        arrived = {"state": DeliveryState.ARRIVED.value, "sent_version": 1}
        session.execute(update(ScoreDelivery).values(**arrived))
    counted = teacher.get(person(activity, ann, database)).text
    teacher.post(person(activity, ann, database, "/excuse"), {"reason": "Ill."})

    page = teacher.get(person(activity, ann, database)).text
    answer = teacher.post(person(activity, ann, database, "/withdraw"))

    assert "Take the grade back" not in counted
    assert "<summary" in page
    assert "Take back grade and score" in page
    assert answer.status_code == 303
    assert grade(database).released_points is None
    assert "10 of 10 points" not in ann.client.get(receipt, base_url=ann.base_url).text
    assert "Being taken back" in teacher.get(person(activity, ann, database)).text


def test_a_grade_that_counts_cannot_be_taken_back(
    activity: ActivityView, teacher: Visitor, ann: Visitor, database: Database
) -> None:
    ann.hand_in(activity)

    answer = teacher.post(person(activity, ann, database, "/withdraw"))

    assert answer.status_code == 409
    assert grade(database).released_points == 10


def part(percent: str, **changes: str) -> dict[str, object]:
    given = {"facet": "completion", "percent": percent, "reason": "Spoken exam.", "revision": "1"}
    return {**given, "do": "set", **changes}


def test_one_part_is_set_with_a_reason_that_the_learner_reads(
    activity: ActivityView, teacher: Visitor, ann: Visitor, database: Database
) -> None:
    receipt = ann.hand_in(activity).location
    address = person(activity, ann, database, "/facet")

    answer = teacher.post(address, part("82.5"))
    shown = ann.client.get(receipt, base_url=ann.base_url).text
    cleared = teacher.post(address, part("", do="clear", revision="2"))

    assert (answer.status_code, cleared.status_code) == (303, 303)
    assert "8.25 of 10 points" in shown
    assert "Spoken exam." in shown
    assert grade(database).points == 10


@pytest.mark.parametrize("percent", ["", "101", "1,5", "NaN", "-1", "0.001"])
def test_abuse_26_a_part_out_of_range_is_refused_with_words(
    activity: ActivityView, teacher: Visitor, ann: Visitor, database: Database, percent: str
) -> None:
    ann.hand_in(activity)

    answer = teacher.post(person(activity, ann, database, "/facet"), part(percent))

    assert answer.status_code == 422
    assert "Write a number from 0 to 100" in answer.text
    assert grade(database).points == 10


def test_abuse_29_the_slower_of_two_graders_is_told_about_a_part(
    activity: ActivityView, teacher: Visitor, ann: Visitor, database: Database
) -> None:
    ann.hand_in(activity)
    address = person(activity, ann, database, "/facet")
    teacher.post(address, part("50"))

    answer = teacher.post(address, part("80"))

    assert answer.status_code == 409
    assert "You changed one part of it." in answer.text
    assert "Now the grade is 5." in answer.text
    assert grade(database).points == 5


@pytest.mark.parametrize("changes", [{"facet": "nothing"}, {"facet": ""}, {"revision": "x"}])
def test_abuse_21_a_part_that_is_none_is_refused(
    activity: ActivityView,
    teacher: Visitor,
    ann: Visitor,
    database: Database,
    changes: dict[str, str],
) -> None:
    ann.hand_in(activity)

    answer = teacher.post(person(activity, ann, database, "/facet"), part("50", **changes))

    assert answer.status_code == 400
    assert grade(database).points == 10


def test_who_sends_ours_reads_what_replaces_what_and_is_asked_first(
    activity: ActivityView, teacher: Visitor, ann: Visitor, database: Database, clock: FrozenClock
) -> None:
    with database.write() as session:
        placement = session.scalars(select(Placement)).one()
        remember_column(session, placement, url="https://lms.test/items/1", now=clock())
    ann.hand_in(activity)
    newer = {"state": DeliveryState.LMS_NEWER.value, "lms_points": 80, "lms_maximum": 100}
    with database.write() as session:
        session.execute(update(ScoreDelivery).values(**newer))

    page = teacher.get(person(activity, ann, database)).text

    asked = page[page.index("data-dialog") :]
    assert "Send ours in its place?" in asked
    assert "shows 80 of 100; ours is 10 of 10" in asked
    assert asked.index("Send ours") < asked.index("Replace it with ours")
    assert "js/dialog.js" in page


def test_a_grades_history_says_what_happened_and_who_did_it(
    world: World,
    platform: Registration,
    activity: ActivityView,
    teacher: Visitor,
    ann: Visitor,
    database: Database,
) -> None:
    other = world.visitor(platform, Role.INSTRUCTOR, name="Cleo Grader")
    ann.hand_in(activity)
    reason = {"reason": "Spoken exam.", "do": "set"}
    address = person(activity, ann, database, "/override")
    teacher.post(address, {**reason, "points": "8", "revision": 1})
    other.post(address, {**reason, "points": "6", "revision": 2})

    page = teacher.get(person(activity, ann, database)).text
    theirs = other.get(person(activity, ann, database)).text

    history = page[page.index("What happened to this grade") :]
    first = history.index("Computed: 10 of 10")
    entered = history.index("Points entered: 8 of 10 (10 before)")
    assert history.index("Points entered: 6 of 10 (8 before)") < entered < first
    assert history.index("Cleo Grader") < history.index(">you<")
    assert 'Reason: <q dir="auto">Spoken exam.</q>' in page
    assert "entered by <bdi>Cleo Grader</bdi>" in page
    assert "entered by <bdi>you</bdi>" in theirs


@pytest.mark.parametrize(
    ("rest", "typed", "field"),
    [
        ("/override", {"points": "1,5", "reason": "x", "revision": 1, "do": "set"}, "points"),
        ("/extend", {"days": "-1"}, "days"),
        ("/excuse", {"reason": ""}, "why"),
        ("/facet", {"percent": "101", "reason": "", "do": "set"}, "percent"),
        ("/facet", {"percent": "10", "reason": "", "do": "set"}, "part-why"),
    ],
)
def test_what_needs_another_look_stands_above_and_leads_to_its_field(
    activity: ActivityView,
    teacher: Visitor,
    ann: Visitor,
    database: Database,
    rest: str,
    typed: dict[str, object],
    field: str,
) -> None:
    ann.hand_in(activity)
    given = {**part("50"), **typed} if rest == "/facet" else typed

    answer = teacher.post(person(activity, ann, database, rest), given)

    assert answer.status_code == 422
    above = answer.text[answer.text.index('id="needs-a-look"') :]
    assert f'<a href="#{field}">' in above[: above.index("</ul>")]
    assert answer.text.count(f'id="{field}"') == 1
    # What stands folded away is open then.
    assert rest == "/override" or '<details class="rp-details rp-decide" open>' in answer.text


def test_answers_that_are_for_nobody_else_are_said_to_be(
    activity: ActivityView, teacher: Visitor, ann: Visitor, database: Database
) -> None:
    before = teacher.get(person(activity, ann, database)).text
    ann.hand_in(activity)

    after = teacher.get(person(activity, ann, database)).text

    assert "is theirs alone" not in before
    assert "is theirs alone" in after
