"""F10, F11, F12, F19, F20: what a network between us and a platform can do to a score."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import func, select

from lti_app.core.http import TOTAL_SECONDS
from lti_app.grading.models import DeliveryState
from lti_app.jobs.gates import AT_ONCE
from lti_app.jobs.models import Job, JobState
from lti_app.sandbox.dialects import CANVAS, MOODLE, PLAIN, Dialect
from lti_app.sandbox.faults import Service
from tests.conftest import FrozenClock
from tests.delivery.between import NO_ANSWER, Between, between
from tests.delivery.conftest import OpenSchool
from tests.delivery.invariants import check
from tests.delivery.lms import HOST
from tests.delivery.programs import wait_for
from tests.delivery.school import School, run_until_settled
from tests.delivery.wire import Wire
from tests.peers.certificates import self_signed_context
from tests.peers.http_peer import Reply, Seen, http_peer

SCORES = Service.SCORES
DIALECTS = (PLAIN, MOODLE, CANVAS)
#: Instead of the ten seconds that a platform has, so that the test need not wait for them.
HASTY_SECONDS = 0.4
HALF_AN_ANSWER = b'HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n{"resultUrl": "htt'
NOWHERE = "lms.invalid"
by_dialect = pytest.mark.parametrize("dialect", DIALECTS, ids=lambda one: one.name)


@contextmanager
def nobody_accepts(_: School, __: Path) -> Iterator[str]:
    """Connect timeout: the queue of those who wait to be let in is full."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        listener.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.settimeout(0)
            one.connect_ex(listener.getsockname())
        yield f"http://{HOST}:{listener.getsockname()[1]}"
        for one in waiting:
            one.close()


@contextmanager
def nobody_answers(_: School, __: Path) -> Iterator[str]:
    """Read timeout: the request is taken and nothing comes back in time."""
    with http_peer(lambda _: Reply(wait=2 * HASTY_SECONDS)) as peer:
        yield peer.url


@contextmanager
def breaks_off(_: School, __: Path) -> Iterator[str]:
    """The connection ends in the middle of the answer."""
    with http_peer(lambda _: lambda send: send(HALF_AN_ANSWER)) as peer:
        yield peer.url


@contextmanager
def no_such_name(_: School, __: Path) -> Iterator[str]:
    """DNS failure."""
    real = socket.getaddrinfo

    def resolve(host: Any, *more: Any, **named: Any) -> Any:
        if host == NOWHERE:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return real(host, *more, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", resolve)
        yield f"http://{NOWHERE}"


@contextmanager
def no_trust(_: School, folder: Path) -> Iterator[str]:
    """TLS error: a certificate that nobody signed."""
    with http_peer(lambda _: Reply(), tls=self_signed_context(folder)) as peer:
        yield peer.url


@pytest.mark.parametrize(
    ("broken", "reason", "is_open"),
    [
        (nobody_accepts, "not_sent", False),
        (nobody_answers, "unknown_outcome", True),
        (breaks_off, "unknown_outcome", True),
        (no_such_name, "not_sent", False),
        (no_trust, "not_sent", False),
    ],
)
def test_f10_no_answer_frees_the_worker_in_time_and_the_score_goes_when_it_can(
    school: School,
    clock: FrozenClock,
    tmp_path: Path,
    broken: Callable[[School, Path], AbstractContextManager[str]],
    reason: str,
    is_open: bool,
) -> None:
    school.wire = Wire(trusted_hosts=(HOST, NOWHERE), total_seconds=HASTY_SECONDS)
    school.grade()
    with broken(school, tmp_path) as url:
        school.is_reached_through(url)
        began_at = time.monotonic()
        school.run()
        took = time.monotonic() - began_at
    waiting, running = school.delivery(), _running(school)

    school.wire.total_seconds = TOTAL_SECONDS
    school.is_reached_through(school.lms.issuer)
    run_until_settled(school, clock, at_most=timedelta(minutes=10))

    assert took < TOTAL_SECONDS
    assert running == 0
    assert (waiting.state, waiting.reason_code) == (DeliveryState.OWED, reason)
    assert waiting.is_outcome_unknown is is_open
    assert school.lms.received(SCORES) == [200]
    assert school.state() is DeliveryState.ARRIVED
    check(school)


def _running(school: School) -> int:
    with school.database.read() as session:
        jobs = select(func.count()).where(Job.state == JobState.RUNNING.value)
        return session.scalar(jobs) or 0


def test_f11_a_slow_platform_slows_nobody_but_itself(open_school: OpenSchool) -> None:
    slow, quick = open_school(), open_school()
    quick.give_column()
    answers = threading.Event()

    def waits(_: Seen) -> None:
        answers.wait(TOTAL_SECONDS)

    slow_subs, quick_subs = (one.lms.enrol_many(AT_ONCE * 3) for one in (slow, quick))
    with between(slow.lms.issuer) as stretch:
        slow.is_reached_through(stretch.url)
        stretch.disturb("POST", "/scores", waits, count=None)
        for one, two in zip(slow_subs, quick_subs, strict=True):
            slow.grade(one)
            quick.grade(two)
        runner = slow.runner()
        working = threading.Thread(target=runner.run_forever)
        working.start()
        wait_for(lambda: quick.owed_count() == 0)
        under_way, still_owed = len(stretch.bodies), slow.owed_count()
        answers.set()
        wait_for(lambda: slow.owed_count() == 0)
        runner.stop()
        working.join()

    assert 0 < under_way <= AT_ONCE
    assert still_owed == len(slow_subs)
    check(quick)
    check(slow)


def test_f12_a_redirect_is_not_followed(school: School, network: Between) -> None:
    with http_peer(lambda _: Reply()) as login:
        moved = Reply(301, b"", {"Location": f"{login.url}/login"})
        network.disturb("POST", "/scores", moved)
        school.grade()
        school.run()

    assert login.requests == []
    assert school.state() is DeliveryState.OWED
    check(school, may_wait=True)


@by_dialect
def test_f19_a_score_that_arrived_before_the_network_broke_is_not_sent_again(
    open_school: OpenSchool, clock: FrozenClock, dialect: Dialect
) -> None:
    school = open_school(dialect)
    with between(school.lms.issuer) as network:
        school.is_reached_through(network.url)
        network.disturb("POST", "/scores", None, is_stored=True)
        network.disturb("GET", "/results", None, count=None)
        school.grade()
        run_until_settled(school, clock, at_most=timedelta(minutes=10))
        while_broken = school.state()
        network.disturbances.clear()
        run_until_settled(school, clock, at_most=timedelta(minutes=10))
        posts = network.statuses("POST", "/scores")

    cell = school.lms.cell()
    assert while_broken is DeliveryState.OWED
    assert posts == [NO_ANSWER]
    assert school.state() is DeliveryState.ARRIVED
    assert cell is not None
    assert cell.attempt_count == (1 if dialect is CANVAS else 0)
    check(school)


@by_dialect
def test_f20_an_old_request_that_comes_late_changes_nothing(
    open_school: OpenSchool, clock: FrozenClock, dialect: Dialect
) -> None:
    school = open_school(dialect)
    with between(school.lms.issuer) as network:
        school.is_reached_through(network.url)
        network.disturb("POST", "/scores", None)
        school.grade(score="0.5")
        school.run()
        old = next(sent for sent in school.wire.sent if b"scoreGiven" in sent.body)
        clock.advance(minutes=2)
        school.grade(score="1")
        run_until_settled(school, clock, at_most=timedelta(minutes=3))
        answer = requests.post(old.url, data=old.body, headers=old.headers, timeout=10)

    assert answer.status_code == dialect.scores.stale_status
    assert school.lms.shown() == 10.0
    check(school)
