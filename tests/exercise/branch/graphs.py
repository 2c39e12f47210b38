"""Generated stories: graphs with conditions and counters, some with loops that end."""

from typing import Any

from hypothesis import strategies as st

from lti_app.activities.exercise.branch.story import Story
from tests.exercise.branch.stories import Document, option, scene, story

_COUNTERS = ("trust", "notes")


def _conditions() -> st.SearchStrategy[dict[str, Any]]:
    bounds = st.one_of(
        st.builds(lambda least: {"at_least": least}, st.integers(-1, 2)),
        st.builds(lambda most: {"at_most": most}, st.integers(-1, 2)),
    )
    return st.dictionaries(st.sampled_from(_COUNTERS), bounds, max_size=1)


@st.composite
def _options(draw: st.DrawFn, to: list[str]) -> list[Document]:
    changes = st.dictionaries(st.sampled_from(_COUNTERS), st.integers(-1, 2), max_size=2)
    return [
        option(
            f"o{number}",
            draw(st.integers(-3, 5)),
            to=draw(st.sampled_from(to)),
            changes=draw(changes),
            # One way is always open, so that no path ends before an ending.
            when=draw(_conditions()) if number else {},
        )
        for number in range(draw(st.integers(1, 3)))
    ]


@st.composite
def documents(draw: st.DrawFn, *, has_loops: bool = False) -> Document:
    """Return the file of a story whose every path comes to an ending.

    Args:
        has_loops: options may also lead back, to scenes that may be met so often.
    """
    count = draw(st.integers(1, 4 if has_loops else 5))
    names = [f"s{number}" for number in range(count)]
    scenes = []
    for number, name in enumerate(names):
        ahead = [*names[number + 1 :], "end-a", "end-b"]
        options = draw(_options(ahead))
        if has_loops and draw(st.booleans()):
            back = draw(st.sampled_from(names[: number + 1]))
            options.append(option("back", draw(st.integers(-3, 5)), to=back))
        visits = draw(st.integers(1, 3)) if has_loops else 1
        scenes.append(scene(name, *options, visits=visits))
    # The first options lead ahead, so an ending is always near; its visits never run out.
    ends = [scene(name, visits=10) for name in ("end-a", "end-b")]
    counters = [{"id": name, "title": name} for name in _COUNTERS]
    return story(*scenes, *ends, counters=counters)


def unchecked(document: Document) -> Story:
    """Return a story as it was drawn, with what no author would leave in it."""
    del document["kind"]
    return Story.model_validate(document)
