"""What an author must mend in a story's graph before anybody can play it. It plays nothing.

Also refused is what nobody could ever meet, such as an option whose condition never holds: it is a
slip of the author's, not a secret.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256

from lti_app.activities.exercise.branch.board import State
from lti_app.activities.exercise.branch.story import Condition, Scene, Story
from lti_app.activities.exercise.branch.survey import (
    MOST_STATES,
    Survey,
    TooManyStatesError,
    reachable,
    survey_of,
)
from lti_app.catalog.flaws import Flaw, Where, one_of, repeated

#: Stories whose survey is kept. Each is looked at whenever a page reads its item.
_KEPT = 128


@dataclass(frozen=True)
class Examined:
    """What a look at a whole story found.

    Attributes:
        flaws: what its author must mend.
        survey: what its paths come to; None where flaws keep it from being played.
    """

    flaws: tuple[Flaw, ...]
    survey: Survey | None


@dataclass(frozen=True)
class _Kept:
    digest: bytes
    story: Story = field(compare=False)


def examined(story: Story) -> Examined:
    """Return what is amiss with a story, and its survey; at once when it was looked at before."""
    return _examined(_Kept(sha256(story.model_dump_json().encode()).digest(), story))


def survey_of_sound(story: Story) -> Survey:
    """Return the survey of a story that was read, and so has no flaws."""
    survey = examined(story).survey
    if survey is None:
        raise ValueError("this story cannot be played")
    return survey


@lru_cache(maxsize=_KEPT)
def _examined(kept: _Kept) -> Examined:
    story = kept.story
    if flaws := (*_names(story), *_shapes(story)):
        return Examined(flaws, None)
    if flaws := tuple(_loops_without_end(story)):
        return Examined(flaws, None)
    try:
        survey = survey_of(story)
    except TooManyStatesError:
        what = f"the story can come to more than {MOST_STATES} different states"
        fix = "Ask for fewer counters in `when`, or let paths come back less often."
        return Examined((Flaw(("scenes",), what, fix),), None)
    flaws = (*_dead_ends(survey), *_never_met(survey))
    return Examined(flaws or tuple(_unscorable(survey)), survey)


def _names(story: Story) -> Iterator[Flaw]:
    """Yield ids that are used twice, and names of what is not there."""
    scenes = [scene.id for scene in story.scenes]
    counters = [counter.id for counter in story.counters]
    yield from repeated((("counters", n, "id"), one) for n, one in enumerate(counters))
    yield from repeated((("scenes", n, "id"), one) for n, one in enumerate(scenes))
    if story.start not in scenes:
        yield Flaw(("start",), f"there is no scene `{story.start}`", one_of(story.start, scenes))
    for place, scene in enumerate(story.scenes):
        at = ("scenes", place, "options")
        ids = [option.id for option in scene.options]
        yield from repeated(((*at, n, "id"), one) for n, one in enumerate(ids))
        for n, option in enumerate(scene.options):
            if option.to not in scenes:
                what = f"there is no scene `{option.to}`"
                yield Flaw((*at, n, "to"), what, one_of(option.to, scenes))
    for where, name in _named_counters(story):
        if name not in counters:
            yield Flaw(where, f"there is no counter `{name}`", one_of(name, counters))


def _named_counters(story: Story) -> Iterator[tuple[Where, str]]:
    for place, scene in enumerate(story.scenes):
        for where, condition in _conditions(scene, place):
            yield from (((*where, name), name) for name in condition)
        for n, option in enumerate(scene.options):
            at = ("scenes", place, "options", n, "changes")
            yield from (((*at, name), name) for name in option.changes)


def _conditions(scene: Scene, place: int) -> Iterator[tuple[Where, Condition]]:
    for n, option in enumerate(scene.options):
        yield ("scenes", place, "options", n, "when"), option.when
    for n, variant in enumerate(scene.variants):
        yield ("scenes", place, "variants", n, "when"), variant.when


def _shapes(story: Story) -> Iterator[Flaw]:
    """Yield what contradicts itself within one scene or counter."""
    for place, counter in enumerate(story.counters):
        froms = [word.from_ for word in counter.words]
        if froms != sorted(set(froms)):
            what = "`from` must rise from word to word"
            yield Flaw(("counters", place, "words"), what, "Put them in order, each once.")
    for place, scene in enumerate(story.scenes):
        at: Where = ("scenes", place)
        if scene.ending and scene.options:
            fix = "Remove them, or `ending: true`."
            yield Flaw((*at, "options"), "an ending has no options", fix)
        if not scene.ending and not scene.options:
            yield Flaw(at, "the story stops here", "Add `options:`, or write `ending: true`.")
        for where, condition in _conditions(scene, place):
            for name, bounds in condition.items():
                if not bounds.can_hold:
                    what = "`at_least` lies above `at_most`, so this never holds"
                    yield Flaw((*where, name), what, "Swap them, or leave one out.")


def _loops_without_end(story: Story) -> Iterator[Flaw]:
    """Yield the options that close a loop in which no scene says how often it may be met."""
    order = {scene.id: n for n, scene in enumerate(story.scenes) if scene.visits == 1}
    leads = {
        scene.id: [option.to for option in scene.options if option.to in order]
        for scene in story.scenes
        if scene.id in order
    }
    behind = {name: reachable(leads, name) for name in leads}
    for place, scene in enumerate(story.scenes):
        for n, option in enumerate(scene.options):
            # Every loop has a step that does not go on in the order of the file.
            is_back = scene.id in order and order.get(option.to, place + 1) <= place
            if is_back and (option.to == scene.id or scene.id in behind[option.to]):
                what = f"paths can come back to `{option.to}` without end"
                fix = f"Write `visits: 2` or more at `{option.to}`, or lead elsewhere."
                yield Flaw(("scenes", place, "options", n, "to"), what, fix)


def _dead_ends(survey: Survey) -> Iterator[Flaw]:
    """Yield, once for each scene, how a path gets to where nothing is offered."""
    places = {scene.id: n for n, scene in enumerate(survey.board.story.scenes)}
    for name, state in {state.scene: state for state in survey.dead_ends()}.items():
        what = f"nothing is offered here after {_way(survey, state)}"
        fix = "Add an option without `when`, or widen a condition."
        yield Flaw(("scenes", places[name], "options"), what, fix)


def _way(survey: Survey, state: State) -> str:
    steps = []
    while state in survey.came_from:
        state, option = survey.came_from[state]
        steps.append(f"`{state.scene}: {option.id}`")
    return ", ".join(reversed(steps)) or "the start"


def _never_met(survey: Survey) -> Iterator[Flaw]:
    """Yield the scenes, options and variants that are on no path."""
    story = survey.board.story
    leads = {scene.id: [option.to for option in scene.options] for scene in story.scenes}
    named = reachable(leads, story.start) | {story.start}
    met = {state.scene for state in survey.prospects}
    for place, scene in enumerate(story.scenes):
        at = ("scenes", place)
        if scene.id not in named:
            fix = f"Let an option lead `to: {scene.id}`, or remove the scene."
            yield Flaw((*at, "id"), f"no path leads to `{scene.id}`", fix)
        elif scene.id not in met:
            what = f"no path that the conditions allow leads to `{scene.id}`"
            yield Flaw((*at, "id"), what, "Widen a `when` on the way, or remove the scene.")
        else:
            yield from _never_offered(survey, scene, at)


def _never_offered(survey: Survey, scene: Scene, at: Where) -> Iterator[Flaw]:
    for n, option in enumerate(scene.options):
        if (scene.id, option.id) not in survey.offered:
            what = f"`{option.id}` is never offered: no path brings what it needs"
            yield Flaw((*at, "options", n, "id"), what, "Change its `when` or `to`, or remove it.")
    for n in range(len(scene.variants)):
        if (scene.id, n) not in survey.variants:
            what = (
                "this text is never shown: no path brings what it needs, or an earlier one hides it"
            )
            yield Flaw((*at, "variants", n, "when"), what, "Change the condition, or remove it.")


def _unscorable(survey: Survey) -> Iterator[Flaw]:
    whole = survey.whole
    if whole and whole.least == whole.most and survey.board.story.completion_credit != 1:
        what = f"every path comes to {whole.most}, so nothing can be scored"
        fix = "Give options different `points`, or write `completion_credit: 1`."
        yield Flaw(("scenes",), what, fix)
