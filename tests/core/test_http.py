"""The one way out, against real servers that misbehave."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lti_app.core.http import FetchError, ForbiddenAddressError, HttpClient
from tests.peers.certificates import self_signed_context
from tests.peers.http_peer import (
    HttpPeer,
    Reply,
    Seen,
    gzip_bomb,
    hangs_up,
    http_peer,
    json_reply,
    trickling,
)

CLIENT = HttpClient(trusted_hosts=("127.0.0.1",))
DEADLINE = 0.4
KILOBYTE = 1024


@pytest.fixture
def peer() -> Iterator[HttpPeer]:
    with http_peer(lambda _: json_reply({})) as peer:
        yield peer


def failure(peer: HttpPeer, answer: Callable[[Seen], Any], **limits: Any) -> FetchError:
    peer.answer = answer
    with pytest.raises(FetchError) as failed:
        CLIENT.get(peer.url, **limits)
    return failed.value


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nX-Slow: ",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"",
    ],
    ids=["headers", "body", "chunk-size", "no-length", "status-line"],
)
def test_an_answer_that_trickles_is_cut_at_the_deadline(peer: HttpPeer, head: bytes) -> None:
    peer_closed: list[bool] = []

    def answer(_: Seen) -> Callable[[Callable[[bytes], None]], None]:
        def write(send: Callable[[bytes], None]) -> None:
            try:
                trickling(head)(send)
            finally:
                peer_closed.append(True)

        return write

    error = failure(peer, answer, total_seconds=DEADLINE)

    assert (error.code, error.is_unknown_outcome) == ("too_slow", True)
    for _ in range(100):
        if peer_closed:
            break
        time.sleep(0.02)
    assert peer_closed, "the connection is still open"


def test_an_answer_that_never_comes_is_cut_at_the_deadline(peer: HttpPeer) -> None:
    error = failure(peer, lambda _: Reply(wait=2.0), total_seconds=DEADLINE)

    assert error.code == "too_slow"


def test_after_a_cut_the_client_still_works(peer: HttpPeer) -> None:
    failure(peer, lambda _: trickling(b"HTTP/1.1 200 OK\r\n"), total_seconds=DEADLINE)
    peer.answer = lambda _: json_reply({"a": 1})

    assert CLIENT.get(peer.url).json() == {"a": 1}


@pytest.mark.parametrize(
    "answer",
    [lambda _: gzip_bomb(64), lambda _: Reply(200, b"x" * 70 * KILOBYTE)],
    ids=["bomb", "large"],
)
def test_a_body_beyond_the_cap_is_not_read_on(
    peer: HttpPeer, answer: Callable[[Seen], Any]
) -> None:
    assert failure(peer, answer, max_bytes=64 * KILOBYTE).code == "too_large"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (hangs_up, "no_answer"),
        (lambda _: lambda send: send(b"SSH-2.0-x\r\n"), "no_answer"),
        (
            lambda _: lambda send: send(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"),
            "no_answer",
        ),
    ],
    ids=["hangs-up", "not-http", "cut-off"],
)
def test_half_an_answer_is_no_answer(
    peer: HttpPeer, answer: Callable[[Seen], Any], code: str
) -> None:
    error = failure(peer, answer)

    assert (error.code, error.is_unknown_outcome) == (code, True)


def test_where_nobody_listens_nothing_was_sent() -> None:
    with http_peer(lambda _: Reply()) as gone:
        url = gone.url
    with pytest.raises(FetchError) as failed:
        CLIENT.get(url)

    assert (failed.value.code, failed.value.is_unknown_outcome) == ("no_connection", False)


def test_a_certificate_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    with http_peer(lambda _: Reply(), tls=self_signed_context(tmp_path)) as peer:
        with pytest.raises(FetchError) as failed:
            CLIENT.get(peer.url)

        assert (failed.value.code, failed.value.is_unknown_outcome) == ("no_trust", False)
        assert peer.requests == []


@pytest.mark.parametrize(
    "url",
    [
        "http://lms.test/",
        "https://127.0.0.2/",
        "https://10.1.2.3/",
        "https://169.254.169.254/latest/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://localhost/",
        "https://user@127.0.0.1/",
        "http://127.0.0.1@evil.test/",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "https://[::1",
        "",
    ],
)
def test_an_address_we_do_not_talk_to_gets_no_packet(url: str) -> None:
    with pytest.raises(ForbiddenAddressError):
        CLIENT.get(url)


def test_a_redirect_is_an_answer_and_not_followed(peer: HttpPeer) -> None:
    peer.answer = lambda _: Reply(302, b"", {"Location": f"{peer.url}/elsewhere"})

    assert CLIENT.get(f"{peer.url}/here").status == 302
    assert peer.paths == ["/here"]


def test_the_words_and_headers_of_an_answer_stay_as_they_are(peer: HttpPeer) -> None:
    peer.answer = lambda _: Reply(
        404, b"", {"Link": '<https://m.test/?Cursor=AbC>; rel="next"', "X-Case": "Kept"}
    )

    answer = CLIENT.get(peer.url)

    assert answer.headers["link"] == '<https://m.test/?Cursor=AbC>; rel="next"'
    assert (answer.headers["x-case"], answer.reason) == ("Kept", "Not Found")
    assert peer.requests[0].headers["user-agent"] == "Rapport-LTI-Tool"
