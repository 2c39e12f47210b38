"""The phases of runs: many in one transaction, and none that pays for another."""

import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from lti_app.core.db import Database
from lti_app.core.reason import Reason
from lti_app.jobs.gates import Lane, Told, note_answer
from lti_app.jobs.models import Job, JobState
from lti_app.jobs.outcome import Done, Ending, JobRun, Outcome, RetryAt, Work, ending
from lti_app.jobs.rules import Sign
from lti_app.jobs.runner import Runner
from lti_app.jobs.service import enqueue
from lti_app.jobs.steps import Steps
from lti_app.jobs.turns import Rota, View
from tests.conftest import FrozenClock
from tests.submissions.factories import make_platform

WAIT = 20
FAR = datetime(2100, 1, 1, tzinfo=UTC)
HOST = "lms.test"


def owe(database: Database, clock: FrozenClock, *keys: str, platform_id: int | None = None) -> None:
    with database.write() as session:
        for key in keys:
            at = None if platform_id is None else HOST
            enqueue(session, "test", key, run_at=clock(), platform_id=platform_id, host=at)


def states(database: Database) -> dict[str, str]:
    with database.read() as session:
        return dict(session.execute(select(Job.key, Job.state)).all())


def platform(database: Database, clock: FrozenClock, *, limit: int) -> int:
    with database.write() as session:
        platform_id, _ = make_platform(session, now=clock())
        session.execute(text("UPDATE platforms SET max_in_flight = :limit"), {"limit": limit})
    return platform_id


def nothing_to_write(_session: Session) -> Outcome:
    return Done()


def test_endings_of_one_kind_are_written_together(database: Database, clock: FrozenClock) -> None:
    written: list[Sequence[str]] = []

    def write(_session: Session, told: Sequence[str]) -> Sequence[Outcome]:
        written.append(list(told))
        return [Done() for _ in told]

    def prepare(_session: Session, runs: Sequence[JobRun]) -> Sequence[Work | Outcome]:
        return [Work(lambda key=run.key: Ending(write, key)) for run in runs]  # type: ignore[misc]  # bound now

    owe(database, clock, "a", "b", "c")
    steps = Steps(database, {"test": prepare}, clock)
    started = steps.begin_due(at_most=9, besides=set())

    steps.end([steps.do(begun) for begun in started.now])

    assert written == [["a", "b", "c"]]
    assert set(states(database).values()) == {JobState.DONE}


def test_an_ending_that_breaks_does_not_spoil_those_written_with_it(
    database: Database, clock: FrozenClock
) -> None:
    def write(session: Session, told: Sequence[str]) -> Sequence[Outcome]:
        for key in told:
            enqueue(session, "written", key, run_at=clock())
        if "bad" in told:
            raise ValueError("secret text")
        return [Done() for _ in told]

    def prepare(_session: Session, runs: Sequence[JobRun]) -> Sequence[Work | Outcome]:
        return [Work(lambda key=run.key: Ending(write, key)) for run in runs]  # type: ignore[misc]  # bound now

    owe(database, clock, "a", "bad", "c")
    steps = Steps(database, {"test": prepare}, clock)
    started = steps.begin_due(at_most=9, besides=set())

    steps.end([steps.do(begun) for begun in started.now])

    with database.read() as session:
        rows = select(Job.key, Job.state, Job.reason_code).where(Job.kind == "test")
        jobs = {key: (state, reason) for key, state, reason in session.execute(rows)}
        written = session.scalars(select(Job.key).where(Job.kind == "written")).all()
    assert jobs == {
        "a": (JobState.DONE, None),
        "bad": (JobState.WAITING, "job_crashed"),
        "c": (JobState.DONE, None),
    }
    assert sorted(written) == ["a", "c"]


def test_a_job_that_cannot_be_prepared_does_not_spoil_those_prepared_with_it(
    database: Database, clock: FrozenClock
) -> None:
    def prepare(_session: Session, runs: Sequence[JobRun]) -> Sequence[Work | Outcome]:
        if any(run.key == "bad" for run in runs):
            raise ValueError("secret text")
        return [Work(Done) for _ in runs]

    owe(database, clock, "a", "bad", "c")
    steps = Steps(database, {"test": prepare}, clock)

    started = steps.begin_due(at_most=9, besides=set())

    assert [begun.run.key for begun in started.now] == ["a", "c"]
    assert states(database) == {
        "a": JobState.RUNNING,
        "bad": JobState.WAITING,
        "c": JobState.RUNNING,
    }


def test_writing_an_ending_twice_changes_nothing(database: Database, clock: FrozenClock) -> None:
    def prepare(_session: Session, runs: Sequence[JobRun]) -> Sequence[Work | Outcome]:
        return [Work(lambda: ending(nothing_to_write)) for _ in runs]

    owe(database, clock, "a")
    steps = Steps(database, {"test": prepare}, clock)
    (begun,) = steps.begin_due(at_most=9, besides=set()).now
    ended = steps.do(begun)
    steps.end([ended])
    owe(database, clock, "a")

    steps.end([ended])

    assert states(database) == {"a": JobState.WAITING}


def test_jobs_behind_those_under_way_take_no_place(database: Database, clock: FrozenClock) -> None:
    def prepare(_session: Session, runs: Sequence[JobRun]) -> Sequence[Work | Outcome]:
        return [Work(Done) for _ in runs]

    platform_id = platform(database, clock, limit=1)
    owe(database, clock, *"abcdefg", platform_id=platform_id)
    steps = Steps(database, {"test": prepare}, clock)

    started = steps.begin_due(at_most=9, at_most_behind=9, besides=set())
    again = Steps(database, {"test": prepare}, clock).begin_due(
        at_most=9, at_most_behind=9, besides=set()
    )

    assert [begun.run.key for begun in started.now] == ["a"]
    assert [begun.run.key for begun in started.behind] == ["b", "c", "d", "e", "f"]
    assert not again.now
    assert not again.behind


def test_a_ready_job_whose_process_died_is_due_again(
    database: Database, clock: FrozenClock
) -> None:
    def prepare(_session: Session, runs: Sequence[JobRun]) -> Sequence[Work | Outcome]:
        return [Work(Done) for _ in runs]

    platform_id = platform(database, clock, limit=1)
    owe(database, clock, "a", "b", platform_id=platform_id)
    Steps(database, {"test": prepare}, clock).begin_due(at_most=9, at_most_behind=9, besides=set())
    clock.advance(seconds=61)

    again = Steps(database, {"test": prepare}, clock).begin_due(
        at_most=9, at_most_behind=9, besides=set()
    )

    assert [begun.run.key for begun in (*again.now, *again.behind)] == ["a", "b"]
    assert [begun.run.attempts for begun in (*again.now, *again.behind)] == [1, 1]


def test_a_ready_job_that_is_asked_for_again_stays_where_it_is_and_runs_once_more(
    database: Database, clock: FrozenClock
) -> None:
    def prepare(_session: Session, runs: Sequence[JobRun]) -> Sequence[Work | Outcome]:
        return [Work(Done) for _ in runs]

    platform_id = platform(database, clock, limit=1)
    owe(database, clock, "a", "b", platform_id=platform_id)
    steps = Steps(database, {"test": prepare}, clock)
    (ready,) = steps.begin_due(at_most=9, at_most_behind=9, besides=set()).behind
    owe(database, clock, "b", platform_id=platform_id)
    state_meanwhile = states(database)["b"]

    steps.end([steps.do(ready)])

    assert state_meanwhile == JobState.READY
    assert states(database)["b"] == JobState.WAITING


def test_every_lane_has_its_turn_before_one_has_its_second(
    database: Database, clock: FrozenClock
) -> None:
    ran: list[int | None] = []

    def prepare(_session: Session, runs: Sequence[JobRun]) -> Sequence[Work | Outcome]:
        ran.extend(run.platform_id for run in runs)
        return [Done() for _ in runs]

    for number in range(3):
        owe(database, clock, f"a{number}", f"b{number}", platform_id=_one_more(database, clock))
        clock.advance(seconds=1)
    steps = Steps(database, {"test": prepare}, clock)

    for _ in range(6):
        steps.begin_due(at_most=1, besides=set())

    assert ran[:3] == ran[3:]
    assert len(set(ran)) == 3


def _one_more(database: Database, clock: FrozenClock) -> int:
    with database.write() as session:
        return make_platform(session, now=clock())[0]


def test_a_rota_remembers_who_came_last() -> None:
    rota = Rota()

    rota.note_turn(Lane(1, HOST))
    rota.note_turn(Lane(2, HOST))

    assert rota.last_turn(Lane(3, HOST)) < rota.last_turn(Lane(1, HOST))
    assert rota.last_turn(Lane(1, HOST)) < rota.last_turn(Lane(2, HOST))


def run_until(runner: Runner, is_so: threading.Event) -> threading.Thread:
    thread = threading.Thread(target=runner.run_forever)
    thread.start()
    assert is_so.wait(WAIT)
    return thread


def test_an_ending_is_written_although_the_process_was_told_to_stop(
    database: Database, clock: FrozenClock
) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def act() -> Ending[Any]:
        begun.set()
        may_end.wait(WAIT)
        return ending(nothing_to_write)

    def prepare(_session: Session, runs: Sequence[JobRun]) -> Sequence[Work | Outcome]:
        return [Work(act) for _ in runs]

    owe(database, clock, "a")
    runner = Runner(database, {"test": prepare}, clock=clock, wake=threading.Event())
    thread = run_until(runner, begun)

    runner.stop()
    may_end.set()
    thread.join(WAIT)

    assert not thread.is_alive()
    assert states(database) == {"a": JobState.DONE}


def test_what_was_ready_is_given_back_when_the_process_is_told_to_stop(
    database: Database, clock: FrozenClock
) -> None:
    begun, may_end = threading.Event(), threading.Event()
    undone: list[str] = []

    def act() -> Outcome:
        begun.set()
        may_end.wait(WAIT)
        return Done()

    def prepare(_session: Session, runs: Sequence[JobRun]) -> Sequence[Work | Outcome]:
        return [Work(act, lambda _session, key=run.key: undone.append(key)) for run in runs]  # type: ignore[misc]  # bound now

    owe(database, clock, "a", "b", platform_id=platform(database, clock, limit=1))
    runner = Runner(database, {"test": prepare}, clock=clock, wake=threading.Event())
    thread = run_until(runner, begun)

    runner.stop()
    may_end.set()
    thread.join(WAIT)

    assert undone == ["b"]
    assert states(database) == {"a": JobState.DONE, "b": JobState.WAITING}


def test_a_place_is_taken_at_once_and_never_by_two(database: Database, clock: FrozenClock) -> None:
    guard, done = threading.Lock(), threading.Event()
    counts = {"now": 0, "most": 0, "ended": 0}

    def act() -> Ending[Any]:
        with guard:
            counts["now"] += 1
            counts["most"] = max(counts["most"], counts["now"])
        with guard:
            counts["now"] -= 1
            counts["ended"] += 1
            if counts["ended"] == 12:
                done.set()
        return ending(nothing_to_write, is_good=True)

    def prepare(_session: Session, runs: Sequence[JobRun]) -> Sequence[Work | Outcome]:
        return [Work(act) for _ in runs]

    platform_id = platform(database, clock, limit=2)
    owe(database, clock, *"abcdefghijkl", platform_id=platform_id)
    runner = Runner(database, {"test": prepare}, clock=clock, wake=threading.Event())
    thread = run_until(runner, done)
    runner.stop()
    thread.join(WAIT)

    assert counts["most"] <= 2
    assert set(states(database).values()) == {JobState.DONE}


def test_f8_what_was_ready_is_given_back_when_the_way_closes(
    database: Database, clock: FrozenClock
) -> None:
    undone = threading.Event()
    sent: list[str] = []
    lane = Lane(platform(database, clock, limit=1), HOST)

    def throttled(session: Session) -> Outcome:
        note_answer(session, lane, Told(Sign.THROTTLED, 60), now=clock(), passing=())
        return RetryAt(clock() + timedelta(seconds=60), Reason("throttled"), is_attempt=False)

    def act(key: str) -> Ending[Any]:
        sent.append(key)
        return ending(throttled)

    def prepare(_session: Session, runs: Sequence[JobRun]) -> Sequence[Work | Outcome]:
        return [
            Work(lambda key=run.key: act(key), lambda _session: undone.set())  # type: ignore[misc]  # bound now
            for run in runs
        ]

    owe(database, clock, "a", "b", platform_id=lane.platform_id)
    runner = Runner(database, {"test": prepare}, clock=clock, wake=threading.Event())
    thread = run_until(runner, undone)
    runner.stop()
    thread.join(WAIT)

    assert sent == ["a"]
    with database.read() as session:
        ready = session.scalars(select(Job).where(Job.key == "b")).one()
    assert (ready.state, ready.run_at, ready.reason_code) == (JobState.WAITING, clock(), None)


class Note:
    """Something to be done with a claim."""

    def decide(self, seen: View) -> None:
        self.lanes = list(seen.lanes)

    def write(self, session: Session) -> None:
        enqueue(session, "noted", str(len(self.lanes)), run_at=FAR)


def test_what_is_done_with_a_claim_is_done_although_a_job_cannot_be_prepared(
    database: Database, clock: FrozenClock
) -> None:
    def prepare(_session: Session, _runs: Sequence[JobRun]) -> Sequence[Work | Outcome]:
        raise ValueError("secret text")

    owe(database, clock, "a")
    steps = Steps(database, {"test": prepare}, clock)

    steps.begin_due(at_most=9, besides=set(), first=Note())

    assert states(database) == {"a": JobState.WAITING, "1": JobState.WAITING}
