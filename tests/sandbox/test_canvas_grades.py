"""The gradebook of a Canvas: attempts, comments that add up, and what takes a score away."""

from typing import Any

import pytest

from lti_app.sandbox.vocabulary import MediaType, Scope
from tests.sandbox.courses import A
from tests.sandbox.lms import ISSUER, Lms, Service, next_url

SUBMISSION = "https://canvas.instructure.com/lti/submission"
SECOND = "2026-03-02T09:00:00"


def cell(canvas: Lms) -> dict[str, Any]:
    (result,) = (canvas.control("GET", f"courses/{A}/gradebook").json or {})["results"]
    return dict(result)


def send(canvas: Lms, extension: dict[str, object] | None = None, **changes: object) -> int:
    """Post a score a second later than the one before, and return the status."""
    canvas.clock.advance(seconds=1)
    more = {SUBMISSION: extension} if extension else {}
    body = canvas.score_body(**changes, **more)
    return canvas.service().post_score(body, canvas.item_path()).status_code


def message(answer: Any) -> str:
    return str((answer.json or {})["errors"]["message"])


def test_answer_to_a_score_names_its_result(canvas: Lms) -> None:
    answer = canvas.service().post_score(canvas.score_body(), canvas.item_path())

    assert answer.status_code == 200
    assert answer.json == {"resultUrl": f"{ISSUER}{canvas.item_path()}/results/1"}


@pytest.mark.parametrize(
    ("extension", "attempts"),
    [
        (None, 2),
        ({"new_submission": True}, 2),
        ({"new_submission": False}, 1),
        ({"submission_type": "none"}, 1),
        ({"submission_type": "basic_lti_launch"}, 2),
    ],
)
def test_score_is_a_new_attempt_unless_it_says_otherwise(
    canvas: Lms, extension: dict[str, object] | None, attempts: int
) -> None:
    send(canvas)

    send(canvas, extension)

    assert cell(canvas)["attempts"] == attempts


def test_attempts_are_shown_to_teachers(canvas: Lms) -> None:
    for _ in range(3):
        send(canvas)

    page = canvas.browser().enter("rima").get(f"/courses/{A}/gradebook").text

    assert "attempt 3" in page


def test_attempts_are_used_up(canvas: Lms) -> None:
    canvas.control("PATCH", f"courses/{A}/lineitems/1", {"attempts_allowed": 2})
    first, second = send(canvas), send(canvas)

    third, regrade = send(canvas, scoreGiven=1), send(canvas, {"new_submission": False})

    assert (first, second, third, regrade) == (200, 200, 422, 200)
    assert (cell(canvas)["attempts"], cell(canvas)["score"]) == (2, 8.0)


def test_comments_add_up(canvas: Lms) -> None:
    send(canvas, comment="One")
    send(canvas)
    send(canvas, comment="One")
    send(canvas, comment="Two")

    page = canvas.browser().enter("rima").get(f"/courses/{A}/gradebook").text

    assert cell(canvas)["comments"] == ["One", "One", "Two"]
    assert page.count('<p dir="auto">One</p>') == 2
    assert canvas.service().results(canvas.item_path())[0]["comment"] == "Two"


@pytest.mark.parametrize(
    ("change", "extension", "score"),
    [
        ({"gradingProgress": "NotReady"}, None, None),
        ({"gradingProgress": "Pending"}, None, None),
        ({"gradingProgress": "Failed"}, None, None),
        ({"scoreGiven": None}, None, None),
        ({"gradingProgress": "Pending"}, {"preserve_score": True}, 8.0),
        ({"scoreGiven": None}, {"preserve_score": True}, 8.0),
        ({"gradingProgress": "Pending"}, {"preserve_score": False}, None),
        ({"gradingProgress": "PendingManual", "scoreGiven": 3}, None, 3.0),
        ({"scoreGiven": 3}, {"preserve_score": True}, 3.0),
        ({"scoreGiven": 3}, {"prioritize_non_tool_grade": True}, 8.0),
    ],
)
def test_what_is_not_final_takes_the_score_away(
    canvas: Lms, change: dict[str, object], extension: dict[str, object] | None, score: float
) -> None:
    send(canvas)

    assert send(canvas, extension, **change) == 200

    assert cell(canvas)["score"] == score


@pytest.mark.parametrize(("progress", "waits"), [("PendingManual", True), ("FullyGraded", False)])
def test_work_that_a_person_must_grade_waits(canvas: Lms, progress: str, waits: bool) -> None:
    send(canvas, gradingProgress=progress)

    page = canvas.browser().enter("rima").get(f"/courses/{A}/gradebook").text

    assert cell(canvas)["needs_grading"] is waits
    assert ("waits to be graded" in page) is waits


@pytest.mark.parametrize(
    ("timestamp", "status"),
    [(f"{SECOND}.499Z", 400), (f"{SECOND}.500Z", 200), (f"{SECOND}.501Z", 200)],
)
def test_only_an_older_score_is_refused(canvas: Lms, timestamp: str, status: int) -> None:
    service, item = canvas.service(), canvas.item_path()
    service.post_score(canvas.score_body(timestamp=f"{SECOND}.500Z"), item)

    answer = service.post_score(canvas.score_body(timestamp=timestamp), item)

    assert answer.status_code == status
    if status == 400:
        assert "before last updated timestamp" in message(answer)


@pytest.mark.parametrize(("ahead", "status"), [(61, 400), (60, 200)])
def test_work_cannot_be_handed_in_tomorrow(canvas: Lms, ahead: int, status: int) -> None:
    at = int(canvas.clock().timestamp()) + 1 + ahead
    submitted_at = f"2026-03-02T09:{(at % 3600) // 60:02}:{at % 60:02}Z"

    assert send(canvas, {"submitted_at": submitted_at}) == status


@pytest.mark.parametrize("sub", ["rima", "tomas", "gone", "bela", "made-up", "test"])
def test_whoever_is_no_student_is_refused_with_422(canvas: Lms, sub: str) -> None:
    answer = canvas.service().post_score(canvas.score_body(userId=sub), canvas.item_path())

    assert answer.status_code == 422
    assert message(answer) == "User not found in course or is not a student"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"scoreMaximum": None}, 422),
        ({"scoreGiven": None, "scoreMaximum": None}, 200),
        ({"gradingProgress": "Done"}, 400),
        ({"timestamp": "yesterday"}, 400),
        ({SUBMISSION: {"new_submission": "no"}}, 400),
    ],
)
def test_form_of_a_score_is_checked(canvas: Lms, change: dict[str, object], status: int) -> None:
    answer = canvas.service().post_score(canvas.score_body(**change), canvas.item_path())

    assert answer.status_code == status


def test_concluded_course_takes_nothing_until_it_is_opened_again(canvas: Lms) -> None:
    canvas.control("PATCH", f"courses/{A}", {"is_concluded": True})
    service, item = canvas.service(), canvas.item_path()
    concluded = [
        service.post_score(canvas.score_body(), item).status_code,
        service.read(item, MediaType.LINE_ITEM).status_code,
        service.read(canvas.roster_path(), MediaType.MEMBERS).status_code,
    ]

    canvas.control("PATCH", f"courses/{A}", {"is_concluded": False})

    assert concluded == [422, 422, 200]
    assert service.post_score(canvas.score_body(), item).status_code == 200


@pytest.mark.parametrize(
    ("named", "status"), [("graded", 201), ("in-b", 412), ("of-c2", 412), ("made-up", 404)]
)
def test_link_of_another_course_is_told_apart_from_none(
    canvas: Lms, named: str, status: int
) -> None:
    body = {"label": "More", "scoreMaximum": 5, "resourceLinkId": named}

    answer = canvas.service().post_item(body, path=canvas.items_path())

    assert answer.status_code == status


def test_column_of_a_link_cannot_be_deleted_and_others_can(canvas: Lms) -> None:
    service = canvas.service()
    service.post_item({"label": "More", "scoreMaximum": 5}, path=canvas.items_path())

    coupled = service.send("DELETE", canvas.item_path(1)).status_code
    own = service.send("DELETE", canvas.item_path(4)).status_code

    assert (coupled, own) == (401, 204)


def test_missing_scope_is_401(canvas: Lms) -> None:
    service = canvas.service(Scope.SCORE)

    allowed = service.post_score(canvas.score_body(), canvas.item_path())
    refused = service.read(canvas.item_path(), MediaType.LINE_ITEM)

    assert (allowed.status_code, refused.status_code) == (200, 401)
    assert (refused.json or {})["errors"]["type"] == "unauthorized"


@pytest.mark.parametrize(
    ("content_type", "status"),
    [(MediaType.SCORE, 200), ("application/json", 200), ("text/plain", 400)],
)
def test_body_may_be_any_json(canvas: Lms, content_type: str, status: int) -> None:
    path = f"{canvas.item_path()}/scores"
    body = canvas.made.json.dumps(canvas.score_body())

    answer = canvas.service().send("POST", path, data=body, headers={"Content-Type": content_type})

    assert answer.status_code == status


def test_accept_does_not_matter(canvas: Lms) -> None:
    assert canvas.service().read(canvas.item_path(), "text/plain").status_code == 200


def pages(service: Service, path: str, **query: str) -> list[list[str]]:
    seen, url = [], path
    while url:
        answer = service.read(url, MediaType.LINE_ITEMS, **query)
        query = {}
        seen.append([item["label"] for item in answer.json or []])
        url = next_url(answer) or ""
    return seen


def test_pages_are_numbered_and_hold_fifty_at_most(canvas: Lms) -> None:
    service = canvas.service()
    for number in range(51):
        body = {"label": f"n{number}", "scoreMaximum": 1, "tag": "t"}
        service.post_item(body, path=canvas.items_path())
        canvas.clock.advance(seconds=1)

    seen = pages(service, canvas.items_path(), tag="t", limit="1000")

    assert [len(page) for page in seen] == [50, 1]
    assert [label for page in seen for label in page] == [f"n{number}" for number in range(51)]


def test_link_header_names_every_way(canvas: Lms) -> None:
    service = canvas.service()
    for number in range(4):
        service.post_item({"label": f"n{number}", "scoreMaximum": 1}, path=canvas.items_path())

    answer = service.read(canvas.items_path(), MediaType.LINE_ITEMS, limit="2", page="2")

    url = f"{ISSUER}{canvas.items_path()}?limit=2&page="
    numbers = {"current": 2, "next": 3, "prev": 1, "first": 1, "last": 3}
    assert answer.headers["Link"] == ",".join(
        f'<{url}{number}>; rel="{name}"' for name, number in numbers.items()
    )
