"""Gradebook columns: a tool makes, reads, changes and deletes its own, and sees no other."""

from typing import Any

import pytest

from lti_app.sandbox.vocabulary import MediaType
from tests.sandbox.courses import A, B
from tests.sandbox.lms import ISSUER, ITEM, Lms, Service, next_url

ITEMS = f"/lti/courses/{A}/lineitems"
RIGHT = {"label": "Week 2", "scoreMaximum": 20}


def labels(service: Service, **query: str) -> list[str]:
    response = service.read(ITEMS, MediaType.LINE_ITEMS, **query)
    assert response.status_code == 200
    return [item["label"] for item in response.json or []]


def test_column_of_a_link_is_there_from_the_start(lms: Lms) -> None:
    item = lms.service().read(ITEM, MediaType.LINE_ITEM)

    assert item.mimetype == MediaType.LINE_ITEM
    assert item.json == {
        "id": ISSUER + ITEM,
        "label": "Graded <b>link</b>",
        "scoreMaximum": 10.0,
        "resourceLinkId": "graded",
    }


def test_new_column_is_given_back_as_it_was_made(lms: Lms) -> None:
    sent = {
        **RIGHT,
        "resourceLinkId": "ungraded",
        "resourceId": "activity-7",
        "tag": "facet",
        "startDateTime": "2026-03-01T10:00:00+02:00",
        "endDateTime": "2026-03-09T10:00:00Z",
        "gradesReleased": False,
    }

    created = lms.service().post_item(sent)

    assert created.status_code == 201
    assert created.mimetype == MediaType.LINE_ITEM
    body: dict[str, Any] = created.json or {}
    assert created.headers["Location"] == body.pop("id")
    assert body == {**sent, "startDateTime": "2026-03-01T08:00:00Z"}


@pytest.mark.parametrize(
    "change",
    [
        {"label": None},
        {"label": "  "},
        {"label": 7},
        {"scoreMaximum": None},
        {"scoreMaximum": 0},
        {"scoreMaximum": -1},
        {"scoreMaximum": "20"},
        {"scoreMaximum": True},
        {"resourceId": 5},
        {"tag": ["a"]},
        {"startDateTime": "2026-03-01T10:00:00"},
        {"startDateTime": "2026-03-01"},
        {"endDateTime": "2026-02-30T10:00:00Z"},
        {"startDateTime": "2026-03-02T10:00:00Z", "endDateTime": "2026-03-01T10:00:00Z"},
        {"gradesReleased": "yes"},
    ],
)
def test_column_of_the_wrong_form_is_refused(lms: Lms, change: dict[str, object]) -> None:
    service = lms.service()

    assert service.post_item({**RIGHT, **change}).status_code == 400
    assert service.put_item({**RIGHT, **change}).status_code == 400
    assert labels(service) == ["Graded <b>link</b>"]


@pytest.mark.parametrize("body", ["", "[]", "null", "{", '{"label":"a","label":"b"}', "\xff"])
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_body_that_is_no_object_is_refused(lms: Lms, body: str, method: str) -> None:
    path = ITEMS if method == "POST" else ITEM
    headers = {"Content-Type": MediaType.LINE_ITEM}

    answer = lms.service().send(method, path, data=body.encode("latin-1"), headers=headers)

    assert answer.status_code == 400


def test_blank_text_means_unset(lms: Lms) -> None:
    created = lms.service().post_item({**RIGHT, "resourceId": "", "tag": None})

    assert set(created.json or {}) == {"id", "label", "scoreMaximum"}


@pytest.mark.parametrize("resource_link_id", ["of-c2", "in-b", "made-up"])
def test_column_for_a_link_of_somebody_else_is_refused(lms: Lms, resource_link_id: str) -> None:
    answer = lms.service().post_item({**RIGHT, "resourceLinkId": resource_link_id})

    assert answer.status_code == 404


def test_columns_are_filtered(lms: Lms) -> None:
    service = lms.service()
    service.post_item({"label": "x", "scoreMaximum": 1, "resourceId": "r1", "tag": "t1"})
    service.post_item({"label": "y", "scoreMaximum": 1, "resourceId": "r1", "tag": "t2"})

    assert labels(service, resource_id="r1") == ["x", "y"]
    assert labels(service, resource_id="r1", tag="t2") == ["y"]
    assert labels(service, resource_link_id="graded") == ["Graded <b>link</b>"]
    assert labels(service, tag="nothing") == []


def test_pages_follow_each_other_and_keep_their_filters(lms: Lms) -> None:
    service = lms.service()
    for number in range(5):
        service.post_item({"label": f"n{number}", "scoreMaximum": 1, "tag": "a b"})

    first = service.read(ITEMS, MediaType.LINE_ITEMS, tag="a b", limit="2")
    seen = [item["label"] for item in first.json or []]
    url = next_url(first)
    while url:
        page = service.read(url, MediaType.LINE_ITEMS)
        seen += [item["label"] for item in page.json or []]
        url = next_url(page)

    assert seen == ["n0", "n1", "n2", "n3", "n4"]
    assert len(first.json or []) == 2
    assert str(next_url(first)).startswith(f"{ISSUER}{ITEMS}?")


@pytest.mark.parametrize("limit", ["0", "-1", "two", "1.5", "9999999999", ""])
def test_limit_that_is_no_number_above_zero_is_refused(lms: Lms, limit: str) -> None:
    assert lms.service().read(ITEMS, MediaType.LINE_ITEMS, limit=limit).status_code == 400


def test_limit_is_a_wish_with_an_upper_bound(lms: Lms) -> None:
    service = lms.service()
    for number in range(51):
        service.post_item({"label": f"n{number}", "scoreMaximum": 1})

    page = service.read(ITEMS, MediaType.LINE_ITEMS, limit="1000")

    assert len(page.json or []) == 50
    assert next_url(page)


@pytest.mark.parametrize(
    ("path", "accept", "is_accepted"),
    [
        (ITEMS, MediaType.LINE_ITEMS, True),
        (ITEMS, f"text/html, {MediaType.LINE_ITEMS};q=0.9", True),
        (ITEMS, MediaType.LINE_ITEM, False),
        (ITEMS, "application/json", False),
        (ITEMS, "*/*", False),
        (ITEM, MediaType.LINE_ITEM, True),
        (ITEM, MediaType.LINE_ITEMS, False),
        (ITEM, "application/*", False),
    ],
)
def test_reader_must_name_the_media_type(
    lms: Lms, path: str, accept: str, *, is_accepted: bool
) -> None:
    status = lms.service().read(path, accept).status_code

    assert status == (200 if is_accepted else 406)


@pytest.mark.parametrize(
    "content_type", ["application/json", MediaType.LINE_ITEMS, MediaType.SCORE, ""]
)
def test_writer_must_name_the_media_type(lms: Lms, content_type: str) -> None:
    service = lms.service()

    for method, path in (("POST", ITEMS), ("PUT", ITEM)):
        headers = {"Content-Type": content_type}
        answer = service.send(method, path, data=b'{"label":"a","scoreMaximum":1}', headers=headers)

        assert answer.status_code == 415


def test_replacing_is_total_and_keeps_the_link(lms: Lms) -> None:
    service = lms.service()
    service.put_item({**RIGHT, "resourceId": "r", "tag": "t"})

    replaced = service.put_item({"id": ISSUER + ITEM, "label": "New", "scoreMaximum": 5})

    assert replaced.status_code == 200
    assert replaced.json == {
        "id": ISSUER + ITEM,
        "label": "New",
        "scoreMaximum": 5.0,
        "resourceLinkId": "graded",
    }


@pytest.mark.parametrize(
    "change", [{"id": f"{ISSUER}{ITEMS}/99"}, {"id": 1}, {"resourceLinkId": "ungraded"}]
)
def test_replacing_cannot_change_what_a_column_is(lms: Lms, change: dict[str, object]) -> None:
    assert lms.service().put_item({**RIGHT, **change}).status_code == 400


def test_scores_follow_a_changed_maximum(lms: Lms) -> None:
    service = lms.service()
    service.post_score(lms.score_body(scoreGiven=8, scoreMaximum=10))

    service.put_item({"label": "Week 1", "scoreMaximum": 40})

    (result,) = service.results()
    assert (result["resultScore"], result["resultMaximum"]) == (32.0, 40.0)


def test_deleted_column_is_gone_with_its_results(lms: Lms) -> None:
    service = lms.service()
    service.post_score(lms.score_body())

    deleted = service.send("DELETE", ITEM)

    assert (deleted.status_code, deleted.data) == (204, b"")
    assert service.read(ITEM, MediaType.LINE_ITEM).status_code == 404
    assert service.post_score(lms.score_body()).status_code == 404
    assert labels(service) == []


def test_columns_of_another_tool_do_not_exist(lms: Lms) -> None:
    stranger = lms.service(client_id="c2")
    mine, unknown = ITEM, f"{ITEMS}/99"

    for path in (mine, unknown):
        answers = [
            stranger.read(path, MediaType.LINE_ITEM),
            stranger.put_item(RIGHT, path),
            stranger.send("DELETE", path),
            stranger.post_score(lms.score_body(), path),
            stranger.read(f"{path}/results", MediaType.RESULTS),
        ]
        assert [answer.status_code for answer in answers] == [404] * 5
    assert labels(stranger) == ["Link of c2"]
    assert labels(lms.service()) == ["Graded <b>link</b>"]


def test_column_is_found_only_in_its_own_course(lms: Lms) -> None:
    path = f"/lti/courses/{B}/lineitems/1"

    assert lms.service().read(path, MediaType.LINE_ITEM).status_code == 404


@pytest.mark.parametrize(("client_id", "context_id"), [("c1", "course-z"), ("c2", B)])
def test_course_without_the_tool_does_not_exist(lms: Lms, client_id: str, context_id: str) -> None:
    service = lms.service(client_id=client_id)

    answer = service.read(f"/lti/courses/{context_id}/lineitems", MediaType.LINE_ITEMS)

    assert answer.status_code == 404
    assert service.post_item(RIGHT, context_id).status_code == 404


def test_other_methods_are_told_what_is_allowed(lms: Lms) -> None:
    answer = lms.service().send("PATCH", ITEM)

    assert answer.status_code == 405
    assert {"GET", "PUT", "DELETE"} <= set(answer.headers["Allow"].replace(" ", "").split(","))
