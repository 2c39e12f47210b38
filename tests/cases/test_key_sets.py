"""Cases E: the keys of platforms, fetched from real servers that misbehave, and our own."""

import json
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import jwt
import pytest
from sqlalchemy import select, update

from lti_app.core.parts import Parts
from lti_app.lti.errors import Reason
from lti_app.lti.keys import Signer, rotate_signing_key
from lti_app.lti.models import KeySet, Platform
from tests.cases.browser import Login
from tests.cases.stage import Stage
from tests.peers.certificates import self_signed_context
from tests.peers.http_peer import (
    Reply,
    Seen,
    gzip_bomb,
    hangs_up,
    http_peer,
    json_reply,
    trickling,
)
from tests.peers.platform import TOOL
from tests.peers.rsa_keys import base64url_of, jwk_of, rsa_key
from tests.peers.tokens import signed


def with_new_key(stage: Stage, kid: str, name: str) -> Callable[[Login], str]:
    """Return what signs with a key that the platform may or may not publish."""

    def sign(login: Login) -> str:
        claims = stage.platform.claims(login.nonce, now=stage.clock())
        return signed(stage.platform.header({"kid": kid}), claims, rsa_key(name))

    return sign


def accept_signed(stage: Stage, sign: Callable[[Login], str]) -> None:
    browser = stage.browser()
    login = browser.login(stage.platform)
    stage.seat(browser, browser.post_launch({"id_token": sign(login), "state": login.state}))


def fetches(stage: Stage) -> int:
    return len(stage.platform.key_requests)


def test_ks_01_the_first_launch_fetches_and_the_next_ones_do_not(stage: Stage) -> None:
    for _ in range(3):
        stage.accept()

    assert fetches(stage) == 1


@pytest.mark.parametrize(
    ("cache_control", "kept_for", "too_long"),
    [
        pytest.param("max-age=5", 59, 60, id="KS-02-floor"),
        pytest.param("max-age=0", 59, 60, id="KS-02-zero"),
        pytest.param("no-store", 59, 60, id="KS-02-no-store"),
        pytest.param("public, max-age=120", 119, 120, id="KS-02-as-told"),
        pytest.param("max-age=1000000000", 599, 600, id="KS-02-ceiling"),
        pytest.param("", 599, 600, id="KS-02-default"),
    ],
)
def test_a_key_set_is_kept_within_bounds(
    stage: Stage, cache_control: str, kept_for: int, too_long: int
) -> None:
    stage.platform.answer = lambda _: json_reply(
        {"keys": stage.platform.published}, Cache_Control=cache_control
    )
    stage.accept()

    stage.clock.advance(seconds=kept_for)
    stage.accept()
    assert fetches(stage) == 1
    stage.clock.advance(seconds=too_long - kept_for)
    stage.accept()
    assert fetches(stage) == 2


def test_ks_03_a_new_key_works_at_once(stage: Stage) -> None:
    stage.accept()
    stage.clock.advance(seconds=60)
    stage.platform.published.append(jwk_of(rsa_key("new"), "k3"))

    accept_signed(stage, with_new_key(stage, "k3", "new"))

    assert fetches(stage) == 2


def test_ks_04_unknown_names_cause_one_fetch_in_each_cool_down(stage: Stage) -> None:
    stage.accept()
    for _ in range(2):
        stage.clock.advance(seconds=31)
        for _ in range(25):
            kid = secrets.token_hex(8)
            stage.refuse(
                lambda login, kid=kid: stage.token(login, header={"kid": kid}),  # type: ignore[misc] # the default binds the loop's value
                status=401,
                reason=Reason.KID_UNKNOWN,
            )

    assert fetches(stage) == 3


def test_ks_05_a_key_that_was_withdrawn_is_refused_within_ten_minutes(stage: Stage) -> None:
    stage.accept()
    del stage.platform.published[0]
    stage.clock.advance(minutes=10)

    stage.refuse(stage.token, status=401, reason=Reason.KID_UNKNOWN)


def test_ks_06_a_key_that_was_changed_under_its_name_is_fetched_once(stage: Stage) -> None:
    stage.accept()
    stage.clock.advance(seconds=60)
    stage.platform.published[0] = jwk_of(rsa_key("changed"), "k1")

    accept_signed(stage, with_new_key(stage, "k1", "changed"))
    stage.refuse(stage.token, status=401, reason=Reason.SIGNATURE_MISMATCH)

    assert fetches(stage) == 2


def test_ks_07_while_the_platform_is_down_its_last_keys_are_used(stage: Stage) -> None:
    stage.accept()
    stage.platform.answer = hangs_up

    stage.clock.advance(hours=23, minutes=59)
    stage.accept()
    stage.accept()
    stage.clock.advance(minutes=1)
    stage.refuse(stage.token, status=503, reason=Reason.KEYS_UNAVAILABLE)


def html_page(_: Seen) -> Reply:
    return Reply(200, b"<!DOCTYPE html><p>Maintenance", {"Content-Type": "text/html"})


BROKEN: dict[str, Callable[[Seen], Any]] = {
    "KS-08": hangs_up,
    "KS-09-500": lambda _: Reply(500),
    "KS-09-403": lambda _: Reply(403),
    "KS-09-404": lambda _: Reply(404),
    "KS-09-html": html_page,
    "KS-11-bomb": lambda _: gzip_bomb(100),
    "KS-11-large": lambda _: Reply(200, b" " * 2_000_000),
    "KS-12": lambda _: json_reply(
        {"keys": [jwk_of(rsa_key("many"), f"x{n}") for n in range(5000)]}
    ),
    "KS-13-empty": lambda _: json_reply({"keys": []}),
    "KS-13-object": lambda _: json_reply({}),
    "KS-13-list": lambda _: json_reply([]),
    "KS-13-null": lambda _: json_reply(None),
    "KS-13-odd": lambda _: json_reply({"keys": {"k1": 1}}),
    "KS-13-cut": lambda _: Reply(200, b'{"keys":[{"kty":"RSA"'),
    "KS-13-deep": lambda _: Reply(200, b"[" * 100_000),
}


@pytest.mark.parametrize("answer", BROKEN.values(), ids=BROKEN.keys())
def test_without_keys_a_launch_is_asked_to_come_again(
    stage: Stage, answer: Callable[[Seen], Any]
) -> None:
    stage.platform.answer = answer

    stage.refuse(stage.token, status=503, reason=Reason.KEYS_UNAVAILABLE)
    stage.platform.answer = None
    stage.clock.advance(seconds=10)
    stage.accept()


@pytest.mark.parametrize("answer", BROKEN.values(), ids=BROKEN.keys())
def test_a_bad_answer_does_not_cost_the_keys_we_have(
    stage: Stage, answer: Callable[[Seen], Any]
) -> None:
    stage.accept()
    stage.platform.answer = answer
    stage.clock.advance(minutes=20)

    stage.accept()

    assert fetches(stage) == 2


def test_a_launch_that_is_asked_to_come_again_is_told_when(stage: Stage) -> None:
    stage.platform.answer = hangs_up
    browser = stage.browser()
    login = browser.login(stage.platform)
    fields = {"id_token": stage.token(login), "state": login.state}

    response = stage.check_refused(
        lambda: browser.post_launch(fields),
        status=503,
        reason=Reason.KEYS_UNAVAILABLE,
        login=login,
    )

    assert int(response.headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(b"HTTP/1.1 200 OK\r\nX-Slow: ", id="KS-10-headers"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", id="KS-10-body"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", id="KS-10-chunk-size"
        ),
    ],
)
def test_a_platform_that_trickles_is_cut_off(slow_stage: Stage, head: bytes) -> None:
    slow_stage.platform.answer = lambda _: trickling(head)

    slow_stage.refuse(slow_stage.token, status=503, reason=Reason.KEYS_UNAVAILABLE)


@pytest.fixture
def slow_stage(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """The same deadline, sooner: five seconds of waiting prove no more than half a second."""
    monkeypatch.setattr("lti_app.lti.keysets.FETCH_SECONDS", 0.5)
    return stage


def test_ks_12_a_long_set_is_read_up_to_its_hundredth_key(stage: Stage) -> None:
    good = jwk_of(stage.platform.keys["k1"], "k1")
    many = [jwk_of(rsa_key("many"), f"x{n}") for n in range(150)]
    stage.platform.published = [good, *many]

    stage.accept()

    with stage.database.read() as session:
        stored = session.scalars(select(KeySet.jwks)).one()
    assert len(stored) == 100


@pytest.mark.parametrize(
    "bad",
    [
        {"kty": "RSA", "kid": "x"},
        {"kty": "RSA", "kid": "x", "n": "!", "e": "AQAB"},
        {"kty": "RSA", "kid": "x", "n": 1, "e": 2},
        {"kty": "EC", "kid": "x"},
        {"kid": ["x"], "kty": "RSA"},
        "key",
        None,
        1,
    ],
    ids=lambda bad: f"KS-14-{str(bad)[:24]}",
)
def test_a_bad_key_does_not_spoil_the_set(stage: Stage, bad: object) -> None:
    stage.platform.published.insert(0, bad)  # type: ignore[arg-type] # what a platform should not do

    stage.accept()


@pytest.mark.parametrize(
    "changes",
    [{"use": "enc"}, {"key_ops": ["sign"]}, {"key_ops": "verify"}],
    ids=["KS-15-use", "KS-15-ops", "KS-15-no-list"],
)
def test_a_key_for_something_else_is_not_used(stage: Stage, changes: dict[str, Any]) -> None:
    stage.platform.published[0] = jwk_of(stage.platform.keys["k1"], "k1", **changes)

    stage.refuse(stage.token, status=401, reason=Reason.KID_UNKNOWN)


@pytest.mark.parametrize(
    "changes",
    [{"alg": None}, {"use": None}, {"alg": None, "use": None}, {"key_ops": ["verify"]}],
    ids=["KS-16-alg", "KS-16-use", "KS-16-both", "KS-15-verify"],
)
def test_a_key_may_leave_its_purpose_out(stage: Stage, changes: dict[str, Any]) -> None:
    stage.platform.published[0] = jwk_of(stage.platform.keys["k1"], "k1", **changes)

    stage.accept()


def test_ks_17_the_key_of_the_right_kind_is_picked(stage: Stage) -> None:
    curve = {"kty": "EC", "kid": "k1", "crv": "P-256", "x": "AA", "y": "AA"}
    stage.platform.published.insert(0, curve)

    stage.accept()


def test_ks_17_two_keys_of_one_name_are_nobodys(stage: Stage) -> None:
    stage.platform.published.insert(0, jwk_of(rsa_key("other"), "k1"))

    stage.refuse(stage.token, status=401, reason=Reason.KID_UNKNOWN)


@pytest.mark.parametrize(
    "target", ["other", "http://169.254.169.254/latest/"], ids=["KS-18", "KS-18-metadata"]
)
def test_a_redirect_is_not_followed(stage: Stage, target: str) -> None:
    with http_peer(lambda _: json_reply({"keys": stage.platform.published})) as other:
        location = f"{other.url}/jwks" if target == "other" else target
        stage.platform.answer = lambda _: Reply(302, b"", {"Location": location})

        stage.refuse(stage.token, status=503, reason=Reason.KEYS_UNAVAILABLE)

        assert other.requests == []


def test_ks_19_a_certificate_nobody_vouches_for_is_refused(stage: Stage, tmp_path: Path) -> None:
    context = self_signed_context(tmp_path)
    with http_peer(lambda _: json_reply({"keys": stage.platform.published}), tls=context) as peer:
        with stage.database.write() as session:
            session.execute(update(Platform).values(jwks_url=f"{peer.url}/jwks"))
        browser = stage.browser()
        login = browser.login(stage.platform)

        response = browser.post_launch({"id_token": stage.token(login), "state": login.state})

        assert response.status_code == 503
        assert peer.requests == []


def test_ks_20_many_launches_on_a_cold_cache_fetch_once(stage: Stage) -> None:
    stage.platform.answer = lambda _: Reply(
        200, json.dumps({"keys": stage.platform.published}).encode(), wait=0.3
    )
    browsers = [stage.browser() for _ in range(50)]
    forms = []
    for number, browser in enumerate(browsers):
        login = browser.login(stage.platform)
        token = stage.token(login, {"sub": f"user-{number}"})
        forms.append({"id_token": token, "state": login.state})

    with ThreadPoolExecutor(50) as pool:
        answers = list(
            pool.map(lambda pair: pair[0].post_launch(pair[1]), zip(browsers, forms, strict=True))
        )

    assert [answer.status_code for answer in answers] == [303] * 50
    assert fetches(stage) == 1


def test_ks_21_private_members_are_left_alone_and_reported(stage: Stage) -> None:
    private = stage.platform.keys["k1"].private_numbers()
    stage.platform.published[0]["d"] = base64url_of(private.d)

    stage.accept()

    assert [
        line for line in stage.log.lines() if line["event"] == "platform publishes private keys"
    ]
    with stage.database.read() as session:
        stored = session.scalars(select(KeySet.jwks)).one()
    assert set(stored["k1"]) == {"n", "e"}  # type: ignore[call-overload] # JSON, as key_store wrote it


def test_f30_a_platform_rotates_its_key_and_is_down_meanwhile(stage: Stage) -> None:
    """The new key signs at once; its key set is away, then empty, then holds the new key alone."""
    stage.accept()
    new = with_new_key(stage, "k3", "new")
    stage.clock.advance(minutes=10)

    stage.platform.answer = hangs_up
    stage.accept()
    stage.refuse(new, status=503, reason=Reason.KEYS_UNAVAILABLE)
    stage.clock.advance(minutes=1)
    stage.platform.answer = lambda _: json_reply({"keys": []})
    stage.accept()
    stage.refuse(new, status=503, reason=Reason.KEYS_UNAVAILABLE)
    stage.clock.advance(minutes=1)
    stage.platform.answer = None
    stage.platform.published[:] = [jwk_of(rsa_key("new"), "k3")]
    before = fetches(stage)

    accept_signed(stage, new)
    stage.refuse(stage.token, status=401, reason=Reason.KID_UNKNOWN)

    assert fetches(stage) == before + 1


def published(stage: Stage) -> dict[str, dict[str, str]]:
    """Return our own key set, by `kid`, newest first; nothing private is in it."""
    answer = stage.app.test_client().get("/lti/jwks.json", base_url=TOOL)
    assert "max-age=" in answer.headers["Cache-Control"]
    assert "Access-Control-Allow-Origin" not in answer.headers
    keys: list[dict[str, str]] = answer.get_json()["keys"]
    assert all(set(key) == {"kty", "n", "e", "kid", "alg", "use"} for key in keys)
    return {key["kid"]: key for key in keys}


def rotate(stage: Stage, parts: Parts) -> str:
    with stage.database.write() as session:
        return rotate_signing_key(session, parts.keyring, now=stage.clock()).kid


def test_ks_22_our_own_keys_are_public_ones_and_two_during_a_rotation(
    stage: Stage, parts: Parts
) -> None:
    (old,) = published(stage)

    new = rotate(stage, parts)

    assert [*published(stage)] == [new, old]
    stage.clock.advance(days=16)
    assert [*published(stage)] == [new]


def test_ks_23_what_an_old_key_signed_is_proven_for_two_weeks_after_the_newest_signs(
    stage: Stage, parts: Parts
) -> None:
    signer = Signer(stage.database, parts.keyring, stage.clock)
    (old,) = published(stage)
    new = rotate(stage, parts)

    stage.clock.advance(hours=47, minutes=59)
    by_old = signer.sign({"jti": "1"})
    stage.clock.advance(minutes=1)
    by_new = signer.sign({"jti": "2"})

    assert [jwt.get_unverified_header(token)["kid"] for token in (by_old, by_new)] == [old, new]
    stage.clock.advance(days=13, hours=23)
    for kid, token in ((old, by_old), (new, by_new)):
        assert jwt.decode(token, jwt.PyJWK(published(stage)[kid]), algorithms=["RS256"])
    stage.clock.advance(hours=1)
    assert [*published(stage)] == [new]
