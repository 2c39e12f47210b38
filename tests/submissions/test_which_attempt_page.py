"""What the receipt of each attempt says of the one that counts."""

import pytest
from sqlalchemy import select, update

from lti_app.catalog.models import Activity
from lti_app.catalog.rules import Release
from lti_app.catalog.views import ActivityView
from lti_app.core.db import Database
from lti_app.grading.models import Grade
from lti_app.lti.registration import Registration
from lti_app.people.roles import Role
from lti_app.people.service import get_public_id
from lti_app.submissions.counting import Counting
from lti_app.submissions.models import Attempt
from tests.peers.world import FIELD, Visitor, World


@pytest.fixture
def activity(world: World, platform: Registration) -> ActivityView:
    return world.activity(platform)


def set_up(database: Database, rule: Counting, release: Release = Release.IMMEDIATE) -> None:
    settings = {"attempts": 3, "counts": rule.value}
    with database.write() as session:
        session.execute(update(Activity).values(settings=settings, release=release.value))


def hand_in_twice(ann: Visitor, activity: ActivityView) -> list[str]:
    """Return what both receipts say, the first attempt's first."""
    ann.hand_in(activity)
    address = f"exercise/{activity.public_id}"
    page = ann.get(f"{address}?again=1").text
    fields = {
        name: "3" if name.startswith("statement-") else value for name, value in FIELD.findall(page)
    }
    ann.post(address, {**fields, "do": "hand_in"})
    return receipts(ann)


def receipts(ann: Visitor) -> list[str]:
    database = ann.app.extensions["rapport"].database
    with database.read() as session:
        ids = session.scalars(select(Attempt.public_id).order_by(Attempt.number)).all()
    return [ann.get(f"receipts/{one}").text for one in ids]


@pytest.mark.parametrize(
    ("rule", "first", "second"),
    [
        # Of two that are equally good, the later one.
        (Counting.BEST, "Attempt 2 counts, because it is your best.", "It counts, because it is"),
        (Counting.LAST, "Attempt 2 counts, because it is your last.", "It counts, because it is"),
        (Counting.FIRST, "It counts, because it is your first.", "Attempt 1 counts, because it is"),
        (Counting.MEAN, "The mean of them counts.", "The mean of them counts."),
    ],
)
def test_each_receipt_says_which_attempt_counts(
    activity: ActivityView,
    ann: Visitor,
    database: Database,
    rule: Counting,
    first: str,
    second: str,
) -> None:
    set_up(database, rule)

    pages = hand_in_twice(ann, activity)

    for number, (page, said) in enumerate(zip(pages, (first, second), strict=True), start=1):
        assert f"This is attempt {number} of 2. {said}" in page


def test_which_is_the_best_is_not_told_before_the_grade_is(
    activity: ActivityView, ann: Visitor, database: Database
) -> None:
    set_up(database, Counting.BEST, Release.BY_HAND)

    pages = hand_in_twice(ann, activity)

    assert all("of 2. Your best one counts." in page for page in pages)


def test_the_first_receipt_says_what_a_second_attempt_would_mean(
    activity: ActivityView, ann: Visitor, database: Database
) -> None:
    set_up(database, Counting.BEST)

    ann.hand_in(activity)

    assert "If you hand in again, the best attempt counts." in receipts(ann)[0]


def test_an_only_attempt_says_nothing_of_others(activity: ActivityView, ann: Visitor) -> None:
    ann.hand_in(activity)

    assert "attempt" not in receipts(ann)[0]


def test_where_points_were_entered_no_attempt_is_said_to_count(
    activity: ActivityView, ann: Visitor, database: Database
) -> None:
    set_up(database, Counting.BEST)
    hand_in_twice(ann, activity)
    with database.write() as session:
        grade = session.scalars(select(Grade)).one()
        grade.override_points, grade.override_at = grade.points, grade.computed_at
        grade.override_reason = "Spoken exam."

    assert "This is attempt" not in receipts(ann)[0]


def test_the_receipts_of_several_attempts_lead_to_each_other_and_staff_see_when_each_was_handed_in(
    world: World, platform: Registration, activity: ActivityView, ann: Visitor, database: Database
) -> None:
    set_up(database, Counting.LAST)
    ann.hand_in(activity)
    assert "Your other attempts" not in receipts(ann)[0]

    first, second = hand_in_twice(ann, activity)[:2]

    with database.read() as session:
        rows = session.execute(select(Attempt.public_id, Attempt.user_id).order_by(Attempt.number))
        ids, people = zip(*rows.all(), strict=True)
        person = get_public_id(session, platform_id=platform.id, user_id=people[0])
    assert f"receipts/{ids[1]}" in first
    assert f"receipts/{ids[0]}" in second
    assert f'href="{ann.path(f"receipts/{ids[1]}")}"' not in second
    teacher = world.visitor(platform, Role.INSTRUCTOR)
    page = teacher.get(f"activities/{activity.public_id}/people/{person}").text
    assert [f"Attempt {number} ·" in page for number in (1, 2, 3, 4)] == [True, True, True, False]
