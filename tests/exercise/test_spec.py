from typing import Any

import pytest

from lti_app.activities.exercise.items import read_file, read_item
from lti_app.activities.exercise.likert.spec import LikertItem
from tests.exercise.items import small_item, small_scale

SHARED = {"scales": {"SMALL": small_scale()}}


def test_a_file_gets_the_shared_scale_it_names() -> None:
    item = read_file(small_item(scale="SMALL"), SHARED)

    assert isinstance(item, LikertItem)
    assert [statement.id for statement in item.scale.statements] == ["a", "b", "c", "d"]


def test_a_snapshot_reads_back_as_it_was() -> None:
    item = read_file(small_item(scale="SMALL"), SHARED)

    assert read_item(item.model_dump(mode="json")) == item


@pytest.mark.parametrize(
    ("document", "words"),
    [
        pytest.param(["not", "a", "mapping"], "mapping", id="a list"),
        pytest.param(small_item(scale="OTHER"), "has no `OTHER`", id="a scale that is not there"),
        pytest.param(small_item(kind="quiz"), "kind", id="a kind nobody knows"),
        pytest.param(small_item(points="0"), "points", id="no points"),
        pytest.param(small_item(colour="red"), "colour", id="an unknown key"),
        pytest.param(small_item(scale=small_scale(labels=["only"])), "labels", id="one label"),
        pytest.param(
            small_item(
                scale=small_scale(statements=[{"id": "a", "subscale": "three", "text": "A"}])
            ),
            "there is no subscale `three`",
            id="an area that is not there",
        ),
        pytest.param(
            small_item(
                scale=small_scale(
                    statements=[{"id": "a", "subscale": one, "text": "A"} for one in ("one", "two")]
                )
            ),
            "used twice",
            id="an id used twice",
        ),
    ],
)
def test_a_mistake_in_a_file_is_named(document: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_file(document, SHARED)
