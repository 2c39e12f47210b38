import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lti_app.activities.exercise.branch.board import Board, State
from lti_app.activities.exercise.branch.graph import examined, survey_of_sound
from lti_app.activities.exercise.branch.spec import BranchItem
from lti_app.activities.exercise.branch.story import Story
from lti_app.activities.exercise.branch.survey import Prospect, Survey, survey_of
from tests.exercise.branch.graphs import documents, unchecked
from tests.exercise.branch.stories import Document, handover, option, read, scene, small, story
from tests.exercise.branch.walking import all_paths
from tests.submissions.factories import registry

ANY = st.one_of(documents(), documents(has_loops=True))


def sums(story: Story) -> list[int]:
    """Return what every complete path comes to, each walked on its own."""
    return [sum(option.points for option in path) for path in all_paths(story)]


def best_walk(survey: Survey) -> int:
    """Return what following the best option everywhere comes to."""
    board, state, points = survey.board, survey.board.begin(), 0
    while best := survey.best(state):
        points += best.points
        state = board.after(state, best)
    return points


def every_state(board: Board, state: State) -> list[tuple[State, list[int]]]:
    """Return each state that a path comes to, with the sums that lie ahead of it there."""
    if board.scenes[state.scene].ending:
        return [(state, [0])]
    found, ahead = [], []
    for one in board.offered(state):
        below = every_state(board, board.after(state, one))
        found += below
        ahead += [one.points + points for points in below[-1][1]]
    return [*found, (state, ahead)]


@given(ANY)
def test_least_and_most_are_those_of_all_complete_paths(document: Document) -> None:
    drawn = unchecked(document)
    all_sums = sums(drawn)

    whole = survey_of(drawn).whole

    assert whole == (Prospect(min(all_sums), max(all_sums)) if all_sums else None)


@given(ANY)
def test_the_best_option_everywhere_is_the_best_path(document: Document) -> None:
    drawn = unchecked(document)
    all_sums = sums(drawn)
    assume(all_sums)

    assert best_walk(survey_of(drawn)) == max(all_sums)


@given(documents())
def test_what_lies_ahead_is_known_in_every_state(document: Document) -> None:
    survey = survey_of(unchecked(document))

    for state, ahead in every_state(survey.board, survey.board.begin()):
        assert survey.prospect(state) == Prospect(min(ahead), max(ahead))


@pytest.mark.parametrize("source", ["the course", "the specification"])
def test_the_story_of_module_1_has_21_paths_from_0_to_9_points(source: str) -> None:
    found = registry().library.find_item("leading-knowledge/m1-branch-handover")
    item = found.spec if found and source == "the course" else read(handover())

    assert isinstance(item, BranchItem)
    assert len(all_paths(item)) == 21
    assert survey_of_sound(item).whole == Prospect(0, 9)


def test_a_survey_is_made_once_for_the_same_story() -> None:
    assert survey_of_sound(read(small())) is survey_of_sound(read(small()))


def test_stories_that_differ_in_one_point_have_surveys_of_their_own() -> None:
    other = small()
    other["scenes"][0]["options"][0]["points"] = 4

    assert survey_of_sound(read(small())).whole == Prospect(0, 6)
    assert survey_of_sound(read(other)).whole == Prospect(0, 7)


def test_a_counter_that_matters_no_more_makes_no_states() -> None:
    scenes = [
        scene(
            f"s{n}",
            option("a", 1, to=f"s{n + 1}", changes={"trust": 1}),
            option("b", to=f"s{n + 1}"),
        )
        for n in range(50)
    ]
    long = story(*scenes, scene("s50"), counters=[{"id": "trust", "title": "Trust"}])

    survey = survey_of_sound(read(long))

    assert survey.whole == Prospect(0, 50)
    assert len(survey.prospects) == 51


def test_a_story_with_too_many_states_is_refused_soon() -> None:
    counters = [f"c{n}" for n in range(12)]
    steps = [
        scene(
            f"s{n}",
            *(
                option(f"o{one}", one, to=f"s{n + 1}", changes={counters[n % 12]: 3**one})
                for one in range(6)
            ),
        )
        for n in range(20)
    ]
    last = scene(
        "s20",
        option("end", 0),
        *(
            option(f"o{n}", 0, to="end", when={name: {"at_least": 1}})
            for n, name in enumerate(counters[:5])
        ),
    )
    shown = [{"when": {name: {"at_least": 1}}, "text": name} for name in counters[5:]]
    huge = story(
        *steps,
        last,
        scene("end", variants=shown),
        counters=[{"id": name, "title": name} for name in counters],
    )

    (flaw,) = examined(unchecked(huge)).flaws

    assert flaw.where == ("scenes",)
    assert "more than 5000 different states" in flaw.what
