"""`kill -9` of the worker, in processes of their own: the score arrives, once."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lti_app.grading.models import DeliveryState
from lti_app.sandbox.faults import Service
from tests.delivery.school import School

PATIENCE_SECONDS = 60
DYING_WORKER = Path(__file__).with_name("dying_worker.py")

Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def start(live_school: School, encryption_key: str, tmp_path: Path) -> Iterator[Start]:
    """Start a program of ours on the school's database; what still runs at the end is killed."""
    url = live_school.database.url.render_as_string(hide_password=False)
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path.cwd()),
        "RAPPORT_ENV": "development",
        "RAPPORT_DATABASE_URL": url,
        "RAPPORT_DATA_DIR": str(tmp_path),
        "RAPPORT_ENCRYPTION_KEYS": encryption_key,
    }
    started: list[subprocess.Popen[bytes]] = []

    def start_program(*arguments: str) -> subprocess.Popen[bytes]:
        program = subprocess.Popen([sys.executable, *arguments], env=environment)
        started.append(program)
        return program

    yield start_program
    for program in started:
        program.kill()
        program.wait()


def die_at(start: Start, moment: str, ending: str) -> None:
    program = start(str(DYING_WORKER), moment, ending)
    assert program.wait(PATIENCE_SECONDS) == -signal.SIGKILL


@contextmanager
def worker(start: Start) -> Iterator[None]:
    """Run `rapport worker` until the block ends, and see that it ends when it is asked to."""
    program = start("-m", "lti_app", "worker")
    yield
    program.terminate()
    assert program.wait(PATIENCE_SECONDS) == 0


def wait_for(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def arrive(school: School, start: Start) -> None:
    school.end_leases()
    with worker(start):
        wait_for(lambda: school.state() is DeliveryState.ARRIVED)


def test_f3_a_worker_killed_before_the_post_leaves_one_post_to_the_next(
    live_school: School, start: Start
) -> None:
    live_school.grade()
    die_at(start, "before", "/scores")
    shown_before = live_school.lms.shown()

    arrive(live_school, start)

    assert shown_before is None
    assert live_school.lms.received(Service.SCORES) == [200]
    assert live_school.lms.shown() == 10.0


def test_f4_a_worker_killed_after_the_post_leaves_nothing_to_post(
    live_school: School, start: Start
) -> None:
    live_school.grade()
    die_at(start, "after", "/scores")
    state_before = live_school.state()

    arrive(live_school, start)

    assert state_before is DeliveryState.OWED
    assert live_school.lms.received(Service.SCORES) == [200]
    assert live_school.lms.received(Service.RESULTS, "GET") == [200]


@pytest.mark.parametrize("moment", ["before", "after"])
def test_f5_a_worker_killed_in_the_token_request_costs_at_most_one_more(
    live_school: School, start: Start, moment: str
) -> None:
    live_school.grade()
    die_at(start, moment, "/lti/token")

    arrive(live_school, start)

    assert len(live_school.lms.received(Service.TOKEN)) <= 2
    assert live_school.lms.received(Service.SCORES) == [200]


def test_f21_four_workers_send_every_score_once(live_school: School, start: Start) -> None:
    learners = ("amara", "tomoko", "kwame")
    for sub in learners:
        live_school.grade(sub)

    with worker(start), worker(start), worker(start), worker(start):
        wait_for(lambda: all(live_school.lms.shown(sub) == 10.0 for sub in learners))
        wait_for(lambda: all(live_school.state(sub) is DeliveryState.ARRIVED for sub in learners))

    assert live_school.lms.received(Service.SCORES) == [200] * 3
