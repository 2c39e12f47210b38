"""Results: what a tool reads back from the gradebook."""

import pytest

from lti_app.sandbox.vocabulary import MediaType
from tests.sandbox.lms import ISSUER, ITEM, Lms, next_url

RESULTS = f"{ITEM}/results"


def test_column_without_scores_has_no_results(lms: Lms) -> None:
    assert lms.service().results() == []


def test_result_is_in_points_of_the_column(lms: Lms) -> None:
    service = lms.service()
    service.post_score(lms.score_body(scoreGiven=45, scoreMaximum=50))

    answer = service.read(RESULTS, MediaType.RESULTS)

    assert answer.mimetype == MediaType.RESULTS
    assert answer.json == [
        {
            "id": f"{ISSUER}{RESULTS}/1",
            "scoreOf": ISSUER + ITEM,
            "userId": "amara",
            "resultScore": 9.0,
            "resultMaximum": 10.0,
        }
    ]


def test_grade_of_a_teacher_is_a_result(lms: Lms) -> None:
    lms.control(
        "PUT", f"{ITEM.removeprefix('/lti/')}/results/amara", {"score": 4, "comment": "Talk"}
    )

    (result,) = lms.service().results()

    assert (result["resultScore"], result["comment"]) == (4.0, "Talk")


def test_results_are_filtered_by_person(lms: Lms) -> None:
    service = lms.service()
    for sub in ("amara", "tomoko"):
        service.post_score(lms.score_body(userId=sub))

    assert [row["userId"] for row in service.results(user_id="tomoko")] == ["tomoko"]
    assert service.results(user_id="nobody") == []


def test_results_come_in_pages(lms: Lms) -> None:
    service = lms.service()
    for sub in ("amara", "tomoko", "kwame"):
        service.post_score(lms.score_body(userId=sub))

    first = service.read(RESULTS, MediaType.RESULTS, limit="2")
    second = service.read(str(next_url(first)), MediaType.RESULTS)

    assert [row["userId"] for row in first.json or []] == ["amara", "tomoko"]
    assert [row["userId"] for row in second.json or []] == ["kwame"]
    assert next_url(second) is None


@pytest.mark.parametrize("accept", ["application/json", "*/*", MediaType.LINE_ITEMS])
def test_reader_must_name_the_media_type(lms: Lms, accept: str) -> None:
    assert lms.service().read(RESULTS, accept).status_code == 406
