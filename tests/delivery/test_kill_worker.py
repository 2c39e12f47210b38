"""`kill -9` of the worker, in processes of their own: the score arrives, once."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lti_app.grading.models import DeliveryState
from lti_app.sandbox.faults import Service
from tests.delivery.programs import PATIENCE_SECONDS, Programs, wait_for
from tests.delivery.school import School

DYING_WORKER = Path(__file__).with_name("dying_worker.py")


def die_at(programs: Programs, moment: str, ending: str) -> None:
    program = programs.start(str(DYING_WORKER), moment, ending)
    assert program.wait(PATIENCE_SECONDS) == -signal.SIGKILL


@contextmanager
def worker(programs: Programs) -> Iterator[None]:
    """Run `rapport worker` until the block ends, and see that it ends when it is asked to."""
    program = programs.start("-m", "lti_app", "worker")
    yield
    program.terminate()
    assert program.wait(PATIENCE_SECONDS) == 0


def arrive(school: School, programs: Programs) -> None:
    school.end_leases()
    with worker(programs):
        wait_for(lambda: school.state() is DeliveryState.ARRIVED)


def test_f3_a_worker_killed_before_the_post_leaves_one_post_to_the_next(
    live_school: School, programs: Programs
) -> None:
    live_school.grade()
    die_at(programs, "before", "/scores")
    shown_before = live_school.lms.shown()

    arrive(live_school, programs)

    assert shown_before is None
    assert live_school.lms.received(Service.SCORES) == [200]
    assert live_school.lms.shown() == 10.0


def test_f4_a_worker_killed_after_the_post_leaves_nothing_to_post(
    live_school: School, programs: Programs
) -> None:
    live_school.grade()
    die_at(programs, "after", "/scores")
    state_before = live_school.state()

    arrive(live_school, programs)

    assert state_before is DeliveryState.OWED
    assert live_school.lms.received(Service.SCORES) == [200]
    assert live_school.lms.received(Service.RESULTS, "GET") == [200]


@pytest.mark.parametrize("moment", ["before", "after"])
def test_f5_a_worker_killed_in_the_token_request_costs_at_most_one_more(
    live_school: School, programs: Programs, moment: str
) -> None:
    live_school.grade()
    die_at(programs, moment, "/lti/token")

    arrive(live_school, programs)

    assert len(live_school.lms.received(Service.TOKEN)) <= 2
    assert live_school.lms.received(Service.SCORES) == [200]


def test_f21_four_workers_send_every_score_once(live_school: School, programs: Programs) -> None:
    learners = ("amara", "tomoko", "kwame")
    for sub in learners:
        live_school.grade(sub)

    with worker(programs), worker(programs), worker(programs), worker(programs):
        wait_for(lambda: all(live_school.lms.shown(sub) == 10.0 for sub in learners))
        wait_for(lambda: all(live_school.state(sub) is DeliveryState.ARRIVED for sub in learners))

    assert live_school.lms.received(Service.SCORES) == [200] * 3
