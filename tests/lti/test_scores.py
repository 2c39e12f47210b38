"""Cases L: the body of a score. Pure."""

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_app.lti.scores import (
    ActivityProgress,
    GradingProgress,
    Score,
    json_number,
    score_body,
)

AT = datetime(2026, 1, 2, 3, 4, 5, 678_901, tzinfo=UTC)


def score(**changes: Any) -> Score:
    given: dict[str, Any] = {"points": Decimal(8), "maximum": Decimal(10), "at": AT, **changes}
    return Score("User-1", **given)


def test_a_full_score_says_everything_once() -> None:
    body = score_body(
        score(comment="Well done", submitted_at=AT - timedelta(hours=1), is_new_submission=False)
    )

    assert body == {
        "userId": "User-1",
        "timestamp": "2026-01-02T03:04:05.000Z",
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
        "scoreGiven": 8,
        "scoreMaximum": 10,
        "comment": "Well done",
        "submission": {"submittedAt": "2026-01-02T02:04:05.000Z"},
        "https://canvas.instructure.com/lti/submission": {"new_submission": False},
    }


@pytest.mark.parametrize(
    ("changes", "absent"),
    [
        pytest.param({}, "https://canvas.instructure.com/lti/submission", id="AG-30"),
        pytest.param({"comment": ""}, "comment", id="AG-28"),
        pytest.param({"points": None, "maximum": None}, "scoreGiven", id="AG-26"),
        pytest.param({"points": None, "maximum": None}, "scoreMaximum", id="AG-26-maximum"),
    ],
)
def test_what_is_not_said_is_left_out(changes: dict[str, Any], absent: str) -> None:
    assert absent not in score_body(score(**changes))


@pytest.mark.parametrize(
    ("points", "written"),
    [
        pytest.param("11", 11, id="AG-20"),
        pytest.param("0", 0, id="AG-21"),
        pytest.param("0.000000", 0, id="AG-21-decimals"),
        pytest.param("8.10", 8.1, id="AG-22-decimals"),
        pytest.param("0.3", 0.3, id="AG-22-no-binary"),
    ],
)
def test_points_are_sent_as_they_are(points: str, written: float) -> None:
    assert score_body(score(points=Decimal(points)))["scoreGiven"] == written


def test_ag_22_a_third_is_sent_with_finite_digits() -> None:
    text = json.dumps(score_body(score(points=Decimal(1) / Decimal(3))))

    assert '"scoreGiven": 0.333333333333333,' in text


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"points": Decimal(-1)}, id="AG-22-negative"),
        pytest.param({"points": Decimal("NaN")}, id="AG-22-nan"),
        pytest.param({"points": Decimal("Infinity")}, id="AG-22-infinity"),
        pytest.param({"maximum": None}, id="AG-23"),
        pytest.param({"points": None}, id="AG-23-points"),
        pytest.param({"maximum": Decimal(0)}, id="AG-24-zero"),
        pytest.param({"maximum": Decimal("Infinity")}, id="AG-24-infinity"),
        pytest.param({"at": datetime(2026, 1, 2)}, id="AG-19-naive"),  # noqa: DTZ001 - it must be refused
    ],
)
def test_a_score_that_no_platform_takes_cannot_be_built(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        score(**changes)


def test_ag_19_a_time_is_written_in_utc_and_whole_seconds() -> None:
    there = datetime(
        2026, 7, 1, 12, 0, 59, 999_999, tzinfo=timezone(timedelta(hours=5, minutes=30))
    )

    assert score_body(score(at=there))["timestamp"] == "2026-07-01T06:30:59.000Z"


def test_ag_27_work_that_waits_for_a_person_says_so() -> None:
    body = score_body(
        score(activity=ActivityProgress.COMPLETED, grading=GradingProgress.PENDING_MANUAL)
    )

    assert (body["activityProgress"], body["gradingProgress"]) == ("Completed", "PendingManual")


def test_ag_29_a_comment_is_text_and_bounded() -> None:
    comment = score_body(score(comment="<b>\x00" + "😀" * 20_000))["comment"]

    assert comment.startswith("<b>😀")
    assert len(comment) == 5000


def test_ag_32_a_person_is_named_exactly_as_the_platform_does() -> None:
    assert score_body(score())["userId"] == "User-1"


@given(st.decimals(min_value=0, max_value=999_999, places=6))
def test_a_number_of_the_database_is_written_with_its_own_digits(value: Decimal) -> None:
    assert Decimal(repr(json_number(value))) == value
