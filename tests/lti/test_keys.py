import json
from datetime import timedelta

import jwt
import pytest
from sqlalchemy import select

from lti_app.core.db import Database
from lti_app.core.errors import BusyError
from lti_app.core.sealing import Keyring
from lti_app.lti.keys import (
    PUBLISHED_AFTER,
    PUBLISHED_BEFORE,
    KeyState,
    Signer,
    ensure_signing_key,
    list_signing_keys,
    public_jwks,
    rotate_signing_key,
)
from lti_app.lti.models import SigningKey
from tests.conftest import FrozenClock


def published_kids(database: Database, clock: FrozenClock) -> list[str]:
    with database.read() as session:
        return [key["kid"] for key in public_jwks(session, now=clock())["keys"]]


def rotate(database: Database, keyring: Keyring, clock: FrozenClock, *, now: bool = False) -> str:
    with database.write() as session:
        return rotate_signing_key(session, keyring, now=clock(), is_immediate=now).kid


@pytest.fixture
def first(database: Database, keyring: Keyring, clock: FrozenClock) -> str:
    with database.write() as session:
        return ensure_signing_key(session, keyring, now=clock()).kid


@pytest.fixture
def signer(database: Database, keyring: Keyring, clock: FrozenClock) -> Signer:
    return Signer(database, keyring, clock)


def kid_of(token: str) -> str:
    return str(jwt.get_unverified_header(token)["kid"])


def test_the_first_key_is_made_once(
    database: Database, keyring: Keyring, clock: FrozenClock, first: str
) -> None:
    with database.write() as session:
        again = ensure_signing_key(session, keyring, now=clock())

    assert (again.kid, again.state) == (first, KeyState.SIGNING)
    assert published_kids(database, clock) == [first]


def test_published_keys_hold_nothing_private(
    database: Database, clock: FrozenClock, first: str
) -> None:
    with database.read() as session:
        keys = public_jwks(session, now=clock())["keys"]

    assert [set(key) for key in keys] == [{"kty", "n", "e", "kid", "alg", "use"}]
    assert (keys[0]["kid"], keys[0]["alg"], keys[0]["use"]) == (first, "RS256", "sig")


def test_a_stolen_database_holds_no_usable_key(database: Database, first: str) -> None:
    with database.read() as session:
        stored = session.scalars(select(SigningKey)).one()

    assert b"PRIVATE" not in stored.sealed_private_key
    assert stored.sealed_private_key.startswith(b"gAAAA"), "not sealed"
    assert '"d"' not in json.dumps(stored.public_jwk)
    assert stored.kid == first


def test_a_token_of_ours_is_verified_with_what_we_publish(
    database: Database, clock: FrozenClock, signer: Signer, first: str
) -> None:
    token = signer.sign({"iss": "c1", "jti": "1"})

    with database.read() as session:
        jwk = public_jwks(session, now=clock())["keys"][0]
    assert kid_of(token) == first
    assert jwt.decode(token, jwt.PyJWK(jwk), algorithms=["RS256"]) == {"iss": "c1", "jti": "1"}


@pytest.mark.usefixtures("first")
def test_a_new_key_is_published_two_days_before_it_signs(
    database: Database, keyring: Keyring, clock: FrozenClock, signer: Signer
) -> None:
    old = kid_of(signer.sign({}))

    new = rotate(database, keyring, clock)

    assert published_kids(database, clock) == [new, old]
    clock.now += PUBLISHED_BEFORE - timedelta(seconds=1)
    assert kid_of(signer.sign({})) == old
    clock.now += timedelta(seconds=1)
    assert kid_of(signer.sign({})) == new


def test_an_old_key_stays_published_for_two_weeks_after_it_signed(
    database: Database, keyring: Keyring, clock: FrozenClock, first: str
) -> None:
    new = rotate(database, keyring, clock)

    clock.now += PUBLISHED_BEFORE + PUBLISHED_AFTER - timedelta(seconds=1)
    assert published_kids(database, clock) == [new, first]
    clock.now += timedelta(seconds=1)
    assert published_kids(database, clock) == [new]


@pytest.mark.usefixtures("first")
def test_rotating_twice_makes_one_new_key(
    database: Database, keyring: Keyring, clock: FrozenClock
) -> None:
    assert rotate(database, keyring, clock) == rotate(database, keyring, clock)
    with database.read() as session:
        assert len(list_signing_keys(session, now=clock())) == 2


def test_an_immediate_rotation_signs_at_once_and_soon_withdraws_the_old_key(
    database: Database, keyring: Keyring, clock: FrozenClock, signer: Signer, first: str
) -> None:
    new = rotate(database, keyring, clock, now=True)

    assert kid_of(signer.sign({})) == new
    assert published_kids(database, clock) == [new, first]
    clock.advance(minutes=10)
    assert published_kids(database, clock) == [new]


def test_an_immediate_rotation_withdraws_the_key_that_waits(
    database: Database, keyring: Keyring, clock: FrozenClock, signer: Signer, first: str
) -> None:
    waiting = rotate(database, keyring, clock)
    clock.now += PUBLISHED_BEFORE - timedelta(minutes=5)

    new = rotate(database, keyring, clock, now=True)

    assert new not in (waiting, first)
    assert published_kids(database, clock) == [new, first]
    clock.advance(minutes=6)
    assert kid_of(signer.sign({})) == new
    clock.advance(minutes=4)
    assert published_kids(database, clock) == [new]


def test_nothing_is_signed_without_a_key(signer: Signer) -> None:
    with pytest.raises(BusyError, match="signing_key_missing"):
        signer.sign({})
