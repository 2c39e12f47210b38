"""The ways that a cohort took through a story, and what its choices gave away."""

from fractions import Fraction
from itertools import product

from lti_app.activities.exercise.branch.cohort import journey_of, lost_by, ways_of
from lti_app.activities.exercise.branch.graph import survey_of_sound
from lti_app.activities.exercise.branch.play import Journey
from tests.exercise.branch.stories import handover, option, read, scene, small, story
from tests.exercise.branch.walking import all_paths, walked


def journeys(document: dict[str, object], *paths: tuple[str, ...]) -> list[Journey]:
    item = read(document)
    found = [journey_of(item, walked(item, *path)) for path in paths]
    assert None not in found
    return [one for one in found if one is not None]


def test_each_scene_counts_who_came_there_and_what_they_took() -> None:
    taken = journeys(small(), ("ask", "good"), ("ask", "bad"), ("ask", "good"), ("wait", "bad"))

    ways = ways_of(read(small()), taken)

    counts = {
        one.scene.id: (one.met, [(chosen.id, count) for chosen, count in one.counts])
        for one in ways.scenes
    }
    assert counts == {
        "monday": (4, [("ask", 3), ("wait", 1)]),
        "ask": (3, [("good", 2), ("bad", 1)]),
        "wait": (1, [("ask", 0), ("bad", 1)]),
    }


def test_whole_paths_and_endings_come_most_frequent_first() -> None:
    taken = journeys(small(), ("wait", "bad"), ("ask", "good"), ("ask", "good"))

    ways = ways_of(read(small()), taken)

    assert [(scene.id, count) for scene, count in ways.endings] == [("good", 2), ("bad", 1)]
    paths = [([chosen.id for _scene, chosen in one.steps], one.count) for one in ways.paths]
    assert paths == [(["ask", "good"], 2), (["wait", "bad"], 1)]
    assert ways.paths[0].ending.id == "good"


def test_a_scene_that_a_path_comes_back_to_counts_each_time() -> None:
    document = story(
        scene("yard", option("yard", 0, id="wait"), option("end", 2), visits=2),
        scene("end", option("good", 1), option("bad", 0)),
        scene("good"),
        scene("bad"),
    )

    ways = ways_of(read(document), journeys(document, ("wait", "end", "good")))

    assert ways.scenes[0].met == 2
    assert [count for _option, count in ways.scenes[0].counts] == [1, 1]


def test_a_choice_that_closes_a_door_costs_what_lay_behind_it() -> None:
    """Both options give as much at once; only one of them leads to the point."""
    document = story(
        scene("fork", option("rich", 1), option("poor", 1)),
        scene("rich", option("end", 4, id="take"), option("end", 0, id="leave")),
        scene("poor", option("end", 0)),
        scene("end"),
    )

    ways = ways_of(read(document), journeys(document, ("rich", "take"), ("poor", "end")))

    assert [(one.scene.id, one.lost) for one in ways.hardest()] == [("fork", Fraction(1, 2))]


def test_what_all_choices_of_a_path_gave_away_is_what_it_lacks_of_the_best() -> None:
    for document in (small(), handover()):
        item = read(document)
        survey = survey_of_sound(item)
        whole = survey.whole
        assert whole
        for path in all_paths(item):
            journey = journey_of(item, walked(item, *(one.id for one in path)))
            assert journey
            lacks = Fraction(whole.most - journey.points, whole.most - whole.least)

            assert sum(lost_by(survey, one) for one in journey.passed) == lacks


def test_answers_that_the_story_does_not_know_any_more_are_no_path() -> None:
    item = read(small())

    for name, value in product(("scene", "option"), ("gone", 3)):
        step = {"scene": "monday", "option": "ask", "at": "2026-11-28T09:00:00Z", name: value}
        assert journey_of(item, {"path": [step]}) is None
    assert journey_of(item, {}) is None


def test_nobody_took_no_way() -> None:
    ways = ways_of(read(small()), [])

    assert (ways.scenes, ways.endings, ways.paths, ways.hardest()) == ((), (), (), [])
