from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_app.grading.rules import (
    Mark,
    Verdict,
    is_kept_out,
    is_too_far_ahead,
    judge,
    next_score_time,
)

NOW = datetime(2026, 5, 1, 12, 0, 30, 250_000, tzinfo=UTC)
times = st.integers(-(10**8), 10**8).map(lambda ms: NOW + timedelta(milliseconds=ms))


def mark(points: str | None, maximum: str = "10") -> Mark:
    return Mark(None if points is None else Decimal(points), Decimal(maximum))


def test_the_first_score_time_is_now_in_whole_seconds() -> None:
    assert next_score_time(NOW, None) == NOW.replace(microsecond=0)


def test_ag_16_a_second_score_in_the_same_second_lies_one_second_later() -> None:
    first = next_score_time(NOW, None)

    assert next_score_time(NOW, first) == first + timedelta(seconds=1)


def test_ag_18_a_clock_that_moves_back_moves_no_score_time_back() -> None:
    last = NOW + timedelta(hours=2)

    assert next_score_time(NOW, last) > last - timedelta(seconds=1)


@given(times, times)
def test_score_times_only_grow_and_are_whole_seconds(now: datetime, last: datetime) -> None:
    at = next_score_time(now, last)

    assert at.microsecond == 0
    assert at > last - timedelta(seconds=1)
    assert at >= last.replace(microsecond=0) + timedelta(seconds=1)


def test_a_time_more_than_thirty_seconds_ahead_has_to_wait() -> None:
    assert not is_too_far_ahead(NOW + timedelta(seconds=30), NOW)
    assert is_too_far_ahead(NOW + timedelta(seconds=31), NOW)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (mark("8"), mark("32", "40")),
        (mark("1", "3"), mark("33.33", "100")),
        (mark("12"), mark("100", "100")),
        (mark("0"), mark("0", "100")),
    ],
)
def test_marks_are_equal_whatever_the_platform_scaled_them_to(ours: Mark, theirs: Mark) -> None:
    assert ours.equals(theirs)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [(mark("8"), mark("8.1")), (mark("0"), mark(None)), (mark("9.99"), mark("10"))],
)
def test_marks_that_differ_are_not_equal(ours: Mark, theirs: Mark) -> None:
    assert not ours.equals(theirs)


OURS, NEWEST, HUMAN = mark("5"), mark("7"), mark("9")


@pytest.mark.parametrize(
    ("result", "acknowledged", "unanswered", "verdict"),
    [
        pytest.param(None, None, OURS, Verdict.SEND, id="F3 nothing arrived"),
        pytest.param(OURS, None, OURS, Verdict.ARRIVED, id="F4 it had arrived"),
        pytest.param(mark("20", "40"), None, OURS, Verdict.ARRIVED, id="F4 and was scaled"),
        pytest.param(OURS, OURS, None, Verdict.SEND, id="ours is still there"),
        pytest.param(HUMAN, OURS, None, Verdict.LMS_NEWER, id="F18 somebody graded there"),
        pytest.param(HUMAN, OURS, NEWEST, Verdict.LMS_NEWER, id="F18 after a lost answer"),
        pytest.param(OURS, OURS, NEWEST, Verdict.SEND, id="F19 the newer one did not arrive"),
        pytest.param(NEWEST, OURS, NEWEST, Verdict.ARRIVED, id="F19 the newer one arrived"),
        pytest.param(mark(None), OURS, None, Verdict.SEND, id="AG-47 a row without a grade"),
        pytest.param(HUMAN, None, OURS, Verdict.LMS_NEWER, id="AG-12 not ours, before our first"),
        pytest.param(HUMAN, None, None, Verdict.LMS_NEWER, id="not ours, as nothing was sent"),
    ],
)
def test_a_look_at_the_result_decides(
    result: Mark | None, acknowledged: Mark | None, unanswered: Mark | None, verdict: Verdict
) -> None:
    assert judge(result, acknowledged=acknowledged, unanswered=unanswered) is verdict


@pytest.mark.parametrize(
    ("shown", "is_out"),
    [
        pytest.param(HUMAN, True, id="another result"),
        pytest.param(mark("20", "40"), False, id="ours, scaled"),
        pytest.param(mark(None), False, id="a row without a grade"),
        pytest.param(None, False, id="no row"),
    ],
)
def test_only_another_result_keeps_a_score_out_that_was_taken(
    shown: Mark | None, *, is_out: bool
) -> None:
    assert is_kept_out(OURS, shown) is is_out


def test_a_score_that_is_taken_back_is_kept_out_by_any_result() -> None:
    assert is_kept_out(mark(None), HUMAN)
    assert not is_kept_out(mark(None), None)
