from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from lti_app.catalog.models import LineItem
from lti_app.core.db import Database
from lti_app.core.errors import NotFoundError
from lti_app.core.reason import Reason
from lti_app.grading import sending, settling
from lti_app.grading.columns import remember_column
from lti_app.grading.ledger import ENSURE_COLUMN
from lti_app.grading.models import DeliveryState, ScoreDelivery
from lti_app.grading.rules import Mark
from lti_app.grading.sending import Body
from lti_app.jobs.models import Job
from tests.conftest import FrozenClock
from tests.grading.ledger import Ledger
from tests.grading.owing import make_ledger
from tests.submissions.factories import make_course, make_person, placement_of

TEN = Decimal(10)
THEIRS = Mark(Decimal(90), Decimal(100))


def test_ag_21_a_grade_of_nought_is_sent(ledger: Ledger) -> None:
    ledger.grade("0")

    assert ledger.fix(ledger.claim()).mark.points == 0


def test_f32_twenty_regrades_are_one_score(ledger: Ledger) -> None:
    for step in range(21):
        ledger.grade(str(Decimal(step) / 20))

    claim = ledger.claim()
    body = ledger.fix(claim)
    is_more_owed = ledger.acknowledge(claim)

    assert body.mark.points == TEN
    assert not is_more_owed
    assert ledger.row().state == DeliveryState.ARRIVED


def test_recording_the_same_again_owes_nothing_new(ledger: Ledger) -> None:
    ledger.grade()
    ledger.send()

    ledger.grade()

    assert ledger.row().state == DeliveryState.ARRIVED
    assert ledger.row().wanted_version == 1


def test_the_time_of_a_score_is_written_down_before_it_leaves(ledger: Ledger) -> None:
    ledger.grade()

    body = ledger.fix(ledger.claim())

    assert ledger.row().sent_at == body.at
    assert ledger.row().is_outcome_unknown


def test_ag_14_a_score_whose_answer_was_lost_is_looked_up_and_keeps_its_time(
    ledger: Ledger,
) -> None:
    ledger.grade()
    first = ledger.fix(ledger.claim())
    ledger.clock.advance(hours=1)

    claim = ledger.claim()

    assert claim.must_look_first
    assert claim.unanswered == Mark(TEN, TEN)
    assert ledger.fix(claim) == first


def test_a_newer_score_takes_the_place_of_one_whose_answer_was_lost(ledger: Ledger) -> None:
    ledger.grade("0.5")
    first = ledger.fix(ledger.claim())
    ledger.grade("1")

    claim = ledger.claim()
    body = ledger.fix(claim)

    assert claim.must_look_first
    assert body.mark.points == TEN
    assert body.at == first.at + timedelta(seconds=1)


def test_a_score_that_came_while_another_was_sent_is_owed_afterwards(ledger: Ledger) -> None:
    ledger.grade("0.5")
    claim = ledger.claim()
    ledger.fix(claim)
    ledger.grade("1")

    is_more_owed = ledger.acknowledge(claim)

    assert is_more_owed
    assert ledger.row().state == DeliveryState.OWED


def test_a_first_score_is_posted_without_a_look(ledger: Ledger) -> None:
    ledger.grade()

    assert not ledger.claim().must_look_first


def test_a_score_that_replaces_an_acknowledged_one_is_looked_up_first(ledger: Ledger) -> None:
    ledger.grade("0.5")
    ledger.send()
    ledger.grade("1")

    claim = ledger.claim()

    assert claim.must_look_first
    assert claim.acknowledged == Mark(Decimal(5), TEN)


def test_f21_a_sender_that_was_taken_for_dead_changes_nothing(ledger: Ledger) -> None:
    ledger.grade()
    stalled = ledger.claim()
    ledger.fix(stalled)
    newer = ledger.claim()

    ledger.acknowledge(stalled)
    before = ledger.row().acknowledged_version
    ledger.acknowledge(newer)

    assert before == 0
    assert ledger.row().acknowledged_version == 1


def test_a_score_time_far_ahead_waits(ledger: Ledger) -> None:
    ledger.grade("0.5")
    ledger.send()
    ledger.clock.advance(hours=-2)
    ledger.grade("1")
    claim = ledger.claim()

    with ledger.database.write() as session:
        until = sending.fix_body(session, claim, now=ledger.clock())

    assert isinstance(until, datetime)
    assert until > ledger.clock() + timedelta(hours=1, minutes=59)


@pytest.mark.parametrize(("is_answered", "must_look"), [(True, False), (False, True)])
def test_only_a_lost_answer_needs_a_look(
    ledger: Ledger, *, is_answered: bool, must_look: bool
) -> None:
    ledger.grade()
    claim = ledger.claim()
    ledger.fix(claim)
    now = ledger.clock()

    with ledger.database.write() as session:
        settling.note_wait(
            session,
            claim,
            Reason("busy"),
            next_at=now,
            now=now,
            is_answered=is_answered,
            is_attempt=True,
        )

    assert ledger.claim().must_look_first is must_look
    assert ledger.row().attempts == 1


def test_a_held_score_waits_for_a_person(ledger: Ledger) -> None:
    ledger.grade()

    ledger.hold(DeliveryState.NOT_GRADABLE)

    assert ledger.find_claim() is None


def test_a_newer_score_is_not_held_for_the_one_before_it(ledger: Ledger) -> None:
    ledger.grade("0.5")
    claim = ledger.claim()
    ledger.fix(claim)
    ledger.grade("1")

    with ledger.database.write() as session:
        state, reason = DeliveryState.NOT_GRADABLE, Reason("not_gradable")
        settling.hold(session, claim, state, reason, now=ledger.clock())

    assert ledger.row().state == DeliveryState.OWED


def test_send_again_puts_a_held_score_on_its_way(ledger: Ledger) -> None:
    ledger.grade()
    ledger.hold(DeliveryState.NOT_GRADABLE)

    assert ledger.send_again() == 1
    assert ledger.claim().sub == "ann"


def test_sending_all_again_leaves_alone_what_somebody_graded_there(ledger: Ledger) -> None:
    ledger.grade()
    ledger.hold(DeliveryState.LMS_NEWER, THEIRS)

    assert ledger.send_again() == 0
    assert ledger.row().state == DeliveryState.LMS_NEWER


def test_f18_send_ours_overrides_one_decision_and_not_the_next(ledger: Ledger) -> None:
    ledger.grade("0.5")
    ledger.send()
    ledger.grade("1")
    ledger.hold(DeliveryState.LMS_NEWER, THEIRS)

    ledger.send_again(ledger.row().public_id)
    claim = ledger.send()
    ledger.grade("0.7")

    assert claim.may_override
    assert not ledger.claim().may_override


def test_another_courses_delivery_is_not_found(ledger: Ledger) -> None:
    ledger.grade()
    ledger.hold(DeliveryState.REFUSED)
    with ledger.database.write() as session:
        ledger.course = make_course(session, now=ledger.clock(), lti_id="other")

    with pytest.raises(NotFoundError):
        ledger.send_again(ledger.row().public_id)


def test_f15_a_deleted_column_is_made_anew_only_at_somebodys_word(ledger: Ledger) -> None:
    ledger.grade()
    ledger.hold(DeliveryState.COLUMN_DELETED)

    ledger.send_again()

    with ledger.database.read() as session:
        assert session.scalars(select(LineItem.url)).one() is None
        assert ENSURE_COLUMN in session.scalars(select(Job.kind)).all()


def tell_of_column(ledger: Ledger, url: str) -> None:
    with ledger.database.write() as session:
        placement = placement_of(session, ledger.course)
        remember_column(session, placement, url=url, now=ledger.clock())


def test_ag_49_a_new_address_of_a_column_has_every_score_looked_up_again(ledger: Ledger) -> None:
    ledger.grade()
    ledger.send()

    tell_of_column(ledger, "https://lms.test/items/2")

    claim = ledger.claim()
    assert claim.line_item.url == "https://lms.test/items/2"
    assert claim.must_look_first


def test_a_launch_that_brings_no_news_of_the_column_changes_nothing(ledger: Ledger) -> None:
    ledger.grade()
    ledger.send()

    tell_of_column(ledger, "https://lms.test/items/1")

    assert ledger.row().state == DeliveryState.ARRIVED


def test_a_column_that_comes_later_gets_the_grades_it_lacks(ledger: Ledger) -> None:
    now = ledger.clock()
    with ledger.database.write() as session:
        ledger.course = make_course(session, now=now, column=None, lti_id="bare")
        ann = make_person(session, ledger.course, "ann", now=now)
        tester = make_person(session, ledger.course, "tester", now=now, is_test=True)
    for ledger.user in (ann, tester):
        ledger.grade()

    tell_of_column(ledger, "https://lms.test/items/9")

    assert (ledger.row().user_id, ledger.row().wanted_points) == (ann.id, TEN)


def test_a_claim_that_is_given_back_leaves_nothing_to_be_asked(ledger: Ledger) -> None:
    ledger.grade()
    key = ledger.row().public_id
    with ledger.database.write() as session:
        claimed = sending.claim_deliveries(session, [key], now=ledger.clock())[key]
    assert claimed is not None
    was_unknown = ledger.row().is_outcome_unknown

    with ledger.database.write() as session:
        settling.give_back(session, claimed.claim)

    assert isinstance(claimed.body, Body)
    assert was_unknown
    assert not ledger.claim().must_look_first


def test_a_delivery_that_does_not_exist_is_claimed_as_nothing(ledger: Ledger) -> None:
    with ledger.database.write() as session:
        found = sending.claim_deliveries(session, ["gone"], now=ledger.clock())

    assert found == {"gone": None}


@pytest.mark.postgresql
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_delivery_that_is_being_changed_is_not_waited_for(
    database: Database, clock: FrozenClock
) -> None:
    ledger = make_ledger(database, clock)
    key = ledger.row().public_id
    with database.write() as changing:
        changing.execute(select(ScoreDelivery).with_for_update())

        with database.write() as session:
            found = sending.claim_deliveries(session, [key], now=clock())

    assert found == {}
