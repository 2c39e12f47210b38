"""The platform's own keys: published without their private part, rotated, kept over a restart."""

import jwt

from lti_app.sandbox.app import create_sandbox
from lti_app.sandbox.config import SandboxConfig
from lti_app.sandbox.signing import sign
from lti_app.sandbox.state import sandbox_of
from tests.sandbox.lms import Lms


def published(lms: Lms) -> list[dict[str, str]]:
    return list((lms.browser().get("/lti/jwks.json").json or {})["keys"])


def test_key_set_holds_no_private_member(lms: Lms) -> None:
    (key,) = published(lms)

    assert set(key) == {"kty", "n", "e", "kid", "alg", "use"}
    assert (key["kty"], key["alg"], key["use"]) == ("RSA", "RS256", "sig")


def test_key_set_may_be_cached(lms: Lms) -> None:
    assert lms.browser().get("/lti/jwks.json").headers["Cache-Control"] == "public, max-age=600"


def test_rotation_signs_with_the_new_key_and_still_publishes_the_old(lms: Lms) -> None:
    (old,) = published(lms)

    new_kid = (lms.control("POST", "keys/rotate").json or {})["kid"]

    assert [key["kid"] for key in published(lms)] == [old["kid"], new_kid]
    assert lms.sandbox.keys.current.kid == new_kid


def test_rotation_can_withdraw_the_old_key(lms: Lms) -> None:
    lms.control("POST", "keys/rotate", {"keep_old": False})

    (key,) = published(lms)
    assert key["kid"] == lms.sandbox.keys.current.kid


def test_keys_outlive_a_restart(lms: Lms, config: SandboxConfig) -> None:
    lms.control("POST", "keys/rotate")
    before = published(lms)
    again = create_sandbox(config)

    after = sandbox_of(again).keys.public_set()

    sandbox_of(again).close()
    assert after == {"keys": before}


def test_anything_can_be_signed_with_any_header(lms: Lms) -> None:
    token = sign(lms.sandbox.keys.current, {"name": "bad"}, header={"kid": "other", "jku": "x"})

    assert jwt.get_unverified_header(token) == {
        "alg": "RS256",
        "typ": "JWT",
        "kid": "other",
        "jku": "x",
    }
    assert jwt.decode(token, options={"verify_signature": False}) == {"name": "bad"}
