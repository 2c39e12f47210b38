"""Overrides, excuses and reopening, on one person's grade."""

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import select

from lti_app.audit import Actor
from lti_app.audit.models import AuditEvent
from lti_app.catalog.rules import Release
from lti_app.core.reason import Reason
from lti_app.grading import settling
from lti_app.grading.columns import remember_column
from lti_app.grading.deciding import (
    OverrideAnswer,
    OverrideWish,
    excuse,
    reopen,
    set_override,
    take_excuse_back,
)
from lti_app.grading.models import DeliveryState, Grade, GradeEvent, ScoreDelivery
from lti_app.grading.participation import StageError, find_participation
from lti_app.grading.queries import list_standings
from lti_app.grading.states import Stage
from lti_app.grading.views import GradeView, Learner
from tests.grading.ledger import Ledger
from tests.peers.at_once import at_once
from tests.submissions.factories import placement_of

TEACHER, OTHER = Actor("teacher"), Actor("other")


def enter(
    ledger: Ledger, points: str | None, *, seen: int, actor: Actor = TEACHER
) -> OverrideAnswer:
    wish = OverrideWish(None if points is None else Decimal(points), "Spoken exam.", seen)
    learner = Learner(ledger.user.id, ledger.user.public_id, is_graded=True)
    with ledger.database.write() as session:
        activity = ledger.course.activity
        return set_override(session, activity, learner, wish, actor=actor, now=ledger.clock())


def grade_of(ledger: Ledger) -> GradeView:
    with ledger.database.read() as session:
        found = list_standings(session, ledger.course.activity)[ledger.user.id].grade
    assert found is not None
    return found


def stage_of(ledger: Ledger) -> Stage:
    with ledger.database.read() as session:
        return find_participation(session, ledger.course.activity, ledger.user.id).stage


def excuse_ann(ledger: Ledger) -> None:
    with ledger.database.write() as session:
        activity, now = ledger.course.activity, ledger.clock()
        excuse(session, activity, ledger.user.id, "Ill.", actor=TEACHER, now=now)


def take_back(ledger: Ledger) -> None:
    with ledger.database.write() as session:
        activity, now = ledger.course.activity, ledger.clock()
        take_excuse_back(session, activity, ledger.user.id, actor=TEACHER, now=now)


def reopen_ann(ledger: Ledger) -> None:
    with ledger.database.write() as session:
        activity, now = ledger.course.activity, ledger.clock()
        reopen(session, activity, ledger.user.id, "Again.", actor=TEACHER, now=now)


def moves(ledger: Ledger) -> list[tuple[str, str | None, str | None, str | None]]:
    query = (
        select(AuditEvent.actor, AuditEvent.before, AuditEvent.after, AuditEvent.reason)
        .where(AuditEvent.action == "participation.moved")
        .order_by(AuditEvent.id)
    )
    with ledger.database.read() as session:
        return [(row[0], row[1], row[2], row[3]) for row in session.execute(query)]


def events(ledger: Ledger) -> list[tuple[str, str, Decimal | None]]:
    query = select(GradeEvent.kind, GradeEvent.actor, GradeEvent.points).order_by(GradeEvent.id)
    with ledger.database.read() as session:
        return [(row[0], row[1], row[2]) for row in session.execute(query)]


def test_entered_points_win_and_what_is_computed_goes_on_beneath(ledger: Ledger) -> None:
    ledger.grade("0.5")

    enter(ledger, "9", seen=1)
    ledger.grade("0.7")

    grade = grade_of(ledger)
    assert (grade.points, grade.effective, grade.released) == (Decimal(7), Decimal(9), Decimal(9))
    assert grade.override is not None
    assert (grade.override.reason, grade.override.actor) == ("Spoken exam.", "teacher")
    assert ledger.row().wanted_points == 9
    assert ledger.row().wanted_comment_code == "set_by_hand"


def test_a_cleared_override_lets_the_computed_grade_count_again(ledger: Ledger) -> None:
    ledger.grade("0.5")
    enter(ledger, "9", seen=1)

    enter(ledger, None, seen=2)

    grade = grade_of(ledger)
    assert (grade.override, grade.effective, grade.released) == (None, Decimal(5), Decimal(5))
    assert ledger.row().wanted_points == 5


def test_points_can_be_entered_for_who_handed_nothing_in(ledger: Ledger) -> None:
    answer = enter(ledger, "0", seen=0)

    assert answer.is_kept
    assert (grade_of(ledger).released, grade_of(ledger).has_work) == (Decimal(0), False)
    assert ledger.row().wanted_points == 0
    assert stage_of(ledger) is Stage.RELEASED


def test_entered_points_wait_for_a_release_by_hand(ledger: Ledger) -> None:
    ledger.place(release=Release.BY_HAND)
    ledger.grade("0.5")

    enter(ledger, "9", seen=1)

    assert (grade_of(ledger).effective, grade_of(ledger).released) == (Decimal(9), None)


def test_abuse_29_of_two_graders_one_wins_and_the_other_is_shown_both_values(
    ledger: Ledger,
) -> None:
    ledger.grade("0.5")

    first = enter(ledger, "8", seen=1)
    second = enter(ledger, "6", seen=1, actor=OTHER)

    assert (first.is_kept, second.is_kept) == (True, False)
    assert second.grade.effective == 8
    assert grade_of(ledger).effective == 8
    kept = [event for event in events(ledger) if event[0].startswith("overrid")]
    assert kept == [
        ("overridden", "teacher", Decimal(8)),
        ("override_lost", "other", Decimal(6)),
    ]


def test_abuse_29_graders_at_the_same_moment_cannot_both_win(ledger: Ledger) -> None:
    ledger.grade("0.5")

    answers = at_once(lambda points: enter(ledger, points, seen=1), ["1", "2", "3", "4"])

    kept = [one for one in answers if isinstance(one, OverrideAnswer) and one.is_kept]
    assert (len(answers), len(kept)) == (4, 1)
    assert grade_of(ledger).effective == kept[0].grade.effective
    assert len([event for event in events(ledger) if event[0] == "override_lost"]) == 3


def test_abuse_24_work_that_came_while_a_grader_looked_is_not_graded_unseen(ledger: Ledger) -> None:
    ledger.grade("0.5")
    ledger.grade(work=replace(ledger.work("1"), source="second"))

    answer = enter(ledger, "6", seen=1)

    assert not answer.is_kept
    with ledger.database.read() as session:
        assert session.scalars(select(Grade.source)).one() == "second"


def test_an_excused_persons_unsent_score_stays_here_until_the_excuse_is_taken_back(
    ledger: Ledger,
) -> None:
    ledger.grade()

    excuse_ann(ledger)
    withheld, claim = ledger.row().state, ledger.find_claim()
    take_back(ledger)

    assert (withheld, claim) == (DeliveryState.WITHHELD, None)
    assert ledger.row().state == DeliveryState.OWED
    assert stage_of(ledger) is Stage.RELEASED


@pytest.mark.parametrize("is_taken", [True, False])
def test_an_answer_that_comes_after_the_excuse_says_only_what_the_gradebook_has(
    ledger: Ledger, is_taken: bool
) -> None:
    ledger.grade()
    claim = ledger.claim()
    ledger.fix(claim)
    excuse_ann(ledger)

    if is_taken:
        ledger.acknowledge(claim)
    else:
        with ledger.database.write() as session:
            reason, now = Reason("refused"), ledger.clock()
            settling.hold(session, claim, DeliveryState.REFUSED, reason, now=now)

    expected = DeliveryState.ARRIVED if is_taken else DeliveryState.WITHHELD
    assert ledger.row().state == expected


def test_what_the_gradebook_has_stays_there_when_somebody_is_excused(ledger: Ledger) -> None:
    ledger.grade()
    ledger.send()

    excuse_ann(ledger)

    assert ledger.row().state == DeliveryState.ARRIVED


def test_work_of_an_excused_person_is_kept_and_not_released(ledger: Ledger) -> None:
    excuse_ann(ledger)

    ledger.grade("0.5")

    assert (grade_of(ledger).points, grade_of(ledger).released) == (Decimal(5), None)
    with ledger.database.read() as session:
        assert session.scalars(select(ScoreDelivery)).all() == []
    take_back(ledger)
    assert stage_of(ledger) is Stage.SCORED


def test_a_new_column_gets_no_score_of_an_excused_person(ledger: Ledger) -> None:
    ledger.place(in_gradebook=False)
    ledger.grade()
    excuse_ann(ledger)

    with ledger.database.write() as session:
        placement = placement_of(session, ledger.course)
        remember_column(session, placement, url="https://lms.test/items/2", now=ledger.clock())

    with ledger.database.read() as session:
        assert session.scalars(select(ScoreDelivery)).all() == []


def test_a_column_that_was_made_again_gets_no_score_of_who_was_excused_meanwhile(
    ledger: Ledger,
) -> None:
    ledger.grade()
    ledger.send()
    excuse_ann(ledger)

    with ledger.database.write() as session:
        placement = placement_of(session, ledger.course)
        remember_column(session, placement, url="https://lms.test/items/2", now=ledger.clock())
    kept = ledger.row().state
    take_back(ledger)

    assert kept == DeliveryState.WITHHELD
    assert ledger.row().state == DeliveryState.OWED
    assert ledger.claim().must_look_first


def test_a_new_column_gets_the_released_score_with_its_comment(ledger: Ledger) -> None:
    ledger.place(in_gradebook=False)
    ledger.grade()
    ledger.place(in_gradebook=True)

    with ledger.database.write() as session:
        placement = placement_of(session, ledger.course)
        remember_column(session, placement, url="https://lms.test/items/2", now=ledger.clock())

    assert ledger.row().wanted_comment_code == "complete"


def test_who_is_not_excused_has_no_excuse_to_lose(ledger: Ledger) -> None:
    with pytest.raises(StageError):
        take_back(ledger)


def test_only_who_has_a_grade_is_let_in_again(ledger: Ledger) -> None:
    def let_again() -> None:
        with ledger.database.write() as session:
            activity, now = ledger.course.activity, ledger.clock()
            reopen(session, activity, ledger.user.id, "Again.", actor=TEACHER, now=now)

    with pytest.raises(StageError):
        let_again()
    ledger.grade()
    let_again()

    assert stage_of(ledger) is Stage.REOPENED
    assert grade_of(ledger).released == 10


def test_every_move_says_who_from_where_to_where_and_why(ledger: Ledger) -> None:
    ledger.grade()
    excuse_ann(ledger)
    take_back(ledger)

    assert moves(ledger) == [
        ("ann", "not_started", "scored", "graded"),
        ("ann", "scored", "released", "released"),
        ("teacher", "released", "excused", "excused"),
        ("teacher", "excused", "released", "excuse_taken_back"),
    ]


def test_an_excused_person_is_let_in_again_only_after_the_excuse_is_taken_back(
    ledger: Ledger,
) -> None:
    excuse_ann(ledger)

    with pytest.raises(StageError):
        reopen_ann(ledger)

    assert stage_of(ledger) is Stage.EXCUSED
