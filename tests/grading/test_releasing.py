"""When grades leave, and what releasing would change."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select, update

from lti_app.audit import Actor
from lti_app.catalog.rules import Release
from lti_app.grading.jobs import KIND, _activities_due, due_handlers, ensure_due_sweep
from lti_app.grading.models import DeliveryState, Grade, GradeEvent, ScoreDelivery
from lti_app.grading.participation import advance, find_participation
from lti_app.grading.releasing import Block, Outcome, Plan, make_plan, release_due
from lti_app.grading.service import Change, record_again
from lti_app.grading.states import Stage
from lti_app.jobs.models import Job
from lti_app.jobs.outcome import JobRun, RetryAt, Work
from lti_app.people.models import Enrolment, EnrolmentStatus
from tests.grading.ledger import ANN, Ledger, facet
from tests.grading.test_deciding import excuse_ann, grade_of, stage_of
from tests.submissions.factories import make_person

TEACHER = Actor("teacher")
RUN = JobRun(1, KIND, "all", None, 0, None, "lease")


def plan_of(ledger: Ledger) -> Plan:
    with ledger.database.read() as session:
        return make_plan(session, ledger.course.activity)


def release_all(ledger: Ledger) -> int:
    with ledger.database.write() as session:
        return release_due(session, ledger.course.activity, actor=TEACHER, now=ledger.clock())


def owed(ledger: Ledger) -> int:
    with ledger.database.read() as session:
        return session.scalar(select(func.count()).select_from(ScoreDelivery)) or 0


def sweep(ledger: Ledger) -> RetryAt:
    with ledger.database.read() as session:
        (work,) = due_handlers(ledger.database, ledger.clock)[KIND](session, [RUN])
    assert isinstance(work, Work)
    outcome = work.do()
    assert isinstance(outcome, RetryAt)
    return outcome


@pytest.mark.parametrize("release", [Release.BY_HAND, Release.NEVER, Release.SCHEDULED])
def test_a_grade_whose_time_has_not_come_is_kept_and_not_owed(
    ledger: Ledger, release: Release
) -> None:
    ledger.place(release=release, releases_at=ledger.clock() + timedelta(hours=1))

    ledger.grade()

    assert (grade_of(ledger).points, grade_of(ledger).released, owed(ledger)) == (
        Decimal(10),
        None,
        0,
    )


def test_a_release_by_hand_owes_every_score_once(ledger: Ledger) -> None:
    ledger.place(release=Release.BY_HAND)
    ledger.grade()

    counts = [release_all(ledger), release_all(ledger)]

    assert counts == [1, 0]
    assert ledger.row().wanted_points == grade_of(ledger).released == 10
    assert ledger.row().wanted_comment_code == "complete"
    assert stage_of(ledger) is Stage.RELEASED


def test_the_plan_says_new_changed_unchanged_and_why_not(ledger: Ledger) -> None:
    ledger.place(release=Release.BY_HAND)
    now = ledger.clock()
    with ledger.database.write() as session:
        course = ledger.course
        others = [make_person(session, course, f"p{number}", now=now) for number in range(4)]
        make_person(session, course, "tester", now=now, is_test=True)
    changed, same, empty, _idle = (replace(ledger, user=user) for user in others)
    for one in (changed, same):
        one.grade("0.5")
    release_all(ledger)
    changed.grade("0.6")
    ledger.grade()
    empty.grade(work=replace(empty.work("1"), facets=(facet(None),)))

    plan = plan_of(ledger)

    assert [plan.count(outcome) for outcome in Outcome] == [1, 1, 1, 2]
    assert plan.blocks == {Block.NOTHING_HANDED_IN: 1, Block.NOTHING_GRADABLE: 1}
    shown = {line.user_id: (line.was, line.becomes) for line in plan.due}
    assert shown == {
        ledger.user.id: (None, Decimal(10)),
        changed.user.id: (Decimal(5), Decimal(6)),
    }


def test_who_is_excused_is_blocked_with_the_reason(ledger: Ledger) -> None:
    ledger.place(release=Release.BY_HAND)
    ledger.grade()
    excuse_ann(ledger)

    assert plan_of(ledger).blocks == {Block.EXCUSED: 1}
    assert release_all(ledger) == 0


@pytest.mark.parametrize(
    ("release", "date"), [(Release.SCHEDULED, "releases_at"), (Release.ON_CLOSE, "closes_at")]
)
def test_what_falls_due_is_released_by_the_sweep_once(
    ledger: Ledger, release: Release, date: str
) -> None:
    ledger.place(release=release, **{date: ledger.clock() + timedelta(hours=1)})
    ledger.grade()
    again = sweep(ledger)
    too_early = grade_of(ledger).released

    ledger.clock.advance(hours=1)
    sweep(ledger)
    sweep(ledger)

    assert (too_early, grade_of(ledger).released) == (None, Decimal(10))
    assert (ledger.row().state, ledger.row().wanted_version) == (DeliveryState.OWED, 1)
    assert not again.is_attempt
    with ledger.database.read() as session:
        released = select(GradeEvent.actor).where(GradeEvent.kind == "released")
        assert session.scalars(released).all() == [Actor.SYSTEM.name]


def test_a_grade_found_after_the_release_leaves_at_once(ledger: Ledger) -> None:
    ledger.place(release=Release.SCHEDULED, releases_at=ledger.clock() - timedelta(hours=1))

    ledger.grade()

    assert grade_of(ledger).released == 10


def test_who_began_and_missed_the_closing_is_noted_once(ledger: Ledger) -> None:
    ledger.place(release=Release.IMMEDIATE, closes_at=ledger.clock() + timedelta(hours=1))
    with ledger.database.write() as session:
        activity, user_id = ledger.course.activity, ledger.user.id
        begun, now = Stage.IN_PROGRESS, ledger.clock()
        advance(session, activity, user_id, begun, actor=ANN, now=now, why="draft_saved")
    sweep(ledger)
    before = stage_of(ledger)

    ledger.clock.advance(hours=1)
    sweep(ledger)

    assert (before, stage_of(ledger)) == (Stage.IN_PROGRESS, Stage.CLOSED_INCOMPLETE)


def test_the_sweep_is_one_job_however_often_it_is_asked_for(ledger: Ledger) -> None:
    with ledger.database.write() as session:
        for _ in range(3):
            ensure_due_sweep(session, now=ledger.clock())

    with ledger.database.read() as session:
        assert session.scalars(select(Job.kind)).all() == [KIND]


def test_computing_again_changes_only_what_comes_out_otherwise_and_releases_nothing(
    ledger: Ledger,
) -> None:
    ledger.grade("0.5")
    other = replace(ledger.work("0.5"), facets=(facet(Decimal("0.8")),))

    def again() -> list[Change]:
        with ledger.database.write() as session:
            activity = ledger.course.activity
            return record_again(session, activity, [other], actor=TEACHER, now=ledger.clock())

    assert again() == [Change(ledger.user.id, Decimal(5), Decimal(8))]
    assert again() == []
    assert (grade_of(ledger).points, grade_of(ledger).released) == (Decimal(8), Decimal(5))
    with ledger.database.read() as session:
        assert find_participation(session, ledger.course.activity, ledger.user.id).stage is (
            Stage.RELEASED
        )
        assert session.scalars(select(Grade.revision)).one() == 2
    assert ledger.row().wanted_points == 5


def test_a_grade_of_who_has_left_keeps_no_activity_in_the_sweep(ledger: Ledger) -> None:
    ledger.place(release=Release.SCHEDULED, releases_at=ledger.clock() + timedelta(hours=1))
    ledger.grade()
    ledger.clock.advance(hours=2)
    with ledger.database.write() as session:
        assert [one.id for one in _activities_due(session, ledger.clock())]
        session.execute(update(Enrolment).values(status=EnrolmentStatus.INACTIVE.value))

    with ledger.database.read() as session:
        assert _activities_due(session, ledger.clock()) == []
