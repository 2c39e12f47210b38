"""Cases K: access tokens for services."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs

import pytest
from sqlalchemy import select

from lti_app.lti.errors import Outcome
from lti_app.lti.keys import list_signing_keys
from lti_app.lti.models import AccessToken
from tests.cases.watching import written_log
from tests.lti.room import register
from tests.lti.services import SCOPE, Services, assertion_of, problem
from tests.peers.http_peer import Reply, hangs_up, http_peer, json_reply
from tests.peers.platform import TestPlatform, served

SCORE = frozenset({f"{SCOPE}score"})
BOTH = frozenset({f"{SCOPE}score", f"{SCOPE}lineitem"})


def get(services: Services, scopes: frozenset[str] = SCORE) -> str:
    return services.tokens.get(services.room.registration, scopes).text


def given(**changes: Any) -> Reply:
    body = {"access_token": "token", "token_type": "bearer", "expires_in": 3600, **changes}
    return json_reply({name: value for name, value in body.items() if value is not ...})


def test_oa_01_what_was_granted_is_kept_not_what_was_asked(services: Services) -> None:
    services.usual["/token"] = given(scope=f"{SCOPE}score")

    token = services.tokens.get(services.room.registration, BOTH)

    assert token.scopes == SCORE


def test_oa_02_without_a_scope_in_the_answer_all_that_was_asked_is_granted(
    services: Services,
) -> None:
    services.usual["/token"] = given()

    assert services.tokens.get(services.room.registration, BOTH).scopes == BOTH


@pytest.mark.parametrize("kind", ["bearer", "Bearer", "BEARER", ...], ids=lambda k: f"OA-03-{k}")
def test_a_bearer_token_is_taken_however_it_is_written(services: Services, kind: object) -> None:
    services.usual["/token"] = given(token_type=kind)

    assert get(services) == "token"


@pytest.mark.parametrize("kind", ["mac", None, 1], ids=lambda kind: f"OA-03-{kind}")
def test_another_kind_of_token_is_refused(services: Services, kind: object) -> None:
    services.usual["/token"] = given(token_type=kind)

    assert problem(lambda: get(services)).outcome is Outcome.REFUSED


@pytest.mark.parametrize(
    ("expires_in", "lasts"),
    [
        pytest.param(..., 3600, id="OA-04-missing"),
        pytest.param(None, 3600, id="OA-04-null"),
        pytest.param(True, 3600, id="OA-04-bool"),
        pytest.param("7200", 7200, id="OA-04-string"),
        pytest.param("soon", 3600, id="OA-04-word"),
        pytest.param(0, 0, id="OA-04-zero"),
        pytest.param("-1", 0, id="OA-04-negative"),
        pytest.param(10**9, 86_400, id="OA-04-huge"),
        pytest.param(float("inf"), 86_400, id="OA-04-infinite"),
    ],
)
def test_a_token_is_kept_as_long_as_it_lives(
    services: Services, expires_in: object, lasts: int
) -> None:
    services.usual["/token"] = given(expires_in=expires_in)
    get(services)

    if lasts:
        services.room.clock.now += timedelta(seconds=lasts - 61)
        get(services)
        assert len(services.requests("/token")) == 1
        services.room.clock.advance(seconds=1)
    get(services)
    assert len(services.requests("/token")) == 2


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        pytest.param(
            json_reply({"error": "invalid_scope"}, status=400), Outcome.NOT_OFFERED, id="OA-05"
        ),
        pytest.param(
            json_reply({"error": "invalid_client"}, status=400), Outcome.UNAUTHORISED, id="OA-06"
        ),
        pytest.param(
            Reply(400, b'{"error" : ""kid" invalid, unable to lookup"}'),
            Outcome.UNAUTHORISED,
            id="OA-06-moodle",
        ),
        pytest.param(
            json_reply({"error": "Expired token"}, status=400), Outcome.UNAUTHORISED, id="OA-17"
        ),
        pytest.param(
            json_reply({"error": "invalid_request"}, status=400),
            Outcome.REFUSED,
            id="OA-06-request",
        ),
        pytest.param(Reply(401), Outcome.UNAUTHORISED, id="OA-07-401"),
        pytest.param(Reply(403), Outcome.UNAUTHORISED, id="OA-07-403"),
        pytest.param(Reply(404, b"<html>"), Outcome.NOT_SENT, id="OA-07-404"),
        pytest.param(Reply(429), Outcome.THROTTLED, id="OA-08"),
        pytest.param(
            Reply(403, b"403 Forbidden (Rate Limit Exceeded)"), Outcome.THROTTLED, id="OA-08-403"
        ),
        *(
            pytest.param(Reply(status), Outcome.NOT_SENT, id=f"OA-09-{status}")
            for status in (500, 502, 503)
        ),
        pytest.param(hangs_up, Outcome.NOT_SENT, id="OA-09-reset"),
        pytest.param(Reply(wait=2), Outcome.NOT_SENT, id="OA-09-timeout"),
        pytest.param(Reply(200, b"<html>sign in"), Outcome.NOT_SENT, id="OA-10-html"),
        pytest.param(Reply(200), Outcome.NOT_SENT, id="OA-10-empty"),
        pytest.param(Reply(200, b'{"access_token": "tok'), Outcome.NOT_SENT, id="OA-10-cut"),
        pytest.param(given(access_token=...), Outcome.NOT_SENT, id="OA-10-no-token"),
        pytest.param(given(access_token=7), Outcome.NOT_SENT, id="OA-10-number"),
        pytest.param(given(access_token="a\r\nX: y"), Outcome.NOT_SENT, id="OA-10-newline"),
        pytest.param(json_reply([]), Outcome.NOT_SENT, id="OA-10-list"),
        pytest.param(
            Reply(302, b"", {"Location": "https://evil.test/"}), Outcome.NOT_SENT, id="OA-18"
        ),
    ],
)
def test_a_token_that_is_not_given_has_a_named_reason(
    services: Services, reply: Any, outcome: Outcome
) -> None:
    services.usual["/token"] = reply

    found = problem(lambda: get(services))

    assert found.outcome is outcome
    assert found.is_retryable is (outcome in (Outcome.NOT_SENT, Outcome.THROTTLED))
    assert "<html" not in found.words


@pytest.mark.parametrize("status", [401, 403], ids=lambda status: f"OA-07-{status}")
def test_a_refusal_is_tried_once_more_with_another_assertion(
    services: Services, status: int
) -> None:
    services.script["/token"] = [Reply(status)]

    assert get(services) == "token-1"

    first, second = (assertion_of(seen)["jti"] for seen in services.requests("/token"))
    assert first != second


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        pytest.param("60", 60, id="OA-08-seconds"),
        pytest.param("date", 90, id="OA-08-date"),
        pytest.param("", None, id="OA-08-absent"),
        pytest.param("1000000000", 3600, id="OA-08-capped"),
        pytest.param("soon", None, id="OA-08-word"),
        pytest.param("-5", None, id="OA-08-negative"),
    ],
)
def test_a_wait_that_is_asked_for_is_read_and_capped(
    services: Services, header: str, seconds: int | None
) -> None:
    now = services.room.clock()
    text = format_datetime(now + timedelta(seconds=90), usegmt=True) if header == "date" else header
    services.usual["/token"] = Reply(429, b"", {"Retry-After": text} if text else {})

    assert problem(lambda: get(services)).retry_after_seconds == seconds


def test_while_a_wait_lasts_the_platform_is_not_asked(services: Services) -> None:
    services.script["/token"] = [Reply(429, b"", {"Retry-After": "60"})]
    problem(lambda: get(services))
    services.room.clock.advance(seconds=59)

    assert problem(lambda: get(services)).outcome is Outcome.THROTTLED
    assert len(services.requests("/token")) == 1
    services.room.clock.advance(seconds=1)
    assert get(services) == "token-1"


def test_oa_11_a_token_is_renewed_a_minute_before_its_end(services: Services) -> None:
    assert get(services) == "token-1"
    services.room.clock.advance(seconds=3539)
    assert get(services) == "token-1"
    services.room.clock.advance(seconds=1)

    assert get(services) == "token-2"


def test_oa_13_many_threads_cause_one_request(services: Services) -> None:
    barrier = threading.Barrier(100)

    def ask(_: int) -> str:
        barrier.wait()
        return get(services)

    with ThreadPoolExecutor(100) as pool:
        assert set(pool.map(ask, range(100))) == {"token-1"}
    assert len(services.requests("/token")) == 1


def test_many_threads_share_one_refusal(services: Services) -> None:
    services.usual["/token"] = Reply(500)

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: problem(lambda: get(services)).outcome, range(20)))

    assert answers == [Outcome.NOT_SENT] * 20
    assert len(services.requests("/token")) == 1


def test_another_process_finds_the_token_in_the_database(services: Services) -> None:
    get(services)
    tokens, _ = services.process()

    assert tokens.get(services.room.registration, SCORE).text == "token-1"
    assert len(services.requests("/token")) == 1


def test_oa_14_a_token_of_one_registration_is_never_used_for_another(services: Services) -> None:
    get(services)
    with served(TestPlatform(client_id="c2")) as second:
        other = register(services.room.database, services.room.clock, second)
        second.answer = lambda _: given(access_token="of-the-second")

        assert services.tokens.get(other, SCORE).text == "of-the-second"
    assert get(services) == "token-1"


def test_oa_15_an_assertion_says_who_asks_whom_and_for_how_long(services: Services) -> None:
    get(services)

    seen = services.requests("/token")[0]
    said = assertion_of(seen)
    now = int(services.room.clock().timestamp())
    with services.room.database.read() as session:
        kid = list_signing_keys(session, now=services.room.clock())[0].kid
    assert seen.headers["content-type"] == "application/x-www-form-urlencoded"
    fields = {name: values[0] for name, values in parse_qs(seen.body.decode()).items()}
    assert fields["grant_type"] == "client_credentials"
    assert fields["client_assertion_type"].endswith(":client-assertion-type:jwt-bearer")
    assert said["header"] == {"alg": "RS256", "kid": kid, "typ": "JWT"}
    assert (said["iss"], said["sub"]) == ("c1", "c1")
    assert said["aud"] == services.url("/token")
    assert (said["iat"], said["exp"]) == (now, now + 300)


def test_oa_15_an_audience_that_was_registered_is_addressed(services: Services) -> None:
    registration = replace(services.room.registration, audience="https://aud.test")
    services.tokens.get(registration, SCORE)

    assert assertion_of(services.requests("/token")[0])["aud"] == "https://aud.test"


def test_oa_16_after_a_time_out_the_assertion_is_a_new_one(services: Services) -> None:
    services.script["/token"] = [hangs_up]
    problem(lambda: get(services))
    services.room.clock.advance(seconds=5)
    get(services)

    first, second = (assertion_of(seen)["jti"] for seen in services.requests("/token"))
    assert first != second


def test_oa_18_an_assertion_never_goes_to_another_host(services: Services) -> None:
    with http_peer(lambda _: given()) as other:
        services.usual["/token"] = Reply(307, b"", {"Location": f"{other.url}/token"})

        problem(lambda: get(services))

        assert other.requests == []


def test_oa_18_an_assertion_goes_to_no_private_address(services: Services) -> None:
    registration = replace(services.room.registration, token_url="https://10.0.0.1/token")

    found = problem(lambda: services.tokens.get(registration, SCORE))

    assert (found.outcome, found.is_retryable) == (Outcome.ADDRESS_REFUSED, False)


def test_oa_19_tokens_are_sealed_at_rest_and_absent_from_logs(services: Services) -> None:
    services.script["/token"] = [
        given(access_token="a-very-secret-token"),
        Reply(400, json.dumps({"error": "invalid_client"}).encode()),
    ]
    with written_log() as log:
        get(services)
        problem(lambda: get(services, BOTH))
        written = log.stream.getvalue()

    with services.room.database.read() as session:
        sealed = session.scalars(select(AccessToken.sealed_token)).one()
    assert b"a-very-secret-token" not in sealed
    assertions = [
        parse_qs(seen.body.decode())["client_assertion"][0] for seen in services.requests("/token")
    ]
    assert "access token refused" in written
    assert not [secret for secret in ("a-very-secret-token", *assertions) if secret in written]


def test_oa_20_only_the_scopes_that_were_given_are_asked_for(services: Services) -> None:
    get(services, BOTH)

    asked = parse_qs(services.requests("/token")[0].body.decode())["scope"][0]
    assert asked.split() == sorted(BOTH)


def test_a_dropped_token_is_replaced_and_a_newer_one_stays(services: Services) -> None:
    registration = services.room.registration
    first = services.tokens.get(registration, SCORE)
    services.tokens.drop(registration, SCORE, first)
    second = services.tokens.get(registration, SCORE)
    services.tokens.drop(registration, SCORE, first)

    assert second.text == "token-2"
    assert get(services) == "token-2"
