"""The editor of a model that this code has never seen, and what is typed into one."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from lti_app.catalog.authoring import Ask, Authored
from lti_app.catalog.spec import ItemSpec, Line, Slug, Strict, Text
from lti_app.core.words import Words
from lti_app.desk.authoring.amiss import read_item
from lti_app.desk.authoring.changes import apply_change
from lti_app.desk.authoring.drawn import Drawing
from lti_app.desk.authoring.rows import settle_ids, slug_of
from lti_app.desk.authoring.tree import tree_of
from lti_app.desk.authoring.typed import item_of, read_form, typed_of


class Mood(StrEnum):
    CALM = "calm"
    LOUD = "loud"


class Voice(Strict):
    id: Slug
    title: Line
    mood: Annotated[Mood, Words({Mood.CALM: "Calm", Mood.LOUD: "Loud"})] = Mood.CALM


class Turn(Strict):
    text: Text
    by: Slug
    weights: dict[Slug, Decimal] = Field(default_factory=dict)


class Talk(ItemSpec):
    """A kind of item from elsewhere."""

    voices: tuple[Voice, ...] = Field(min_length=1, max_length=3)
    turns: tuple[Turn, ...] = ()
    is_open: bool = False
    kind: str = "talk"


TALK = Authored(
    name="talk",
    title="Talk",
    about="People talk.",
    icon="people",
    model=Talk,
    asks={
        "voices": Ask("Voices", each="Voice", add="Add a voice"),
        "turns.by": Ask("Who", names="voices"),
        "turns.weights.key": Ask("Voice", names="voices"),
    },
)
TREE = tree_of(TALK)
ITEM: dict[str, Any] = {
    "title": "Talk",
    "summary": "All of it.",
    "minutes": 5,
    "points": "7.5",
    "voices": [{"id": "ann", "title": "Ann", "mood": "loud"}],
    "turns": [{"text": "Hello", "by": "ann", "weights": {"ann": "0.5"}}],
    "is_open": True,
}


def test_an_item_that_is_drawn_and_sent_back_is_the_same() -> None:
    item, amiss = read_item(TALK, TREE, typed_of(TREE, ITEM), "talk-1")

    assert amiss == {}
    assert isinstance(item, Talk)
    assert item.model_dump(mode="json", exclude={"id", "kind"}, exclude_defaults=True) == ITEM


def test_fields_without_words_are_called_by_their_names(tool: Flask) -> None:
    with tool.test_request_context():
        drawn = Drawing(TREE, typed_of(TREE, ITEM), {}).draw()

    labels = {one.name: one.label for one in drawn.all()}
    controls = {one.name: one.control for one in drawn.all()}
    choices = {one.name: one.choices for one in drawn.all()}
    assert labels["is_open"] == "Is open"
    assert labels["turns.0.by"] == "Who"
    assert controls["voices.0.id"] == "hidden"
    assert controls["is_open"] == "tick"
    assert ("ann", "Ann") in choices["turns.0.by"]
    assert ("loud", "Loud") in choices["voices.0.mood"]


def test_a_group_that_names_one_thing_twice_says_so(tool: Flask) -> None:
    typed = typed_of(TREE, ITEM)
    typed["turns"][0]["weights"].append({"key": "ann", "value": "1"})

    with tool.test_request_context():
        item, amiss = read_item(TALK, TREE, typed, "talk-1")

    assert item is None
    assert set(amiss) == {"turns.0.weights.1.key"}


def test_two_titles_that_look_the_same_get_two_ids() -> None:
    typed = typed_of(TREE, {**ITEM, "voices": [{"id": "new-1", "title": "Ann"}] * 2})
    typed["voices"][0]["id"], typed["voices"][1]["id"] = "new-1", "new-2"
    typed["turns"][0]["by"] = "new-2"

    settle_ids(TREE, typed)

    assert [one["id"] for one in typed["voices"]] == ["ann", "ann-2"]
    assert typed["turns"][0]["by"] == "ann-2"


@pytest.mark.parametrize("title", ["New 1", "new-1", "ليلى", "…", "a" * 200])
def test_whatever_a_row_is_called_its_id_can_stand_in_an_item(title: str) -> None:
    typed = typed_of(TREE, ITEM)
    typed["voices"][0] = {"id": "new-1", "title": title, "mood": ""}
    typed["turns"] = []

    settle_ids(TREE, typed)

    item, amiss = read_item(TALK, TREE, typed_of(TREE, item_of(TREE, typed)), "talk-1")
    assert isinstance(item, Talk), amiss
    assert slug_of(title) == "" or len(typed["voices"][0]["id"]) <= 64


NAMES = st.lists(
    st.sampled_from(["voices", "turns", "weights", "title", "0", "1", "99", "key", "x", ""]),
    min_size=1,
    max_size=5,
).map(".".join)


@given(st.dictionaries(NAMES.map("item.{}".format), st.text(max_size=9), max_size=12), NAMES)
def test_no_request_makes_what_cannot_be_drawn_again(fields: dict[str, str], name: str) -> None:
    typed = read_form(TREE, fields)

    for do in ("add", "remove", "up", "down", "restore"):
        typed = apply_change(TREE, typed, f"{do}:{name}", {}).typed

    assert isinstance(item_of(TREE, typed), dict)
    assert read_form(TREE, {}).keys() == typed.keys()
