"""When an activity takes work, and when work is late. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Opening(StrEnum):
    """What one moment is for an activity."""

    NOT_YET = "not_yet"
    OPEN = "open"
    LATE = "late"
    CLOSED = "closed"


@dataclass(frozen=True)
class Window:
    """Open, due and closing time, each of which may be missing.

    Attributes:
        grace: how long after the due time nothing is late yet; it does not move the closing.
        takes_late: whether work is taken between due and closing time.
    """

    opens_at: datetime | None = None
    due_at: datetime | None = None
    closes_at: datetime | None = None
    grace: timedelta = timedelta()
    takes_late: bool = True

    @property
    def ends_at(self) -> datetime | None:
        """When the last work is taken; None when there is no end."""
        last_in_time = None if self.due_at is None else self.due_at + self.grace
        ends = [self.closes_at, None if self.takes_late else last_in_time]
        return min((end for end in ends if end is not None), default=None)

    def at(self, now: datetime) -> Opening:
        """Say what this moment is: the opening moment is open, the closing moment closed.

        >>> from datetime import UTC
        >>> noon = datetime(2026, 5, 1, 12, tzinfo=UTC)
        >>> Window(due_at=noon, grace=timedelta(minutes=5)).at(noon + timedelta(minutes=5))
        <Opening.OPEN: 'open'>
        """
        if self.closes_at is not None and now >= self.closes_at:
            return Opening.CLOSED
        if self.opens_at is not None and now < self.opens_at:
            return Opening.NOT_YET
        if self.due_at is not None and now > self.due_at + self.grace:
            return Opening.LATE if self.takes_late else Opening.CLOSED
        return Opening.OPEN
