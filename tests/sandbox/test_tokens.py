"""The token endpoint: it grants what a proven tool asks for, and says what is wrong otherwise."""

import pytest
from sqlalchemy import update
from werkzeug.test import TestResponse

from lti_app.sandbox.models import Tool
from lti_app.sandbox.vocabulary import AGS_CLAIM, CLIENT_ASSERTION_TYPE, MediaType, Scope
from tests.sandbox.courses import A
from tests.sandbox.lms import Lms
from tests.sandbox.tool_peer import TOKEN_URL, jwk_of, new_key

ITEMS = f"/lti/courses/{A}/lineitems"


def refused(response: TestResponse, code: str) -> None:
    assert response.status_code == 400
    assert response.json["error"] == code  # type: ignore[index]
    assert "access_token" not in response.text


def test_right_assertion_earns_a_token(lms: Lms) -> None:
    answer = lms.ask_token(lms.tool.assertion("c1", lms.clock()), scope=f"{Scope.SCORE}")

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    body = answer.json
    assert body is not None
    assert len(body.pop("access_token")) > 40
    assert body == {"token_type": "Bearer", "expires_in": 3600, "scope": str(Scope.SCORE)}


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"aud": [TOKEN_URL, "https://other.test"]}, None),
        ({"aud": "http://127.0.0.1:8001"}, "invalid_client"),
        ({"aud": f"{TOKEN_URL}/"}, "invalid_client"),
        ({"iss": "c2"}, "invalid_client"),
        ({"sub": "c2"}, "invalid_client"),
        ({"iss": "c9", "sub": "c9"}, "invalid_client"),
        ({"exp": "soon"}, "invalid_client"),
        ({"iat": True}, "invalid_client"),
        ({"jti": ""}, "invalid_client"),
        ({"jti": 7}, "invalid_client"),
    ],
)
def test_claims_of_the_assertion_are_checked(
    lms: Lms, claims: dict[str, object], code: str | None
) -> None:
    answer = lms.ask_token(lms.tool.assertion("c1", lms.clock(), claims=claims))

    if code is None:
        assert answer.status_code == 200
    else:
        refused(answer, code)


@pytest.mark.parametrize("name", ["iss", "sub", "aud", "iat", "exp", "jti"])
def test_every_claim_is_needed(lms: Lms, name: str) -> None:
    refused(lms.ask_token(lms.tool.assertion("c1", lms.clock(), without=(name,))), "invalid_client")


@pytest.mark.parametrize(
    ("name", "seconds", "is_accepted"),
    [
        ("exp", 1, True),
        ("exp", 0, False),
        ("exp", 300, True),
        ("exp", 600, False),
        ("iat", -299, True),
        ("iat", -301, False),
        ("iat", 29, True),
        ("iat", 31, False),
        ("nbf", 29, True),
        ("nbf", 31, False),
    ],
)
def test_times_of_the_assertion_are_checked(
    lms: Lms, name: str, seconds: int, *, is_accepted: bool
) -> None:
    claims: dict[str, object] = {name: int(lms.clock().timestamp()) + seconds}

    answer = lms.ask_token(lms.tool.assertion("c1", lms.clock(), claims=claims))

    assert (answer.status_code == 200) == is_accepted


def test_assertion_is_accepted_once(lms: Lms) -> None:
    assertion = lms.tool.assertion("c1", lms.clock())
    first = lms.ask_token(assertion)

    second = lms.ask_token(assertion)

    assert first.status_code == 200
    refused(second, "invalid_client")


def test_two_clients_may_use_the_same_jti(lms: Lms) -> None:
    for client_id in ("c1", "c2"):
        assertion = lms.tool.assertion(client_id, lms.clock(), claims={"jti": "same"})

        assert lms.ask_token(assertion).status_code == 200


def test_key_of_another_client_proves_nothing(lms: Lms) -> None:
    key = lms.tool.keys["c2"]

    refused(lms.ask_token(lms.tool.assertion("c1", lms.clock(), key=key)), "invalid_client")


@pytest.mark.parametrize("header", [{"kid": "unknown"}, {}])
def test_unknown_or_missing_kid_is_refused(lms: Lms, header: dict[str, object]) -> None:
    refused(lms.ask_token(lms.tool.assertion("c1", lms.clock(), header=header)), "invalid_client")


@pytest.mark.parametrize("assertion", ["", "x", "a.b", "a.b.c", "a.b.c.d.e"])
def test_what_is_no_token_is_refused(lms: Lms, assertion: str) -> None:
    answer = lms.ask_token(assertion)

    assert answer.status_code == 400


def test_key_set_is_fetched_once_and_again_for_an_unknown_kid(lms: Lms) -> None:
    for _ in range(2):
        lms.ask_token(lms.tool.assertion("c1", lms.clock()))
    assert lms.tool.fetches == ["c1"]
    key = new_key()
    lms.tool.sets["c1"].append(jwk_of(key, "c1-new"))

    answer = lms.ask_token(lms.tool.assertion("c1", lms.clock(), key=key, header={"kid": "c1-new"}))

    assert answer.status_code == 200
    assert lms.tool.fetches == ["c1", "c1"]


@pytest.mark.filterwarnings("ignore:The RSA key is 1024 bits long")
@pytest.mark.parametrize(
    ("members", "bits"),
    [
        ({"use": "enc"}, 2048),
        ({"alg": "RS512"}, 2048),
        ({"kid": 5}, 2048),
        ({"n": "?"}, 2048),
        ({}, 1024),
    ],
)
def test_key_that_is_not_fit_for_signing_is_not_used(
    lms: Lms, members: dict[str, object], bits: int
) -> None:
    key = new_key(bits)
    lms.tool.sets["c1"] = [{**jwk_of(key, "c1-k"), **members}]

    refused(lms.ask_token(lms.tool.assertion("c1", lms.clock(), key=key)), "invalid_client")


def test_unreachable_key_set_is_named_as_the_reason(lms: Lms) -> None:
    lms.tool.sets.pop("c1")

    answer = lms.ask_token(lms.tool.assertion("c1", lms.clock()))

    refused(answer, "invalid_client")
    assert "no key set at" in answer.text


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"client_assertion_type": "urn:other"}, "invalid_request"),
        ({"scope": "openid"}, "invalid_scope"),
        ({"scope": ""}, "invalid_scope"),
    ],
)
def test_wrong_form_field_is_refused(lms: Lms, changes: dict[str, str], code: str) -> None:
    refused(lms.ask_token(lms.tool.assertion("c1", lms.clock()), **changes), code)


def test_unknown_scopes_are_left_out(lms: Lms) -> None:
    answer = lms.ask_token(
        lms.tool.assertion("c1", lms.clock()), scope=f"https://other.test/scope {Scope.RESULT_READ}"
    )

    assert answer.json["scope"] == str(Scope.RESULT_READ)  # type: ignore[index]


def test_canvas_refuses_everything_for_one_scope_that_is_not_on_the_key(canvas: Lms) -> None:
    with canvas.sandbox.database.write() as session:
        session.execute(update(Tool).values(scopes=[str(Scope.SCORE), str(Scope.RESULT_READ)]))

    both = canvas.ask_token(canvas.assertion(), scope=f"{Scope.SCORE} {Scope.MEMBERSHIP_READ}")
    refused(both, "invalid_scope")
    assert canvas.ask_token(canvas.assertion(), scope=str(Scope.SCORE)).status_code == 200

    claims = canvas.browser().enter("rima").launch()
    assert claims[AGS_CLAIM]["scope"] == [str(Scope.RESULT_READ), str(Scope.SCORE)]


def test_json_is_no_form(lms: Lms) -> None:
    body = {
        "grant_type": "client_credentials",
        "client_assertion_type": CLIENT_ASSERTION_TYPE,
        "client_assertion": lms.tool.assertion("c1", lms.clock()),
        "scope": str(Scope.SCORE),
    }

    refused(lms.browser().post("/lti/token", json=body), "invalid_request")
    refused(lms.browser().post("/lti/token", query_string=body), "invalid_request")
    assert lms.browser().get("/lti/token").status_code == 405


def test_token_opens_until_its_hour_is_over(lms: Lms) -> None:
    service = lms.service()
    lms.clock.advance(minutes=59, seconds=59)
    in_time = service.read(ITEMS, MediaType.LINE_ITEMS)
    lms.clock.advance(seconds=1)

    too_late = service.read(ITEMS, MediaType.LINE_ITEMS)

    assert in_time.status_code == 200
    assert too_late.status_code == 401
    assert too_late.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer made-up", "Basic abc"])
def test_no_service_opens_without_a_token(lms: Lms, header: str) -> None:
    for method, path in [
        ("GET", ITEMS),
        ("POST", ITEMS),
        ("GET", f"{ITEMS}/1"),
        ("PUT", f"{ITEMS}/1"),
        ("DELETE", f"{ITEMS}/1"),
        ("POST", f"{ITEMS}/1/scores"),
        ("GET", f"{ITEMS}/1/results"),
        ("GET", f"/lti/courses/{A}/memberships"),
    ]:
        answer = lms.browser().client.open(
            path, method=method, headers={"Authorization": header} if header else {}
        )

        assert answer.status_code == 401, path


@pytest.mark.parametrize(
    ("method", "path", "scopes"),
    [
        ("GET", ITEMS, {Scope.LINE_ITEM, Scope.LINE_ITEM_READ}),
        ("POST", ITEMS, {Scope.LINE_ITEM}),
        ("GET", f"{ITEMS}/1", {Scope.LINE_ITEM, Scope.LINE_ITEM_READ}),
        ("PUT", f"{ITEMS}/1", {Scope.LINE_ITEM}),
        ("POST", f"{ITEMS}/1/scores", {Scope.SCORE}),
        ("GET", f"{ITEMS}/1/results", {Scope.RESULT_READ}),
        ("GET", f"/lti/courses/{A}/memberships", {Scope.MEMBERSHIP_READ}),
        ("DELETE", f"{ITEMS}/1", {Scope.LINE_ITEM}),
    ],
)
def test_each_service_opens_to_its_own_scopes_only(
    lms: Lms, method: str, path: str, scopes: set[Scope]
) -> None:
    for scope in sorted(Scope, key=lambda one: one in scopes):
        answer = lms.service(scope).send(method, path)

        assert (answer.status_code == 403) == (scope not in scopes), scope
