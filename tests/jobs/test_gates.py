"""Gates as rows: what one worker learns, every worker obeys, and no tenant pays for another."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from lti_app.core.db import Database
from lti_app.jobs.gates import Lane, Noted, Told, list_closed, note_answer
from lti_app.jobs.models import Job
from lti_app.jobs.outcome import JobRun
from lti_app.jobs.rules import MOST_FAILURES, PROBE_EVERY, Sign
from lti_app.jobs.service import claim, enqueue, list_due
from tests.conftest import FrozenClock
from tests.peers.at_once import at_once
from tests.submissions.factories import make_platform

HOST, OTHER = "a.test", "b.test"


def platforms(database: Database, clock: FrozenClock, count: int = 2) -> list[int]:
    with database.write() as session:
        return [make_platform(session, now=clock())[0] for _ in range(count)]


def owe(database: Database, clock: FrozenClock, lane: Lane, *, count: int = 1) -> None:
    with database.write() as session:
        for number in range(count):
            enqueue(
                session,
                "test",
                f"{lane.key}/{number}",
                run_at=clock(),
                platform_id=lane.platform_id,
                host=lane.host,
            )


def note(database: Database, clock: FrozenClock, lane: Lane, sign: Sign) -> Noted:
    with database.write() as session:
        return note_answer(session, lane, Told(sign, 60), now=clock(), passing=("failing",))


def take_all(database: Database, clock: FrozenClock) -> dict[tuple[int | None, str | None], int]:
    """Claim what can be claimed; return how many by platform and host."""
    with database.read() as session:
        ids = list_due(session, now=clock(), kinds=["test"], besides=set(), at_most=99)
    runs = [_claim(database, clock, job_id) for job_id in ids]
    taken: dict[tuple[int | None, str | None], int] = {}
    for run in runs:
        if run is not None:
            taken[run.platform_id, run.host] = taken.get((run.platform_id, run.host), 0) + 1
    return taken


def _claim(database: Database, clock: FrozenClock, job_id: int) -> JobRun | None:
    with database.write() as session:
        return claim(session, job_id, now=clock())


def test_f8_a_throttled_tenant_makes_no_other_wait(database: Database, clock: FrozenClock) -> None:
    one, two = platforms(database, clock)
    for platform in (one, two):
        owe(database, clock, Lane(platform, HOST), count=5)

    note(database, clock, Lane(one, HOST), Sign.THROTTLED)

    assert take_all(database, clock) == {(two, HOST): 4}


def test_after_the_wait_one_goes_first_and_then_half_as_many(
    database: Database, clock: FrozenClock
) -> None:
    (one,) = platforms(database, clock, 1)
    lane = Lane(one, HOST)
    owe(database, clock, lane, count=9)
    note(database, clock, lane, Sign.THROTTLED)
    clock.advance(seconds=60)

    first = take_all(database, clock)
    note(database, clock, lane, Sign.GOOD)
    then = take_all(database, clock)

    assert (first, then) == ({(one, HOST): 1}, {(one, HOST): 2})


@pytest.mark.parametrize("limit", [1, 4, 8, 32])
def test_a_registration_says_how_many_are_under_way_at_once(
    database: Database, clock: FrozenClock, limit: int
) -> None:
    (one,) = platforms(database, clock, 1)
    with database.write() as session:
        session.execute(text("UPDATE platforms SET max_in_flight = :limit"), {"limit": limit})
    owe(database, clock, Lane(one, HOST), count=40)

    assert take_all(database, clock) == {(one, HOST): limit}


def test_f9_a_host_that_fails_is_closed_for_every_tenant_and_for_nothing_else(
    database: Database, clock: FrozenClock
) -> None:
    one, two = platforms(database, clock)
    for lane in (Lane(one, HOST), Lane(two, HOST), Lane(one, OTHER)):
        owe(database, clock, lane)

    noted = [note(database, clock, Lane(one, HOST), Sign.FAILING) for _ in range(MOST_FAILURES)]

    assert [bool(one_of.shut) for one_of in noted] == [False] * 4 + [True]
    assert take_all(database, clock) == {(one, OTHER): 1}


def test_f9_one_probe_goes_to_a_host_however_many_tenants_and_workers_there_are(
    database: Database, clock: FrozenClock
) -> None:
    one, two = platforms(database, clock)
    for lane in (Lane(one, HOST), Lane(two, HOST)):
        owe(database, clock, lane, count=3)
    for _ in range(MOST_FAILURES):
        note(database, clock, Lane(one, HOST), Sign.FAILING)
    clock.advance(seconds=PROBE_EVERY.total_seconds())
    with database.read() as session:
        ids = list(session.scalars(select(Job.id)))

    runs = at_once(lambda job_id: _claim(database, clock, job_id), ids)

    assert sum(isinstance(run, JobRun) for run in runs) == 1
    assert runs.count(None) == len(ids) - 1


def test_f9_what_waited_goes_at_once_when_a_probe_is_answered(
    database: Database, clock: FrozenClock
) -> None:
    (one,) = platforms(database, clock, 1)
    lane = Lane(one, HOST)
    owe(database, clock, lane, count=3)
    with database.write() as session:
        for job in session.scalars(select(Job)):
            job.run_at, job.reason_code = clock() + timedelta(hours=1), "failing"
    for _ in range(MOST_FAILURES):
        note(database, clock, lane, Sign.FAILING)
    clock.advance(seconds=PROBE_EVERY.total_seconds())

    noted = note(database, clock, lane, Sign.GOOD)

    assert noted.opened == (Lane(None, HOST),)
    assert take_all(database, clock) == {(one, HOST): 3}


def test_f14_a_registration_on_hold_sends_nothing_anywhere_and_others_go_on(
    database: Database, clock: FrozenClock
) -> None:
    one, two = platforms(database, clock)
    for lane in (Lane(one, HOST), Lane(one, OTHER), Lane(one, None), Lane(two, HOST)):
        owe(database, clock, lane)

    note(database, clock, Lane(one, HOST), Sign.UNAUTHORISED)

    assert take_all(database, clock) == {(two, HOST): 1}
    with database.read() as session:
        assert [lane for lane, _ in list_closed(session)] == [Lane(one, None)]


def test_a_good_answer_on_an_open_way_writes_nothing(
    database: Database, clock: FrozenClock
) -> None:
    (one,) = platforms(database, clock, 1)

    note(database, clock, Lane(one, HOST), Sign.GOOD)

    with database.read() as session:
        assert session.scalar(text("SELECT count(*) FROM job_gates")) == 0
