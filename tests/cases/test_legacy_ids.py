"""Case CL-30: what somebody was called before LTI 1.3 is believed with a signature that fits."""

import base64
import hashlib
import hmac
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from lti_app.core.parts import Parts
from lti_app.core.sealing import Keyring
from lti_app.lti.legacy import keep_legacy_secret
from lti_app.lti.models import LegacySecret
from tests.cases.browser import Login
from tests.cases.stage import Seat, Stage
from tests.cases.test_review import linked
from tests.peers.launch_claims import LTI
from tests.peers.platform import TestPlatform, served

CLAIM = f"{LTI}lti1p1"
KEY, SECRET = "old-key-of-the-school", "old-secret-of-the-school"


@pytest.fixture
def keyring(parts: Parts) -> Keyring:
    return parts.keyring


def configure(stage: Stage, keyring: Keyring, secret: str | None = SECRET) -> None:
    with stage.database.write() as session:
        keep_legacy_secret(
            session, keyring, stage.registration.public_id, KEY, secret, now=stage.clock()
        )


def signed(stage: Stage, login: Login, **changes: str) -> dict[str, Any]:
    """Return the claim as the migration guide writes it."""
    exp = int(stage.clock().timestamp()) + 60
    said = {
        "key": KEY,
        "deployment_id": "d1",
        "iss": stage.platform.issuer,
        "client_id": stage.platform.client_id,
        "exp": str(exp),
        "nonce": login.nonce,
        **changes,
    }
    digest = hmac.new(SECRET.encode(), "&".join(said.values()).encode(), hashlib.sha256).digest()
    return {
        "user_id": "old-id-of-ann",
        "oauth_consumer_key": KEY,
        "oauth_consumer_key_sign": base64.b64encode(digest).decode(),
    }


def launch(stage: Stage, claim: Callable[[Login], object]) -> Seat:
    browser = stage.browser()
    login = browser.login(stage.platform)
    token = stage.token(login, {**linked(), CLAIM: claim(login)})
    return stage.seat(browser, browser.post_launch({"id_token": token, "state": login.state}))


def test_cl_30_an_old_id_with_a_signature_that_fits_is_kept(stage: Stage, keyring: Keyring) -> None:
    configure(stage, keyring)

    seat = launch(stage, lambda login: signed(stage, login))

    assert seat.user.legacy_id == "old-id-of-ann"


def test_cl_30_it_is_kept_of_somebody_who_came_before_and_stays_when_it_is_said_no_more(
    stage: Stage, keyring: Keyring
) -> None:
    configure(stage, keyring)
    stage.accept(linked())

    launch(stage, lambda login: signed(stage, login))
    again = stage.accept(linked())

    assert again.user.legacy_id == "old-id-of-ann"


@pytest.mark.parametrize(
    "part", ["key", "deployment_id", "iss", "client_id", "exp", "nonce"], ids=lambda p: f"CL-30-{p}"
)
def test_a_signature_for_something_else_is_ignored(
    stage: Stage, keyring: Keyring, part: str
) -> None:
    configure(stage, keyring)

    seat = launch(stage, lambda login: signed(stage, login, **{part: "another"}))

    assert seat.user.legacy_id is None


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"user_id": ""}, id="CL-30-no-id"),
        pytest.param({"user_id": None}, id="CL-30-null-id"),
        pytest.param({"oauth_consumer_key": "unknown"}, id="CL-30-unknown-key"),
        *(
            pytest.param({"oauth_consumer_key_sign": value}, id=f"CL-30-signature-{value!r}")
            for value in (None, "", 7, "é", ["x"])
        ),
    ],
)
def test_an_old_id_that_is_not_proven_is_ignored(
    stage: Stage, keyring: Keyring, changes: dict[str, object]
) -> None:
    configure(stage, keyring)

    seat = launch(stage, lambda login: {**signed(stage, login), **changes})

    assert seat.user.legacy_id is None


def test_cl_30_a_signature_with_another_secret_is_ignored(stage: Stage, keyring: Keyring) -> None:
    configure(stage, keyring, "another-secret")

    assert launch(stage, lambda login: signed(stage, login)).user.legacy_id is None


@pytest.mark.parametrize(
    "claim",
    [{"user_id": "old-id-of-ann", "oauth_consumer_key": KEY}, "old-id-of-ann", [], {}],
    ids=["CL-30-missing", "CL-30-text", "CL-30-list", "CL-30-empty"],
)
def test_an_old_id_without_a_signature_is_ignored(
    stage: Stage, keyring: Keyring, claim: object
) -> None:
    configure(stage, keyring)

    assert stage.accept({**linked(), CLAIM: claim}).user.legacy_id is None


def test_cl_30_without_a_secret_of_ours_no_old_id_is_believed(
    stage: Stage, keyring: Keyring
) -> None:
    assert launch(stage, lambda login: signed(stage, login)).user.legacy_id is None
    configure(stage, keyring)
    configure(stage, keyring, None)
    assert launch(stage, lambda login: signed(stage, login)).user.legacy_id is None


def test_cl_30_the_secret_of_one_platform_proves_nothing_for_another(
    stage: Stage, keyring: Keyring
) -> None:
    configure(stage, keyring)
    with served(TestPlatform(client_id="c2")) as second:
        stage.register(second)
        browser = stage.browser()
        login = browser.login(second)
        claim = signed(stage, login, client_id="c2")
        token = stage.token(login, {**linked(), CLAIM: claim}, platform=second)
        seat = stage.seat(browser, browser.post_launch({"id_token": token, "state": login.state}))

    assert seat.user.legacy_id is None


def test_the_secret_is_stored_sealed(stage: Stage, keyring: Keyring) -> None:
    configure(stage, keyring)

    with stage.database.read() as session:
        sealed = session.scalars(select(LegacySecret.sealed_secret)).one()
    assert SECRET.encode() not in sealed
    assert keyring.open_secret(sealed) == SECRET.encode()
