"""Cases L: scores posted and results read, against a platform that answers as scripted."""

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from lti_app.core.errors import NotFoundError
from lti_app.lti.ags import Result, post_score, read_result
from lti_app.lti.errors import Outcome
from lti_app.lti.quirks import Family
from lti_app.lti.scores import Score
from lti_app.lti.service_access import get_service_access
from lti_app.lti.services import remember_services
from tests.lti.services import SCOPE, Services, problem
from tests.peers.http_peer import Reply, Seen, hangs_up, http_peer, json_reply
from tests.peers.launch_claims import AGS_CLAIM

#: What is judged here happens before or beside the database: one kind of it is enough.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

RECORDED = Path(__file__).resolve().parents[1] / "data" / "moodle" / "ags-exchanges.json"
SCORES, RESULTS = "/items/1/scores", "/items/1/results"
SCORE_TYPE = "application/vnd.ims.lis.v1.score+json"


def send(services: Services, **changes: Any) -> None:
    score = Score("7", Decimal(8), Decimal(10), services.room.clock())
    post_score(services.caller, services.access(**changes), line_item(services), score)


def line_item(services: Services) -> str:
    return services.url("/items/1?type_id=4")


def read(services: Services, user_id: str = "7") -> Result | None:
    return read_result(services.caller, services.access(), line_item(services), user_id)


def test_ag_05_a_score_goes_where_and_as_the_platform_wants_it(services: Services) -> None:
    services.usual[SCORES] = Reply(200)

    send(services)

    seen = services.requests(SCORES)[0]
    assert (seen.method, seen.path) == ("POST", f"{SCORES}?type_id=4")
    assert seen.headers["content-type"] == SCORE_TYPE
    assert seen.headers["authorization"] == "Bearer token-1"
    assert json.loads(seen.body)["scoreGiven"] == 8


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(Reply(200, b"", {"Content-Type": SCORE_TYPE}), id="AG-06-moodle"),
        pytest.param(json_reply({"resultUrl": "https://c.test/1"}), id="AG-06-canvas"),
        pytest.param(Reply(201), id="AG-06-201"),
        pytest.param(Reply(204), id="AG-06-204"),
        pytest.param(Reply(200, b"  \n"), id="AG-06-blank"),
    ],
)
def test_a_score_that_was_taken_is_taken(services: Services, reply: Reply) -> None:
    services.usual[SCORES] = reply

    send(services)

    assert len(services.requests(SCORES)) == 1


def html(status: int = 200) -> Reply:
    return Reply(status, b"<!DOCTYPE html><p>Sign in", {"Content-Type": "text/html"})


@pytest.mark.parametrize(
    ("family", "reply", "outcome"),
    [
        (Family.MOODLE, Reply(400, b"[]"), Outcome.NOT_GRADABLE),
        (
            Family.CANVAS,
            json_reply({"message": "User not found in course"}, status=422),
            Outcome.NOT_GRADABLE,
        ),
        (
            Family.OTHER,
            json_reply({"reason": "user is not gradable"}, status=400),
            Outcome.NOT_GRADABLE,
        ),
        (
            Family.OTHER,
            json_reply({"reason": "scoreMaximum is missing"}, status=400),
            Outcome.REFUSED,
        ),
        (Family.OTHER, Reply(403), Outcome.REFUSED),
        (Family.CANVAS, Reply(403, b"403 Forbidden (Rate Limit Exceeded)"), Outcome.THROTTLED),
        (Family.OTHER, Reply(404), Outcome.GONE),
        (Family.OTHER, Reply(405), Outcome.REFUSED),
        (Family.OTHER, Reply(410), Outcome.GONE),
        (Family.OTHER, Reply(412), Outcome.REFUSED),
        (Family.OTHER, Reply(415), Outcome.REFUSED),
        (Family.MOODLE, Reply(409, b"[]"), Outcome.STALE_TIME),
        (
            Family.CANVAS,
            json_reply({"errors": [{"message": "timestamp is older"}]}, status=400),
            Outcome.STALE_TIME,
        ),
        (Family.OTHER, Reply(429, b"", {"Retry-After": "7"}), Outcome.THROTTLED),
        (Family.OTHER, Reply(500), Outcome.UNKNOWN),
        (Family.OTHER, Reply(502), Outcome.UNKNOWN),
        (Family.OTHER, Reply(503), Outcome.UNKNOWN),
        (Family.OTHER, Reply(504), Outcome.UNKNOWN),
        (Family.OTHER, Reply(408), Outcome.UNKNOWN),
        (Family.OTHER, hangs_up, Outcome.UNKNOWN),
        (Family.OTHER, Reply(wait=2), Outcome.UNKNOWN),
        (Family.OTHER, html(), Outcome.UNKNOWN),
        (Family.OTHER, Reply(200, b'{"resultUrl": "htt'), Outcome.UNKNOWN),
        (
            Family.CANVAS,
            json_reply({"message": "max attempts reached"}, status=422),
            Outcome.NOT_GRADABLE,
        ),
        (Family.OTHER, Reply(301, b"", {"Location": "https://evil.test/"}), Outcome.UNKNOWN),
        (Family.OTHER, Reply(307, b"", {"Location": "https://evil.test/"}), Outcome.UNKNOWN),
    ],
    ids=[
        *("AG-07-moodle", "AG-07-canvas", "AG-07-words", "AG-11-400", "AG-09-plain", "AG-09-limit"),
        *("AG-10", "AG-11-405", "AG-11-410", "AG-11-412", "AG-11-415", "AG-12-409", "AG-12-400"),
        *("AG-13", "AG-14-500", "AG-14-502", "AG-14-503", "AG-14-504", "AG-14-408", "AG-14-reset"),
        *("AG-14-timeout", "AG-14-html", "AG-14-cut", "AG-31", "AG-51-301", "AG-51-307"),
    ],
)
def test_a_score_that_was_not_taken_has_a_named_reason(
    services: Services, family: Family, reply: Any, outcome: Outcome
) -> None:
    services.usual[SCORES] = reply
    registration = replace(services.room.registration, family=family)

    found = problem(lambda: send(services, registration=registration))

    assert found.outcome is outcome
    assert len(services.requests(SCORES)) == 1
    assert "<" not in found.words


def test_ag_13_a_wait_is_passed_on(services: Services) -> None:
    services.usual[SCORES] = Reply(429, b"", {"Retry-After": "7"})

    assert problem(lambda: send(services)).retry_after_seconds == 7


def test_ag_08_a_token_that_ran_out_early_is_replaced_once(services: Services) -> None:
    services.script[SCORES] = [Reply(401), Reply(200)]

    send(services)

    bearers = [seen.headers["authorization"] for seen in services.requests(SCORES)]
    assert bearers == ["Bearer token-1", "Bearer token-2"]
    bodies = {seen.body for seen in services.requests(SCORES)}
    assert len(bodies) == 1


def test_oa_12_a_second_refusal_is_final(services: Services) -> None:
    services.usual[SCORES] = Reply(401)

    found = problem(lambda: send(services))

    assert (found.outcome, found.is_retryable) == (Outcome.UNAUTHORISED, False)
    assert (len(services.requests(SCORES)), services.tokens_given) == (2, 2)


@pytest.mark.parametrize("scopes", [frozenset(), frozenset({f"{SCOPE}lineitem"})])
def test_ag_35_without_the_scope_nothing_is_sent(
    services: Services, scopes: frozenset[str]
) -> None:
    found = problem(lambda: send(services, scopes=scopes))

    assert found.outcome is Outcome.NOT_OFFERED
    assert services.requests("/token") == []


def test_a_scope_that_was_not_granted_is_not_used(services: Services) -> None:
    services.usual["/token"] = json_reply({"access_token": "t", "scope": f"{SCOPE}lineitem"})

    assert problem(lambda: send(services)).outcome is Outcome.NOT_OFFERED
    assert services.requests(SCORES) == []


def test_oa_05_a_set_of_scopes_that_is_refused_is_asked_for_once_more_as_the_one_needed(
    services: Services,
) -> None:
    services.script["/token"] = [json_reply({"error": "invalid_scope"}, status=400)]
    services.usual[SCORES] = Reply(200)

    send(services)

    asked = [seen.body.count(b"lti-ags") for seen in services.requests("/token")]
    assert asked == [4, 1]


def test_abuse_28_a_bearer_goes_to_no_host_that_is_not_listed(services: Services) -> None:
    with http_peer(lambda _: Reply(200)) as elsewhere:
        score = Score("7", Decimal(1), Decimal(1), services.room.clock())

        found = problem(
            lambda: post_score(
                services.caller, services.access(), f"{elsewhere.url}/items/1", score
            )
        )

        assert found.outcome is Outcome.ADDRESS_REFUSED
        assert elsewhere.requests == []
    assert services.requests("/token") == []


def results(*rows: dict[str, Any]) -> Callable[[Seen], Reply]:
    return lambda _: json_reply(list(rows))


def test_a_result_is_read_for_one_person(services: Services) -> None:
    services.usual[RESULTS] = results(
        {"userId": "70", "resultScore": 1},
        {"userId": "7", "resultScore": 8.25, "resultMaximum": 10},
    )

    assert read(services) == Result(Decimal("8.25"), Decimal(10), None)
    seen = services.requests(RESULTS)[0]
    assert seen.path == f"{RESULTS}?type_id=4&user_id=7"
    assert seen.headers["accept"] == "application/vnd.ims.lis.v2.resultcontainer+json"


@pytest.mark.parametrize(
    ("row", "found"),
    [
        pytest.param({"userId": "7"}, Result(None, Decimal(1), None), id="AG-47-no-score"),
        pytest.param(
            {"userId": "7", "resultScore": None}, Result(None, Decimal(1), None), id="AG-47-null"
        ),
        pytest.param(
            {"userId": "7", "resultScore": 5, "resultMaximum": 0},
            Result(None, Decimal(1), None),
            id="AG-47-zero",
        ),
        pytest.param(
            {"userId": "7", "resultScore": 0, "comment": None},
            Result(Decimal(0), Decimal(1), None),
            id="AG-47-comment",
        ),
        pytest.param(
            {"userId": 7, "resultScore": "0.5"},
            Result(Decimal("0.5"), Decimal(1), None),
            id="AG-47-strings",
        ),
        pytest.param({"userId": "8", "resultScore": 5}, None, id="AG-47-other"),
    ],
)
def test_a_result_without_a_grade_is_no_zero(
    services: Services, row: dict[str, Any], found: Result | None
) -> None:
    services.usual[RESULTS] = results(row)

    assert read(services) == found


def test_ag_39_pages_are_followed_as_they_are_given(services: Services) -> None:
    second = f"{services.url(RESULTS)}?page=AbC&filtered=no"
    services.script[RESULTS] = [
        json_reply([{"userId": "1"}], Link=f'<{second}>; rel="next"'),
        json_reply([{"userId": "7", "resultScore": 3}]),
    ]

    assert read(services) == Result(Decimal(3), Decimal(1), None)
    assert services.requests(RESULTS)[1].path == f"{RESULTS}?page=AbC&filtered=no"


@pytest.mark.parametrize("where", ["https://evil.test/results", "http://127.0.0.1:1/results"])
def test_ag_41_the_next_page_is_never_elsewhere(services: Services, where: str) -> None:
    services.usual[RESULTS] = json_reply([], Link=f'<{where}>; rel="next"')

    assert problem(lambda: read(services)).outcome is Outcome.ADDRESS_REFUSED
    assert len(services.requests(RESULTS)) == 1


def test_ag_41_the_next_page_is_on_the_same_origin_even_among_listed_hosts(
    services: Services,
) -> None:
    with http_peer(lambda _: json_reply([])) as other:
        services.usual[RESULTS] = json_reply([], Link=f'<{other.url}/results>; rel="next"')
        hosts = services.access().hosts | {urlsplit(other.url).netloc}
        access = services.access(hosts=hosts)

        found = problem(lambda: read_result(services.caller, access, line_item(services), "7"))

        assert found.words == "next_page_elsewhere"
        assert other.requests == []


def test_ag_41_pages_that_lead_in_a_circle_end(services: Services) -> None:
    here = services.url(RESULTS)

    def circle(seen: Seen) -> Reply:
        following = "b" if seen.path.endswith("=a") else "a"
        return json_reply([], Link=f'<{here}?p={following}>; rel="next"')

    services.usual[RESULTS] = circle

    assert problem(lambda: read(services)).words == "next_page_loops"
    assert len(services.requests(RESULTS)) == 3


def test_ag_41_pages_without_end_end(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lti_app.lti.listing.MAX_PAGES", 5)
    here = services.url(RESULTS)
    services.usual[RESULTS] = lambda _: json_reply(
        [], Link=f'<{here}?p={len(services.requests(RESULTS))}>; rel="next"'
    )

    assert problem(lambda: read(services)).words == "next_page_loops"
    assert len(services.requests(RESULTS)) == 5


@pytest.mark.parametrize("body", [b"{}", b"null", b"[", b"<html>"])
def test_a_list_that_is_none_is_unknown(services: Services, body: bytes) -> None:
    services.usual[RESULTS] = Reply(200, body)

    assert problem(lambda: read(services)).outcome is Outcome.UNKNOWN


def exchanges() -> list[dict[str, Any]]:
    recorded: list[dict[str, Any]] = json.loads(RECORDED.read_text())
    return [one for one in recorded if "/scores" in urlsplit(one["request"]["url"]).path]


@pytest.mark.parametrize("exchange", exchanges(), ids=lambda exchange: exchange["label"])
def test_an_answer_recorded_from_moodle_is_understood(
    services: Services, exchange: dict[str, Any]
) -> None:
    if exchange["request"]["method"] != "POST":
        expected: Outcome | None = Outcome.REFUSED
    else:
        expected = {200: None, 400: Outcome.NOT_GRADABLE, 409: Outcome.STALE_TIME}[
            exchange["status"]
        ]
    body = exchange["body"]
    services.usual[SCORES] = Reply(
        exchange["status"],
        body.encode() if isinstance(body, str) else json.dumps(body).encode(),
        {"Content-Type": exchange["headers"]["Content-Type"]},
    )
    moodle = replace(services.room.registration, family=Family.MOODLE)

    if expected is None:
        send(services, registration=moodle)
    else:
        assert problem(lambda: send(services, registration=moodle)).outcome is expected


def test_what_a_launch_offers_is_what_may_be_called(services: Services) -> None:
    room = services.room
    scopes = [f"{SCOPE}score", f"{SCOPE}lineitem", "https://vendor.test/scope"]
    room.platform.answer = None
    launch = room.launch({AGS_CLAIM: {"scope": scopes, "lineitems": services.url("/items")}})
    with room.database.write() as session:
        remember_services(session, launch, now=room.clock())
    assert launch.deployment.id is not None

    with room.database.read() as session:
        access = get_service_access(session, launch.deployment.id, "course-1")
        elsewhere = get_service_access(session, launch.deployment.id, "course-2")
        with pytest.raises(NotFoundError):
            get_service_access(session, 0, "course-1")

    assert access.registration == room.registration
    assert access.scopes == set(scopes[:2])
    assert access.line_items_url == services.url("/items")
    assert access.allows(services.url("/anything"))
    assert not access.allows("https://lms.test/items")
    assert (elsewhere.scopes, elsewhere.line_items_url) == (frozenset(), None)
