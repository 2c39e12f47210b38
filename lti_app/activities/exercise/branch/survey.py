"""Every state that a story can come to, and the sums of points that lie ahead of it.

States are kept apart only by what still matters: a counter until the last condition on it, and how
often a scene was met while the path can come back there. So a survey stays small.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lti_app.activities.exercise.branch.board import Board, State
from lti_app.activities.exercise.branch.story import Option, Scene, Story

#: More states than any story that a person wrote; to survey them takes two seconds, once.
MOST_STATES = 5_000


class TooManyStatesError(ValueError):
    """The story can come to more states than are worth looking at."""


@dataclass(frozen=True)
class Prospect:
    """The least and the most points that complete paths collect from a state to their ending."""

    least: int
    most: int


@dataclass
class Survey:
    """What all paths of a story come to.

    Attributes:
        prospects: by state; None where no ending can be reached.
        came_from: the state before and the option that led here, by state; not for the first.
        offered: scene id and option id of every option that is ever offered.
        variants: scene id and place of every variant that is ever met.
    """

    board: Board
    ahead: "Ahead"
    prospects: dict[State, Prospect | None] = field(default_factory=dict)
    came_from: dict[State, tuple[State, Option]] = field(default_factory=dict)
    offered: set[tuple[str, str]] = field(default_factory=set)
    variants: set[tuple[str, int]] = field(default_factory=set)

    def prospect(self, state: State) -> Prospect | None:
        """Return what lies ahead of any state that can be played to."""
        return self.prospects[self.ahead.essence(state)]

    @property
    def whole(self) -> Prospect | None:
        """What complete paths come to from the start."""
        return self.prospect(self.board.begin())

    def best(self, state: State) -> Option | None:
        """Return the first option from which the most points can still be had."""
        return max(self.board.offered(state), key=lambda one: self._worth(state, one), default=None)

    def _worth(self, state: State, option: Option) -> float:
        behind = self.prospect(self.board.after(state, option))
        return float("-inf") if behind is None else option.points + behind.most

    def dead_ends(self) -> Iterator[State]:
        """Yield the states where nothing is offered and which are no endings."""
        for state in self.prospects:
            if not self.board.scenes[state.scene].ending and not self.board.offered(state):
                yield state


@dataclass(frozen=True)
class Ahead:
    """What still matters in each scene, by its id.

    Attributes:
        counters: those that a condition here or further on asks for.
        loops: the scenes that a path may come back to from here.
    """

    counters: Mapping[str, frozenset[str]]
    loops: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, story: Story) -> "Ahead":
        """Return what matters in the scenes of a story."""
        leads = {scene.id: [option.to for option in scene.options] for scene in story.scenes}
        reach = {name: reachable(leads, name) for name in leads}
        asked = {scene.id: frozenset(_asked(scene)) for scene in story.scenes}
        loops = {
            name: frozenset(one for one in behind if name in reach[one])
            for name, behind in reach.items()
        }
        counters = {
            name: asked[name].union(*(asked[one] for one in behind))
            for name, behind in reach.items()
        }
        return cls(counters, loops)

    def essence(self, state: State) -> State:
        """Return a state without what can make no difference any more."""
        counters, loops = self.counters[state.scene], self.loops[state.scene]
        return State(
            state.scene,
            tuple(pair for pair in state.counts if pair[0] in counters),
            tuple(pair for pair in state.visits if pair[0] in loops),
        )


def reachable(leads: Mapping[str, Sequence[str]], start: str) -> frozenset[str]:
    """Return where steps lead from a start; the start itself only if they lead back.

    >>> sorted(reachable({"a": ["b"], "b": ["c"], "c": ["b"]}, "b"))
    ['b', 'c']
    """
    found: set[str] = set()
    ahead = list(leads[start])
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            ahead.extend(leads[name])
    return frozenset(found)


def _asked(scene: Scene) -> Iterator[str]:
    for option in scene.options:
        yield from option.when
    for variant in scene.variants:
        yield from variant.when


def survey_of(story: Story) -> Survey:
    """Return the survey of a story whose ids all lead somewhere.

    Raises:
        TooManyStatesError: it has more than `MOST_STATES`.
    """
    survey = Survey(Board.of(story), Ahead.of(story))
    first = survey.ahead.essence(survey.board.begin())
    # A state waits until all that follow it are known. Every step goes on to a new scene or uses
    # up a visit, so no state follows itself.
    waiting = [first]
    followers: dict[State, list[tuple[Option, State]]] = {}
    while waiting:
        state = waiting[-1]
        if state not in followers:
            followers[state] = _following(survey, state)
            if len(survey.came_from) > MOST_STATES:
                raise TooManyStatesError
        unknown = [one for _option, one in followers[state] if one not in survey.prospects]
        if unknown:
            waiting.extend(unknown)
        else:
            survey.prospects[waiting.pop()] = _summed(survey, state, followers[state])
    return survey


def _following(survey: Survey, state: State) -> list[tuple[Option, State]]:
    found = []
    place = survey.board.variant(state)
    if place is not None:
        survey.variants.add((state.scene, place))
    for option in survey.board.offered(state):
        survey.offered.add((state.scene, option.id))
        behind = survey.ahead.essence(survey.board.after(state, option))
        survey.came_from.setdefault(behind, (state, option))
        found.append((option, behind))
    return found


def _summed(survey: Survey, state: State, following: list[tuple[Option, State]]) -> Prospect | None:
    if survey.board.scenes[state.scene].ending:
        return Prospect(0, 0)
    known = [(option.points, survey.prospects[behind]) for option, behind in following]
    sums = [(points, one) for points, one in known if one is not None]
    if not sums:
        return None
    return Prospect(
        min(points + one.least for points, one in sums),
        max(points + one.most for points, one in sums),
    )
