"""Cases AG-43 and AG-44: a column changed or deleted."""

import json
from decimal import Decimal
from typing import Any

import pytest

from lti_app.lti.errors import Outcome
from lti_app.lti.line_item_changes import LineItemChange, change_line_item, delete_line_item
from lti_app.lti.line_items import ITEM_TYPE
from tests.lti.services import Services, problem
from tests.peers.http_peer import Reply, Seen, json_reply

COLUMN = "/items/2"


def there(services: Services) -> dict[str, Any]:
    """Return a column as a platform describes it, with members that nobody told us of."""
    return {
        "id": services.url(f"{COLUMN}?type_id=1"),
        "label": "Where do I start?",
        "scoreMaximum": 10.5,
        "resourceId": "activity-1",
        "resourceLinkId": "link-1",
        "tag": "exercise",
        "endDateTime": "2026-05-01T12:00:00Z",
        "https://lms.test/extension": {"weight": 0.25, "hidden": True},
    }


def change(services: Services, **wanted: Any) -> list[Seen]:
    """Change the column; return the requests that this took."""
    url = services.url(f"{COLUMN}?type_id=1")
    change_line_item(services.caller, services.access(), url, LineItemChange(**wanted))
    return services.requests(COLUMN)


def test_ag_43_a_column_is_read_first_and_what_we_do_not_know_is_sent_back(
    services: Services,
) -> None:
    services.usual[COLUMN] = lambda _: json_reply(there(services), media_type=ITEM_TYPE)

    read, put = change(services, label="Where now?", maximum=Decimal("12.5"))

    assert (read.method, put.method) == ("GET", "PUT")
    assert put.path == f"{COLUMN}?type_id=1"
    assert put.headers["content-type"] == ITEM_TYPE
    expected = {**there(services), "label": "Where now?", "scoreMaximum": 12.5}
    assert json.loads(put.body) == expected


def test_ag_43_what_is_not_to_change_goes_back_as_it_came(services: Services) -> None:
    services.usual[COLUMN] = lambda _: json_reply(there(services), media_type=ITEM_TYPE)

    _, put = change(services)

    assert json.loads(put.body) == there(services)


def test_ag_43_a_maximum_that_was_chosen_in_the_platform_is_not_changed(services: Services) -> None:
    services.usual[COLUMN] = lambda _: json_reply(there(services), media_type=ITEM_TYPE)
    change = LineItemChange(maximum=Decimal(20), only_from={Decimal(10)})

    stands_at = change_line_item(services.caller, services.access(), services.url(COLUMN), change)

    assert stands_at == Decimal("10.5")
    assert [seen.method for seen in services.requests(COLUMN)] == ["GET"]


def test_ag_43_a_maximum_of_ours_is_changed(services: Services) -> None:
    services.usual[COLUMN] = lambda _: json_reply(there(services), media_type=ITEM_TYPE)
    change = LineItemChange(maximum=Decimal(20), only_from={Decimal("10.5"), Decimal(20)})

    stands_at = change_line_item(services.caller, services.access(), services.url(COLUMN), change)

    assert stands_at == 20
    assert [seen.method for seen in services.requests(COLUMN)] == ["GET", "PUT"]


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"{}", b'{"id": 7}', b'{"id": "htt'])
def test_ag_43_over_something_that_is_no_column_nothing_is_put(
    services: Services, body: bytes
) -> None:
    services.usual[COLUMN] = Reply(200, body)

    found = problem(lambda: change(services, label="Where now?"))

    assert found.outcome is Outcome.UNKNOWN
    assert [seen.method for seen in services.requests(COLUMN)] == ["GET"]


def test_ag_43_a_column_that_was_deleted_is_gone_and_not_made_again(services: Services) -> None:
    services.usual[COLUMN] = Reply(404)

    found = problem(lambda: change(services, label="Where now?"))

    assert found.outcome is Outcome.GONE
    assert [seen.method for seen in services.requests(COLUMN)] == ["GET"]


@pytest.mark.parametrize(
    "wanted", [{"label": " "}, {"maximum": Decimal(0)}, {"maximum": Decimal("NaN")}]
)
def test_ag_45_a_column_keeps_a_label_and_a_maximum(wanted: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"a column|the maximum"):
        LineItemChange(**wanted)


@pytest.mark.parametrize(
    ("status", "is_gone", "asked"),
    [
        (204, True, 1),
        (200, True, 1),
        (401, False, 2),
        (403, False, 1),
        (404, True, 1),
        (410, True, 1),
        (405, False, 1),
    ],
)
def test_ag_44_a_platform_that_keeps_its_column_is_not_asked_again_and_again(
    services: Services, status: int, is_gone: bool, asked: int
) -> None:
    services.usual[COLUMN] = Reply(status)

    answer = delete_line_item(services.caller, services.access(), services.url(COLUMN))

    assert answer is is_gone
    # A 401 costs one new token and one more try, and no third.
    assert [seen.method for seen in services.requests(COLUMN)] == ["DELETE"] * asked


def test_ag_44_a_platform_that_is_down_has_not_deleted_anything(services: Services) -> None:
    services.usual[COLUMN] = Reply(503)

    found = problem(
        lambda: delete_line_item(services.caller, services.access(), services.url(COLUMN))
    )

    assert found.outcome is Outcome.UNKNOWN
