"""The course we ship says all that it promises, and is as long as it says."""

from collections.abc import Iterator
from typing import Any

import pytest

from lti_app.catalog.pack import Module, PackItem
from lti_app.core.paths import resource_path
from lti_app.core.terms import find_marks
from lti_app.submissions.lessons import WORDS_A_MINUTE
from lti_app.submissions.registry import load_registry

ITEMS = ["m1-self20-pre", "m1-branch-handover", "m1-sort-hiding"]


@pytest.fixture(scope="module")
def module() -> Module:
    (pack,) = load_registry(with_pages=False).library.packs
    assert resource_path("courses").joinpath(pack.slug).is_dir()
    return pack.modules[0]


@pytest.fixture(scope="module")
def items(module: Module) -> dict[str, PackItem]:
    return {item.spec.id: item for item in module.items}


def paths(story: Any, at: str, points: int = 0) -> Iterator[int]:
    """Yield the points of every complete path, walked one by one."""
    scene = next(one for one in story["scenes"] if one["id"] == at)
    if scene["ending"]:
        yield points
    for option in scene["options"]:
        yield from paths(story, option["to"], points + option["points"])


def test_the_first_module_has_its_three_exercises_in_order(module: Module) -> None:
    assert [item.spec.id for item in module.items] == ITEMS


def test_the_story_has_twenty_one_paths_from_nought_to_nine(items: dict[str, PackItem]) -> None:
    story: Any = items["m1-branch-handover"].content

    found = list(paths(story, story["start"]))

    assert (len(found), min(found), max(found)) == (21, 0, 9)


def test_every_choice_of_the_story_is_answered(items: dict[str, PackItem]) -> None:
    story: Any = items["m1-branch-handover"].content
    options = [option for scene in story["scenes"] for option in scene["options"]]

    assert len(options) == 12
    assert all(option["feedback"] and 1 <= len(option["effects"]) <= 3 for option in options)


def test_each_place_for_cards_has_two(items: dict[str, PackItem]) -> None:
    item: Any = items["m1-sort-hiding"].content
    bins = [card["bin"] for card in item["cards"]]

    assert {one: bins.count(one) for one in bins} == {
        "evasive": 2,
        "dumb": 2,
        "excuse": 2,
        "limit": 2,
    }


def test_the_lesson_is_read_in_eight_to_ten_minutes(module: Module) -> None:
    assert 8 <= len(module.lesson.split()) / WORDS_A_MINUTE <= 10


def test_the_glossary_has_what_the_lesson_marks_and_little_more(module: Module) -> None:
    marked = {module.glossary.names[mark.term] for mark in find_marks(module.lesson)}

    assert 12 <= len(module.glossary.terms) <= 18
    assert len(marked) >= 10


def test_every_source_of_the_module_says_how_far_it_carries(module: Module) -> None:
    assert len(module.evidence) >= 5
    assert all(one.strength and one.finding for one in module.evidence)


@pytest.mark.parametrize(
    "heading",
    [
        "At a glance",
        "Setting it up",
        "What to expect",
        "Talking about it",
        "Pitfalls",
        "Reading the results page",
        "Accessibility and privacy",
        "How sure we are",
    ],
)
def test_whoever_runs_the_module_is_told(module: Module, heading: str) -> None:
    assert f"\n## {heading}\n" in module.facilitator
