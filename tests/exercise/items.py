"""A small scale to count on: two areas, one statement of each turned round."""

from typing import Any

from lti_app.activities.exercise.items import read_item
from lti_app.activities.exercise.likert.spec import LikertItem


def small_item(**changes: Any) -> dict[str, Any]:
    return {
        "id": "small",
        "kind": "likert",
        "title": "Small",
        "summary": "Four statements.",
        "minutes": 1,
        "points": "10",
        "what_it_is": "A mirror.",
        "notice": "Not validated.",
        "afterwards": "Look again.",
        "scale": small_scale(),
        **changes,
    }


def small_scale(**changes: Any) -> dict[str, Any]:
    return {
        "labels": ["never", "rarely", "sometimes", "often", "always"],
        "subscales": [
            {"id": "one", "title": "One", "about": "first"},
            {"id": "two", "title": "Two", "about": "second"},
        ],
        "statements": [
            {"id": "a", "subscale": "one", "text": "A"},
            {"id": "b", "subscale": "two", "text": "B"},
            {"id": "c", "subscale": "one", "text": "C", "reversed": True},
            {"id": "d", "subscale": "two", "text": "D"},
        ],
        **changes,
    }


def likert(**changes: Any) -> LikertItem:
    item = read_item(small_item(**changes))
    assert isinstance(item, LikertItem)
    return item


def scale_of(count: int) -> LikertItem:
    """Return an item with one area of so many statements."""
    statements = [{"id": f"s{n}", "subscale": "one", "text": str(n)} for n in range(count)]
    area = [{"id": "one", "title": "One", "about": "first"}]
    return likert(scale=small_scale(subscales=area, statements=statements))
