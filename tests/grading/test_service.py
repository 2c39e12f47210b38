from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lti_app.catalog.models import LineItem
from lti_app.catalog.rules import Release
from lti_app.grading.ledger import ENSURE_COLUMN, SEND_SCORE
from lti_app.grading.models import (
    DeliveryState,
    FacetScore,
    Grade,
    GradeEvent,
    ScoreDelivery,
)
from lti_app.grading.participation import advance
from lti_app.grading.queries import list_standings
from lti_app.grading.service import record, record_again
from lti_app.grading.states import Stage
from lti_app.jobs.models import Job
from tests.grading.ledger import ANN, WHY, Ledger, facet
from tests.grading.test_deciding import stage_of
from tests.grading.test_facets import score
from tests.peers.at_once import at_once
from tests.submissions.factories import make_course, make_person


def count(session: Session, model: type[object]) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_a_grade_its_facets_its_history_and_its_score_come_together(ledger: Ledger) -> None:
    ledger.grade()

    with ledger.database.read() as session:
        assert session.scalars(select(Grade.points)).one() == Decimal(10)
        assert session.scalars(select(FacetScore.reason_params)).one() == {"count": 20}
        assert session.scalars(select(GradeEvent.kind).order_by(GradeEvent.id)).all() == [
            "computed",
            "released",
        ]
        job = session.scalars(select(Job)).one()
    owed = ledger.row()
    assert owed.wanted_points == owed.wanted_maximum == Decimal(10)
    assert (job.kind, job.key, job.platform_id) == (SEND_SCORE, owed.public_id, owed.platform_id)


def test_a_transaction_that_fails_leaves_neither_grade_nor_score(ledger: Ledger) -> None:
    def fail_after_grading() -> None:
        with ledger.database.write() as session:
            work = ledger.work("1")
            record(session, ledger.course.activity, work, actor=ANN, now=ledger.clock())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_grading()

    with ledger.database.read() as session:
        rows = [count(session, model) for model in (Grade, GradeEvent, ScoreDelivery, Job)]
    assert rows == [0, 0, 0, 0]


@pytest.mark.parametrize(
    "activity",
    [
        pytest.param({"release": Release.NEVER}, id="never released"),
        pytest.param({"in_gradebook": False}, id="not in the gradebook"),
    ],
)
def test_an_activity_that_sends_nothing_owes_nothing(
    ledger: Ledger, activity: dict[str, object]
) -> None:
    ledger.place(**activity)

    ledger.grade()

    with ledger.database.read() as session:
        assert (count(session, Grade), count(session, ScoreDelivery)) == (1, 0)


def test_ag_33_a_test_users_grade_is_kept_and_not_owed(ledger: Ledger) -> None:
    ledger.grade(work=replace(ledger.work("1"), is_graded=False))

    with ledger.database.read() as session:
        assert (count(session, Grade), count(session, ScoreDelivery)) == (1, 0)


def test_nothing_gradable_is_kept_and_not_sent(ledger: Ledger) -> None:
    ledger.grade(work=replace(ledger.work("1"), facets=(facet(None),)))

    with ledger.database.read() as session:
        assert session.scalars(select(Grade.points)).one() is None
        assert count(session, ScoreDelivery) == 0


def test_work_that_nobody_can_grade_yet_waits_for_somebody_to_look(ledger: Ledger) -> None:
    ledger.grade(work=replace(ledger.work("1"), facets=(facet(None),)))
    before = stage_of(ledger)

    score(ledger, "0.8")

    assert (before, stage_of(ledger)) == (Stage.UNDER_REVIEW, Stage.RELEASED)


def test_a_new_grade_takes_the_place_of_the_old_and_both_stay_in_the_history(
    ledger: Ledger,
) -> None:
    ledger.grade("0.5")
    ledger.grade("1")

    with ledger.database.read() as session:
        assert session.scalars(select(FacetScore.score)).one() == 1
        points = session.scalars(select(GradeEvent.points).order_by(GradeEvent.id)).all()
    assert [str(point) for point in points] == ["5.000000"] * 2 + ["10.000000"] * 2


def test_an_attempt_that_does_not_count_releases_no_change_that_waits(ledger: Ledger) -> None:
    work = ledger.work("1")
    ledger.grade(work=work)
    other = replace(work, facets=(facet(Decimal("0.4")),))
    with ledger.database.write() as session:
        record_again(session, ledger.course.activity, [other], actor=ANN, now=ledger.clock())

    ledger.grade(work=other)

    with ledger.database.read() as session:
        grade = session.scalars(select(Grade)).one()
        assert (grade.points, grade.released_points) == (Decimal(4), Decimal(10))
    assert ledger.row().wanted_points == 10


def test_an_attempt_that_does_not_count_leaves_the_release_as_it_was(ledger: Ledger) -> None:
    work = ledger.work("0.5")
    ledger.grade(work=work)
    released_at = ledger.clock()
    ledger.clock.advance(minutes=5)
    with ledger.database.write() as session:
        activity, now = ledger.course.activity, ledger.clock()
        submitted = Stage.SUBMITTED
        advance(session, activity, ledger.user.id, submitted, actor=ANN, now=now, why="handed_in")

    ledger.grade(work=work)

    with ledger.database.read() as session:
        assert session.scalars(select(GradeEvent.kind).order_by(GradeEvent.id)).all() == [
            "computed",
            "released",
        ]
        assert session.scalars(select(Grade.released_at)).one() == released_at
    assert stage_of(ledger) is Stage.RELEASED


def test_grades_recorded_at_the_same_moment_are_one_grade_and_one_delivery(
    ledger: Ledger,
) -> None:
    scores = ["0.1", "0.2", "0.3", "0.4", "0.5"]

    outcomes = at_once(ledger.grade, scores)

    assert outcomes == [None] * 5
    with ledger.database.read() as session:
        assert (count(session, Grade), count(session, GradeEvent)) == (1, 10)
        assert session.scalars(select(Grade.points)).one() == ledger.row().wanted_points
    assert ledger.row().wanted_version == 5


def test_a_class_graded_at_the_same_moment_shares_the_wish_for_one_column(
    ledger: Ledger,
) -> None:
    now = ledger.clock()
    with ledger.database.write() as session:
        bare = make_course(session, now=now, column=None, lti_id="bare", in_gradebook=True)
        people = [make_person(session, bare, f"p{number}", now=now) for number in range(6)]
    each = [Ledger(ledger.database, ledger.clock, bare, person) for person in people]

    outcomes = at_once(Ledger.grade, each)

    assert outcomes == [None] * 6
    with ledger.database.read() as session:
        assert session.scalars(select(LineItem.url)).all().count(None) == 1
        assert count(session, ScoreDelivery) == 6
        assert session.scalars(select(Job.kind)).all() == [ENSURE_COLUMN]


def test_standings_say_what_each_person_has(ledger: Ledger) -> None:
    ledger.grade("0.5")

    with ledger.database.read() as session:
        standing = list_standings(session, ledger.course.activity)[ledger.user.id]

    assert standing.grade is not None
    assert standing.grade.released == 5
    assert standing.grade.facets[0].reason == WHY
    assert standing.deliveries[0].state is DeliveryState.OWED
