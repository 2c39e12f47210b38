"""The gradebook of a Moodle, where it goes beyond what was recorded."""

import json

import pytest

from lti_app.sandbox.vocabulary import MediaType, Scope
from tests.sandbox.courses import A, B
from tests.sandbox.lms import Lms, below

SECOND = "2026-03-02T09:00:00"


def shown(moodle: Lms, sub: str = "amara") -> object:
    (result,) = moodle.service().results(moodle.item_path(), user_id=sub)
    return result.get("resultScore")


@pytest.mark.parametrize(
    ("timestamp", "status"),
    [
        (f"{SECOND}.999Z", 409),
        (f"{SECOND}.000Z", 409),
        ("2026-03-02T10:00:00.999+01:00", 409),
        ("2026-03-02T09:00:01.000Z", 200),
        ("2026-03-02T09:00:01", 200),
    ],
)
def test_times_are_compared_by_whole_seconds(moodle: Lms, timestamp: str, status: int) -> None:
    service, item = moodle.service(), moodle.item_path()
    service.post_score(moodle.score_body(scoreGiven=3, timestamp=f"{SECOND}.500Z"), item)

    answer = service.post_score(moodle.score_body(scoreGiven=9, timestamp=timestamp), item)

    assert answer.status_code == status
    assert shown(moodle) == (9 if status == 200 else 3)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"scoreGiven": "8", "scoreMaximum": "10"}, 200),
        ({"activityProgress": "Dreaming"}, 200),
        ({"scoreGiven": -1}, 200),
        ({"scoreGiven": "eight"}, 400),
        ({"scoreGiven": True}, 400),
        ({"scoreGiven": [8]}, 400),
        ({"scoreMaximum": None}, 400),
        ({"scoreMaximum": 0}, 400),
        ({"activityProgress": None}, 400),
        ({"gradingProgress": None}, 400),
        ({"timestamp": None}, 400),
        ({"timestamp": "2026-13-01T00:00:00Z"}, 400),
        ({"userId": None}, 400),
    ],
)
def test_few_things_about_a_score_are_checked(
    moodle: Lms, change: dict[str, object], status: int
) -> None:
    answer = moodle.service().post_score(moodle.score_body(**change), moodle.item_path())

    assert answer.status_code == status
    if status == 400:
        assert answer.status.startswith("400 Incorrect score received{")
        assert answer.json == []


def test_body_that_is_no_json_is_refused_with_it_in_the_reason(moodle: Lms) -> None:
    path = below(moodle.item_path(), "scores")
    headers = {"Content-Type": MediaType.SCORE}

    answer = moodle.service().send("POST", path, data="[\r\nü".encode(), headers=headers)

    assert answer.status == "400 Incorrect score received[  ?"


@pytest.mark.parametrize(
    ("sub", "status"),
    [("gone", 200), ("amara", 200), ("rima", 400), ("tomas", 400), ("bela", 400), ("x", 400)],
)
def test_learners_are_graded_also_when_suspended(moodle: Lms, sub: str, status: int) -> None:
    body = moodle.score_body(userId=sub)

    assert moodle.service().post_score(body, moodle.item_path()).status_code == status


@pytest.mark.parametrize(("given", "recorded"), [(12, 10), (-1, 0), (10, 10), (0, 0)])
def test_grade_stays_within_the_column(moodle: Lms, given: float, recorded: float) -> None:
    moodle.service().post_score(moodle.score_body(scoreGiven=given), moodle.item_path())

    assert shown(moodle) == recorded


@pytest.mark.parametrize("progress", ["NotReady", "Pending", "PendingManual", "Failed", "Other"])
def test_score_that_is_not_final_clears_the_grade_and_leaves_its_row(
    moodle: Lms, progress: str
) -> None:
    service, item = moodle.service(), moodle.item_path()
    service.post_score(moodle.score_body(comment="Well done"), item)
    moodle.clock.advance(seconds=1)

    service.post_score(moodle.score_body(gradingProgress=progress), item)

    (result,) = service.results(item)
    assert set(result) == {"id", "userId"}


def test_comment_is_replaced_and_an_absent_one_clears_it(moodle: Lms) -> None:
    service, item = moodle.service(), moodle.item_path()
    service.post_score(moodle.score_body(comment="One"), item)
    moodle.clock.advance(seconds=1)
    service.post_score(moodle.score_body(comment="Two"), item)
    replaced = service.results(item)[0]["comment"]
    moodle.clock.advance(seconds=1)

    service.post_score(moodle.score_body(), item)

    assert replaced == "Two"
    assert "comment" not in service.results(item)[0]


def test_grade_that_a_teacher_overrides_keeps_standing(moodle: Lms) -> None:
    service, item = moodle.service(), moodle.item_path()
    service.post_score(moodle.score_body(scoreGiven=8), item)
    moodle.clock.advance(minutes=1)
    moodle.control("PUT", f"courses/{A}/lineitems/1/results/amara", {"score": 4})
    older = service.post_score(moodle.score_body(timestamp="2026-03-02T09:00:30Z"), item)
    moodle.clock.advance(seconds=1)

    newer = service.post_score(moodle.score_body(scoreGiven=9), item)

    assert (older.status_code, newer.status_code) == (409, 200)
    assert shown(moodle) == 4


def test_concluded_course_takes_scores(moodle: Lms) -> None:
    moodle.control("PATCH", f"courses/{A}", {"is_concluded": True})

    answer = moodle.service().post_score(moodle.score_body(), moodle.item_path())

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"scoreMaximum": 0}, 201),
        ({"resourceLinkId": "graded"}, 201),
        ({"resourceLinkId": "of-c2"}, 403),
        ({"resourceLinkId": "made-up"}, 403),
        ({"scoreMaximum": None}, 400),
        ({"label": ""}, 400),
        ({"scoreMaximum": -1}, 400),
    ],
)
def test_column_needs_a_label_and_a_maximum(
    moodle: Lms, change: dict[str, object], status: int
) -> None:
    body = {"label": "More", "scoreMaximum": 5, **change}

    answer = moodle.service().post_item(body, path=moodle.items_path())

    assert answer.status_code == status


def test_dates_are_echoed_once_and_then_forgotten(moodle: Lms) -> None:
    service = moodle.service()
    sent = {"label": "x", "scoreMaximum": 5, "endDateTime": "2026-03-09T10:00:00Z"}

    created = service.post_item(sent, path=moodle.items_path()).json or {}

    read = service.read(moodle.path_of(created["id"]), MediaType.LINE_ITEM).json or {}
    assert created == {**sent, "id": created["id"]}
    assert "endDateTime" not in read


@pytest.mark.parametrize(
    ("number", "status"), [("1", 200), ("", 200), ("2", 401), ("nonsense", 200)]
)
def test_address_of_another_tool_is_refused(moodle: Lms, number: str, status: int) -> None:
    path = moodle.items_path().replace("type_id=1", f"type_id={number}")

    assert moodle.service().read(path, MediaType.LINE_ITEMS).status_code == status


def test_token_opens_every_course(moodle: Lms) -> None:
    service = moodle.service(client_id="c2")
    path = moodle.items_path(B).partition("?")[0]

    answer = service.read(path, MediaType.LINE_ITEMS)

    assert (answer.status_code, answer.json) == (200, [])


def test_missing_scope_is_401(moodle: Lms) -> None:
    service = moodle.service(Scope.SCORE)

    allowed = service.post_score(moodle.score_body(), moodle.item_path())
    refused = service.read(moodle.items_path(), MediaType.LINE_ITEMS)

    assert (allowed.status_code, refused.status_code) == (200, 401)
    assert json.loads(refused.data)["reason"] == "Unauthorized"


def test_figures_are_whole_where_they_can_be(moodle: Lms) -> None:
    moodle.service().post_score(moodle.score_body(scoreGiven=1, scoreMaximum=3), moodle.item_path())

    answer = moodle.service().read(below(moodle.item_path(), "results"), MediaType.RESULTS)

    assert '"resultMaximum": 10,' in answer.text
    assert '"resultScore": 3.3333333333,' in answer.text
