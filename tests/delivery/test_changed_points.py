"""Case AG-24 and F16: an activity gets other points, and its gradebook column with it, or not."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from lti_app.bridge.restored import AFTER_RESTORE
from lti_app.catalog.columns import list_columns
from lti_app.catalog.models import LineItem
from lti_app.catalog.views import LineItemView
from lti_app.grading.models import DeliveryState
from lti_app.lti.line_items import WRITE_SCOPE
from lti_app.sandbox.dialects import CANVAS, MOODLE, PLAIN, Dialect
from lti_app.sandbox.faults import Service
from tests.conftest import FrozenClock
from tests.delivery.between import Between
from tests.delivery.conftest import OpenSchool
from tests.delivery.school import ANN, School, run_until_settled
from tests.grading.changing import change_points
from tests.peers.http_peer import Reply

COLUMN = "/lineitem"
HOUR = timedelta(hours=1)


def set_points(school: School, points: str) -> None:
    activity, now = school.course.activity, school.clock()
    changed = change_points(school.database, activity, points, actor=ANN, now=now)
    school.course = replace(school.course, activity=changed)


def column(school: School) -> LineItemView:
    with school.database.read() as session:
        return list_columns(session, school.course.activity)[0]


def why_not(school: School) -> str | None:
    reason = column(school).change_reason
    return reason.code if reason else None


def shown(school: School) -> tuple[float | None, float]:
    """Return amara's points in the gradebook and the column's maximum there."""
    (there,) = school.lms.columns()
    return school.lms.shown(), there.score_maximum


def asked(school: School, method: str) -> list[str]:
    return [sent.method for sent in school.wire.sent if sent.method == method]


@pytest.fixture
def graded(school: School, clock: FrozenClock) -> School:
    """A school where amara's 7 of 10 points have arrived."""
    school.grade("amara", "0.7")
    school.run()
    clock.advance(minutes=1)
    assert shown(school) == (7.0, 10.0)
    return school


@pytest.mark.parametrize("dialect", [PLAIN, MOODLE, CANVAS], ids=["plain", "moodle", "canvas"])
def test_the_column_gets_the_new_points_and_the_score_follows(
    open_school: OpenSchool, clock: FrozenClock, dialect: Dialect
) -> None:
    school = open_school(dialect)
    school.give_column()
    school.grade("amara", "0.7")
    school.run()
    clock.advance(minutes=1)

    set_points(school, "20")
    before = len(school.wire.sent)
    run_until_settled(school, clock, at_most=HOUR)

    assert shown(school) == (14.0, 20.0)
    assert school.state() is DeliveryState.ARRIVED
    order = [sent.method for sent in school.wire.sent[before:]]
    assert order.index("PUT") < order.index("POST")
    assert why_not(school) is None
    assert column(school).maxima == {Decimal(20)}
    assert school.delivery().acknowledged_maximum == 20


def test_f16_the_label_that_a_teacher_gave_stays(graded: School, clock: FrozenClock) -> None:
    graded.lms.change_column(label="Week 2", score_maximum=10)

    set_points(graded, "20")
    run_until_settled(graded, clock, at_most=HOUR)

    (there,) = graded.lms.columns()
    assert (there.label, there.score_maximum) == ("Week 2", 20)


def test_a_maximum_that_a_teacher_chose_stays_and_the_platform_converts(
    graded: School, clock: FrozenClock
) -> None:
    graded.lms.change_column(label="Week 2", score_maximum=50)

    set_points(graded, "20")
    run_until_settled(graded, clock, at_most=HOUR)

    assert shown(graded) == (35.0, 50.0)
    assert graded.state() is DeliveryState.ARRIVED
    assert why_not(graded) == "own_maximum"
    assert asked(graded, "PUT") == []


@pytest.mark.parametrize(
    ("status", "code"),
    [(401, "unauthorised"), (403, "refused"), (404, "gone"), (405, "refused"), (412, "refused")],
)
def test_ag_24_a_column_that_we_may_not_change_costs_no_score(
    network: Between, graded: School, clock: FrozenClock, status: int, code: str
) -> None:
    network.disturb("PUT", "", Reply(status), count=None)

    set_points(graded, "20")
    graded.grade("tomoko", "0.5")
    run_until_settled(graded, clock, at_most=HOUR)

    assert shown(graded) == (7.0, 10.0)
    assert graded.lms.shown("tomoko") == 5.0
    assert {graded.state("amara"), graded.state("tomoko")} == {DeliveryState.ARRIVED}
    assert graded.delivery().acknowledged_maximum == 20
    assert why_not(graded) == code
    # The registration is not put on hold for a column that is the platform's own.
    assert graded.audited() == []


def test_without_the_right_to_columns_scores_go_with_their_own_maximum(
    graded: School, clock: FrozenClock
) -> None:
    graded.is_offered(without=frozenset({WRITE_SCOPE}))

    set_points(graded, "20")
    run_until_settled(graded, clock, at_most=HOUR)

    assert shown(graded) == (7.0, 10.0)
    assert (graded.state(), why_not(graded)) == (DeliveryState.ARRIVED, "not_offered")


def test_saving_once_more_tries_once_more(
    network: Between, graded: School, clock: FrozenClock
) -> None:
    network.disturb("PUT", "", Reply(403))
    set_points(graded, "20")
    run_until_settled(graded, clock, at_most=HOUR)

    set_points(graded, "20")
    run_until_settled(graded, clock, at_most=HOUR)

    assert shown(graded) == (14.0, 20.0)
    assert why_not(graded) is None


def test_of_two_changes_in_a_row_the_newest_counts(graded: School, clock: FrozenClock) -> None:
    set_points(graded, "20")
    set_points(graded, "40")

    run_until_settled(graded, clock, at_most=HOUR)

    assert shown(graded) == (28.0, 40.0)
    assert len(asked(graded, "PUT")) == 1


def test_a_change_while_the_column_is_changed_counts(graded: School, clock: FrozenClock) -> None:
    def change_again() -> None:
        if graded.wire.sent[-1].method == "PUT" and graded.course.activity.points == 20:
            set_points(graded, "40")

    graded.wire.meanwhile = change_again
    set_points(graded, "20")
    run_until_settled(graded, clock, at_most=HOUR)

    assert shown(graded) == (28.0, 40.0)
    assert column(graded).maxima == {Decimal(40)}
    assert graded.lms.received(Service.SCORES) == [200, 200]


def test_points_that_are_changed_back_before_anything_ran_leave_the_column(
    graded: School, clock: FrozenClock
) -> None:
    set_points(graded, "20")
    set_points(graded, "10")

    run_until_settled(graded, clock, at_most=HOUR)

    assert shown(graded) == (7.0, 10.0)
    assert asked(graded, "PUT") == []
    assert graded.state() is DeliveryState.ARRIVED


def test_a_lost_answer_is_looked_after_also_when_the_points_change_meanwhile(
    network: Between, graded: School, clock: FrozenClock
) -> None:
    network.disturb("PUT", "", None, is_stored=True)
    set_points(graded, "20")
    graded.run()

    set_points(graded, "40")
    run_until_settled(graded, clock, at_most=HOUR)

    assert shown(graded) == (28.0, 40.0)
    assert why_not(graded) is None


def test_scores_do_not_wait_for_a_platform_that_has_trouble_with_columns_alone(
    network: Between, graded: School, clock: FrozenClock
) -> None:
    network.disturb("PUT", "", Reply(500), count=4)

    set_points(graded, "20")
    graded.run()
    run_until_settled(graded, clock, at_most=timedelta(seconds=1))
    waited = graded.delivery().reason_code
    run_until_settled(graded, clock, at_most=timedelta(days=2))

    assert waited != "column_changing"
    assert shown(graded) == (14.0, 20.0)
    assert graded.state() is DeliveryState.ARRIVED


def test_a_score_that_left_before_the_column_was_changed_is_sent_once_more(
    network: Between, graded: School, clock: FrozenClock
) -> None:
    network.disturb("PUT", "", Reply(500))
    set_points(graded, "20")
    run_until_settled(graded, clock, at_most=timedelta(minutes=30))

    # With 10 for a maximum, and again when the column had 20: it might have kept the points.
    assert graded.lms.received(Service.SCORES) == [200, 200, 200]
    assert shown(graded) == (14.0, 20.0)


def test_what_a_teacher_entered_is_not_written_over(graded: School, clock: FrozenClock) -> None:
    graded.lms.teacher_enters(3.0)

    set_points(graded, "20")
    run_until_settled(graded, clock, at_most=HOUR)

    assert shown(graded) == (6.0, 20.0)
    assert graded.state() is DeliveryState.LMS_NEWER


def test_a_platform_that_is_switched_off_is_not_asked(graded: School, clock: FrozenClock) -> None:
    graded.disable_platform()
    before = len(graded.wire.sent)

    set_points(graded, "20")
    run_until_settled(graded, clock, at_most=HOUR)

    assert len(graded.wire.sent) == before
    assert why_not(graded) == "platform_disabled"
    assert graded.state() is DeliveryState.REFUSED


def test_a_restored_database_changes_no_column_before_somebody_has_looked(
    graded: School,
) -> None:
    set_points(graded, "20")
    with graded.database.write() as session:
        for statement in AFTER_RESTORE:
            session.connection().exec_driver_sql(statement)

    graded.run()

    assert shown(graded) == (7.0, 10.0)
    assert asked(graded, "PUT") == []


def test_a_column_that_is_made_while_the_points_change_gets_them(
    bare_school: School, clock: FrozenClock
) -> None:
    school = bare_school
    school.lms.delete_columns()

    def change_meanwhile() -> None:
        is_made = school.wire.sent[-1].url.endswith(school.lms.container_url.partition("?")[0])
        if is_made and school.wire.sent[-1].method == "POST":
            set_points(school, "20")

    school.grade("amara", "0.7")
    school.wire.meanwhile = change_meanwhile
    run_until_settled(school, clock, at_most=HOUR)

    assert shown(school) == (14.0, 20.0)
    assert school.state() is DeliveryState.ARRIVED


def test_a_column_that_is_gone_is_told_of_by_its_scores(graded: School, clock: FrozenClock) -> None:
    graded.lms.delete_columns()

    set_points(graded, "20")
    run_until_settled(graded, clock, at_most=HOUR)

    assert graded.state() is DeliveryState.COLUMN_DELETED
    assert why_not(graded) == "gone"


def test_a_column_at_another_address_is_believed_to_be_as_it_should(
    graded: School, clock: FrozenClock
) -> None:
    graded.is_offered(without=frozenset({WRITE_SCOPE}))
    set_points(graded, "20")
    run_until_settled(graded, clock, at_most=HOUR)
    before = why_not(graded)

    with graded.database.write() as session:
        row = session.scalars(select(LineItem)).one()
        row.url = "https://elsewhere.test/items/9"
    graded.give_column()

    assert (before, why_not(graded)) == ("not_offered", None)
