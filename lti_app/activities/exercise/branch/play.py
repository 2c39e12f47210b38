"""A story as far as somebody has played it: from the steps that are stored to what a page shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lti_app.activities.exercise.branch.board import Board, State
from lti_app.activities.exercise.branch.story import Option, Scene, Story

#: What is stored, as JSON values.
Answers = Mapping[str, Any]

#: The part of the answers that holds the steps, in order of play.
PATH = "path"
_KEYS = {"scene", "option", "at"}


@dataclass(frozen=True)
class Passed:
    """A scene that is behind the reader.

    Attributes:
        text: what stood there then.
        offered: what could be chosen, in the file's order.
        before, after: the states that the choice lay between.
    """

    scene: Scene
    text: str
    offered: tuple[Option, ...]
    taken: Option
    at: datetime
    before: State
    after: State


@dataclass(frozen=True)
class Journey:
    """A path through a story.

    Attributes:
        state: where it stands now.
        scene, text, offered: what is met there; an ending offers nothing.
    """

    passed: tuple[Passed, ...]
    state: State
    scene: Scene
    text: str
    offered: tuple[Option, ...]

    @property
    def is_complete(self) -> bool:
        """Whether the path has come to an ending."""
        return self.scene.ending

    @property
    def points(self) -> int:
        """The sum of what was chosen."""
        return sum(one.taken.points for one in self.passed)


def steps_of(answers: Answers) -> Sequence[Any]:
    """Return the stored steps.

    Raises:
        ValueError: there is no list of them.
    """
    steps = answers.get(PATH) if isinstance(answers, dict) else None
    if not isinstance(steps, list):
        raise ValueError("the path of a story is a list of steps")
    return steps


def replay(story: Story, answers: Answers) -> Journey:
    """Return the journey that stored answers tell of, step by step.

    Raises:
        ValueError: a step was never possible: another scene, or an option not offered there.
    """
    board = Board.of(story)
    state = board.begin()
    passed = []
    for step in steps_of(answers):
        taken, at = _read_step(step, board, state)
        following = board.after(state, taken)
        scene = board.scenes[state.scene]
        offered = board.offered(state)
        passed.append(Passed(scene, board.text(state), offered, taken, at, state, following))
        state = following
    scene = board.scenes[state.scene]
    return Journey(tuple(passed), state, scene, board.text(state), board.offered(state))


def _read_step(step: Any, board: Board, state: State) -> tuple[Option, datetime]:
    if not isinstance(step, dict) or set(step) != _KEYS:
        raise ValueError("a step has a scene, an option and a time")
    if not all(isinstance(value, str) for value in step.values()):
        raise ValueError("a step is made of words")
    if step["scene"] != state.scene:
        raise ValueError("the story does not stand there")
    for option in board.offered(state):
        if option.id == step["option"]:
            return option, datetime.fromisoformat(step["at"])
    raise ValueError("that was not offered there")


def with_step(answers: Answers, option: Option, journey: Journey, *, now: datetime) -> Answers:
    """Return the answers with one step more."""
    at = now.isoformat(timespec="seconds").replace("+00:00", "Z")
    step = {"scene": journey.scene.id, "option": option.id, "at": at}
    return {PATH: [*steps_of(answers), step]}
