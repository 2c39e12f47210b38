from datetime import timedelta

import pytest
from sqlalchemy import func, select

from lti_app.core.ids import digest
from lti_app.lti.errors import LtiError, Reason
from lti_app.lti.login import parse_login, purge_attempts
from lti_app.lti.models import LoginAttempt
from lti_app.lti.quirks import Family
from lti_app.lti.registrations import Registration
from tests.conftest import FrozenClock
from tests.lti.room import Room, register
from tests.peers.platform import TOOL, TestPlatform, served

ASKED = {
    "iss": ["https://lms.test"],
    "login_hint": ["3"],
    "target_link_uri": [f"{TOOL}/lti/launch"],
}


def test_the_browser_takes_along_what_the_platform_needs(room: Room) -> None:
    start = room.login(lti_message_hint='{"cmid":5,"a":"b+c %26 é"}')

    assert start.auth_url == "https://lms.test/auth"
    assert {**start.fields, "state": "", "nonce": ""} == {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": "c1",
        "redirect_uri": f"{TOOL}/lti/launch",
        "login_hint": "hint",
        "state": "",
        "nonce": "",
        "lti_message_hint": '{"cmid":5,"a":"b+c %26 é"}',
    }
    assert start.fields["state"] == start.state


def test_only_hashes_of_the_secrets_are_stored(room: Room) -> None:
    start = room.login()

    with room.database.read() as session:
        row = session.scalars(select(LoginAttempt)).one()
    assert row.state_hash == digest(start.state)
    assert row.nonce_hash == digest(start.fields["nonce"])
    assert row.browser_hash == digest(start.browser_secret)
    assert row.expires_at == room.clock() + timedelta(minutes=10)


def test_an_address_with_a_query_keeps_it(room: Room) -> None:
    start = room.login()
    object.__setattr__(start, "auth_url", "https://lms.test/auth?tenant=7")

    assert start.redirect_url.startswith("https://lms.test/auth?tenant=7&scope=openid&")


@pytest.mark.parametrize(
    ("name", "values", "reason"),
    [
        ("iss", [], Reason.PARAMETER_MISSING),
        ("iss", [""], Reason.PARAMETER_MISSING),
        ("iss", ["a", "a"], Reason.PARAMETER_REPEATED),
        ("login_hint", [], Reason.PARAMETER_MISSING),
        ("client_id", ["a" * 3000], Reason.PARAMETER_TOO_LONG),
        ("lti_message_hint", ["a" * 17_000], Reason.PARAMETER_TOO_LONG),
        ("iss", ["https://lms.test\x00"], Reason.PARAMETER_MALFORMED),
    ],
)
def test_a_login_that_cannot_be_read_is_refused(
    name: str, values: list[str], reason: Reason
) -> None:
    with pytest.raises(LtiError) as refused:
        parse_login({**ASKED, name: values})

    assert (refused.value.reason, refused.value.status) == (reason, 400)


def test_both_names_of_the_deployment_are_read() -> None:
    assert parse_login({**ASKED, "deployment_id": ["7"]}).deployment_id == "7"
    assert parse_login({**ASKED, "lti_deployment_id": ["8"]}).deployment_id == "8"


def test_canvas_may_leave_the_target_out(room: Room) -> None:
    with served(TestPlatform(issuer="https://other.test", family=Family.CANVAS)) as canvas:
        register(room.database, room.clock, canvas)

        start = room.login(canvas, target_link_uri="")

    assert start.fields["redirect_uri"] == f"{TOOL}/lti/launch"


@pytest.mark.parametrize("family", [Family.MOODLE, Family.OTHER, None])
def test_no_other_platform_may_leave_the_target_out(room: Room, family: Family | None) -> None:
    with served(TestPlatform(issuer="https://other.test", family=family)) as platform:
        register(room.database, room.clock, platform)

        with pytest.raises(LtiError) as refused:
            room.login(platform, target_link_uri="")

    assert refused.value.reason is Reason.PARAMETER_MISSING


def test_attempts_that_are_over_are_purged_in_bounded_steps(room: Room) -> None:
    for _ in range(5):
        room.login()
    room.clock.advance(minutes=5)
    room.login()
    room.clock.advance(minutes=5)

    with room.database.write() as session:
        gone = [purge_attempts(session, now=room.clock(), limit=3) for _ in range(3)]
        left = session.scalar(select(func.count()).select_from(LoginAttempt))

    assert (gone, left) == ([3, 2, 0], 1)


def test_the_clients_of_two_issuers_do_not_mix(
    room: Room, clock: FrozenClock, registration_of_another_issuer: Registration
) -> None:
    del clock
    with pytest.raises(LtiError) as refused:
        room.login(client_id=registration_of_another_issuer.client_id)

    assert refused.value.reason is Reason.PLATFORM_UNKNOWN


@pytest.fixture
def registration_of_another_issuer(room: Room) -> Registration:
    with served(TestPlatform(issuer="https://third.test", client_id="c3")) as platform:
        return register(room.database, room.clock, platform)
