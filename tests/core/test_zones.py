"""Wall clocks: times they skip, times they show twice, and all others there and back."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_app.core.zones import NoSuchTimeError, is_shown_twice, moment_in

ZONES = [
    ZoneInfo(name)
    # Half an hour of summer time; a day that was skipped; quarters of an hour; none at all.
    for name in ("Europe/London", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu", "UTC")
]


@given(
    st.datetimes(datetime(2010, 1, 1), datetime(2040, 1, 1)),  # noqa: DTZ001 - on a wall
    st.sampled_from(ZONES),
)
def test_what_is_found_is_what_the_clock_shows_and_the_first_to_show_it(
    typed: datetime, zone: ZoneInfo
) -> None:
    try:
        moment = moment_in(typed, zone)
    except NoSuchTimeError:
        # Within a day of it, the clocks were put forward.
        around = [typed + timedelta(days=shift) for shift in (-2, 2)]
        before, after = (one.replace(tzinfo=zone).utcoffset() for one in around)
        assert before != after
        return
    assert moment.astimezone(zone).replace(tzinfo=None, fold=0) == typed
    assert moment.astimezone(zone).fold == 0


@given(
    st.datetimes(
        datetime(2010, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
        datetime(2040, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
        timezones=st.just(UTC),
    ),
    st.sampled_from(ZONES),
)
def test_a_moment_is_shown_twice_when_another_moment_looks_the_same(
    moment: datetime, zone: ZoneInfo
) -> None:
    there = moment.astimezone(zone).replace(tzinfo=None, fold=0)
    shifts = [timedelta(minutes=minutes) for minutes in (-60, -30, 30, 60)]
    shown = [(moment + shift).astimezone(zone).replace(tzinfo=None, fold=0) for shift in shifts]

    assert is_shown_twice(moment, zone) == (there in shown)


@pytest.mark.parametrize(
    ("zone", "typed"),
    [
        ("Europe/London", datetime(2027, 3, 28, 1, 30)),  # noqa: DTZ001 - on a wall
        ("Australia/Lord_Howe", datetime(2026, 10, 4, 2, 15)),  # noqa: DTZ001 - on a wall
        ("Pacific/Apia", datetime(2011, 12, 30, 12)),  # noqa: DTZ001 - on a wall
    ],
)
def test_a_time_that_clocks_go_over_does_not_exist(zone: str, typed: datetime) -> None:
    with pytest.raises(NoSuchTimeError):
        moment_in(typed, ZoneInfo(zone))
