"""The lesson of an activity for everybody, and notes for who runs it."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from lti_app.catalog.library import load_library
from lti_app.catalog.models import ItemVersion
from lti_app.catalog.views import ActivityView
from lti_app.core.db import Database
from lti_app.lti.registration import Registration
from lti_app.people.roles import Role
from lti_app.submissions.lessons import find_lesson, find_notes
from lti_app.submissions.registry import load_rules
from tests.peers.world import Visitor, World

GOOD = Path(__file__).parents[1] / "data/good_pack"
SOURCES = [rules.source for rules in load_rules()]

OPENER = re.compile(r'<button type="button" class="rp-term" popovertarget="([^"]+)">')


@pytest.fixture
def activity(world: World, platform: Registration) -> ActivityView:
    return world.activity(platform)


@pytest.mark.parametrize("role", list(Role))
def test_everybody_in_the_course_can_read_the_lesson(
    world: World, platform: Registration, activity: ActivityView, role: Role
) -> None:
    page = world.visitor(platform, role).get(f"activities/{activity.public_id}/lesson")

    assert page.status_code == 200
    assert "Somewhere near you, somebody knows the thing" in page.text


def test_the_page_has_one_h1_and_the_lesson_s_headings_below_it(
    ann: Visitor, activity: ActivityView
) -> None:
    page = ann.get(f"activities/{activity.public_id}/lesson").text

    assert re.findall(r"<h1[^>]*>(.+?)</h1>", page) == ["Why knowledge gets stuck"]
    assert "<h2>What changes when knowledge moves</h2>" in page
    assert "<h3>The person who does not ask</h3>" in page


def test_each_marked_term_opens_its_meaning_without_a_script(
    ann: Visitor, activity: ActivityView
) -> None:
    page = ann.get(f"activities/{activity.public_id}/lesson").text

    opened = OPENER.findall(page)
    assert len(opened) >= 10
    for one in opened:
        assert page.count(f'<div class="rp-meaning" id="{one}" popover>') == 1


def test_every_term_of_the_module_stands_in_the_list_below(
    ann: Visitor, activity: ActivityView
) -> None:
    page = ann.get(f"activities/{activity.public_id}/lesson").text

    words = re.findall(r"<dfn>([^<]+)</dfn>", page)
    assert len(words) == 16
    assert words == sorted(words, key=str.casefold)


@pytest.mark.parametrize(
    ("role", "back"),
    [
        pytest.param(Role.LEARNER, "exercise/{}", id="a learner to the exercise"),
        pytest.param(Role.INSTRUCTOR, "activities/{}/preview", id="staff to the preview"),
        pytest.param(Role.OBSERVER, "activities/{}/preview", id="observers to the preview"),
    ],
)
def test_the_lesson_leads_back_to_the_exercise(
    world: World, platform: Registration, activity: ActivityView, role: Role, back: str
) -> None:
    visitor = world.visitor(platform, role)

    page = visitor.get(f"activities/{activity.public_id}/lesson").text

    assert page.count(f'href="{visitor.path(back.format(activity.public_id))}"') == 2


def test_staff_read_the_notes_with_their_evidence_and_its_strength(
    teacher: Visitor, activity: ActivityView
) -> None:
    page = teacher.get(f"activities/{activity.public_id}/notes").text

    assert "<h2>Pitfalls</h2>" in page
    assert '<b>Strong</b> · <span dir="auto">Connelly, C. E.' in page


def test_learners_do_not_read_the_notes(ann: Visitor, activity: ActivityView) -> None:
    assert ann.get(f"activities/{activity.public_id}/notes").status_code == 403


def test_a_module_without_notes_has_none(tmp_path: Path, activity: ActivityView) -> None:
    pack = shutil.copytree(GOOD, tmp_path / "small")
    here = replace(activity, pack="small", item="start")
    assert find_notes(load_library(tmp_path, SOURCES), here)

    (pack / "modules/01-first/facilitator.md").unlink()

    assert find_notes(load_library(tmp_path, SOURCES), here) is None
    assert find_lesson(load_library(tmp_path, SOURCES), here)


@pytest.mark.parametrize(
    ("role", "page"),
    [(Role.LEARNER, "exercise/{}"), (Role.OBSERVER, "activities/{}/preview")],
)
def test_the_exercise_leads_to_its_lesson(
    world: World, platform: Registration, activity: ActivityView, role: Role, page: str
) -> None:
    visitor = world.visitor(platform, role)

    shown = visitor.get(page.format(activity.public_id)).text

    assert f'href="{visitor.path(f"activities/{activity.public_id}/lesson")}"' in shown


@pytest.mark.parametrize("page", ["people", "lesson"])
def test_staff_are_led_to_the_notes(teacher: Visitor, activity: ActivityView, page: str) -> None:
    shown = teacher.get(f"activities/{activity.public_id}/{page}").text

    assert f'href="{teacher.path(f"activities/{activity.public_id}/notes")}"' in shown


def test_learners_are_not_led_to_the_notes(ann: Visitor, activity: ActivityView) -> None:
    assert "/notes" not in ann.get(f"activities/{activity.public_id}/lesson").text


def test_an_activity_whose_item_stands_in_no_pack_links_to_nothing_to_read(
    database: Database, ann: Visitor, teacher: Visitor, activity: ActivityView
) -> None:
    with database.write() as session:
        session.get_one(ItemVersion, activity.item_version_id).item = "made-here"

    assert "/lesson" not in ann.get(f"exercise/{activity.public_id}").text
    assert "/notes" not in teacher.get(f"activities/{activity.public_id}/people").text


@pytest.mark.parametrize("page", ["lesson", "notes"])
def test_an_activity_whose_item_stands_in_no_pack_has_nothing_to_read(
    database: Database, teacher: Visitor, activity: ActivityView, page: str
) -> None:
    with database.write() as session:
        session.get_one(ItemVersion, activity.item_version_id).item = "made-here"

    assert teacher.get(f"activities/{activity.public_id}/{page}").status_code == 404
