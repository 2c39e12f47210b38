from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_app.catalog.rules import Dates, Lateness, LatePolicy, Release

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
NAMES = ["opens_at", "due_at", "closes_at", "releases_at"]
moments = st.none() | st.integers(0, 5).map(lambda days: NOON + timedelta(days=days))
shares = st.integers(0, 100)
latenesses = st.builds(Lateness, st.sampled_from(LatePolicy), shares, shares)
spans = st.timedeltas(timedelta(days=-30), timedelta(days=400))


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("opens_at", "due_at"),
        ("due_at", "closes_at"),
        ("closes_at", "releases_at"),
        ("opens_at", "releases_at"),
        ("due_at", "releases_at"),
    ],
)
def test_dates_in_the_wrong_order_are_named_as_a_pair(earlier: str, later: str) -> None:
    dates = Dates(**{earlier: NOON, later: NOON - timedelta(minutes=1)})

    assert dates.out_of_order() == (earlier, later)


def test_what_falls_together_is_in_order() -> None:
    dates = Dates(due_at=NOON, closes_at=NOON, releases_at=NOON)

    assert dates.out_of_order() is None


@given(moments, moments, moments, moments)
def test_dates_are_in_order_exactly_when_no_earlier_one_lies_after_a_later(
    opens: datetime | None,
    due: datetime | None,
    closes: datetime | None,
    releases: datetime | None,
) -> None:
    given_ones = [one for one in (opens, due, closes, releases) if one is not None]
    opens_for_nothing = opens is not None and given_ones[1:2] == [opens]

    pair = Dates(opens, due, closes, releases).out_of_order()

    assert (pair is None) == (given_ones == sorted(given_ones) and not opens_for_nothing)


def test_a_release_without_its_date_is_noticed() -> None:
    assert Dates().missing_for(Release.ON_CLOSE) == "closes_at"
    assert Dates().missing_for(Release.SCHEDULED) == "releases_at"
    assert [Dates().missing_for(one) for one in Release].count(None) == len(Release) - 2


@pytest.mark.parametrize(
    ("release", "before", "at"),
    [
        (Release.IMMEDIATE, True, True),
        (Release.ON_CLOSE, False, True),
        (Release.SCHEDULED, False, True),
        (Release.BY_HAND, False, False),
        (Release.NEVER, False, False),
    ],
)
def test_a_grade_leaves_by_itself_when_its_time_has_come(
    release: Release, before: bool, at: bool
) -> None:
    dates = Dates(closes_at=NOON, releases_at=NOON)

    assert dates.is_released_by(NOON - timedelta(seconds=1), release) is before
    assert dates.is_released_by(NOON, release) is at


@pytest.mark.parametrize(
    ("lateness", "late_for", "factor"),
    [
        (Lateness(LatePolicy.NONE, 50), timedelta(days=3), "1"),
        (Lateness(LatePolicy.CLOSED, 50), timedelta(days=3), "1"),
        (Lateness(LatePolicy.ONCE, 20), timedelta(seconds=1), "0.8"),
        (Lateness(LatePolicy.ONCE, 20), timedelta(days=99), "0.8"),
        (Lateness(LatePolicy.PER_DAY, 10), timedelta(days=1), "0.9"),
        (Lateness(LatePolicy.PER_DAY, 10), timedelta(days=1, seconds=1), "0.8"),
        (Lateness(LatePolicy.PER_DAY, 10, 50), timedelta(days=9), "0.5"),
        (Lateness(LatePolicy.PER_DAY, 10), timedelta(days=99), "0"),
    ],
)
def test_being_late_costs_what_the_policy_says(
    lateness: Lateness, late_for: timedelta, factor: str
) -> None:
    assert lateness.factor(late_for) == Decimal(factor)


@given(latenesses, spans)
def test_who_is_in_time_loses_nothing_and_nobody_loses_more_than_everything(
    lateness: Lateness, late_for: timedelta
) -> None:
    factor = lateness.factor(late_for)

    assert 0 <= factor <= 1
    assert late_for > timedelta() or factor == 1


@given(latenesses, spans, spans)
def test_being_later_never_pays(lateness: Lateness, one: timedelta, other: timedelta) -> None:
    sooner, later = sorted((one, other))

    # A floor above the share that the first day leaves would raise nothing: it is a floor.
    assert lateness.factor(later) <= lateness.factor(sooner)
