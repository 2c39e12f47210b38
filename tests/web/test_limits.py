"""Counters in the process: they count, forget what is over, and start no thread for it."""

import threading
import time

import pytest
from limits import RateLimitItemPerSecond
from limits.strategies import SlidingWindowCounterRateLimiter

from lti_app.web.limits import CountersHere

TWO_IN_A_MINUTE = RateLimitItemPerSecond(2, 60)


@pytest.fixture
def counters(monkeypatch: pytest.MonkeyPatch) -> CountersHere:
    monkeypatch.setattr(time, "time", lambda: 1_000_000.0)
    return CountersHere()


def let_pass(counters: CountersHere, source: str) -> bool:
    return SlidingWindowCounterRateLimiter(counters).hit(TWO_IN_A_MINUTE, source)


def test_each_source_has_its_own_share(counters: CountersHere) -> None:
    assert [let_pass(counters, "a") for _ in range(3)] == [True, True, False]
    assert let_pass(counters, "b")


def test_a_share_is_there_again_when_its_time_is_over(
    counters: CountersHere, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [let_pass(counters, "a") for _ in range(3)] == [True, True, False]

    monkeypatch.setattr(time, "time", lambda: 1_000_120.0)

    assert [let_pass(counters, "a") for _ in range(3)] == [True, True, False]


def test_sources_that_come_no_more_are_forgotten(
    counters: CountersHere, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(50):
        let_pass(counters, f"source-{number}")

    monkeypatch.setattr(time, "time", lambda: 1_000_121.0)
    let_pass(counters, "a")

    assert (len(counters.storage), len(counters.expirations), len(counters.locks)) == (1, 1, 1)


def test_counting_starts_no_thread(counters: CountersHere, monkeypatch: pytest.MonkeyPatch) -> None:
    # Its own first one, at the beginning, is over.
    counters.timer.join()
    started: list[str] = []
    monkeypatch.setattr(threading.Thread, "start", lambda thread: started.append(thread.name))

    for _ in range(3):
        let_pass(counters, "a")

    assert started == []
