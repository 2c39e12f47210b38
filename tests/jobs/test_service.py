from datetime import timedelta

import pytest
from sqlalchemy import func, select

from lti_app.core.db import Database
from lti_app.core.reason import Reason
from lti_app.jobs.gates import AT_ONCE
from lti_app.jobs.models import Job, JobState
from lti_app.jobs.outcome import Done, GiveUp, JobRun, Outcome, RetryAt
from lti_app.jobs.service import (
    LEASE_FOR,
    claim,
    enqueue,
    list_due,
    renew,
    settle,
)
from tests.conftest import FrozenClock
from tests.peers.at_once import at_once
from tests.submissions.factories import make_platform

LATER = Reason("later")


def owe(database: Database, clock: FrozenClock, key: str = "a", **more: object) -> int:
    with database.write() as session:
        enqueue(session, "test", key, **{"run_at": clock(), **more})  # type: ignore[arg-type]  # ours
        return session.scalars(select(Job.id).where(Job.key == key)).one()


def take(database: Database, clock: FrozenClock, job_id: int) -> JobRun | None:
    with database.write() as session:
        return claim(session, job_id, now=clock())


def taken(database: Database, clock: FrozenClock, job_id: int) -> JobRun:
    run = take(database, clock, job_id)
    assert run is not None
    return run


def end(database: Database, clock: FrozenClock, run: JobRun, outcome: Outcome) -> bool:
    with database.write() as session:
        return settle(session, run, outcome, now=clock())


def row(database: Database, job_id: int) -> Job:
    with database.read() as session:
        return session.get_one(Job, job_id)


def due(database: Database, clock: FrozenClock, **more: object) -> list[int]:
    with database.read() as session:
        arguments = {"kinds": ["test"], "besides": set(), "at_most": 9, **more}
        return list_due(session, now=clock(), **arguments)  # type: ignore[arg-type]  # ours


def test_a_job_of_a_transaction_that_fails_does_not_exist(
    database: Database, clock: FrozenClock
) -> None:
    def fail_after_owing() -> None:
        with database.write() as session:
            enqueue(session, "test", "a", run_at=clock())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_owing()

    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Job)) == 0


def test_asking_twice_makes_one_job_with_the_earlier_time(
    database: Database, clock: FrozenClock
) -> None:
    first = owe(database, clock)
    second = owe(database, clock, run_at=clock() + timedelta(hours=1))

    assert first == second
    assert row(database, first).run_at == clock()


def test_a_job_runs_once_more_when_it_is_asked_for_during_its_run(
    database: Database, clock: FrozenClock
) -> None:
    run = taken(database, clock, owe(database, clock))
    owe(database, clock)

    end(database, clock, run, Done())

    assert due(database, clock) == [run.id]


def test_a_job_that_is_done_is_not_due(database: Database, clock: FrozenClock) -> None:
    run = taken(database, clock, owe(database, clock))

    end(database, clock, run, Done())

    assert due(database, clock) == []
    assert row(database, run.id).state == JobState.DONE


def test_a_job_in_somebodys_hands_cannot_be_claimed(database: Database, clock: FrozenClock) -> None:
    job_id = owe(database, clock)
    taken(database, clock, job_id)

    assert take(database, clock, job_id) is None


def test_f3_a_lease_that_ran_out_lets_another_claim(database: Database, clock: FrozenClock) -> None:
    job_id = owe(database, clock)
    taken(database, clock, job_id)
    clock.advance(seconds=LEASE_FOR.total_seconds() + 1)

    run = taken(database, clock, job_id)

    assert run.attempts == 1


def test_a_renewed_lease_does_not_run_out(database: Database, clock: FrozenClock) -> None:
    job_id = owe(database, clock)
    run = taken(database, clock, job_id)
    clock.advance(seconds=40)
    with database.write() as session:
        renew(session, [run.lease], now=clock())
    clock.advance(seconds=40)

    assert take(database, clock, job_id) is None


def test_f21_a_run_that_lost_its_lease_changes_nothing(
    database: Database, clock: FrozenClock
) -> None:
    job_id = owe(database, clock)
    stalled = taken(database, clock, job_id)
    clock.advance(seconds=LEASE_FOR.total_seconds() + 1)
    newer = taken(database, clock, job_id)

    was_settled = end(database, clock, stalled, GiveUp(LATER))

    assert not was_settled
    assert row(database, job_id).lease_owner == newer.lease


def test_a_failure_counts_and_waits(database: Database, clock: FrozenClock) -> None:
    run = taken(database, clock, owe(database, clock))

    end(database, clock, run, RetryAt(clock() + timedelta(seconds=30), LATER))

    job = row(database, run.id)
    assert (job.attempts, job.failing_since, job.reason_code) == (1, clock(), "later")
    assert due(database, clock) == []


def test_f7_throttling_is_no_failed_attempt(database: Database, clock: FrozenClock) -> None:
    run = taken(database, clock, owe(database, clock))

    end(database, clock, run, RetryAt(clock() + timedelta(hours=1), LATER, is_attempt=False))

    assert row(database, run.id).attempts == 0
    assert row(database, run.id).failing_since is None


def test_asking_again_does_not_hurry_a_job_that_backs_off(
    database: Database, clock: FrozenClock
) -> None:
    run = taken(database, clock, owe(database, clock))
    end(database, clock, run, RetryAt(clock() + timedelta(seconds=30), LATER))

    owe(database, clock)

    assert due(database, clock) == []


def test_a_person_who_asks_does_hurry_it(database: Database, clock: FrozenClock) -> None:
    run = taken(database, clock, owe(database, clock))
    end(database, clock, run, RetryAt(clock() + timedelta(seconds=30), LATER))

    owe(database, clock, is_urgent=True)

    assert due(database, clock) == [run.id]
    assert row(database, run.id).attempts == 0


def test_what_is_given_up_stays_and_says_why(database: Database, clock: FrozenClock) -> None:
    run = taken(database, clock, owe(database, clock))

    end(database, clock, run, GiveUp(Reason("refused", {"status": 403})))

    job = row(database, run.id)
    assert (job.state, job.reason_code, job.reason_params) == (
        JobState.NEEDS_ATTENTION,
        "refused",
        {"status": 403},
    )


def test_what_was_given_up_starts_anew_when_it_is_asked_for(
    database: Database, clock: FrozenClock
) -> None:
    run = taken(database, clock, owe(database, clock))
    end(database, clock, run, RetryAt(clock(), LATER))
    end(database, clock, taken(database, clock, run.id), GiveUp(LATER))
    clock.advance(days=30)

    owe(database, clock)

    job = row(database, run.id)
    assert (job.attempts, job.failing_since, job.state) == (0, None, JobState.WAITING)


def test_one_platform_has_at_most_four_jobs_in_flight(
    database: Database, clock: FrozenClock
) -> None:
    with database.write() as session:
        platform_id, _ = make_platform(session, now=clock())
    ids = [owe(database, clock, str(number), platform_id=platform_id) for number in range(5)]
    for job_id in ids[:AT_ONCE]:
        taken(database, clock, job_id)

    assert take(database, clock, ids[-1]) is None
    assert due(database, clock) == []


def test_claims_at_the_same_moment_keep_to_the_limit_too(
    database: Database, clock: FrozenClock
) -> None:
    with database.write() as session:
        platform_id, _ = make_platform(session, now=clock())
    ids = [owe(database, clock, str(number), platform_id=platform_id) for number in range(12)]

    claimed = at_once(lambda job_id: take(database, clock, job_id), ids)

    assert sum(isinstance(run, JobRun) for run in claimed) == AT_ONCE
    assert claimed.count(None) == len(ids) - AT_ONCE


def test_a_backlog_of_one_platform_does_not_delay_another(
    database: Database, clock: FrozenClock
) -> None:
    with database.write() as session:
        busy, _ = make_platform(session, now=clock(), name="Busy")
        small, _ = make_platform(session, now=clock(), name="Small")
    backlog = [owe(database, clock, f"b{number}", platform_id=busy) for number in range(20)]
    clock.advance(seconds=1)
    new = owe(database, clock, "new", platform_id=small)

    assert due(database, clock, at_most=2) == [backlog[0], new]


def test_jobs_of_an_unknown_kind_are_left_to_a_program_that_knows_them(
    database: Database, clock: FrozenClock
) -> None:
    owe(database, clock)

    assert due(database, clock, kinds=["another"]) == []
