"""Cases L: gradebook columns, found or made once."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from lti_app.lti.errors import Outcome
from lti_app.lti.line_items import (
    CONTAINER_TYPE,
    ITEM_TYPE,
    LineItem,
    LineItemWish,
    find_line_item,
    find_or_create_line_item,
    get_line_item,
)
from tests.lti.services import SCOPE, Services, problem
from tests.peers.http_peer import Reply, Seen, json_reply

WISH = LineItemWish("Where do I start?", Decimal(10), "activity-1", "exercise", "link-1")


def entry(services: Services, number: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": services.url(f"/items/{number}?type_id=1"),
        "label": "Where do I start?",
        "scoreMaximum": 10,
        "resourceId": "activity-1",
        "tag": "exercise",
        **changes,
    }


def find_or_create(services: Services, **changes: Any) -> LineItem:
    return find_or_create_line_item(services.caller, services.access(**changes), WISH)


def posts(services: Services) -> list[Seen]:
    return [seen for seen in services.requests("/items") if seen.method == "POST"]


def container(services: Services, *entries: dict[str, Any]) -> None:
    """Serve a container that adds what is posted, as a platform does."""
    held = list(entries)

    def answer(seen: Seen) -> Reply:
        if seen.method == "POST":
            made = {**json.loads(seen.body), "id": services.url(f"/items/{len(held) + 1}")}
            held.append(made)
            return json_reply(made, status=201, media_type=ITEM_TYPE)
        return json_reply(held, media_type=CONTAINER_TYPE)

    services.usual["/items"] = answer


def test_ag_36_a_column_that_is_there_is_found(services: Services) -> None:
    other = entry(services, 1, resourceId="activity-2")
    container(services, other, entry(services, 2), entry(services, 3))

    found = find_or_create(services)

    assert found == LineItem(
        url=services.url("/items/2?type_id=1"),
        label="Where do I start?",
        maximum=Decimal(10),
        resource_id="activity-1",
        tag="exercise",
        resource_link_id=None,
    )
    seen = services.requests("/items")[0]
    assert seen.path == "/items?type_id=1&resource_id=activity-1"
    assert seen.headers["accept"] == CONTAINER_TYPE
    assert posts(services) == []


def test_a_column_says_where_the_work_behind_it_can_be_looked_at(services: Services) -> None:
    container(services)
    wish = replace(WISH, review_url="https://tool.test/lti/launch")

    find_or_create_line_item(services.caller, services.access(), wish)

    (made,) = posts(services)
    assert json.loads(made.body)["submissionReview"] == {
        "reviewableStatus": ["Submitted", "Completed"],
        "label": "See the work in Rapport",
        "url": "https://tool.test/lti/launch",
    }


def test_ag_36_a_column_that_is_missing_is_made_once(services: Services) -> None:
    container(services)

    first, second = find_or_create(services), find_or_create(services)

    assert first == second
    made = posts(services)
    assert [json.loads(seen.body) for seen in made] == [
        {
            "label": "Where do I start?",
            "scoreMaximum": 10,
            "resourceId": "activity-1",
            "tag": "exercise",
            "resourceLinkId": "link-1",
        }
    ]
    assert made[0].path == "/items?type_id=1"
    assert (made[0].headers["content-type"], made[0].headers["accept"]) == (ITEM_TYPE, ITEM_TYPE)


@pytest.mark.parametrize(
    "changes",
    [{"tag": None}, {"tag": ""}, {"tag": "other"}, {"resourceId": ""}, {"resourceId": None}],
    ids=lambda changes: f"AG-38-{changes}",
)
def test_a_column_of_another_name_is_not_ours(services: Services, changes: dict[str, Any]) -> None:
    container(services, entry(services, 1, **changes), {"id": 7}, {})

    assert find_line_item(services.caller, services.access(), WISH) is None


@pytest.mark.parametrize("tag", [None, "", ...], ids=["AG-38-null", "AG-38-empty", "AG-38-absent"])
def test_an_unset_tag_is_the_same_however_it_is_written(services: Services, tag: object) -> None:
    row = entry(services, 1, tag=tag)
    container(services, {name: value for name, value in row.items() if value is not ...})
    wish = replace(WISH, tag=None)

    assert find_line_item(services.caller, services.access(), wish) is not None


def test_ag_46_a_copied_course_has_its_own_column_by_the_same_name(services: Services) -> None:
    container(services, entry(services, 9, resourceLinkId=None))

    assert find_or_create(services).url == services.url("/items/9?type_id=1")


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"link_id": "link-1"}, id="tied to its link"),
        pytest.param({"link_id": "link-1", "resource_link_id": None}, id="of a part"),
        pytest.param({}, id="without word of its link"),
    ],
)
def test_column_of_another_link_is_not_ours_whatever_it_is_called(
    services: Services, changes: dict[str, Any]
) -> None:
    wish = replace(WISH, **changes)
    container(services, entry(services, 1, resourceLinkId="link-2"))
    assert found_for(services, wish) == "none"

    container(
        services,
        entry(services, 1, resourceLinkId="link-2"),
        entry(services, 2, resourceLinkId="link-1"),
    )
    assert found_for(services, wish) == "2"


def test_column_that_another_link_has_is_not_found_by_its_name(services: Services) -> None:
    container(services, entry(services, 1), entry(services, 2))
    taken = frozenset({services.url("/items/1?type_id=1")})

    assert found_for(services, replace(WISH, taken=taken)) == "2"


OF_A_COPY = replace(
    WISH, resource_id="activity-9", former_ids=("activity-5", "activity-1"), taken=frozenset()
)


def found_for(services: Services, wish: LineItemWish) -> str:
    """Return where the column of this wish stands, or `made` for a new one."""
    found = find_line_item(services.caller, services.access(), wish)
    return "none" if found is None else found.url.removeprefix(services.url("/items/"))[0]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param([{"resourceLinkId": "link-1"}], "1", id="AG-46 tied to the copied link"),
        pytest.param([{"resourceLinkId": None}], "1", id="AG-46 of the copied course"),
        pytest.param([{"resourceLinkId": "link-7"}], "none", id="AG-46 another link's"),
        pytest.param([{"resourceId": "activity-4"}], "none", id="AG-46 another activity's"),
        pytest.param([{"tag": "other"}], "none", id="AG-46 another part's"),
        pytest.param([{}, {"resourceId": "activity-5"}], "2", id="AG-46 nearest name"),
        pytest.param([{}, {"resourceId": "activity-9"}], "2", id="AG-46 own name first"),
        pytest.param(
            [{"resourceId": None, "resourceLinkId": "link-1"}, {"resourceLinkId": "link-1"}],
            "2",
            id="AG-46 named before unnamed",
        ),
    ],
)
def test_column_of_a_copy_is_known_by_the_names_of_before(
    services: Services, rows: list[dict[str, Any]], expected: str
) -> None:
    container(
        services,
        *[
            entry(services, number, **{"resourceLinkId": None, **row})
            for number, row in enumerate(rows, 1)
        ],
    )

    assert found_for(services, OF_A_COPY) == expected


@pytest.mark.parametrize(
    "taken",
    [
        pytest.param(None, id="AG-46 nobody knows whose"),
        pytest.param("/items/1?type_id=1", id="AG-46 another copy's"),
    ],
)
def test_column_that_may_be_anothers_is_not_taken(services: Services, taken: str | None) -> None:
    container(services, entry(services, 1, resourceLinkId=None))
    others = frozenset({services.url(taken)}) if taken else None

    assert found_for(services, replace(OF_A_COPY, taken=others)) == "none"


@pytest.mark.parametrize(
    "changes",
    [
        {"scopes": frozenset({f"{SCOPE}score"})},
        {"line_items_url": None},
    ],
    ids=["AG-37-scope", "AG-37-url"],
)
def test_without_the_right_to_look_nothing_is_asked(
    services: Services, changes: dict[str, Any]
) -> None:
    assert problem(lambda: find_or_create(services, **changes)).outcome is Outcome.NOT_OFFERED
    assert services.requests("/items") == []


def test_ag_37_who_may_only_look_makes_nothing(services: Services) -> None:
    container(services)
    only_reading = frozenset({f"{SCOPE}lineitem.readonly"})

    found = problem(lambda: find_or_create(services, scopes=only_reading))

    assert found.outcome is Outcome.NOT_OFFERED
    assert posts(services) == []


@pytest.mark.parametrize(
    "body",
    [
        {"label": "x"},
        {"id": ""},
        {"id": 7},
        {"id": "https://evil.test/items/1"},
        {"id": "/items/1"},
        [],
    ],
    ids=lambda body: f"AG-42-{body}",
)
def test_a_column_without_an_address_of_ours_is_not_kept(services: Services, body: object) -> None:
    none = json_reply([])
    services.script["/items"] = [none, none, json_reply(body, status=201)]

    assert problem(lambda: find_or_create(services)).outcome is Outcome.UNKNOWN
    assert len(posts(services)) == 1


def test_a_column_on_another_origin_is_not_taken_from_a_list(services: Services) -> None:
    container(services, entry(services, 1, id="https://evil.test/items/1"))
    listed = services.access(hosts=services.access().hosts | {"evil.test"})

    assert find_line_item(services.caller, services.access(), WISH) is None
    assert find_line_item(services.caller, listed, WISH) is None


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(403, Outcome.REFUSED), (404, Outcome.GONE), (412, Outcome.REFUSED), (500, Outcome.UNKNOWN)],
)
def test_a_column_that_may_not_be_made_has_a_named_reason(
    services: Services, status: int, outcome: Outcome
) -> None:
    services.script["/items"] = [json_reply([]), Reply(status)]

    assert problem(lambda: find_or_create(services)).outcome is outcome


@pytest.mark.parametrize("label", ["", "  "], ids=["AG-45", "AG-45-blank"])
def test_a_column_needs_a_label(label: str) -> None:
    with pytest.raises(ValueError, match="label"):
        replace(WISH, label=label)


@pytest.mark.parametrize("maximum", ["0", "-1", "NaN", "Infinity"])
def test_a_column_needs_a_maximum(maximum: str) -> None:
    with pytest.raises(ValueError, match="maximum"):
        replace(WISH, maximum=Decimal(maximum))


def test_a_column_is_read_by_its_address(services: Services) -> None:
    services.usual["/items/2"] = json_reply(entry(services, 2, scoreMaximum="20.5"))

    found = get_line_item(services.caller, services.access(), services.url("/items/2?type_id=1"))

    assert found.maximum == Decimal("20.5")
    assert services.requests("/items/2")[0].headers["accept"] == ITEM_TYPE


@pytest.mark.parametrize("status", [404, 410], ids=["AG-10", "AG-10-410"])
def test_a_column_that_was_deleted_is_gone(services: Services, status: int) -> None:
    services.usual["/items/2"] = Reply(status)

    found = problem(
        lambda: get_line_item(services.caller, services.access(), services.url("/items/2"))
    )

    assert found.outcome is Outcome.GONE


@pytest.mark.parametrize(("tied", "made"), [(1, 0), (2, 1)], ids=["one-is-used", "two-say-nothing"])
def test_ag_36_the_platforms_own_column_of_the_link_is_used_if_there_is_just_one(
    services: Services, tied: int, made: int
) -> None:
    nameless = [
        entry(services, number, resourceId=None, tag=None, resourceLinkId="link-1")
        for number in range(1, tied + 1)
    ]
    container(services, *nameless)
    wish = replace(WISH, resource_link_id="link-1")

    found = find_or_create_line_item(services.caller, services.access(), wish)

    assert len(posts(services)) == made
    assert found.url.startswith(services.url("/items/1" if tied == 1 else "/items/3"))
