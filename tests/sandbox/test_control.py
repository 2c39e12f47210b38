"""The control API: faults that end, a log without secrets, and a teacher's hand."""

from dataclasses import replace

import pytest
import requests

from lti_app.sandbox.app import create_sandbox
from lti_app.sandbox.config import SandboxConfig
from lti_app.sandbox.replies import ReplyDroppedError
from lti_app.sandbox.server import serving
from lti_app.sandbox.state import sandbox_of
from lti_app.sandbox.vocabulary import MediaType
from tests.sandbox.courses import A
from tests.sandbox.lms import CONTROL_TOKEN, ISSUER, ITEM, Lms
from tests.sandbox.ports import free_port

RESULT = f"{ITEM.removeprefix('/lti/')}/results"


def log(lms: Lms, query: str = "") -> list[dict[str, object]]:
    return list((lms.control("GET", f"requests{query}").json or {})["requests"])


def test_control_needs_its_own_token(lms: Lms) -> None:
    client = lms.browser().client
    bearer = lms.service().token

    for header in ("", "Bearer", "Bearer x", f"Basic {CONTROL_TOKEN}", f"Bearer {bearer}"):
        answer = client.get("/control/faults", headers={"Authorization": header})
        assert answer.status_code == 401
    assert lms.control("GET", "faults").status_code == 200


def test_control_does_not_exist_without_a_token(config: SandboxConfig) -> None:
    closed = create_sandbox(replace(config, control_token=None))

    answer = closed.test_client().get(
        "/control/faults", headers={"Authorization": "Bearer None"}, base_url=ISSUER
    )

    sandbox_of(closed).close()
    assert answer.status_code == 404


def test_fault_ends_after_so_many_requests(lms: Lms) -> None:
    service = lms.service()
    lms.control("PUT", "faults/results", {"status": 503, "requests": 2, "retry_after": "7"})

    answers = [service.read(f"{ITEM}/results", MediaType.RESULTS) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [503, 503, 200]
    assert answers[0].headers["Retry-After"] == "7"
    assert lms.control("GET", "faults").json == {}


def test_fault_ends_after_so_many_seconds(lms: Lms) -> None:
    lms.control("PUT", "faults/jwks", {"status": 500, "seconds": 60})
    lms.clock.advance(seconds=59)
    during = lms.browser().get("/lti/jwks.json").status_code
    lms.clock.advance(seconds=1)

    assert (during, lms.browser().get("/lti/jwks.json").status_code) == (500, 200)


def test_fault_ends_when_it_is_cleared(lms: Lms) -> None:
    lms.control("PUT", "faults/jwks", {"status": 500})
    lms.control("PUT", "faults/auth", {"status": 500})

    lms.control("DELETE", "faults/jwks")
    assert lms.browser().get("/lti/jwks.json").status_code == 200
    assert lms.browser().get("/lti/auth").status_code == 500
    lms.control("DELETE", "faults")

    assert lms.browser().get("/lti/auth").status_code == 400


def test_fault_is_shown_while_it_is_set(lms: Lms) -> None:
    lms.control("PUT", "faults/scores", {"status": 503, "seconds": 60})

    assert lms.control("GET", "faults").json == {
        "scores": {"status": 503, "until": "2026-03-02T09:01:00+00:00"}
    }


def test_fault_answers_before_anything_is_stored(lms: Lms) -> None:
    service = lms.service()
    lms.control("PUT", "faults/scores", {"status": 503, "requests": 1})

    service.post_score(lms.score_body())

    assert service.results() == []


@pytest.mark.parametrize(
    ("path", "body"),
    [("faults/coffee", {}), ("faults/scores", []), ("faults/scores", {"status": "503"})],
)
def test_fault_of_the_wrong_form_is_refused(lms: Lms, path: str, body: object) -> None:
    assert lms.control("PUT", path, body).status_code == 400


def test_reply_is_lost_after_the_score_is_stored(lms: Lms) -> None:
    service = lms.service()
    lms.control("PUT", "faults/scores", {"drop_reply": True, "requests": 1})

    with pytest.raises(ReplyDroppedError):
        service.post_score(lms.score_body())

    assert service.results()[0]["resultScore"] == 8.0
    (entry,) = log(lms, "?service=scores")
    assert (entry["status"], entry["reply_was_dropped"]) == (200, True)


def test_lost_reply_closes_the_connection_of_a_real_client(config: SandboxConfig) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    headers = {"Authorization": f"Bearer {CONTROL_TOKEN}"}
    with serving(replace(config, issuer=url)):
        requests.put(
            f"{url}/control/faults/jwks",
            json={"drop_reply": True, "requests": 1},
            headers=headers,
            timeout=5,
        )

        with pytest.raises(requests.ConnectionError):
            requests.get(f"{url}/lti/jwks.json", timeout=5)

        assert requests.get(f"{url}/lti/jwks.json", timeout=5).status_code == 200


def test_log_tells_what_a_tool_did_in_order(lms: Lms) -> None:
    service = lms.service()
    service.post_score(lms.score_body())
    lms.clock.advance(seconds=1)
    service.post_score(lms.score_body(scoreGiven=9))
    service.post_score(lms.score_body(scoreGiven=1))

    entries = log(lms)

    assert [entry["service"] for entry in entries] == ["token", "scores", "scores", "scores"]
    assert [entry["status"] for entry in entries] == [200, 200, 200, 409]
    second = entries[2]
    assert second["method"] == "POST"
    assert second["path"] == f"{ITEM}/scores"
    assert second["client_id"] == "c1"
    assert second["user_id"] == "amara"
    assert second["received_at"] == "2026-03-02T09:00:01+00:00"
    assert second["detail"] == {
        "line_item": 1,
        "score_given": 9.0,
        "score_maximum": 10.0,
        "activity_progress": "Completed",
        "grading_progress": "FullyGraded",
        "timestamp": "2026-03-02T09:00:01+00:00",
        "version": 2,
    }


def test_log_is_narrowed_and_emptied(lms: Lms) -> None:
    lms.browser().get("/lti/jwks.json")
    lms.browser().get("/lti/jwks.json")
    lms.service()
    first = log(lms)[0]["id"]

    assert len(log(lms, "?service=jwks")) == 2
    assert len(log(lms, f"?after={first}")) == 2
    lms.control("DELETE", "requests")
    assert log(lms) == []


def test_log_holds_no_secret_and_no_text(lms: Lms) -> None:
    browser = lms.browser().enter("amara")
    login = browser.open_link()
    browser.authenticate(login)
    service = lms.service()
    service.post_score(lms.score_body(comment="Private words"))

    text = lms.control("GET", "requests").text

    for secret in (service.token, login["lti_message_hint"], "nonce-1", "Private", "eyJ", "Amara"):
        assert secret not in text


def test_gradebook_can_be_read_as_a_whole(lms: Lms) -> None:
    lms.service().post_score(lms.score_body(comment="Well done"))

    answer = lms.control("GET", f"courses/{A}/gradebook")

    assert answer.json == {
        "results": [
            {
                "line_item": ISSUER + ITEM,
                "label": "Graded <b>link</b>",
                "maximum": 10.0,
                "user_id": "amara",
                "score": 8.0,
                "comment": "Well done",
                "comments": ["Well done"],
                "attempts": 0,
                "needs_grading": False,
                "activity_progress": "Completed",
                "grading_progress": "FullyGraded",
                "scored_at": "2026-03-02T09:00:00+00:00",
                "version": 1,
                "is_graded_here": False,
            }
        ]
    }
    assert lms.control("GET", "courses/course-z/gradebook").status_code == 404


def test_grade_of_a_teacher_stands_in_the_gradebook(lms: Lms) -> None:
    answer = lms.control("PUT", f"{RESULT}/amara", {"score": 4.5, "comment": "Talk to me"})

    page = lms.browser().enter("rima").get(f"/courses/{A}/gradebook").text
    assert answer.status_code == 204
    assert "4.5 / 10" in page
    assert "entered by a teacher" in page


@pytest.mark.parametrize(
    "path", [f"{RESULT}/rima", f"{RESULT}/nobody", "courses/course-b/lineitems/1/results/amara"]
)
def test_grade_of_a_teacher_needs_a_cell(lms: Lms, path: str) -> None:
    assert lms.control("PUT", path, {"score": 4}).status_code == 404
