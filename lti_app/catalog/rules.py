"""When an activity takes work, when grades leave, and what being late costs. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

#: Nothing that is counted by days goes on for longer.
_DAY = timedelta(days=1)


class Release(StrEnum):
    """When grades leave: to the learner, and to the platform where there is a column."""

    IMMEDIATE = "immediate"
    ON_CLOSE = "on_close"
    SCHEDULED = "scheduled"
    BY_HAND = "by_hand"
    NEVER = "never"


class LatePolicy(StrEnum):
    """What being late costs. CLOSED: late work is not taken."""

    NONE = "none"
    ONCE = "once"
    PER_DAY = "per_day"
    CLOSED = "closed"


@dataclass(frozen=True)
class Dates:
    """The dates of an activity, each of which may be missing."""

    opens_at: datetime | None = None
    due_at: datetime | None = None
    closes_at: datetime | None = None
    releases_at: datetime | None = None

    def out_of_order(self) -> tuple[str, str] | None:
        """Return the first pair of names that stand in the wrong order, None when all are right.

        Two may fall together, but an activity that closes as it opens can never be done.

        >>> from datetime import UTC
        >>> noon = datetime(2026, 5, 1, 12, tzinfo=UTC)
        >>> Dates(opens_at=noon, closes_at=noon).out_of_order()
        ('opens_at', 'closes_at')
        """
        given = [(name, moment) for name, moment in vars(self).items() if moment is not None]
        for (earlier, first), (later, second) in pairwise(given):
            if second < first or (earlier == "opens_at" and second == first):
                return earlier, later
        return None

    def missing_for(self, release: Release) -> str | None:
        """Return the date without which grades would never leave; None when nothing is missing."""
        if release is Release.ON_CLOSE and self.closes_at is None:
            return "closes_at"
        if release is Release.SCHEDULED and self.releases_at is None:
            return "releases_at"
        return None

    def release_time(self, release: Release) -> datetime | None:
        """Return when grades leave by themselves; None when a person or nobody releases them."""
        if release is Release.ON_CLOSE:
            return self.closes_at
        return self.releases_at if release is Release.SCHEDULED else None

    def is_released_by(self, now: datetime, release: Release) -> bool:
        """Whether a grade that is found now leaves at once."""
        at = self.release_time(release)
        return release is Release.IMMEDIATE or (at is not None and now >= at)


@dataclass(frozen=True)
class Lateness:
    """What being late costs.

    Attributes:
        percent: lost once, or for each started day; 0 to 100.
        floor_percent: what is left at least, however many days it were; 0 to 100.
    """

    policy: LatePolicy = LatePolicy.NONE
    percent: int = 0
    floor_percent: int = 0

    def factor(self, late_for: timedelta) -> Decimal:
        """Return by what the score of a late facet is multiplied, 0 to 1.

        >>> Lateness(LatePolicy.PER_DAY, 10, 50).factor(timedelta(hours=25))
        Decimal('0.8')
        """
        if late_for <= timedelta() or self.policy in (LatePolicy.NONE, LatePolicy.CLOSED):
            return Decimal(1)
        if self.policy is LatePolicy.ONCE:
            return Decimal(100 - self.percent) / 100
        started_days = -(-late_for // _DAY)
        left = max(100 - self.percent * started_days, min(self.floor_percent, 100))
        return Decimal(max(left, 0)) / 100
