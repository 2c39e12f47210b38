import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from lti_app.core.db import Database
from lti_app.core.errors import BusyError
from lti_app.jobs.election import Election
from lti_app.jobs.models import Job, JobState
from lti_app.jobs.outcome import Done, JobRun, Outcome, handler_of
from lti_app.jobs.runner import Runner, claim_run_settle
from lti_app.jobs.service import enqueue
from tests.conftest import FrozenClock
from tests.jobs.running import run_due
from tests.peers.at_once import at_once

WAIT = 20


def owe(database: Database, clock: FrozenClock, *keys: str) -> None:
    with database.write() as session:
        for key in keys:
            enqueue(session, "test", key, run_at=clock())


def states(database: Database) -> dict[str, str]:
    with database.read() as session:
        return dict(session.execute(select(Job.key, Job.state)).all())


def test_everything_that_is_due_is_run(database: Database, clock: FrozenClock) -> None:
    seen: list[str] = []

    def handler(run: JobRun) -> Outcome:
        seen.append(run.key)
        return Done()

    owe(database, clock, "a", "b")

    count = run_due(database, {"test": handler_of(handler)}, clock)

    assert (count, seen) == (2, ["a", "b"])
    assert set(states(database).values()) == {JobState.DONE}


def test_no_transaction_is_open_while_a_job_runs(database: Database, clock: FrozenClock) -> None:
    def handler(run: JobRun) -> Outcome:
        with database.write() as session:  # would wait for ever inside another write
            enqueue(session, "other", f"after {run.key}", run_at=clock())
        return Done()

    owe(database, clock, "a")
    run_due(database, {"test": handler_of(handler)}, clock)

    assert states(database) == {"a": JobState.DONE, "after a": JobState.WAITING}


def test_a_handler_that_breaks_is_tried_again(database: Database, clock: FrozenClock) -> None:
    def handler(_run: JobRun) -> Outcome:
        raise ValueError("secret text")

    owe(database, clock, "a")
    run_due(database, {"test": handler_of(handler)}, clock)

    with database.read() as session:
        job = session.scalars(select(Job)).one()
    assert (job.state, job.reason_code) == (JobState.WAITING, "job_crashed")
    assert job.reason_params == {"error": "ValueError"}
    assert job.run_at > clock()


def test_f24_a_busy_database_is_no_failed_attempt(database: Database, clock: FrozenClock) -> None:
    def handler(_run: JobRun) -> Outcome:
        raise BusyError("database_busy")

    owe(database, clock, "a")
    run_due(database, {"test": handler_of(handler)}, clock)

    with database.read() as session:
        job = session.scalars(select(Job)).one()
    assert (job.attempts, job.run_at) == (0, clock() + timedelta(seconds=5))


def test_twenty_claims_of_one_job_run_it_once(database: Database, clock: FrozenClock) -> None:
    ran: list[int] = []

    def handler(run: JobRun) -> Outcome:
        ran.append(run.id)
        return Done()

    owe(database, clock, "a")
    with database.read() as session:
        job_id = session.scalars(select(Job.id)).one()

    def run_it(job_id: int) -> bool:
        return claim_run_settle(database, {"test": handler_of(handler)}, job_id, clock=clock)

    outcomes = at_once(run_it, [job_id] * 20)

    assert ran == [job_id]
    assert sorted(outcomes, key=bool) == [False] * 19 + [True]


def test_a_runner_that_is_woken_runs_a_new_job(database: Database, clock: FrozenClock) -> None:
    wake, ran = threading.Event(), threading.Event()

    def handler(_run: JobRun) -> Outcome:
        ran.set()
        return Done()

    runner = Runner(database, {"test": handler_of(handler)}, clock=clock, wake=wake)
    thread = threading.Thread(target=runner.run_forever)
    thread.start()
    owe(database, clock, "a")
    wake.set()

    has_run = ran.wait(WAIT)
    runner.stop()
    thread.join(WAIT)

    assert has_run
    assert not thread.is_alive()
    assert states(database) == {"a": JobState.DONE}


def test_a_runner_that_is_not_elected_leaves_the_work(
    database: Database, clock: FrozenClock
) -> None:
    asked = threading.Event()

    def may_run() -> bool:
        asked.set()
        return False

    owe(database, clock, "a")
    runner = Runner(
        database, {"test": handler_of(lambda _run: Done())}, clock=clock, wake=threading.Event()
    )
    thread = threading.Thread(target=runner.run_forever, kwargs={"may_run": may_run})
    thread.start()
    assert asked.wait(WAIT)
    runner.stop()
    thread.join(WAIT)

    assert states(database) == {"a": JobState.WAITING}


@pytest.mark.postgresql
def test_of_two_processes_one_is_elected_and_the_other_follows(
    postgresql_database: Database,
) -> None:
    first, second = Election(postgresql_database), Election(postgresql_database)

    assert first.is_won()
    assert not second.is_won()
    first.leave()
    third = Election(postgresql_database)
    assert third.is_won()
    third.leave()


def test_on_sqlite_the_only_process_is_elected(sqlite_database: Database) -> None:
    assert Election(sqlite_database).is_won()
