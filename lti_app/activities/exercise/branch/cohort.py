"""Which ways a cohort took through a story. Pure: no database, no page."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from lti_app.activities.exercise.branch.graph import survey_of_sound
from lti_app.activities.exercise.branch.play import Answers, Journey, Passed, replay
from lti_app.activities.exercise.branch.story import Option, Scene, Story
from lti_app.activities.exercise.branch.survey import Survey

#: The scenes and options of one path, in order of play.
Steps = tuple[tuple[Scene, Option], ...]


@dataclass(frozen=True)
class SceneUse:
    """One scene over everybody who came there.

    Attributes:
        met: how often somebody stood there; a path may come back.
        counts: how often each option was taken, in the file's order.
        lost: the share of the story's points that were still to be had and were not any more after
            the choice, 0 to 1, on average over those who stood there.
    """

    scene: Scene
    met: int
    counts: tuple[tuple[Option, int], ...]
    lost: Fraction


@dataclass(frozen=True)
class PathUse:
    """One whole path, and how many took it."""

    steps: Steps
    ending: Scene
    count: int


@dataclass(frozen=True)
class Ways:
    """Every way that was taken.

    Attributes:
        scenes: those that anybody met and had to choose in, in the file's order.
        endings: those that anybody reached, the most frequent first.
        paths: the most frequent first.
    """

    scenes: tuple[SceneUse, ...]
    endings: tuple[tuple[Scene, int], ...]
    paths: tuple[PathUse, ...]

    def hardest(self) -> list[SceneUse]:
        """Return the scenes where points were lost, most on average first."""
        found = [one for one in self.scenes if one.lost > 0]
        return sorted(found, key=lambda one: one.lost, reverse=True)


def journey_of(story: Story, answers: Answers) -> Journey | None:
    """Return the path that answers tell of; None where the story knows no such path.

    That is so of answers that were given before the story was changed.
    """
    try:
        return replay(story, answers)
    except ValueError:
        return None


def ways_of(story: Story, journeys: Sequence[Journey]) -> Ways:
    """Return which ways people took."""
    survey = survey_of_sound(story)
    met: dict[str, list[Passed]] = defaultdict(list)
    for journey in journeys:
        for passed in journey.passed:
            met[passed.scene.id].append(passed)
    return Ways(
        tuple(_use(survey, scene, met[scene.id]) for scene in story.scenes if met[scene.id]),
        tuple(_endings(story, journeys)),
        tuple(_paths(journeys)),
    )


def _use(survey: Survey, scene: Scene, passed: Sequence[Passed]) -> SceneUse:
    taken = Counter(one.taken.id for one in passed)
    return SceneUse(
        scene,
        len(passed),
        tuple((option, taken[option.id]) for option in scene.options),
        sum((lost_by(survey, one) for one in passed), Fraction(0)) / len(passed),
    )


def lost_by(survey: Survey, passed: Passed) -> Fraction:
    """Return the share of the story's points that a choice gave away, 0 to 1.

    It is what the best way from here came to, less what the best way after the choice comes to: a
    choice that costs nothing at once and closes a door costs what lay behind the door.
    """
    whole, before, after = (
        survey.whole,
        survey.prospect(passed.before),
        survey.prospect(passed.after),
    )
    if whole is None or before is None or after is None or whole.most == whole.least:
        return Fraction(0)
    lost = before.most - (passed.taken.points + after.most)
    return Fraction(lost, whole.most - whole.least)


def _endings(story: Story, journeys: Sequence[Journey]) -> Iterator[tuple[Scene, int]]:
    reached = Counter(one.scene.id for one in journeys if one.is_complete)
    scenes = {scene.id: scene for scene in story.scenes}
    yield from ((scenes[name], count) for name, count in reached.most_common())


def _paths(journeys: Sequence[Journey]) -> Iterator[PathUse]:
    whole = [one for one in journeys if one.is_complete]
    taken = Counter(_ids(one) for one in whole)
    first = {_ids(one): one for one in reversed(whole)}
    for ids, count in taken.most_common():
        journey = first[ids]
        steps = tuple((passed.scene, passed.taken) for passed in journey.passed)
        yield PathUse(steps, journey.scene, count)


def _ids(journey: Journey) -> tuple[tuple[str, str], ...]:
    return tuple((one.scene.id, one.taken.id) for one in journey.passed)
