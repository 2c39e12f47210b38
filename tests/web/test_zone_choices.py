"""The zones to choose from: every place once, by its city, in the reader's words."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from lti_app.web.language import speak_languages
from lti_app.web.zone_choices import zone_choices, zone_named


@pytest.fixture(autouse=True)
def reader() -> Iterator[None]:
    """Somebody who reads British English."""
    app = Flask("reader")
    speak_languages(app)
    with app.test_request_context():
        yield


def test_zones_stand_by_region_and_are_found_by_typing_their_city() -> None:
    groups = zone_choices("Europe/London")

    assert ("Europe/London", "London") in groups["Europe"]
    assert ("America/Argentina/Buenos_Aires", "Buenos Aires (Argentina)") in groups["America"]
    assert groups["Everywhere"] == [("UTC", "UTC")]
    for pairs in groups.values():
        cities = [city for _name, city in pairs]
        assert cities == sorted(cities)
        assert len(set(cities)) == len(cities)


def test_of_several_names_of_one_place_there_is_the_one_of_today() -> None:
    asia = dict(zone_choices("UTC")["Asia"])

    assert "Asia/Kolkata" in asia
    assert "Asia/Calcutta" not in asia


@pytest.mark.parametrize("current", ["Asia/Calcutta", "Etc/GMT+5", "EST5EDT"])
def test_the_zone_of_now_can_be_chosen_whatever_it_is_called(current: str) -> None:
    names = [name for pairs in zone_choices(current).values() for name, _city in pairs]

    assert names.count(current) == 1


def test_every_zone_to_choose_is_one_that_this_machine_knows() -> None:
    for pairs in zone_choices("UTC").values():
        for name, _city in pairs:
            assert zone_named(name) == ZoneInfo(name)


@pytest.mark.parametrize("name", [None, "", "Europe/Atlantis", "../../etc/passwd"])
def test_what_is_no_zone_counts_as_utc(name: str | None) -> None:
    assert zone_named(name).key == "UTC"
