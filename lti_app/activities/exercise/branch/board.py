"""The rules of play of a branching story: where it begins, what is offered, what follows."""

from collections.abc import Mapping
from dataclasses import dataclass

from lti_app.activities.exercise.branch.story import Condition, Option, Scene, Story

Counts = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class State:
    """Where a story stands.

    Attributes:
        counts: counter id and what it has come to, in the order of the file.
        visits: scene id and how often the path came there, this time included; by id.
    """

    scene: str
    counts: Counts
    visits: Counts


@dataclass(frozen=True)
class Board:
    """A story, its scenes at hand. Every id that it names is there; `graph` saw to that."""

    story: Story
    scenes: Mapping[str, Scene]

    @classmethod
    def of(cls, story: Story) -> "Board":
        """Return the board of a story."""
        return cls(story, {scene.id: scene for scene in story.scenes})

    def begin(self) -> State:
        """Return the state before anything was chosen."""
        counts = tuple((counter.id, counter.starts) for counter in self.story.counters)
        return State(self.story.start, counts, ((self.story.start, 1),))

    def offered(self, state: State) -> tuple[Option, ...]:
        """Return what may be chosen, in the file's order; never what leads to a used-up scene."""
        counts, visits = dict(state.counts), dict(state.visits)
        return tuple(
            option
            for option in self.scenes[state.scene].options
            if _holds(option.when, counts)
            and visits.get(option.to, 0) < self.scenes[option.to].visits
        )

    def after(self, state: State, option: Option) -> State:
        """Return the state that an option leads to."""
        counts = tuple((name, count + option.changes.get(name, 0)) for name, count in state.counts)
        visits = dict(state.visits)
        visits[option.to] = visits.get(option.to, 0) + 1
        return State(option.to, counts, tuple(sorted(visits.items())))

    def variant(self, state: State) -> int | None:
        """Return the place of the variant that stands for the scene's text; None for the text."""
        counts = dict(state.counts)
        variants = self.scenes[state.scene].variants
        return next((n for n, one in enumerate(variants) if _holds(one.when, counts)), None)

    def text(self, state: State) -> str:
        """Return what a reader meets in this scene now."""
        scene, place = self.scenes[state.scene], self.variant(state)
        return scene.text if place is None else scene.variants[place].text


def _holds(condition: Condition, counts: Mapping[str, int]) -> bool:
    return all(bounds.holds(counts[name]) for name, bounds in condition.items())
