from datetime import UTC, datetime, timedelta

import pytest

from lti_app.submissions.window import Opening, Window

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
WINDOW = Window(
    opens_at=NOON,
    due_at=NOON + timedelta(days=1),
    closes_at=NOON + timedelta(days=2),
    grace=timedelta(minutes=10),
)


@pytest.mark.parametrize(
    ("now", "opening"),
    [
        pytest.param(NOON - SECOND, Opening.NOT_YET, id="before it opens"),
        pytest.param(NOON, Opening.OPEN, id="the opening moment"),
        pytest.param(NOON + timedelta(days=1, minutes=10), Opening.OPEN, id="end of the grace"),
        pytest.param(NOON + timedelta(days=1, minutes=10) + SECOND, Opening.LATE, id="after it"),
        pytest.param(NOON + timedelta(days=2) - SECOND, Opening.LATE, id="before it closes"),
        pytest.param(NOON + timedelta(days=2), Opening.CLOSED, id="the closing moment"),
    ],
)
def test_each_moment_of_a_window_has_one_name(now: datetime, opening: Opening) -> None:
    assert WINDOW.at(now) is opening


def test_a_window_without_times_is_always_open() -> None:
    assert Window().at(NOON) is Opening.OPEN


def test_grace_does_not_move_the_closing() -> None:
    window = Window(due_at=NOON, closes_at=NOON, grace=timedelta(hours=1))

    assert window.at(NOON) is Opening.CLOSED
