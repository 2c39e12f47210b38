"""DR-21, DR-22, DR-25: what a platform answers to a registration."""

import pytest

from lti_app.lti.registration_problems import Stop
from tests.cases.registering import (
    TOKEN,
    Connecting,
)
from tests.peers.http_peer import Reply, hangs_up, json_reply


@pytest.mark.parametrize(
    ("reply", "status", "stop", "said"),
    [
        pytest.param(Reply(400), 400, Stop.PLATFORM_REFUSED, "", id="DR-21 400"),
        pytest.param(
            Reply(401, b"token_already_used", {"Content-Type": "text/plain"}),
            400,
            Stop.PLATFORM_REFUSED,
            "token_already_used",
            id="DR-21 401",
        ),
        pytest.param(
            json_reply({"error": "not for you"}, status=403),
            400,
            Stop.PLATFORM_REFUSED,
            "not for you",
            id="DR-21 403",
        ),
        pytest.param(Reply(500, b"oh"), 503, Stop.PLATFORM_SILENT, "oh", id="DR-21 500"),
        pytest.param(Reply(302), 400, Stop.PLATFORM_REFUSED, "", id="DR-21 302"),
        pytest.param(
            Reply(401, TOKEN.encode()), 400, Stop.PLATFORM_REFUSED, "", id="DR-25 echoes the token"
        ),
    ],
)
def test_a_registration_that_is_refused_is_told_in_the_platforms_words(
    connecting: Connecting, reply: Reply, status: int, stop: Stop, said: str
) -> None:
    connecting.platform.registers = lambda _: reply
    secret = connecting.invite()
    offer = connecting.offer(secret)

    page = connecting.check_refused(
        lambda: connecting.press(secret, offer), status=status, stop=stop
    ).get_data(as_text=True)

    assert said in page
    # Nothing came of it, so the same link works once more.
    connecting.platform.registers = None
    assert connecting.press(secret, offer).status_code == 200


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(json_reply({}), id="DR-22 none"),
        pytest.param(json_reply({"client_id": ""}), id="DR-22 empty"),
        pytest.param(json_reply({"client_id": 7}), id="DR-22 number"),
        pytest.param(json_reply({"client_id": ["a"]}), id="DR-22 list"),
        pytest.param(json_reply({"client_id": "x" * 5000}), id="DR-22 5 kB"),
        pytest.param(json_reply({"client_id": "a\nb"}), id="DR-22 a line break"),
        pytest.param(json_reply([]), id="DR-22 no object"),
        pytest.param(Reply(200, b"<html>"), id="DR-22 a page"),
        pytest.param(Reply(200, b" " * 70_000), id="DR-22 large"),
    ],
)
def test_a_reply_without_a_client_id_is_refused(connecting: Connecting, reply: Reply) -> None:
    connecting.platform.registers = lambda _: reply
    secret = connecting.invite()
    offer = connecting.offer(secret)

    connecting.check_refused(
        lambda: connecting.press(secret, offer), status=400, stop=Stop.REPLY_UNREADABLE
    )


def test_dr_21_a_platform_that_falls_silent_leaves_nothing(connecting: Connecting) -> None:
    connecting.platform.registers = hangs_up
    secret = connecting.invite()
    offer = connecting.offer(secret)

    connecting.check_refused(
        lambda: connecting.press(secret, offer), status=503, stop=Stop.PLATFORM_SILENT
    )
