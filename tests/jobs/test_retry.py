from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_app.jobs.retry import GIVE_UP_AFTER, LONGEST_WAIT, next_try

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(("attempts", "longest"), [(1, 30), (2, 60), (3, 120), (8, 3600)])
def test_the_wait_doubles_with_each_failure_up_to_an_hour(attempts: int, longest: int) -> None:
    at = next_try(NOW, attempts=attempts, failing_since=NOW, chance=1.0)

    assert at == NOW + timedelta(seconds=longest)


@given(attempts=st.integers(1, 10_000), chance=st.floats(0, 1))
def test_the_next_try_is_always_ahead_and_within_the_hour(attempts: int, chance: float) -> None:
    at = next_try(NOW, attempts=attempts, failing_since=NOW, chance=chance)

    assert at is not None
    assert NOW + timedelta(seconds=1) <= at <= NOW + LONGEST_WAIT


def test_tries_spread_over_the_whole_wait() -> None:
    at = next_try(NOW, attempts=3, failing_since=NOW, chance=0.25)

    assert at == NOW + timedelta(seconds=30)


def test_after_four_weeks_of_failing_a_person_must_look() -> None:
    just_before = NOW - GIVE_UP_AFTER + timedelta(seconds=1)

    assert next_try(NOW, attempts=9, failing_since=NOW - GIVE_UP_AFTER, chance=0.5) is None
    assert next_try(NOW, attempts=9, failing_since=just_before, chance=0.5) is not None
