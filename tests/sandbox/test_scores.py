"""Scores: what is taken, what is refused, and what becomes of the cell."""

import json

import pytest

from lti_app.sandbox.vocabulary import MediaType
from tests.sandbox.courses import B
from tests.sandbox.lms import ITEM, Lms

SCORES = f"{ITEM}/scores"


def test_score_of_a_learner_is_recorded(lms: Lms) -> None:
    service = lms.service()

    answer = service.post_score(
        lms.score_body(scoreGiven=8, scoreMaximum=10, comment="Well done", scoringUserId="rima")
    )

    assert (answer.status_code, answer.data) == (200, b"")
    (result,) = service.results()
    assert result["userId"] == "amara"
    assert result["resultScore"] == 8.0
    assert result["comment"] == "Well done"
    assert result["scoringUserId"] == "rima"


@pytest.mark.parametrize(
    ("given", "maximum", "recorded"),
    [(0, 10, 0.0), (11, 10, 11.0), (1, 3, 3.3333333333), (95, 100, 9.5), (0.3, 0.3, 10.0)],
)
def test_score_is_rescaled_to_the_column(
    lms: Lms, given: float, maximum: float, recorded: float
) -> None:
    service = lms.service()

    service.post_score(lms.score_body(scoreGiven=given, scoreMaximum=maximum))

    assert service.results()[0]["resultScore"] == recorded


@pytest.mark.parametrize(
    "change",
    [
        {"userId": None},
        {"userId": 7},
        {"userId": ""},
        {"activityProgress": None},
        {"activityProgress": "completed"},
        {"gradingProgress": None},
        {"gradingProgress": "Done"},
        {"gradingProgress": 1},
        {"timestamp": None},
        {"timestamp": ""},
        {"timestamp": 1772442000},
        {"timestamp": "2026-03-02T09:00:00"},
        {"timestamp": "2026-03-02"},
        {"timestamp": "2026-03-02 09:00:00Z"},
        {"timestamp": "02.03.2026"},
        {"timestamp": "2026-13-02T09:00:00Z"},
        {"scoreGiven": "8"},
        {"scoreGiven": True},
        {"scoreGiven": -1},
        {"scoreGiven": [8]},
        {"scoreGiven": 1e300},
        {"scoreMaximum": None},
        {"scoreMaximum": 0},
        {"scoreMaximum": -10},
        {"scoreMaximum": "10"},
        {"comment": 5},
        {"scoringUserId": {}},
        {"submission": "now"},
        {"submission": {"startedAt": "yesterday"}},
        {
            "submission": {
                "startedAt": "2026-03-02T09:00:00Z",
                "submittedAt": "2026-03-02T08:59:59Z",
            }
        },
    ],
)
def test_score_of_the_wrong_form_is_refused(lms: Lms, change: dict[str, object]) -> None:
    service = lms.service()

    answer = service.post_score(lms.score_body(**change))

    assert answer.status_code == 400
    assert service.results() == []


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400", "08"])
def test_what_is_no_json_number_is_refused(lms: Lms, number: str) -> None:
    body = json.dumps(lms.score_body(scoreGiven=777)).replace("777", number)
    headers = {"Content-Type": MediaType.SCORE}

    answer = lms.service().send("POST", SCORES, data=body, headers=headers)

    assert answer.status_code == 400


def test_submission_times_and_unknown_members_are_no_obstacle(lms: Lms) -> None:
    answer = lms.service().post_score(
        lms.score_body(
            submission={
                "startedAt": "2026-03-02T08:00:00.000Z",
                "submittedAt": "2026-03-02T10:00:00+01:00",
            },
            **{"https://vendor.test/extension": {"any": "thing"}},
        )
    )

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        (MediaType.SCORE, 200),
        (f"{MediaType.SCORE}; charset=utf-8", 200),
        ("application/vnd.ims.lis.v2.score+json", 415),
        ("application/json", 415),
        (MediaType.LINE_ITEM, 415),
    ],
)
def test_score_must_name_its_media_type(lms: Lms, content_type: str, status: int) -> None:
    body = json.dumps(lms.score_body())

    answer = lms.service().send("POST", SCORES, data=body, headers={"Content-Type": content_type})

    assert answer.status_code == status


@pytest.mark.parametrize("sub", ["rima", "tomas", "test", "gone", "bela", "made-up", "Amara"])
def test_score_for_somebody_who_is_no_active_learner_here_is_refused(lms: Lms, sub: str) -> None:
    service = lms.service()

    answer = service.post_score(lms.score_body(userId=sub))

    assert answer.status_code == 422
    assert service.results() == []


@pytest.mark.parametrize(
    ("timestamp", "status"),
    [
        ("2026-03-02T09:00:00.000Z", 409),
        ("2026-03-02T08:59:59.999Z", 409),
        ("2026-03-02T10:00:00+01:00", 409),
        ("2026-03-02T09:00:00.001Z", 200),
        ("2026-03-02T09:00:01.000Z", 200),
    ],
)
def test_later_score_must_have_a_later_time(lms: Lms, timestamp: str, status: int) -> None:
    service = lms.service()
    service.post_score(lms.score_body(scoreGiven=3, timestamp="2026-03-02T09:00:00.000Z"))

    answer = service.post_score(lms.score_body(scoreGiven=9, timestamp=timestamp))

    assert answer.status_code == status
    assert service.results()[0]["resultScore"] == (9.0 if status == 200 else 3.0)


def test_times_are_compared_for_each_person_and_column_apart(lms: Lms) -> None:
    service = lms.service()
    body = lms.score_body()
    assert service.post_score(body).status_code == 200

    assert service.post_score({**body, "userId": "tomoko"}).status_code == 200
    assert service.post_score(body, f"/lti/courses/{B}/lineitems/3").status_code == 200


@pytest.mark.parametrize("progress", ["NotReady", "Pending", "PendingManual", "Failed"])
def test_score_that_is_not_final_clears_the_cell(lms: Lms, progress: str) -> None:
    service = lms.service()
    service.post_score(lms.score_body())
    lms.clock.advance(seconds=1)

    answer = service.post_score(lms.score_body(gradingProgress=progress))

    assert answer.status_code == 200
    assert "resultScore" not in service.results()[0]


def test_absent_score_and_comment_clear_the_cell(lms: Lms) -> None:
    service = lms.service()
    service.post_score(lms.score_body(comment="Well done"))
    lms.clock.advance(seconds=1)

    service.post_score(lms.score_body(scoreGiven=None, scoreMaximum=None))

    assert not {"resultScore", "comment"} & set(service.results()[0])


def test_later_grade_of_a_teacher_blocks_an_older_score(lms: Lms) -> None:
    service = lms.service()
    service.post_score(lms.score_body(scoreGiven=8))
    lms.clock.advance(minutes=1)
    lms.control("PUT", f"{ITEM.removeprefix('/lti/')}/results/amara", {"score": 4})

    older = service.post_score(lms.score_body(timestamp="2026-03-02T09:00:30.000Z"))
    lms.clock.advance(seconds=1)
    newer = service.post_score(lms.score_body(scoreGiven=9))

    assert (older.status_code, newer.status_code) == (409, 200)
    assert service.results()[0]["resultScore"] == 9.0


def test_scores_cannot_be_read(lms: Lms) -> None:
    assert lms.service().read(SCORES, MediaType.SCORE).status_code == 405
