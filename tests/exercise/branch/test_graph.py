from collections.abc import Callable
from typing import Any

import pytest

from lti_app.activities.exercise.items import read_file
from lti_app.catalog.wording import flaws_of
from tests.exercise.branch.stories import (
    Document,
    handover,
    option,
    read,
    scene,
    small,
    story,
    told,
)
from tests.exercise.branch.walking import all_paths

TRUST = {"id": "trust", "title": "Trust in the team"}


def simple(*scenes: Document, **changes: Any) -> Document:
    """Return a story that begins with a choice between two endings, and then has these scenes."""
    first = scene("first", option("good", 1), option("bad"), *changes.pop("more", ()))
    return story(first, scene("good"), scene("bad"), *scenes, **{"counters": [TRUST], **changes})


def flaws(document: Document) -> list[tuple[str, str, str]]:
    """Return where, what and fix of each mistake, as whoever reads a pack meets them."""
    try:
        read_file(document, {})
    except ValueError as error:
        found = flaws_of(error, document, dict)
        return [(".".join(map(str, one.where)), one.what, one.fix) for one in found]
    return []


CASES: dict[str, tuple[Document, str, str, str]] = {
    "a scene twice": (
        simple(scene("good")),
        "scenes.3.id",
        "the id `good` is used twice",
        "Give one another id.",
    ),
    "an option twice": (
        simple(more=[option("bad")]),
        "scenes.0.options.2.id",
        "the id `bad` is used twice",
        "Give one another id.",
    ),
    "a counter twice": (
        simple(counters=[TRUST, TRUST]),
        "counters.1.id",
        "the id `trust` is used twice",
        "Give one another id.",
    ),
    "a start that is not there": (
        simple(start="frist"),
        "start",
        "there is no scene `frist`",
        "Did you mean `first`?",
    ),
    "an option that leads nowhere": (
        simple(more=[option("x", to="nowhere")]),
        "scenes.0.options.2.to",
        "there is no scene `nowhere`",
        "Use one of: first, good, bad.",
    ),
    "a change of no counter": (
        simple(more=[option("x", to="bad", changes={"trst": 1})]),
        "scenes.0.options.2.changes.trst",
        "there is no counter `trst`",
        "Did you mean `trust`?",
    ),
    "a condition on no counter": (
        simple(more=[option("x", to="bad", when={"days": {"at_least": 1}})]),
        "scenes.0.options.2.when.days",
        "there is no counter `days`",
        "Use one of: trust.",
    ),
    "a variant on no counter": (
        simple(
            scene("x", variants=[{"when": {"days": {"at_least": 1}}, "text": "X"}]),
            more=[option("x")],
        ),
        "scenes.3.variants.0.when.days",
        "there is no counter `days`",
        "Use one of: trust.",
    ),
    "words that do not rise": (
        simple(
            counters=[TRUST | {"words": [{"from": 1, "word": "High"}, {"from": 0, "word": "Low"}]}]
        ),
        "counters.0.words",
        "`from` must rise from word to word",
        "Put them in order, each once.",
    ),
    "a condition that contradicts itself": (
        simple(more=[option("x", to="bad", when={"trust": {"at_least": 2, "at_most": 1}})]),
        "scenes.0.options.2.when.trust",
        "`at_least` lies above `at_most`, so this never holds",
        "Swap them, or leave one out.",
    ),
    "a condition that says nothing": (
        simple(more=[option("x", to="bad", when={"trust": {}})]),
        "scenes.0.options.2.when.trust",
        "nothing says what the counter must be",
        "Write `at_least`, `at_most` or both.",
    ),
    "an ending that goes on": (
        simple(scene("x", option("bad"), ending=True), more=[option("x")]),
        "scenes.3.options",
        "an ending has no options",
        "Remove them, or `ending: true`.",
    ),
    "a scene that stops": (
        simple(scene("x", ending=False), more=[option("x")]),
        "scenes.3",
        "the story stops here",
        "Add `options:`, or write `ending: true`.",
    ),
    "a loop without a cap": (
        simple(scene("x", option("bad"), option("first")), more=[option("x")]),
        "scenes.3.options.1.to",
        "paths can come back to `first` without end",
        "Write `visits: 2` or more at `first`, or lead elsewhere.",
    ),
    "a scene that leads to itself": (
        simple(more=[option("first")]),
        "scenes.0.options.2.to",
        "paths can come back to `first` without end",
        "Write `visits: 2` or more at `first`, or lead elsewhere.",
    ),
    "a scene that nothing leads to": (
        simple(scene("x")),
        "scenes.3.id",
        "no path leads to `x`",
        "Let an option lead `to: x`, or remove the scene.",
    ),
    "a scene behind what never holds": (
        simple(
            scene("y", option("x", when={"trust": {"at_least": 1}}), option("bad")),
            scene("x"),
            more=[option("y")],
        ),
        "scenes.3.options.0.id",
        "`x` is never offered: no path brings what it needs",
        "Change its `when` or `to`, or remove it.",
    ),
    "a dead end": (
        simple(
            scene("x", option("bad", when={"trust": {"at_least": 1}})),
            more=[option("x"), option("y", to="x", changes={"trust": 1})],
        ),
        "scenes.3.options",
        "nothing is offered here after `first: x`",
        "Add an option without `when`, or widen a condition.",
    ),
    "a dead end where a loop is used up": (
        story(
            scene("first", option("again", 1, to="first"), option("x", to="x"), visits=2),
            scene("x", option("first"), option("bad", 1, when={"trust": {"at_least": 1}})),
            scene("bad"),
            counters=[TRUST],
        ),
        "scenes.1.options",
        "nothing is offered here after `first: again`, `first: x`",
        "Add an option without `when`, or widen a condition.",
    ),
    "a text that an earlier one hides": (
        simple(
            scene(
                "x",
                variants=[
                    {"when": {"trust": {"at_least": 0}}, "text": "A"},
                    {"when": {"trust": {"at_least": 1}}, "text": "B"},
                ],
            ),
            more=[option("x")],
        ),
        "scenes.3.variants.1.when",
        "this text is never shown: no path brings what it needs, or an earlier one hides it",
        "Change the condition, or remove it.",
    ),
    "paths that all come to the same": (
        story(scene("first", option("a", 2, to="end"), option("b", 2, to="end")), scene("end")),
        "scenes",
        "every path comes to 2, so nothing can be scored",
        "Give options different `points`, or write `completion_credit: 1`.",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_an_author_reads_where_what_and_how_to_mend_it(name: str) -> None:
    document, *expected = CASES[name]

    assert tuple(expected) in flaws(document)


def test_every_mistake_is_told_at_once() -> None:
    document = simple(start="nowhere", more=[option("x", to="nowhere", changes={"days": 1})])

    assert [where for where, _what, _fix in flaws(document)] == [
        "start",
        "scenes.0.options.2.to",
        "scenes.0.options.2.changes.days",
    ]


@pytest.mark.parametrize("make", [small, handover, told, simple])
def test_a_story_that_can_be_played_has_no_flaw(make: Callable[[], Document]) -> None:
    assert flaws(make()) == []


def test_a_loop_with_a_cap_is_as_long_as_the_cap_allows() -> None:
    looping = story(
        scene("first", option("again", 1, to="first"), option("end"), visits=3), scene("end")
    )

    assert [len(path) for path in all_paths(read(looping))] == [3, 2, 1]


def test_a_loop_through_two_scenes_needs_a_cap_at_one_of_them() -> None:
    looping = story(
        scene("first", option("second", 1), option("end", 1), visits=2),
        scene("second", option("first")),
        scene("end"),
    )
    capped_late = story(
        scene("first", option("second"), option("end", 1)),
        scene("second", option("first"), option("end"), visits=2),
        scene("end"),
    )

    assert flaws(looping) == []
    assert [what for _where, what, _fix in flaws(capped_late)] == [
        "`first` is never offered: no path brings what it needs"
    ]


def test_even_paths_are_played_where_only_the_ending_counts() -> None:
    even = story(
        scene("first", option("a", to="end"), option("b", to="end")),
        scene("end"),
        completion_credit="1",
    )

    assert flaws(even) == []
