"""What may be seen of a story: the scenes behind, the one that it stands in, where things stand.

What these hold is drawn; so nothing is in them that the reader may not know yet.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from lti_app.activities.exercise.branch.board import State
from lti_app.activities.exercise.branch.play import Journey, Passed
from lti_app.activities.exercise.branch.story import Story
from lti_app.web.markdown import to_html

#: Headings within a scene stand under the scene's own.
_FIRST_HEADING = 3


@dataclass(frozen=True)
class Choice:
    """One line of what was offered in a scene."""

    text: str
    is_taken: bool


@dataclass(frozen=True)
class PassedScene:
    """A scene that is behind.

    Attributes:
        motion: what the choice set in motion; None where there is nothing to tell, or not yet.
        effects: a few words each, beside it.
    """

    title: str
    text: Markup
    question: str | None
    choices: tuple[Choice, ...]
    motion: Markup | None
    effects: tuple[str, ...]


@dataclass(frozen=True)
class PresentScene:
    """The scene that the story stands in."""

    title: str
    text: Markup
    question: str | None
    offered: tuple[str, ...]
    is_ending: bool


@dataclass(frozen=True)
class Standing:
    """What one counter has come to. `was`: its word before the last choice, if another one."""

    title: str
    word: str
    was: str | None


def passed_scene(passed: Passed, *, shows_motion: bool) -> PassedScene:
    """Return what is seen of a scene that is behind."""
    taken = passed.taken
    return PassedScene(
        title=passed.scene.title,
        text=written(passed.text),
        question=passed.scene.question,
        choices=tuple(Choice(one.text, one.id == taken.id) for one in passed.offered),
        motion=written(taken.feedback) if shows_motion and taken.feedback else None,
        effects=taken.effects if shows_motion else (),
    )


def present_scene(journey: Journey) -> PresentScene:
    """Return what is seen of the scene that the story stands in."""
    return PresentScene(
        title=journey.scene.title,
        text=written(journey.text),
        question=journey.scene.question,
        offered=tuple(option.text for option in journey.offered),
        is_ending=journey.is_complete,
    )


def standings(story: Story, journey: Journey) -> tuple[Standing, ...]:
    """Return what the counters that have words have come to."""
    before = journey.passed[-1].before if journey.passed else journey.state
    return tuple(_standings(story, before, journey.state))


def _standings(story: Story, before: State, now: State) -> Iterator[Standing]:
    earlier, counts = dict(before.counts), dict(now.counts)
    for counter in story.counters:
        word, was = counter.word_at(counts[counter.id]), counter.word_at(earlier[counter.id])
        if word is not None:
            yield Standing(counter.title, word, was if was != word else None)


def written(text: str) -> Markup:
    """Return what an author wrote as HTML."""
    return to_html(text, first_heading=_FIRST_HEADING)
