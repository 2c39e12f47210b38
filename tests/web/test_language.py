"""Dates and numbers as their reader writes them; a zone nobody told us is named."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from flask import Flask, g

from lti_app.people.roles import Role
from lti_app.web.language import decimals, local_time
from lti_app.web.viewer import Viewer
from tests.conftest import BASE_URL

MOMENT = datetime(2026, 3, 2, 21, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "accept", "written"),
    [
        (None, "", "2 Mar 2026, 21:05 UTC"),
        ("Europe/Madrid", "", "2 Mar 2026, 22:05"),
        ("Asia/Kathmandu", "en-GB", "3 Mar 2026, 02:50"),
        ("America/New_York", "en-US", "Mar 2, 2026, 4:05\u202fPM"),
        ("Nowhere/Land", "en-GB", "2 Mar 2026, 21:05 UTC"),
    ],
)
def test_a_time_is_written_for_its_reader(
    tool: Flask, zone: str | None, accept: str, written: str
) -> None:
    with tool.test_request_context(base_url=BASE_URL, headers={"Accept-Language": accept}):
        g.rapport_viewer = Viewer(1, 1, "u", "Ann", Role.LEARNER, "s", locale="en", time_zone=zone)
        assert local_time(MOMENT) == written


def test_a_number_shows_no_places_that_it_does_not_have(tool: Flask) -> None:
    with tool.test_request_context(base_url=BASE_URL):
        assert decimals(Decimal("10.000000")) == "10"
        assert decimals(Decimal("8.25")) == "8.25"
