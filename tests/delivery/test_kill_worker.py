"""`kill -9` of the worker, in processes of their own: the score arrives, once."""

import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from lti_app.grading.models import DeliveryState
from lti_app.sandbox.dialects import CANVAS, MOODLE, PLAIN, Dialect
from lti_app.sandbox.faults import Service
from tests.delivery.between import between
from tests.delivery.conftest import OpenSchool
from tests.delivery.invariants import check
from tests.delivery.programs import (
    PATIENCE_SECONDS,
    Program,
    Programs,
    stop_between_transactions,
    wait_for,
)
from tests.delivery.school import School
from tests.peers.http_peer import Seen

DYING_WORKER = Path(__file__).with_name("dying_worker.py")
ENDING_WORKER = Path(__file__).with_name("ending_worker.py")
LEARNERS = ("amara", "tomoko", "kwame")
WORKERS = 4


def die_at(programs: Programs, moment: str, ending: str) -> None:
    program = programs.start(str(DYING_WORKER), moment, ending)
    assert program.wait(PATIENCE_SECONDS) == -signal.SIGKILL


@contextmanager
def worker(programs: Programs) -> Iterator[Program]:
    """Run `rapport worker` until the block ends, and see that it ends when it is asked to."""
    program = programs.start("-m", "lti_app", "worker")
    yield program
    program.terminate()
    # One that had nothing to do may not listen to signals yet.
    assert program.wait(PATIENCE_SECONDS) in (0, -signal.SIGTERM)


def arrive(school: School) -> None:
    """Let the lease of the dead run out, and another worker do the rest."""
    school.end_leases()
    school.run()
    assert school.state() is DeliveryState.ARRIVED
    check(school)


def test_f3_a_worker_killed_before_the_post_leaves_one_post_to_the_next(
    live_school: School, programs: Programs
) -> None:
    live_school.grade()
    die_at(programs, "before", "/scores")
    shown_before = live_school.lms.shown()

    arrive(live_school)

    assert shown_before is None
    assert live_school.lms.received(Service.SCORES) == [200]


@pytest.mark.parametrize("dialect", [PLAIN, MOODLE, CANVAS], ids=lambda dialect: dialect.name)
def test_f4_a_worker_killed_after_the_post_leaves_nothing_to_post(
    open_live_school: OpenSchool, programs: Programs, dialect: Dialect
) -> None:
    school = open_live_school(dialect)
    school.grade()
    die_at(programs, "after", "/scores")
    state_before = school.state()

    arrive(school)

    cell = school.lms.cell()
    assert state_before is DeliveryState.OWED
    assert school.lms.received(Service.SCORES) == [200]
    assert school.lms.received(Service.RESULTS, "GET") == [200]
    assert cell is not None
    assert cell.attempt_count == (1 if dialect is CANVAS else 0)
    assert len(school.lms.comments()) <= 1


@pytest.mark.parametrize("moment", ["before", "after"])
def test_f5_a_worker_killed_in_the_token_request_costs_at_most_one_more(
    live_school: School, programs: Programs, moment: str
) -> None:
    for sub in LEARNERS:
        live_school.grade(sub)
    die_at(programs, moment, "/lti/token")

    arrive(live_school)

    assert len(live_school.lms.received(Service.TOKEN)) <= 2
    assert live_school.lms.received(Service.SCORES) == [200] * 3


def test_f21_four_workers_send_every_score_once(live_school: School, programs: Programs) -> None:
    subs = live_school.lms.enrol_many(12)
    for sub in subs:
        live_school.grade(sub)

    with ExitStack() as stack:
        for _ in range(WORKERS):
            stack.enter_context(worker(programs))
        wait_for(lambda: live_school.owed_count() == 0)

    assert live_school.lms.received(Service.SCORES) == [200] * len(subs)
    check(live_school)


@pytest.mark.parametrize("dialect", [PLAIN, CANVAS], ids=lambda dialect: dialect.name)
def test_f21_a_worker_that_was_stopped_and_overtaken_changes_nothing(
    open_live_school: OpenSchool, programs: Programs, dialect: Dialect
) -> None:
    school = open_live_school(dialect)
    is_stopped = threading.Event()

    def held(_: Seen) -> None:
        is_stopped.wait(PATIENCE_SECONDS)

    with between(school.lms.issuer) as network:
        school.is_reached_through(network.url)
        network.disturb("POST", "/scores", held)
        school.grade()
        with worker(programs) as stalled:
            wait_for(lambda: any(b"scoreGiven" in body for body in network.bodies))
            stop_between_transactions(stalled, school.database)
            is_stopped.set()
            wait_for(lambda: school.lms.received(Service.SCORES) == [200])
            arrive(school)
            school.grade(score="0.5")
            school.run()
            stalled.send_signal(signal.SIGCONT)

    row = school.delivery()
    assert row.state == DeliveryState.ARRIVED
    assert row.acknowledged_version == row.wanted_version == 2
    assert school.lms.received(Service.SCORES) == [200, 200]
    check(school)


@pytest.mark.usefixtures("live_school")
def test_a_worker_that_is_told_to_end_while_it_holds_a_lock_ends(programs: Programs) -> None:
    program = programs.start(str(ENDING_WORKER))

    assert program.wait(PATIENCE_SECONDS) == 0
