"""The one way out: no redirect, no private address, no endless answer, whatever the other side does."""

import socket
import time
from collections.abc import Callable

import pytest

from lti_app.core.http import FetchError, ForbiddenAddressError, HttpClient
from tests.peers.http_peer import Reply, Seen, gzip_bomb, http_peer, json_reply

CLIENT = HttpClient(trusted_hosts=("127.0.0.1",), total_seconds=0.5, max_bytes=100_000)


def refused(url: str) -> str:
    with pytest.raises(FetchError) as error:
        CLIENT.get(url)
    return error.value.code


def test_an_answer_comes_back_whole_with_headers_as_they_were() -> None:
    with http_peer(lambda _: json_reply({"a": 1}, Link='<https://x/?Cursor=AbC>; rel="next"')) as peer:
        answer = CLIENT.get(f"{peer.url}/x")

    assert answer.json() == {"a": 1}
    assert answer.media_type == "application/json"
    assert answer.headers["link"] == '<https://x/?Cursor=AbC>; rel="next"'


def test_a_redirect_is_not_followed() -> None:
    with http_peer(lambda _: Reply(302, headers={"Location": "/elsewhere"})) as peer:
        answer = CLIENT.get(f"{peer.url}/x")

    assert answer.status == 302
    assert peer.paths == ["/x"]


def test_we_say_who_we_are() -> None:
    client = HttpClient(trusted_hosts=("127.0.0.1",), user_agent="Rapport (+https://tool.test)")
    with http_peer(lambda _: json_reply({})) as peer:
        client.get(peer.url)

    assert peer.requests[0].headers["user-agent"] == "Rapport (+https://tool.test)"


def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with http_peer(lambda _: json_reply({})) as proxy, http_peer(lambda _: json_reply({})) as peer:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("http_proxy", proxy.url)
        HttpClient(trusted_hosts=("127.0.0.1",)).get(f"{peer.url}/x")

    assert (peer.paths, proxy.paths) == (["/x"], [])


def trickle(_: Seen) -> Callable[[Callable[[bytes], None]], None]:
    def write(send: Callable[[bytes], None]) -> None:
        send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(1000):
            send(b"x")
            time.sleep(0.05)

    return write


def trickling_headers(_: Seen) -> Callable[[Callable[[bytes], None]], None]:
    def write(send: Callable[[bytes], None]) -> None:
        send(b"HTTP/1.1 200 OK\r\nX-A: ")
        for _ in range(1000):
            send(b"x")
            time.sleep(0.05)

    return write


@pytest.mark.parametrize("answer", [trickle, trickling_headers])
def test_abuse_43_an_answer_that_trickles_is_cut(answer: Callable[[Seen], object]) -> None:
    with http_peer(answer) as peer:  # type: ignore[arg-type]  # one of the two shapes it takes
        assert refused(peer.url) == "too_slow"


def endless(_: Seen) -> Callable[[Callable[[bytes], None]], None]:
    def write(send: Callable[[bytes], None]) -> None:
        send(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            send(b"x" * 65536)

    return write


@pytest.mark.parametrize(
    "answer", [endless, lambda _: gzip_bomb(50)], ids=["endless", "gzip-bomb"]
)
def test_abuse_43_an_answer_without_an_end_is_cut(answer: Callable[[Seen], object]) -> None:
    with http_peer(answer) as peer:  # type: ignore[arg-type]  # one of the two shapes it takes
        assert refused(peer.url) == "too_large"


@pytest.mark.parametrize("body", [b"<html>login</html>", b"", b"{", b"[" * 100_000])
def test_what_is_not_json_is_no_answer(body: bytes) -> None:
    client = HttpClient(trusted_hosts=("127.0.0.1",), max_bytes=1_000_000)
    with http_peer(lambda _: Reply(200, body)) as peer:
        answer = client.get(peer.url)

    with pytest.raises(FetchError, match="not_json"):
        answer.json()


@pytest.mark.parametrize(
    "url",
    [
        "http://lms.example/",
        "https://127.0.0.2/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://[::ffff:127.0.0.2]/",
        "https://0/",
        "https://100.64.0.1/",
        "https://localhost/",
        "https://user@lms.example/",
        "http://127.0.0.1@evil.test/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "https://[/",
        "",
    ],
)
def test_an_address_that_is_not_public_is_refused_before_a_packet_is_sent(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def connected(*_: object) -> None:
        pytest.fail("a packet was sent")

    monkeypatch.setattr(socket.socket, "connect", connected)

    with pytest.raises(ForbiddenAddressError):
        CLIENT.get(url)


def test_nobody_there_means_that_nothing_was_sent() -> None:
    with http_peer(lambda _: json_reply({})) as peer:
        url = peer.url

    with pytest.raises(FetchError) as error:
        CLIENT.get(url)

    assert not error.value.is_unknown_outcome
