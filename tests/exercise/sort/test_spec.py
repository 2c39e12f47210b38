from typing import Any

import pytest

from lti_app.activities.exercise.items import read_item
from lti_app.catalog.flaws import Flaw, FlawedError
from tests.exercise.sort.cards import small_sort, tastes


def changed(part: str, place: int, **values: str) -> dict[str, Any]:
    """Return the file with one bin or card changed."""
    document = small_sort()
    document[part][place] |= values
    return document


def flaws_of(document: dict[str, Any]) -> tuple[Flaw, ...]:
    with pytest.raises(ValueError, match="sort") as caught:
        read_item(document)
    errors = caught.value.errors()  # type: ignore[attr-defined]  # pydantic's
    (found,) = [error["ctx"]["error"] for error in errors]
    assert isinstance(found, FlawedError)
    return found.flaws


@pytest.mark.parametrize(
    ("document", "where", "words"),
    [
        pytest.param(
            changed("cards", 1, bin="swet"),
            ("cards", 1, "bin"),
            ("there is no bin `swet`", "Did you mean `sweet`?"),
            id="a card that belongs nowhere",
        ),
        pytest.param(
            changed("cards", 3, id="sour-1"),
            ("cards", 3, "id"),
            ("the id `sour-1` is used twice", "Give one another id."),
            id="two cards of one id",
        ),
        pytest.param(
            changed("bins", 3, id="sour"),
            ("bins", 3, "id"),
            ("the id `sour` is used twice", "Give one another id."),
            id="two bins of one id",
        ),
        pytest.param(
            changed("cards", 5, text="Lemon"),
            ("cards", 5, "text"),
            ("the text `Lemon` is used twice", "Give one another text."),
            id="two cards that read the same",
        ),
        pytest.param(
            changed("bins", 1, title="sweet things"),
            ("bins", 1, "title"),
            ("the title `sweet things` is used twice", "Give one another title."),
            id="two bins of one name",
        ),
    ],
)
def test_a_mistake_is_told_with_its_place_and_what_to_do(
    document: dict[str, Any], where: tuple[str | int, ...], words: tuple[str, str]
) -> None:
    (flaw,) = flaws_of(document)

    assert (flaw.where, (flaw.what, flaw.fix)) == (where, words)


def test_a_bin_where_no_card_belongs_is_no_mistake() -> None:
    assert "salty" in {one.id for one in tastes().bins}
