"""A fleet of Celery workers with Redis: the same jobs, the same rows, nothing lost or doubled.

On PostgreSQL alone: a fleet is for more than one machine.
"""

import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import redis
from sqlalchemy import func, select

from lti_app.grading.models import DeliveryState
from lti_app.jobs.models import Job, JobState
from lti_app.sandbox.faults import Fault, Service
from tests.delivery.programs import (
    PATIENCE_SECONDS,
    Program,
    Programs,
    stop_between_transactions,
    wait_for,
)
from tests.delivery.school import School

pytestmark = [
    pytest.mark.redis,
    pytest.mark.parametrize(
        "database", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
    ),
]

DYING_WORKER = Path(__file__).with_name("dying_fleet_worker.py")
LEARNERS = ("amara", "tomoko", "kwame")


@contextmanager
def fleet_worker(programs: Programs, broker: str) -> Iterator[Program]:
    """Run one worker of the fleet, and see that it ends when it is asked to."""
    program = programs.start(
        "-m", "lti_app", "worker", "--engine", "celery", RAPPORT_BROKER_URL=broker
    )
    yield program
    program.terminate()
    # The others may have done all the work before this one could listen to signals.
    assert program.wait(PATIENCE_SECONDS) in (0, -signal.SIGTERM)


def die_at(programs: Programs, broker: str, moment: str) -> None:
    program = programs.start(str(DYING_WORKER), moment, "/scores", RAPPORT_BROKER_URL=broker)
    assert program.wait(PATIENCE_SECONDS) == -signal.SIGKILL


def arrive(school: School, programs: Programs, broker: str) -> None:
    school.end_leases()
    with fleet_worker(programs, broker):
        wait_for(lambda: school.state() is DeliveryState.ARRIVED)


def running(school: School) -> int:
    with school.database.read() as session:
        jobs = select(func.count()).where(Job.state == JobState.RUNNING.value)
        return session.scalar(jobs) or 0


def test_f3_a_fleet_worker_killed_before_the_post_leaves_one_post_to_the_next(
    live_school: School, programs: Programs, broker: str
) -> None:
    live_school.grade()
    die_at(programs, broker, "before")
    shown_before = live_school.lms.shown()

    arrive(live_school, programs, broker)

    assert shown_before is None
    assert live_school.lms.received(Service.SCORES) == [200]
    assert live_school.lms.shown() == 10.0


def test_f4_a_fleet_worker_killed_after_the_post_leaves_nothing_to_post(
    live_school: School, programs: Programs, broker: str
) -> None:
    live_school.grade()
    die_at(programs, broker, "after")
    state_before = live_school.state()

    arrive(live_school, programs, broker)

    assert state_before is DeliveryState.OWED
    assert live_school.lms.received(Service.SCORES) == [200]
    assert live_school.lms.received(Service.RESULTS, "GET") == [200]


def test_f21_four_fleet_workers_send_every_score_once(
    live_school: School, programs: Programs, broker: str
) -> None:
    for sub in LEARNERS:
        live_school.grade(sub)

    with ExitStack() as stack:
        for _ in range(4):
            stack.enter_context(fleet_worker(programs, broker))
        wait_for(lambda: all(live_school.state(sub) is DeliveryState.ARRIVED for sub in LEARNERS))

    assert live_school.lms.received(Service.SCORES) == [200] * 3
    assert [live_school.lms.shown(sub) for sub in LEARNERS] == [10.0] * 3


def test_f21_a_fleet_worker_that_was_stopped_and_overtaken_changes_nothing(
    live_school: School, programs: Programs, broker: str
) -> None:
    live_school.lms.fail(Service.SCORES, Fault(delay=timedelta(seconds=3), request_count=1))
    live_school.grade()
    with fleet_worker(programs, broker) as stalled:
        wait_for(lambda: live_school.delivery().is_outcome_unknown and running(live_school) == 1)
        stop_between_transactions(stalled, live_school.database)
        arrive(live_school, programs, broker)
        stalled.send_signal(signal.SIGCONT)

    assert live_school.state() is DeliveryState.ARRIVED
    assert live_school.lms.shown() == 10.0
    assert live_school.lms.received(Service.SCORES) in ([200], [200, 409], [409, 200])


def test_messages_that_were_lost_lose_no_score(
    live_school: School, programs: Programs, broker: str
) -> None:
    client = redis.Redis.from_url(broker)
    live_school.grade()
    with fleet_worker(programs, broker):
        client.flushdb()
        wait_for(lambda: live_school.state() is DeliveryState.ARRIVED)
    client.close()

    assert live_school.lms.received(Service.SCORES) == [200]


def test_the_fleet_runs_the_sweep_too(live_school: School, programs: Programs, broker: str) -> None:
    def has_swept() -> bool:
        with live_school.database.read() as session:
            job = session.scalars(select(Job).where(Job.kind == "sweep")).one_or_none()
        return job is not None and job.settled_at is not None and job.state == JobState.WAITING

    with fleet_worker(programs, broker):
        wait_for(has_swept)
