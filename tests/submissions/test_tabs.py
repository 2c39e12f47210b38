"""The pages of an activity are tabs for staff: the same ones everywhere, the open one marked."""

import re

import pytest

from lti_app.catalog.views import ActivityView
from lti_app.lti.registration import Registration
from lti_app.people.roles import Role
from tests.peers.world import World

TAB = re.compile(r'<a href="[^"]*/activities/[^"]*/(\w+)"( aria-current="page")?>(\w+)</a>')
#: Each tab's page, and which tab is open there.
PAGES = {
    "people": "People",
    "results": "Results",
    "settings": "Settings",
    "try": "Preview",
    "preview": "Preview",
    "release": "People",
}


@pytest.fixture
def activity(world: World, platform: Registration) -> ActivityView:
    return world.activity(platform)


def tabs_of(page: str) -> list[tuple[str, str, str]]:
    """Return end of address, mark and word of each tab."""
    nav = re.search(r'<nav class="rp-bar__nav"[^>]*>(.*?)</nav>', page, re.DOTALL)
    return TAB.findall(nav.group(1)) if nav else []


@pytest.mark.parametrize("place", PAGES)
def test_instructor_finds_the_same_tabs_on_every_page_of_an_activity(
    world: World, platform: Registration, activity: ActivityView, place: str
) -> None:
    page = world.visitor(platform, Role.INSTRUCTOR).get(f"activities/{activity.public_id}/{place}")

    tabs = tabs_of(page.text)
    assert [(address, word) for address, _mark, word in tabs] == [
        ("people", "People"),
        ("results", "Results"),
        ("settings", "Settings"),
        ("try", "Preview"),
    ]
    assert [word for _address, mark, word in tabs if mark] == [PAGES[place]]


def test_assistant_finds_no_tab_of_what_an_assistant_may_not_open(
    world: World, platform: Registration, activity: ActivityView
) -> None:
    assistant = world.visitor(platform, Role.TEACHING_ASSISTANT)

    tabs = tabs_of(assistant.get(f"activities/{activity.public_id}/people").text)

    assert [word for _address, _mark, word in tabs] == ["People", "Results", "Preview"]
    for address, _mark, _word in tabs:
        assert assistant.get(f"activities/{activity.public_id}/{address}").status_code == 200


@pytest.mark.parametrize("role", [Role.LEARNER, Role.OBSERVER, Role.GUEST])
def test_who_is_not_staff_finds_no_tabs(
    world: World, platform: Registration, activity: ActivityView, role: Role
) -> None:
    page = world.visitor(platform, role).get(f"activities/{activity.public_id}/preview")

    assert page.status_code == 200
    assert tabs_of(page.text) == []


def test_exercise_names_its_module(
    world: World, platform: Registration, activity: ActivityView
) -> None:
    page = world.visitor(platform).get(f"exercise/{activity.public_id}").text

    assert '<p class="rp-eyebrow">Module 1 · Self-assessment · about 8 minutes</p>' in page
