"""Abuse 43: what a platform answers costs its own calls a moment, and nobody else anything."""

import json
import threading
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest

from lti_app.lti.errors import LtiError, Reason, ServiceProblem
from lti_app.lti.keysets import KeySets
from lti_app.lti.nrps import SCOPE as MEMBERS
from lti_app.lti.nrps import read_roster, roster_call
from tests.lti.room import register
from tests.lti.services import SCOPE, Services
from tests.peers.http_peer import Reply, Seen, gzip_bomb, json_reply, trickling
from tests.peers.platform import TestPlatform, served

#: Key sets are given up after five seconds; the client of these tests gives up the rest after one,
#: in production after ten.
AT_MOST_SECONDS = 8.0
AT_MOST_BYTES = 48 * 1024 * 1024
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
SCORE = frozenset({f"{SCOPE}score"})


def endless(send: Callable[[bytes], None]) -> None:
    send(HEAD)
    while True:
        send(b"0" * 64 * 1024)


def deep(member: str) -> Reply:
    return Reply(200, b'{"%s": %s%s}' % (member.encode(), b"[" * 10_000, b"]" * 10_000))


def large(member: str) -> Reply:
    return Reply(200, json.dumps({member: ["x" * 1000] * 10_000}).encode())


ATTACKS: dict[str, Callable[[str], Any]] = {
    "slow-loris": lambda _: trickling(HEAD),
    "endless": lambda _: endless,
    "gzip-bomb": lambda _: gzip_bomb(200),
    "10-mb": large,
    "depth-10000": deep,
}


def ask_for_keys(services: Services) -> None:
    http = services.tokens.http
    KeySets(services.room.database, http, services.room.clock).find(
        services.room.registration, "k1"
    )


def ask_for_a_token(services: Services) -> None:
    services.tokens.get(services.room.registration, SCORE)


def ask_for_members(services: Services) -> None:
    access = services.access(
        scopes=frozenset({MEMBERS}), memberships_url=services.url("/memberships")
    )
    for _ in read_roster(services.caller, access, roster_call(access), context_ref="c"):
        pass


DOORS: dict[str, tuple[Callable[[Services], None], str]] = {
    "jwks": (ask_for_keys, "keys"),
    "token": (ask_for_a_token, "access_token"),
    "memberships": (ask_for_members, "members"),
}


def path_of(services: Services, door: str) -> str:
    registration = services.room.registration
    return urlsplit(registration.jwks_url).path if door == "jwks" else f"/{door}"


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("door", DOORS)
def test_abuse_43_an_answer_is_cut_by_time_and_by_size(
    services: Services, door: str, attack: str
) -> None:
    ask, member = DOORS[door]
    services.usual[path_of(services, door)] = answer = ATTACKS[attack](member)
    if callable(answer):
        services.usual[path_of(services, door)] = lambda _seen: answer
    tracemalloc.start()
    began = time.monotonic()

    with pytest.raises((LtiError, ServiceProblem)) as refused:
        ask(services)

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert time.monotonic() - began < AT_MOST_SECONDS
    assert peak < AT_MOST_BYTES
    if isinstance(refused.value, LtiError):
        assert refused.value.reason is Reason.KEYS_UNAVAILABLE


@pytest.mark.parametrize(
    "next_url",
    ["{own}/memberships?page=1", "https://evil.test/memberships", "http://127.0.0.1:1/memberships"],
    ids=["cycle", "another host", "another port"],
)
def test_abuse_43_next_pages_end_where_they_loop_or_lead_elsewhere(
    services: Services, next_url: str
) -> None:
    link = f'<{next_url.format(own=services.room.platform.url)}>; rel="next"'
    services.usual["/memberships"] = json_reply({"members": []}, Link=link)

    with pytest.raises(ServiceProblem, match="refused"):
        ask_for_members(services)

    assert len(services.requests("/memberships")) <= 2


@pytest.mark.parametrize("door", ["jwks", "token"])
def test_abuse_43_other_tenants_do_not_wait(services: Services, door: str) -> None:
    ask, _ = DOORS[door]
    is_asked = threading.Event()

    def stall(_seen: Seen) -> object:
        is_asked.set()
        return trickling(HEAD)

    services.usual[path_of(services, door)] = stall
    ended: list[Exception] = []

    def be_stalled() -> None:
        try:
            ask(services)
        except (LtiError, ServiceProblem) as error:
            ended.append(error)

    with served(TestPlatform(issuer="https://calm.test", client_id="calm")) as calm:
        calm.answer = None
        registration = register(services.room.database, services.room.clock, calm)
        other = replace(services.room, registration=registration, platform=calm)
        stalled = threading.Thread(target=be_stalled)
        stalled.start()
        assert is_asked.wait(AT_MOST_SECONDS)
        began = time.monotonic()

        KeySets(other.database, services.tokens.http, other.clock).find(registration, "k1")

        took = time.monotonic() - began
        assert stalled.is_alive(), "the slow one was over before the other had its turn"
        stalled.join(AT_MOST_SECONDS)

    assert took < 0.8
    assert ended
    assert not stalled.is_alive()
