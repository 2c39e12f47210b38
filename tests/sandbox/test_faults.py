"""Faults on demand: what each makes of an answer, and whether the request was carried out."""

from dataclasses import replace
from datetime import timedelta

import pytest
import requests
from werkzeug.test import TestResponse

from lti_app.sandbox.config import SandboxConfig
from lti_app.sandbox.faults import Fault, Service
from lti_app.sandbox.presets import preset, preset_names
from lti_app.sandbox.replies import ReplyDroppedError
from lti_app.sandbox.server import serving
from lti_app.sandbox.vocabulary import MediaType
from tests.sandbox.courses import A
from tests.sandbox.lms import CONTROL_TOKEN, ITEM, Lms
from tests.sandbox.ports import free_port

#: What a score is answered with under each preset: status, words, and whether it was stored.
SCORES = [
    ("unauthorised", 401, "has expired", False),
    ("forbidden", 403, "may not", False),
    ("rate_limited", 403, "Rate Limit Exceeded", False),
    ("not_found", 404, "nothing here", False),
    ("conflict", 409, "later is here", False),
    ("gone", 410, "gone", False),
    ("precondition_failed", 412, "not so", False),
    ("unprocessable", 422, "not carried out", False),
    ("busy_without_a_time", 429, "429", False),
    ("internal_error", 500, "500", False),
    ("bad_gateway", 502, "502", False),
    ("unavailable", 503, "503", False),
    ("gateway_timeout", 504, "504", False),
    ("error_after_storing", 500, "500", True),
    ("page_with_200", 200, "<!doctype html>", False),
    ("page_with_200_after_storing", 200, "<!doctype html>", True),
    ("empty_with_204", 204, "", False),
    ("moved_for_good", 301, "", False),
    ("login_page", 302, "", False),
    ("moved_elsewhere", 307, "", False),
]


def fail(lms: Lms, service: Service, name: str, **more: object) -> None:
    body = {"preset": name, "requests": 1, **more}
    assert lms.control("PUT", f"faults/{service}", body).status_code == 204


def stored(lms: Lms) -> bool:
    return bool((lms.control("GET", f"courses/{A}/gradebook").json or {})["results"])


@pytest.mark.parametrize(("name", "status", "words", "is_stored"), SCORES)
def test_score_under_a_fault(lms: Lms, name: str, status: int, words: str, is_stored: bool) -> None:
    service = lms.service()
    fail(lms, Service.SCORES, name)

    answer = service.post_score(lms.score_body())

    assert answer.status_code == status
    assert words in answer.text
    assert stored(lms) is is_stored
    assert service.post_score(lms.score_body(userId="tomoko")).status_code == 200


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("busy_without_a_time", None),
        ("busy_for_a_second", "1"),
        ("busy_for_a_minute", "60"),
        ("busy_for_an_hour", "3600"),
        ("busy_for_ever", "1000000000"),
        ("busy_with_nonsense", "soon"),
        ("busy_until_a_date", "Mon, 02 Mar 2026 09:01:00 GMT"),
        ("busy_until_a_date_that_is_over", "Mon, 02 Mar 2026 08:59:00 GMT"),
        ("unavailable_for_a_minute", "60"),
    ],
)
def test_busy_platform_says_when_to_come_back(lms: Lms, name: str, value: str | None) -> None:
    service = lms.service()
    fail(lms, Service.SCORES, name)

    answer = service.post_score(lms.score_body())

    assert answer.status_code in (429, 503)
    assert answer.headers.get("Retry-After") == value


@pytest.mark.parametrize(
    ("name", "location"),
    [
        ("moved_for_good", "/maintenance"),
        ("login_page", "/login"),
        ("moved_elsewhere", "https://elsewhere.invalid/"),
    ],
)
def test_redirect_says_where_to(lms: Lms, name: str, location: str) -> None:
    service = lms.service()
    fail(lms, Service.SCORES, name)

    assert service.post_score(lms.score_body()).headers["Location"] == location


@pytest.mark.parametrize(("name", "is_stored"), [("lost_reply", True), ("lost_request", False)])
def test_connection_is_closed_without_an_answer(lms: Lms, name: str, is_stored: bool) -> None:
    service = lms.service()
    fail(lms, Service.SCORES, name)

    with pytest.raises(ReplyDroppedError):
        service.post_score(lms.score_body())

    assert stored(lms) is is_stored


def test_truncated_answer_looks_whole(lms: Lms) -> None:
    service = lms.service()
    whole = service.read(ITEM, MediaType.LINE_ITEM)
    fail(lms, Service.LINE_ITEMS, "truncated_json")

    half = service.read(ITEM, MediaType.LINE_ITEM)

    assert half.status_code == 200
    assert half.data == whole.data[: len(whole.data) // 2]
    assert half.content_length == len(half.data)


def test_answer_that_breaks_off_fails_in_a_real_client(config: SandboxConfig) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    with serving(replace(config, issuer=url)):
        requests.put(
            f"{url}/control/faults/jwks",
            json={"preset": "broken_off", "requests": 1},
            headers={"Authorization": f"Bearer {CONTROL_TOKEN}"},
            timeout=5,
        )

        with pytest.raises(requests.RequestException):
            requests.get(f"{url}/lti/jwks.json", timeout=5)

        assert requests.get(f"{url}/lti/jwks.json", timeout=5).json()["keys"]


@pytest.mark.parametrize(
    ("name", "member", "value"),
    [
        ("no_lifetime", "expires_in", None),
        ("lifetime_is_text", "expires_in", "3600"),
        ("lifetime_is_zero", "expires_in", 0),
        ("lifetime_is_negative", "expires_in", -1),
        ("no_access_token", "access_token", None),
    ],
)
def test_token_answer_with_an_odd_member(lms: Lms, name: str, member: str, value: object) -> None:
    fail(lms, Service.TOKEN, name)

    answer = lms.ask_token(lms.assertion())

    body = answer.json or {}
    assert answer.status_code == 200
    assert body.get(member) == value
    assert body["token_type"] == "Bearer"


def test_key_set_can_be_empty(lms: Lms) -> None:
    fail(lms, Service.JWKS, "no_keys")

    assert lms.browser().get("/lti/jwks.json").json == {"keys": []}


def test_roster_can_lack_its_members(lms: Lms) -> None:
    service = lms.service()
    fail(lms, Service.MEMBERSHIPS, "no_members")

    body = service.read(lms.roster_path(), MediaType.MEMBERS).json or {}

    assert "context" in body
    assert "members" not in body


def test_anything_can_be_put_over_an_answer(lms: Lms) -> None:
    service = lms.service()
    lms.control(
        "PUT",
        "faults/memberships",
        {
            "headers": {"Link": '</again>; rel="next"'},
            "members": {"members": [{"user_id": "x"}], "id": None},
        },
    )

    answer = service.read(lms.roster_path(), MediaType.MEMBERS)

    assert answer.headers["Link"] == '</again>; rel="next"'
    assert set(answer.json or {}) == {"context", "members"}


def test_fault_begins_after_some_requests(lms: Lms) -> None:
    service = lms.service()
    fail(lms, Service.MEMBERSHIPS, "internal_error", skip=2)

    answers = [service.read(lms.roster_path(), MediaType.MEMBERS).status_code for _ in range(4)]

    assert answers == [200, 200, 500, 200]


@pytest.mark.parametrize("service", [Service.SCORES, Service.TOKEN])
def test_fault_can_be_of_one_tool_alone(lms: Lms, service: Service) -> None:
    tokens = {client_id: lms.service(client_id=client_id) for client_id in ("c1", "c2")}
    lms.control("PUT", f"faults/{service}", {"status": 503, "client_id": "c1"})

    def ask(client_id: str) -> TestResponse:
        if service is Service.TOKEN:
            return lms.ask_token(lms.assertion(client_id))
        path = lms.item_path({"c1": 1, "c2": 2}[client_id])
        return tokens[client_id].post_score(lms.score_body(), path)

    assert [ask(client_id).status_code for client_id in ("c1", "c2", "c1")] == [503, 200, 503]


def test_fault_is_told_in_moodles_status_line(moodle: Lms) -> None:
    fail(moodle, Service.SCORES, "conflict")

    answer = moodle.service().post_score(moodle.score_body(), moodle.item_path())

    assert answer.status == "409 A score of this time or later is here."


def test_fault_is_told_in_canvas_errors(canvas: Lms) -> None:
    fail(canvas, Service.SCORES, "conflict")

    answer = canvas.service().post_score(canvas.score_body(), canvas.item_path())

    assert (answer.json or {})["errors"]["type"] == "conflict"


def test_log_tells_a_fault_from_a_refusal(lms: Lms) -> None:
    service = lms.service()
    fail(lms, Service.SCORES, "conflict")
    service.post_score(lms.score_body())
    service.post_score(lms.score_body())
    service.post_score(lms.score_body())

    log = (lms.control("GET", "requests?service=scores").json or {})["requests"]

    assert [entry["status"] for entry in log] == [409, 200, 409]
    assert [entry["detail"].get("outcome") for entry in log] == ["fault", None, None]


@pytest.mark.parametrize(
    "body",
    [
        {"preset": "coffee"},
        {"headers": ["x"]},
        {"headers": {"x": 1}},
        {"members": "x"},
        {"body": 5},
        {"stores": "yes"},
        {"delay_seconds": "9"},
    ],
)
def test_fault_of_the_wrong_form_is_refused(lms: Lms, body: object) -> None:
    assert lms.control("PUT", "faults/scores", body).status_code == 400
    assert lms.control("GET", "faults").json == {}


def test_presets_are_listed_and_each_does_something(lms: Lms) -> None:
    names = (lms.control("GET", "presets").json or {})["presets"]

    assert names == preset_names()
    assert [name for name in names if preset(name, lms.clock()) == Fault()] == []


def test_slow_preset_waits_and_then_answers_as_usual(lms: Lms) -> None:
    slow = preset("slow", lms.clock())

    assert slow == Fault(delay=timedelta(seconds=9))
    fail(lms, Service.JWKS, "slow", delay_seconds=0.001)
    assert lms.browser().get("/lti/jwks.json").status_code == 200
