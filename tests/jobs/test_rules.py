"""Gates, fed with answers by hand and at random."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from lti_app.jobs.rules import (
    LONGEST_THROTTLE,
    MOST_FAILURES,
    PROBE_EVERY,
    PROBE_EVERY_LATER,
    PROBE_KEY_EVERY,
    SHORTEST_THROTTLE,
    WIDEN_EVERY,
    Gate,
    after_failure,
    after_good,
    after_refused_key,
    after_throttle,
)

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def throttled(gate: Gate, *, at_most: int = 8, seconds: int | None = 60, at: datetime) -> Gate:
    return after_throttle(gate, at_most=at_most, seconds=seconds, chance=0.5, now=at)


def failed(times: int) -> Gate:
    gate = Gate()
    for _ in range(times):
        gate = after_failure(gate, now=NOW)
    return gate


def test_a_throttle_halves_what_is_under_way_and_waits_as_told() -> None:
    gate = throttled(Gate(), at=NOW)

    assert (gate.limit, gate.closed_until) == (4, NOW + timedelta(seconds=60))


def test_requests_that_were_under_way_together_halve_it_once() -> None:
    gate = throttled(throttled(Gate(), at=NOW), at=NOW + SECOND)

    assert (gate.limit, gate.closed_until) == (4, NOW + timedelta(seconds=61))


def test_it_never_narrows_to_nothing() -> None:
    gate = Gate(limit=1)

    assert throttled(gate, at=NOW).limit == 1


@pytest.mark.parametrize(("chance", "wait"), [(0, SHORTEST_THROTTLE), (1, LONGEST_THROTTLE)])
def test_where_the_platform_does_not_say_the_wait_is_spread(chance: float, wait: timedelta) -> None:
    gate = after_throttle(Gate(), at_most=4, seconds=None, chance=chance, now=NOW)

    assert gate.closed_until == NOW + wait


def test_after_a_closure_one_goes_first_and_a_good_answer_opens() -> None:
    gate = throttled(Gate(), at=NOW)
    later = NOW + timedelta(seconds=60)

    assert (gate.room(NOW), gate.room(later)) == (0, 1)
    assert after_good(gate, at_most=8, now=later).room(later) == 5


def test_a_good_answer_that_was_under_way_opens_nothing() -> None:
    gate = throttled(Gate(), at=NOW)

    assert after_good(gate, at_most=8, now=NOW + SECOND) == gate


def test_good_answers_widen_it_slowly_until_nothing_narrows_any_more() -> None:
    gate, now, widths = Gate(limit=5, changed_at=NOW), NOW, []
    for _ in range(4):
        now += WIDEN_EVERY
        gate = after_good(gate, at_most=8, now=now)
        widths.append(gate.limit)

    assert widths == [6, 7, None, None]


def test_f9_the_fifth_failure_in_a_row_closes_a_host() -> None:
    assert failed(MOST_FAILURES - 1).closed_until is None
    assert failed(MOST_FAILURES).closed_until == NOW + PROBE_EVERY


def test_f9_a_good_answer_between_failures_starts_the_count_anew() -> None:
    gate = after_good(failed(MOST_FAILURES - 1), at_most=4, now=NOW)

    assert after_failure(gate, now=NOW).closed_until is None


def test_f9_a_probe_that_fails_closes_it_again_at_once() -> None:
    probed_at = NOW + PROBE_EVERY
    gate = after_failure(failed(MOST_FAILURES), now=probed_at)

    assert gate.closed_until == probed_at + PROBE_EVERY


def test_after_an_hour_of_silence_it_is_asked_less_often() -> None:
    later = NOW + timedelta(hours=1)
    gate = after_failure(failed(MOST_FAILURES), now=later)

    assert gate.closed_until == later + PROBE_EVERY_LATER


def test_f14_a_refused_key_puts_a_platform_on_hold_for_a_quarter_of_an_hour() -> None:
    gate = after_refused_key(Gate(), now=NOW)

    assert gate.closed_until == NOW + PROBE_KEY_EVERY
    assert after_refused_key(gate, now=NOW + SECOND) == gate


@pytest.mark.parametrize("seed", range(50))
def test_whatever_a_host_answers_it_opens_with_the_first_good_answer(seed: int) -> None:
    gate, now = Gate(), NOW
    chance = random.Random(seed)  # noqa: S311 - a test that can be repeated
    for _ in range(200):
        now += timedelta(seconds=chance.uniform(0, 40))
        if gate.room(now) == 0:
            continue
        kind = chance.choice(("good", "failure", "throttle", "key"))
        if kind == "good":
            gate = after_good(gate, at_most=8, now=now)
            assert gate.closed_until is None
        elif kind == "failure":
            gate = after_failure(gate, now=now)
        elif kind == "throttle":
            gate = throttled(gate, seconds=chance.choice((None, 1, 3600)), at=now)
        else:
            gate = after_refused_key(gate, now=now)
        assert gate.limit is None or 1 <= gate.limit < 8
        assert gate.closed_until is None or gate.closed_until <= now + timedelta(hours=1)
