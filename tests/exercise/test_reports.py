"""What staff read of each kind of item, and what its file holds, over HTTP."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from lti_app.catalog.views import ActivityView
from lti_app.core.csv_text import read_csv
from lti_app.core.db import Database
from lti_app.lti.registration import Registration
from lti_app.people.roles import Role
from lti_app.submissions.contract import Answers
from tests.conftest import FrozenClock
from tests.exercise.branch.stories import read, small
from tests.exercise.branch.walking import walked
from tests.exercise.items import small_item
from tests.exercise.sort.test_cohort import EVERYBODY
from tests.exercise.sort.test_cohort import ITEM as SORTING
from tests.peers.world import Visitor, World
from tests.submissions.classes import fill_class, with_item

SHARED = ["Name", "Handed in (UTC)", "Late", "Attempts", "Points", "Points possible"]
PLACED: list[Answers] = [{"placed": one} for one in EVERYBODY]
Open = Callable[[Mapping[str, Any], Sequence[Answers]], tuple[str, list[list[str]]]]


@pytest.fixture
def opened(world: World, database: Database, clock: FrozenClock) -> Open:
    """Return the page and the file of an item after people handed these answers in."""
    platform: Registration = world.platform()
    teacher: Visitor = world.visitor(platform, Role.TEACHING_ASSISTANT)

    def look(
        document: Mapping[str, Any], everybody: Sequence[Answers]
    ) -> tuple[str, list[list[str]]]:
        activity: ActivityView = world.activity(platform)
        with database.write() as session:
            activity = with_item(session, activity, document)
            fill_class(session, activity, everybody, now=clock())
        address = f"activities/{activity.public_id}/results"
        page, file = teacher.get(address), teacher.get(f"{address}.csv")
        assert (page.status_code, file.status_code) == (200, 200)
        return page.text, read_csv(file.data)

    return look


def responses(value: int) -> Answers:
    return {"responses": dict.fromkeys("abcd", value)}


def test_six_people_are_too_few_for_any_figure_of_a_self_assessment(opened: Open) -> None:
    page, _file = opened(small_item(), [responses(4)] * 6)

    assert "Means and answers are shown from 7 people on." in page
    assert "Means by area" not in page
    assert "Answers to each statement" not in page


def test_seven_people_have_means_and_spreads(opened: Open) -> None:
    page, _file = opened(small_item(), [responses(4)] * 5 + [responses(1)] * 2)

    assert "Means by area" in page
    # Area one: 4 and its reversed 2, five times; 1 and its reversed 5, twice.
    assert '<th scope="row"><span dir="auto">One</span></th><td class="num">3</td>' in page
    assert '<th scope="row"><span dir="auto">Two</span></th><td class="num">3.1</td>' in page
    assert 'data-l="often">5</td>' in page


@pytest.mark.parametrize("count", [3, 9])
def test_file_of_a_self_assessment_says_nothing_of_answers(opened: Open, count: int) -> None:
    _page, (heads, *lines) = opened(small_item(), [responses(1 + one % 5) for one in range(count)])

    assert heads == SHARED
    assert len(lines) == count
    assert {tuple(line[2:]) for line in lines} == {("", "1", "10", "10")}


def test_a_story_shows_its_ways_and_where_points_were_lost(opened: Open) -> None:
    story = read(small())
    taken = [walked(story, *path) for path in (("ask", "good"), ("ask", "good"), ("wait", "bad"))]

    page, _file = opened(small(), taken)

    assert '<th scope="row"><span dir="auto">Title of good</span></th>' in page
    assert '<td class="num">2 of 3</td>' in page
    # Who waited could have 3 of 6 points at most, and then chose what gives none.
    assert page.index("Where most points were lost") < page.index("Most common whole paths")
    for scene, percent in (("wait", "50"), ("monday", "16.7")):
        cell = f'Title of {scene}</span></th><td class="num">{percent} %</td>'
        assert cell in page


def test_file_of_a_story_has_everybodys_choices(opened: Open) -> None:
    story = read(small())
    taken = [walked(story, "ask", "good"), walked(story, "wait", "bad")]

    _page, (heads, *lines) = opened(small(), taken)

    scenes = ["Title of monday", "Title of ask", "Title of wait"]
    assert heads == [*SHARED, "Ending", "Points of the story", *scenes]
    assert [line[6:] for line in lines] == [
        ["Title of good", "6", "Go to ask.", "Go to good.", ""],
        ["Title of bad", "0", "Go to wait.", "", "Go to bad."],
    ]


def test_a_path_that_the_story_does_not_know_any_more_breaks_no_page(
    opened: Open,
) -> None:
    page, _file = opened(small(), [walked(read(small()), "ask", "good"), {"path": []}])

    assert '<td class="num">1 of 1</td>' in page


def test_a_sorting_shows_its_hardest_cards_and_where_each_was_put(opened: Open) -> None:
    page, (heads, *lines) = opened(SORTING.model_dump(mode="json"), PLACED)

    assert "Card b (most often wrongly in: Z)" in page
    assert "Card a Most often" not in page
    assert heads == [*SHARED, "Cards placed right", "Card a", "Card b", "Card c"]
    assert sorted(line[6:] for line in lines) == [
        ["1", "X", "X", ""],
        ["1", "X", "Z", "Y"],
        ["2", "X", "Y", "X"],
        ["2", "X", "Z", "Z"],
    ]


def test_sorted_cards_stay_in_the_file_as_the_item_has_them(opened: Open) -> None:
    document = SORTING.model_dump(mode="json")
    document["cards"][0]["text"] = "=1+1"

    _page, (heads, *_lines) = opened(document, PLACED[:1])

    assert "=1+1" in heads
