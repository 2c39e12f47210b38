"""Why scores wait that were not tried themselves: by platform, by host, by both, or held."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from lti_app.catalog.models import LineItem
from lti_app.grading.ledger import SEND_SCORE
from lti_app.grading.waiting import Closed, Wait, find_waits
from lti_app.jobs.gates import Lane, Told, note_answer
from lti_app.jobs.holds import hold_jobs
from lti_app.jobs.rules import MOST_FAILURES, Sign
from tests.grading.ledger import Ledger

HOST = "lms.test"


def waits(ledger: Ledger) -> list[Wait]:
    activity = ledger.course.activity
    with ledger.database.read() as session:
        (column,) = session.scalars(select(LineItem.id)).all()
        found = find_waits(session, activity.platform_id, [column], now=ledger.clock())
    return list(found.values())


def tell(ledger: Ledger, told: Told, *, host: str = HOST, times: int = 1) -> None:
    lane = Lane(ledger.course.platform_id, host)
    with ledger.database.write() as session:
        for _ in range(times):
            note_answer(session, lane, told, now=ledger.clock(), passing=())


@pytest.fixture(autouse=True)
def owed(ledger: Ledger) -> None:
    ledger.grade()


def test_on_an_open_way_nothing_is_waited_for(ledger: Ledger) -> None:
    assert waits(ledger) == []


@pytest.mark.parametrize(
    ("told", "times", "code", "wait_for"),
    [
        (Told(Sign.THROTTLED, 90), 1, Closed.THROTTLED, timedelta(seconds=90)),
        (Told(Sign.UNAUTHORISED), 1, Closed.UNAUTHORISED, timedelta(minutes=15)),
        (Told(Sign.FAILING), MOST_FAILURES, Closed.HOST_SILENT, timedelta(seconds=30)),
    ],
    ids=["throttled", "key refused", "host silent"],
)
def test_a_closed_way_says_what_for_since_when_and_until_when(
    ledger: Ledger, told: Told, times: int, code: Closed, wait_for: timedelta
) -> None:
    tell(ledger, told, times=times)

    assert waits(ledger) == [Wait(code, ledger.clock(), ledger.clock() + wait_for)]


def test_a_way_that_is_being_tried_again_has_no_later_time(ledger: Ledger) -> None:
    since = ledger.clock()
    tell(ledger, Told(Sign.THROTTLED, 90))
    ledger.clock.advance(seconds=91)

    assert waits(ledger) == [Wait(Closed.THROTTLED, since, None)]


def test_of_two_closed_gates_the_one_that_opens_last_is_named(ledger: Ledger) -> None:
    tell(ledger, Told(Sign.THROTTLED, 90))
    tell(ledger, Told(Sign.UNAUTHORISED))

    assert [one.code for one in waits(ledger)] == [Closed.UNAUTHORISED]


def test_anothers_trouble_is_nobody_elses(ledger: Ledger) -> None:
    tell(ledger, Told(Sign.FAILING), host="other.test", times=MOST_FAILURES)

    assert waits(ledger) == []


def test_what_is_held_waits_for_a_person_whatever_the_way(ledger: Ledger) -> None:
    tell(ledger, Told(Sign.THROTTLED, 90))
    with ledger.database.write() as session:
        hold_jobs(session, [SEND_SCORE], "restored", now=ledger.clock())

    assert waits(ledger) == [Wait("restored", ledger.clock(), None, is_hold=True)]
