"""What time it is, as an argument. It never reads a zone from the machine."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Return now, aware, in UTC."""
    return datetime.now(UTC)


def whole_second(moment: datetime) -> datetime:
    """Return the moment with its fraction of a second cut off.

    >>> from datetime import UTC, datetime
    >>> whole_second(datetime(2026, 5, 1, 12, 0, 0, 999999, tzinfo=UTC)).microsecond
    0
    """
    return moment.replace(microsecond=0)
