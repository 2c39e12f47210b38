"""When a failed job is tried again, and when it no longer is. Pure: time and chance come in."""

from datetime import datetime, timedelta

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
SHORTEST_WAIT = timedelta(seconds=1)
GIVE_UP_AFTER = timedelta(days=28)


def longest_wait(attempts: int) -> timedelta:
    """Return the most that the next try may wait: 30 s, doubled each time, at most an hour.

    Args:
        attempts: how often it has failed, this time included; 1 or more.

    >>> [longest_wait(attempts).seconds for attempts in (1, 2, 3, 7, 8, 4000)]
    [30, 60, 120, 1920, 3600, 3600]
    """
    doublings = min(max(attempts, 1) - 1, 16)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def next_try(
    now: datetime, *, attempts: int, failing_since: datetime, chance: float
) -> datetime | None:
    """Return when to try again, spread evenly between now and the longest wait (full jitter).

    Args:
        failing_since: when the first of these tries failed.
        chance: 0 to 1, drawn by the caller.

    Returns:
        None when it has failed for 28 days and a person must look.
    """
    if now - failing_since >= GIVE_UP_AFTER:
        return None
    return now + max(longest_wait(attempts) * chance, SHORTEST_WAIT)
