"""Paths through a story, made by choosing: one by its options, or every one there is."""

from collections.abc import Iterator

from lti_app.activities.exercise.branch.board import Board, State
from lti_app.activities.exercise.branch.play import PATH, Answers
from lti_app.activities.exercise.branch.story import Option, Story

AT = "2026-11-28T09:00:00Z"


def walked(story: Story, *options: str) -> Answers:
    """Return the answers of who chose these options, one after the other."""
    board = Board.of(story)
    state = board.begin()
    steps = []
    for name in options:
        taken = next(one for one in board.offered(state) if one.id == name)
        steps.append({"scene": state.scene, "option": name, "at": AT})
        state = board.after(state, taken)
    return {PATH: steps}


def all_paths(story: Story) -> list[tuple[Option, ...]]:
    """Return every complete path, by trying everything; nothing is remembered between paths."""
    board = Board.of(story)
    return list(_paths(board, board.begin()))


def _paths(board: Board, state: State) -> Iterator[tuple[Option, ...]]:
    if board.scenes[state.scene].ending:
        yield ()
    for option in board.offered(state):
        for rest in _paths(board, board.after(state, option)):
            yield (option, *rest)
