"""Who handed nothing in gets a nought when the activity closes, only where somebody wants that."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, update

from lti_app.audit import Actor
from lti_app.catalog.rules import Release
from lti_app.grading.closing import take_noughts_back
from lti_app.grading.comments import comment_text
from lti_app.grading.jobs import BATCH
from lti_app.grading.models import Grade, ScoreDelivery
from lti_app.grading.queries import list_standings
from lti_app.grading.states import Stage
from lti_app.people.models import Enrolment, EnrolmentStatus
from tests.grading.ledger import Ledger
from tests.grading.test_deciding import enter, excuse_ann, grade_of, stage_of, take_back
from tests.grading.test_extending import give
from tests.grading.test_releasing import sweep
from tests.submissions.factories import make_person

SYSTEM = Actor.SYSTEM


def close(ledger: Ledger, *, wants_noughts: bool = True, **changes: object) -> None:
    """Let the activity have closed an hour ago."""
    values = {"closes_at": ledger.clock() - timedelta(hours=1), **changes}
    ledger.place(zero_at_close=wants_noughts, **values)


def points_by_person(ledger: Ledger) -> Mapping[int, Decimal | None]:
    with ledger.database.read() as session:
        return {one.user_id: one.points for one in session.scalars(select(Grade))}


def reconsider(ledger: Ledger) -> None:
    with ledger.database.write() as session:
        take_noughts_back(session, ledger.course.activity, actor=SYSTEM, now=ledger.clock())


def test_by_default_who_did_nothing_gets_nothing(ledger: Ledger) -> None:
    close(ledger, wants_noughts=False)

    sweep(ledger)

    assert points_by_person(ledger) == {}


def test_who_did_nothing_gets_a_nought_with_its_reason_and_it_is_sent_once(ledger: Ledger) -> None:
    close(ledger)

    sweep(ledger)
    sweep(ledger)

    grade, row = grade_of(ledger), ledger.row()
    assert (grade.points, grade.released, grade.revision) == (Decimal(0), Decimal(0), 1)
    assert stage_of(ledger) is Stage.CLOSED_INCOMPLETE
    assert (row.wanted_version, row.wanted_points) == (1, Decimal(0))
    assert (
        comment_text(row.wanted_comment_code, None) == "Nothing was handed in before this closed."
    )


def test_a_nought_before_the_release_waits_for_it(ledger: Ledger) -> None:
    close(ledger, release=Release.BY_HAND.value)

    sweep(ledger)

    assert grade_of(ledger).points == 0
    assert grade_of(ledger).released is None


def test_a_grade_that_somebody_releases_by_hand_does_not_leave_with_anothers_nought(
    ledger: Ledger,
) -> None:
    ledger.place(release=Release.BY_HAND.value)
    ledger.grade()
    with ledger.database.write() as session:
        make_person(session, ledger.course, "idle", now=ledger.clock())
    close(ledger, release=Release.IMMEDIATE.value)

    sweep(ledger)

    assert grade_of(ledger).released is None
    assert set(points_by_person(ledger).values()) == {Decimal(0), Decimal(10)}


def test_who_handed_in_or_was_graded_keeps_that(ledger: Ledger) -> None:
    ledger.grade("0.5")
    close(ledger)

    sweep(ledger)

    assert grade_of(ledger).points == 5


def test_points_that_a_person_entered_are_no_nought(ledger: Ledger) -> None:
    enter(ledger, "9", seen=0)
    close(ledger)

    sweep(ledger)

    assert grade_of(ledger).effective == 9
    assert grade_of(ledger).points is None


def test_who_is_excused_gets_none_until_the_excuse_is_taken_back(ledger: Ledger) -> None:
    excuse_ann(ledger)
    close(ledger)

    sweep(ledger)
    before = points_by_person(ledger)
    take_back(ledger)
    sweep(ledger)

    assert before == {}
    assert grade_of(ledger).points == 0


def test_test_users_and_who_left_get_none(ledger: Ledger) -> None:
    with ledger.database.write() as session:
        make_person(session, ledger.course, "tester", now=ledger.clock(), is_test=True)
        session.execute(
            update(Enrolment)
            .where(Enrolment.user_id == ledger.user.id)
            .values(status=EnrolmentStatus.INACTIVE.value)
        )
    close(ledger)

    sweep(ledger)

    assert points_by_person(ledger) == {}


def first_seen(ledger: Ledger, at: datetime) -> None:
    """Let Ann have come to the course at that time, by the list of people alone."""
    with ledger.database.write() as session:
        ours = update(Enrolment).where(Enrolment.user_id == ledger.user.id)
        session.execute(ours.values(first_seen_at=at, launched_at=None))


def test_who_came_before_the_closing_and_never_launched_gets_one(ledger: Ledger) -> None:
    first_seen(ledger, ledger.clock() - timedelta(hours=2))
    close(ledger)

    sweep(ledger)

    assert grade_of(ledger).points == 0


def test_who_came_after_the_closing_gets_none_and_nothing_is_sent(ledger: Ledger) -> None:
    first_seen(ledger, ledger.clock() - timedelta(minutes=30))
    close(ledger)

    sweep(ledger)

    assert points_by_person(ledger) == {}
    with ledger.database.read() as session:
        assert session.scalars(select(ScoreDelivery)).all() == []


def test_who_came_while_only_they_had_time_gets_one_when_that_is_over(ledger: Ledger) -> None:
    first_seen(ledger, ledger.clock() - timedelta(minutes=30))
    close(ledger)
    give(ledger, 1)

    sweep(ledger)
    while_open = points_by_person(ledger)
    ledger.clock.advance(days=1)
    sweep(ledger)

    assert while_open == {}
    assert grade_of(ledger).points == 0


def test_a_nought_is_taken_back_where_the_closing_was_before_somebody_came(ledger: Ledger) -> None:
    close(ledger)
    sweep(ledger)
    first_seen(ledger, ledger.clock() - timedelta(minutes=30))

    reconsider(ledger)

    assert grade_of(ledger).points is None


def test_more_time_comes_first_and_takes_a_nought_back(ledger: Ledger) -> None:
    close(ledger)
    sweep(ledger)
    give(ledger, 2)
    reconsider(ledger)
    sweep(ledger)
    while_open = points_by_person(ledger)[ledger.user.id]

    ledger.clock.advance(days=2)
    sweep(ledger)

    assert while_open is None
    assert grade_of(ledger).points == 0


@pytest.mark.parametrize("changes", [{"zero_at_close": False}, {"closes_at": None}])
def test_other_settings_take_noughts_back_here_and_send_nothing(
    ledger: Ledger, changes: dict[str, object]
) -> None:
    close(ledger)
    sweep(ledger)

    ledger.place(**changes)
    reconsider(ledger)

    assert grade_of(ledger).points is None
    assert ledger.row().wanted_version == 1


def test_work_that_comes_after_all_replaces_the_nought(ledger: Ledger) -> None:
    close(ledger)
    sweep(ledger)

    ledger.grade("0.7")
    reconsider(ledger)

    assert grade_of(ledger).points == 7
    assert ledger.row().wanted_comment_code == "complete"


def test_a_large_class_is_graded_batch_by_batch(ledger: Ledger) -> None:
    with ledger.database.write() as session:
        for number in range(BATCH + 1):
            make_person(session, ledger.course, f"p{number}", now=ledger.clock())
    close(ledger)

    sweep(ledger)

    with ledger.database.read() as session:
        standings = list_standings(session, ledger.course.activity)
    assert len(standings) == BATCH + 2
    assert {one.grade.points for one in standings.values() if one.grade} == {Decimal(0)}
