"""Moments as people write them in a time zone. Pure: it reads no clock and no machine's zone."""

from datetime import UTC, datetime, tzinfo

#: Nothing is taught before or after; a day more or less never leaves what a date can be.
FIRST_YEAR, LAST_YEAR = 2000, 2200


class FarTimeError(ValueError):
    """It lies outside the years in which anything is taught."""


class NoSuchTimeError(ValueError):
    """The clocks go forward over this time, so nobody in the zone ever sees it."""


def moment_in(typed: datetime, zone: tzinfo) -> datetime:
    """Return the moment, in UTC, that a clock on a wall of this zone shows.

    Where the clocks go back, the first of the two.

    Raises:
        NoSuchTimeError: no clock there ever shows it.
        FarTimeError: it lies outside the years 2000 to 2200.

    >>> from zoneinfo import ZoneInfo
    >>> moment_in(datetime(2026, 10, 25, 1, 30), ZoneInfo("Europe/London")).hour
    0
    """
    if not FIRST_YEAR <= typed.year <= LAST_YEAR:
        raise FarTimeError
    moment = typed.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None, fold=0) != typed:
        raise NoSuchTimeError
    return moment


def is_shown_twice(moment: datetime, zone: tzinfo) -> bool:
    """Whether a clock on a wall of this zone shows the same an hour or so before or after."""
    there = moment.astimezone(zone)
    other = there.replace(fold=1 - there.fold)
    return there.utcoffset() != other.utcoffset() and _exists(other, zone)


def _exists(there: datetime, zone: tzinfo) -> bool:
    back = there.astimezone(UTC).astimezone(zone)
    return back.replace(tzinfo=None, fold=0) == there.replace(tzinfo=None, fold=0)
