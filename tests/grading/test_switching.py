"""An activity is taken out of the gradebook and put into it again: what is kept, what is owed."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from lti_app.catalog.rules import Release
from lti_app.catalog.service import remember_placement
from lti_app.grading import sending
from lti_app.grading.columns import remember_column
from lti_app.grading.deciding import excuse, take_excuse_back
from lti_app.grading.models import DeliveryState, ScoreDelivery
from lti_app.grading.rules import Mark
from lti_app.grading.withholding import OUT_OF_GRADEBOOK
from lti_app.people.models import Enrolment
from tests.grading.changing import change_points, switch_gradebook
from tests.grading.ledger import ANN, Ledger
from tests.submissions.factories import placement_of

KEPT = (DeliveryState.WITHHELD, OUT_OF_GRADEBOOK)


def switch(ledger: Ledger, *, on: bool) -> None:
    ledger.clock.advance(minutes=1)
    activity, now = ledger.course.activity, ledger.clock()
    changed = switch_gradebook(ledger.database, activity, on=on, actor=ANN, now=now)
    ledger.place(in_gradebook=changed.in_gradebook)


def set_excuse(ledger: Ledger, *, on: bool) -> None:
    activity, user_id, now = ledger.course.activity, ledger.user.id, ledger.clock()
    with ledger.database.write() as session:
        if on:
            excuse(session, activity, user_id, "Ill.", actor=ANN, now=now)
        else:
            take_excuse_back(session, activity, user_id, actor=ANN, now=now)


def where(ledger: Ledger) -> tuple[str, str | None]:
    row = ledger.row()
    return DeliveryState(row.state), row.reason_code


def count(ledger: Ledger) -> int:
    with ledger.database.read() as session:
        return len(session.scalars(select(ScoreDelivery)).all())


def test_what_was_on_its_way_stays_here_until_the_activity_is_back(ledger: Ledger) -> None:
    ledger.grade("0.5")

    switch(ledger, on=False)

    assert where(ledger) == KEPT
    assert ledger.find_claim() is None
    switch(ledger, on=True)
    assert where(ledger) == (DeliveryState.OWED, None)


@pytest.mark.parametrize(
    "state", [DeliveryState.REFUSED, DeliveryState.COLUMN_DELETED, DeliveryState.NOT_GRADABLE]
)
def test_what_a_person_would_send_again_stays_here_too(
    ledger: Ledger, state: DeliveryState
) -> None:
    ledger.grade("0.5")
    ledger.hold(state)

    switch(ledger, on=False)

    assert where(ledger) == KEPT
    assert ledger.send_again() == 0


def test_who_was_graded_in_the_platform_stays_so(ledger: Ledger) -> None:
    ledger.grade("0.5")
    ledger.hold(
        DeliveryState.LMS_NEWER, Mark(ledger.row().wanted_points, ledger.row().wanted_maximum)
    )

    switch(ledger, on=False)
    switch(ledger, on=True)

    assert ledger.row().state == DeliveryState.LMS_NEWER


def test_an_outdated_score_is_not_sent_at_a_persons_word_while_the_activity_is_out(
    ledger: Ledger,
) -> None:
    ledger.grade("0.5")
    ledger.hold(DeliveryState.LMS_NEWER, Mark(Decimal(3), Decimal(10)))
    switch(ledger, on=False)
    ledger.grade("0.8")
    count = ledger.send_again(ledger.row().public_id)
    meanwhile = ledger.row().state

    switch(ledger, on=True)
    again = ledger.send_again(ledger.row().public_id)

    assert (count, meanwhile) == (0, DeliveryState.LMS_NEWER)
    # The newer grade went on its way by itself.
    assert (again, ledger.row().wanted_points) == (0, Decimal(8))
    assert ledger.row().state == DeliveryState.OWED


def test_what_is_on_its_way_all_the_same_is_kept_when_it_is_claimed(ledger: Ledger) -> None:
    ledger.grade("0.5")
    ledger.place(in_gradebook=False)

    claim = ledger.find_claim()

    assert (claim, where(ledger)) == (None, KEPT)


@pytest.mark.parametrize("is_out", [True, False])
def test_what_is_claimed_already_is_not_sent_once_it_stays_here(
    ledger: Ledger, is_out: bool
) -> None:
    ledger.grade("0.5")
    ledger.send()
    ledger.grade("0.7")
    claim = ledger.claim()
    if is_out:
        switch(ledger, on=False)
    else:
        set_excuse(ledger, on=True)

    with ledger.database.write() as session:
        body = sending.fix_body(session, claim, now=ledger.clock())

    assert (claim.must_look_first, body) == (True, None)
    assert ledger.row().state == DeliveryState.WITHHELD


def test_what_has_arrived_stays_and_is_not_sent_again(ledger: Ledger) -> None:
    ledger.grade("0.5")
    ledger.send()
    version = ledger.row().wanted_version

    switch(ledger, on=False)
    switch(ledger, on=True)

    assert where(ledger) == (DeliveryState.ARRIVED, None)
    assert ledger.row().wanted_version == version


def test_a_grade_from_the_time_without_a_column_is_owed_afterwards(ledger: Ledger) -> None:
    switch(ledger, on=False)
    ledger.grade("0.5")
    before = count(ledger)

    switch(ledger, on=True)

    assert before == 0
    assert ledger.row().wanted_points == 5


def test_a_grade_that_changed_meanwhile_is_owed_as_it_is_now(ledger: Ledger) -> None:
    ledger.grade("0.5")
    ledger.send()
    switch(ledger, on=False)
    ledger.grade("0.7")
    meanwhile = ledger.row().wanted_points

    switch(ledger, on=True)

    assert meanwhile == 5
    assert ledger.row().wanted_points == 7


def test_what_waits_for_its_release_is_not_owed_by_the_switch(ledger: Ledger) -> None:
    ledger.place(release=Release.BY_HAND)
    switch(ledger, on=False)
    ledger.grade("0.5")

    switch(ledger, on=True)

    assert count(ledger) == 0


def test_nobody_is_owed_anything_by_the_switch_who_is_excused_or_a_test_user(
    ledger: Ledger,
) -> None:
    switch(ledger, on=False)
    ledger.grade("0.5")
    with ledger.database.write() as session:
        excuse(
            session, ledger.course.activity, ledger.user.id, "Ill.", actor=ANN, now=ledger.clock()
        )

    switch(ledger, on=True)

    assert count(ledger) == 0


def test_a_test_user_is_owed_nothing_by_the_switch(ledger: Ledger) -> None:
    switch(ledger, on=False)
    ledger.grade("0.5")
    with ledger.database.write() as session:
        session.scalars(select(Enrolment)).one().is_test = True

    switch(ledger, on=True)

    assert count(ledger) == 0


def test_an_excuse_that_ends_meanwhile_sends_nothing_until_the_switch(ledger: Ledger) -> None:
    ledger.grade("0.5")
    activity, now = ledger.course.activity, ledger.clock()
    with ledger.database.write() as session:
        excuse(session, activity, ledger.user.id, "Ill.", actor=ANN, now=now)
    switch(ledger, on=False)

    with ledger.database.write() as session:
        take_excuse_back(session, activity, ledger.user.id, actor=ANN, now=now)

    assert where(ledger) == KEPT
    switch(ledger, on=True)
    assert where(ledger) == (DeliveryState.OWED, None)


@pytest.mark.parametrize("before", ["nothing", "unsent", "arrived"])
def test_an_excuse_that_outlasts_the_switch_ends_with_the_newest_score_owed(
    ledger: Ledger, before: str
) -> None:
    if before != "nothing":
        ledger.grade("0.5")
    if before == "arrived":
        ledger.send()
    switch(ledger, on=False)
    ledger.grade("0.8")
    set_excuse(ledger, on=True)
    switch(ledger, on=True)

    set_excuse(ledger, on=False)

    assert where(ledger) == (DeliveryState.OWED, None)
    assert ledger.row().wanted_points == 8


def test_an_excuse_that_ends_owes_a_column_that_was_found_meanwhile(ledger: Ledger) -> None:
    ledger.grade("0.5")
    set_excuse(ledger, on=True)
    with ledger.database.write() as session:
        first = placement_of(session, ledger.course)
        second = remember_placement(
            session,
            platform_id=first.platform_id,
            deployment_id=first.deployment_id,
            context_id=first.context_id,
            lti_id="second",
            title=None,
            now=ledger.clock(),
        )
        second.activity_id = first.activity_id
        session.flush()
        remember_column(session, second, url="https://lms.test/items/2", now=ledger.clock())
    before = count(ledger)

    set_excuse(ledger, on=False)

    assert (before, count(ledger)) == (1, 2)


@pytest.mark.parametrize("is_released", [True, False])
def test_an_excuse_that_ends_owes_nothing_of_a_test_user_or_before_the_release(
    ledger: Ledger, is_released: bool
) -> None:
    if not is_released:
        ledger.place(release=Release.BY_HAND)
    switch(ledger, on=False)
    ledger.grade("0.5")
    set_excuse(ledger, on=True)
    switch(ledger, on=True)
    with ledger.database.write() as session:
        session.scalars(select(Enrolment)).one().is_test = is_released

    set_excuse(ledger, on=False)

    assert count(ledger) == 0


def test_an_excuse_that_ends_sends_nothing_again_that_has_arrived(ledger: Ledger) -> None:
    ledger.grade("0.5")
    ledger.send()
    version = ledger.row().wanted_version
    set_excuse(ledger, on=True)
    ledger.clock.advance(minutes=5)
    ledger.grade("0.8")

    set_excuse(ledger, on=False)

    assert where(ledger) == (DeliveryState.ARRIVED, None)
    assert ledger.row().wanted_version == version


def test_other_points_meanwhile_are_sent_only_after_the_switch(ledger: Ledger) -> None:
    ledger.grade("0.5")
    ledger.send()
    switch(ledger, on=False)

    changed = change_points(
        ledger.database, ledger.course.activity, "20", actor=ANN, now=ledger.clock()
    )
    meanwhile, points_meanwhile = where(ledger), ledger.row().wanted_points
    ledger.place(points=changed.points)
    switch(ledger, on=True)

    assert (meanwhile, points_meanwhile) == ((DeliveryState.ARRIVED, None), Decimal(5))
    row = ledger.row()
    assert (row.wanted_points, row.wanted_maximum) == (Decimal(10), Decimal(20))
    assert row.state == DeliveryState.OWED


def test_a_column_at_another_address_gets_scores_only_after_the_switch(ledger: Ledger) -> None:
    ledger.grade("0.5")
    ledger.send()
    switch(ledger, on=False)

    with ledger.database.write() as session:
        placement = placement_of(session, ledger.course)
        remember_column(session, placement, url="https://lms.test/items/2", now=ledger.clock())

    assert where(ledger) == KEPT
    ledger.clock.advance(minutes=1)
    switch(ledger, on=True)
    assert where(ledger) == (DeliveryState.OWED, None)
    assert ledger.claim().must_look_first


def test_a_score_that_is_taken_back_goes_on(ledger: Ledger) -> None:
    ledger.grade("0.5")
    ledger.send()
    with ledger.database.write() as session:
        row = session.scalars(select(ScoreDelivery)).one()
        row.wanted_points, row.state = None, DeliveryState.OWED
        row.wanted_version += 1

    switch(ledger, on=False)

    assert ledger.row().state == DeliveryState.OWED
    assert ledger.clock() - ledger.row().changed_at < timedelta(hours=1)
