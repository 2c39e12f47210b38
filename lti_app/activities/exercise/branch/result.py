"""What a receipt shows of a path: the way it took, and as much more as may be told."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext, ngettext
from markupsafe import Markup

from lti_app.activities.exercise.branch.graph import survey_of_sound
from lti_app.activities.exercise.branch.play import Journey, Passed, replay
from lti_app.activities.exercise.branch.shown import (
    PassedScene,
    Standing,
    passed_scene,
    standings,
    written,
)
from lti_app.activities.exercise.branch.spec import BranchItem
from lti_app.activities.exercise.branch.survey import Prospect, Survey
from lti_app.activities.exercise.player import Outcome
from lti_app.submissions.contract import Result


@dataclass(frozen=True)
class Turn:
    """One choice of the path.

    Attributes:
        open_before, open_after: the most that the story could still come to.
        better: the words of an option that would have kept more open; None where none would.
    """

    scene: PassedScene
    open_before: int | None = None
    open_after: int | None = None
    better: str | None = None


@dataclass(frozen=True)
class PathResult:
    """What came of a person's path.

    Attributes:
        ending, text: the title and the words of the scene it came to.
        sum, whole: what the choices came to, of what is possible; None while it may not be told.
        bars: what was still open after each choice, as (scene, height, words); empty likewise.
        least_bar: the points where a bar begins: 0, unless a path can come to less.
        best: scene and choice of a path that comes to the most; empty likewise, or when it is
            this one.
        later: when more is shown; empty when all of it is.
    """

    turns: tuple[Turn, ...]
    ending: str
    text: Markup
    standings: tuple[Standing, ...]
    sum: int | None
    whole: Prospect | None
    bars: tuple[tuple[str, int, str], ...]
    least_bar: int
    best: tuple[tuple[str, str], ...]
    later: str


def who_sees_it() -> str:
    """Say who else sees a person's path."""
    words: str = gettext("The people who run the course see your choices; other learners do not.")
    return words


def path_result(item: BranchItem, outcome: Outcome) -> Result:
    """Return the partial that draws a path, and its values."""
    journey = replay(item, outcome.answers)
    survey = survey_of_sound(item)
    whole = survey.whole if outcome.shows_feedback else None
    key = survey if outcome.shows_key else None
    turns = tuple(_turn(one, journey, outcome, key) for one in journey.passed)
    values = PathResult(
        turns=turns,
        ending=journey.scene.title,
        text=written(journey.text),
        standings=standings(item, journey),
        sum=journey.points if whole else None,
        whole=whole,
        bars=tuple(_bars(turns, whole)) if whole else (),
        least_bar=_least_bar(survey.whole),
        best=_best_path(key) if key and whole and journey.points < whole.most else (),
        later=outcome.later,
    )
    return Result(
        "activities/exercise/branch/_result.html", values, who_sees_it(), explains=whole is not None
    )


def _turn(passed: Passed, journey: Journey, outcome: Outcome, survey: Survey | None) -> Turn:
    scene = passed_scene(passed, shows_motion=outcome.shows_steps or outcome.shows_feedback)
    if survey is None:
        return Turn(scene)
    # What was collected up to here is behind every path that goes on from here.
    earlier = journey.passed[: journey.passed.index(passed)]
    behind = sum(one.taken.points for one in earlier)
    before = behind + _most(survey.prospect(passed.before))
    after = behind + passed.taken.points + _most(survey.prospect(passed.after))
    best = survey.best(passed.before)
    return Turn(scene, before, after, best.text if best and after < before else None)


def _most(prospect: Prospect | None) -> int:
    if prospect is None:
        raise ValueError("every path of a story that was read comes to an ending")
    return prospect.most


def _bars(turns: tuple[Turn, ...], whole: Prospect) -> Iterator[tuple[str, int, str]]:
    least = _least_bar(whole)
    if turns and turns[0].open_before is not None:
        yield gettext("At the start"), whole.most - least, _points(whole.most)
    for turn in turns:
        if turn.open_after is not None:
            yield turn.scene.title, turn.open_after - least, _points(turn.open_after)


def _least_bar(whole: Prospect | None) -> int:
    return min(0, whole.least) if whole else 0


def _points(number: int) -> str:
    words: str = ngettext("%(num)s point", "%(num)s points", number)
    return words


def _best_path(survey: Survey) -> tuple[tuple[str, str], ...]:
    board, state, path = survey.board, survey.board.begin(), []
    while option := survey.best(state):
        path.append((board.scenes[state.scene].title, option.text))
        state = board.after(state, option)
    return tuple(path)
