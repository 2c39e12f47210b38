"""DR-03 to DR-16, abuse cases 41 and 42: whom we fetch from, and what a platform says of itself."""

import json
import socket
from collections.abc import Callable
from typing import Any

import pytest

from lti_app.app import create_app
from lti_app.core.parts import Parts, make_parts
from lti_app.core.settings import Settings
from lti_app.lti.dynamic_registration import FETCH_SECONDS, MAX_BYTES
from lti_app.lti.platform_document import read_document_url
from lti_app.lti.registration_problems import Stop
from lti_app.submissions.registry import Registry
from tests.cases.registering import (
    CONFIGURATION,
    REGISTRATION,
    Connecting,
)
from tests.peers.http_peer import Reply, Seen, gzip_bomb, hangs_up, trickling


@pytest.mark.parametrize(
    "urls",
    [
        pytest.param([], id="DR-03 missing"),
        pytest.param([""], id="DR-03 empty"),
        pytest.param(["https://a.test/x", "https://a.test/x"], id="DR-03 twice"),
    ],
)
def test_without_one_address_nothing_is_fetched(connecting: Connecting, urls: list[str]) -> None:
    secret = connecting.invite()

    connecting.check_refused(
        lambda: connecting.open(secret, urls), status=400, stop=Stop.CONFIGURATION_MISSING
    )


FORBIDDEN = {
    "DR-03 no URL": "not an address",
    "DR-04 http": "http://lms.example.org/config",
    "DR-05 metadata": "https://169.254.169.254/latest",
    "DR-05 metadata plain": "http://169.254.169.254/latest",
    "DR-05 mapped": "https://[::ffff:169.254.169.254]/",
    "DR-05 mapped loopback, abuse 41": "https://[::ffff:127.0.0.1]/",
    "DR-05 loopback, abuse 41": "https://127.0.0.1/config",
    "DR-05 zero": "https://0/",
    "DR-05 number": "https://2130706433/",
    "DR-05 hex, abuse 41": "https://0x7f.1/",
    "DR-05 dotted localhost": "https://localhost./",
    "DR-05 loopback 6, abuse 41": "https://[::1]/",
    "DR-05 ten": "https://10.1.2.3/",
    "DR-05 172": "https://172.16.0.1/",
    "DR-05 192": "https://192.168.1.1/",
    "DR-05 CGNAT": "https://100.64.0.1/",
    "DR-05 link local": "https://[fe80::1]/",
    "DR-05 ULA": "https://[fd00::1]/",
    "DR-06 file, abuse 41": "file:///etc/passwd",
    "DR-06 gopher, abuse 41": "gopher://lms.example.org/",
    "DR-06 ftp": "ftp://lms.example.org/",
    "DR-06 data": "data:application/json,{}",
    "DR-10 user, abuse 41": "https://user@lms.example.org/",
    "DR-10 user hides host": "https://lms.example.org@127.0.0.1/",
    "DR-10 port, abuse 41": "https://lms.example.org:22/",
    "DR-10 other port": "https://lms.example.org:8443/",
    "DR-12 fragment": "https://lms.example.org/config#x",
    "DR-12 dots": "https://lms.example.org/tenant/../other/config",
    "DR-12 coded dots": "https://lms.example.org/tenant/%2E%2e/other/config",
    "DR-12 coded slash": "https://lms.example.org/tenant/..%2fother/config",
    "DR-12 coded backslash": "https://lms.example.org/tenant%5c..%5cconfig",
    "DR-12 double slash": "https://lms.example.org//tenant/config",
}


@pytest.mark.parametrize("url", FORBIDDEN.values(), ids=FORBIDDEN.keys())
def test_an_address_that_is_not_public_https_gets_no_packet(strict: Connecting, url: str) -> None:
    secret = strict.invite()

    strict.check_refused(
        lambda: strict.open(secret, [url]),
        status=400,
        stop=Stop.CONFIGURATION_REFUSED,
        may_ask=False,
    )


def test_dr_07_a_redirect_is_not_followed(connecting: Connecting) -> None:
    inside = f"{connecting.platform.url}/inside"
    connecting.platform.configures = lambda _: Reply(302, b"", {"Location": inside})
    secret = connecting.invite()

    connecting.check_refused(
        lambda: connecting.open(secret), status=400, stop=Stop.CONFIGURATION_UNREADABLE
    )

    assert "/inside" not in connecting.platform.peer.paths


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param([["127.0.0.1"]], id="DR-08 private at once"),
        pytest.param([["10.0.0.7", "192.0.2.1"]], id="DR-09 private first"),
        pytest.param([["fd00::7"]], id="DR-09 private AAAA"),
    ],
)
def test_a_public_name_with_a_private_address_gets_no_packet(
    strict: Connecting, answers: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve_as(answers, monkeypatch)
    secret = strict.invite()

    strict.check_refused(
        lambda: strict.open(secret, ["https://lms.example.org/config"]),
        status=400,
        stop=Stop.CONFIGURATION_REFUSED,
        may_ask=False,
    )


def test_dr_08_a_name_is_looked_up_once_and_the_address_kept(
    strict: Connecting, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = resolve_as([["192.88.98.1"], ["127.0.0.1"]], monkeypatch)
    tried: list[str] = []

    def connect(_: socket.socket, address: tuple[str, int]) -> None:
        tried.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", connect)
    secret = strict.invite()

    response = strict.open(secret, ["https://lms.example.org/config"])

    assert response.status_code == 503
    assert (asked, tried) == (["lms.example.org"], ["192.88.98.1"])


def resolve_as(
    answers: list[list[str]], monkeypatch: pytest.MonkeyPatch, host: str = "lms.example.org"
) -> list[str]:
    """Let names have these addresses, one list for each time that a name is looked up."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def lookup(name: Any, port: Any, *rest: Any, **named: Any) -> list[Any]:
        if name != host:
            return real(name, port, *rest, **named)
        found = answers[min(len(asked), len(answers) - 1)]
        asked.append(name)
        return [
            (
                socket.AF_INET6 if ":" in address else socket.AF_INET,
                socket.SOCK_STREAM,
                6,
                "",
                (address, port, 0, 0) if ":" in address else (address, port),
            )
            for address in found
        ]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    return asked


def test_dr_10_a_homograph_is_shown_coded_and_pointed_at(
    connecting: Connecting,
    settings: Settings,
    parts: Parts,
    registry: Registry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    port, host = connecting.platform.url.rpartition(":")[2], "xn--lm-foc.example.org"
    trusting = settings.model_copy(update={"trusted_hosts": (host,)})
    made = make_parts(trusting, database=parts.database, clock=parts.clock)
    connecting.app = create_app(made, registry=registry)
    resolve_as([["127.0.0.1"]], monkeypatch, host=host)
    own = f"http://{host}:{port}"
    connecting.platform.changes = {
        "issuer": own,
        "authorization_endpoint": f"{own}/auth",
        "token_endpoint": f"{own}/token",
        "jwks_uri": f"{own}/keys",
        "registration_endpoint": f"{own}/register",
    }
    secret = connecting.invite()

    page = connecting.open(secret, [f"http://lm\u0455.example.org:{port}{CONFIGURATION}"])

    text = page.get_data(as_text=True)
    assert f"{host}:{port}" in text
    assert "letters of another alphabet" in text
    assert "lm\u0455" not in text


def test_dr_10_a_host_of_another_alphabet_is_shown_as_computers_write_it() -> None:
    assert (
        read_document_url(["https://lm\u0455.example.org/c"], ())
        == "https://xn--lm-foc.example.org/c"
    )


@pytest.mark.parametrize(
    ("issuer", "stop"),
    [
        pytest.param("https://other.example.org", Stop.ISSUER_FOREIGN, id="DR-11, abuse 42"),
        pytest.param("{url}.evil.test", Stop.ISSUER_FOREIGN, id="DR-11 longer"),
        pytest.param("{url}/other", Stop.ISSUER_FOREIGN, id="DR-12 no prefix"),
        pytest.param("{url}/mod/lti/openid", Stop.ISSUER_FOREIGN, id="DR-12 half a segment"),
        pytest.param("http://lms.example.org", Stop.ISSUER_FOREIGN, id="DR-12 http"),
        pytest.param("{url}#x", Stop.ISSUER_FOREIGN, id="DR-12 fragment"),
        pytest.param("{url}?x=1", Stop.ISSUER_FOREIGN, id="DR-12 query"),
        pytest.param("{url}#", Stop.ISSUER_FOREIGN, id="DR-12 empty fragment"),
        pytest.param("{url}/other/../mod", Stop.ISSUER_FOREIGN, id="DR-12 dots"),
        pytest.param("{url}/.", Stop.ISSUER_FOREIGN, id="DR-12 one dot"),
        pytest.param("{url}//", Stop.ISSUER_FOREIGN, id="DR-12 double slash"),
        pytest.param(None, Stop.CONFIGURATION_INCOMPLETE, id="DR-14 no issuer"),
        pytest.param(7, Stop.CONFIGURATION_INCOMPLETE, id="DR-14 a number"),
        pytest.param("https://canvas.instructure.com", Stop.ISSUER_FOREIGN, id="DR-11 says Canvas"),
    ],
)
def test_a_platform_speaks_only_for_itself(
    connecting: Connecting, issuer: object, stop: Stop
) -> None:
    if isinstance(issuer, str):
        issuer = issuer.format(url=connecting.platform.url)
    connecting.platform.changes = {"issuer": issuer}
    secret = connecting.invite()

    connecting.check_refused(lambda: connecting.open(secret), status=400, stop=stop)


ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri", "registration_endpoint")


@pytest.mark.parametrize("name", ENDPOINTS)
@pytest.mark.parametrize(
    "url",
    [
        pytest.param("https://169.254.169.254/", id="DR-13 metadata"),
        pytest.param("https://10.0.0.1/", id="DR-13 private"),
        pytest.param("http://lms.example.org/", id="DR-13 http"),
        pytest.param("https://lms.example.org:22/", id="DR-13 port"),
        pytest.param("file:///etc/passwd", id="DR-13 file"),
        pytest.param("https://a@lms.example.org/", id="DR-13 user"),
    ],
)
def test_every_endpoint_is_looked_at(connecting: Connecting, name: str, url: str) -> None:
    connecting.platform.changes = {name: url}
    secret = connecting.invite()

    connecting.check_refused(
        lambda: connecting.open(secret), status=400, stop=Stop.ENDPOINT_REFUSED
    )


@pytest.mark.parametrize("name", ENDPOINTS)
def test_dr_13_another_public_host_needs_confirmation(connecting: Connecting, name: str) -> None:
    """Abuse case 42 too: an endpoint of a foreign host is never taken without a person's word."""
    foreign = f"http://localhost:{connecting.platform.url.rpartition(':')[2]}{REGISTRATION}"
    connecting.platform.changes = {name: foreign}
    secret = connecting.invite()
    offer = connecting.offer(secret)
    assert "localhost:" in connecting.open(secret).get_data(as_text=True)

    connecting.check_refused(
        lambda: connecting.press(secret, offer), status=422, stop=Stop.HOSTS_UNCONFIRMED
    )
    assert connecting.platform.registrations == []
    assert connecting.press(secret, offer, hosts="ours").status_code == 200


BROKEN: dict[str, tuple[Callable[[Seen], Any], int, Stop]] = {
    "large": (lambda _: Reply(200, b"{" + b" " * 10_000_000), 400, Stop.CONFIGURATION_UNREADABLE),
    "bomb": (lambda _: gzip_bomb(10), 400, Stop.CONFIGURATION_UNREADABLE),
    "HTML": (lambda _: Reply(200, b"<!doctype html>"), 400, Stop.CONFIGURATION_UNREADABLE),
    "500": (lambda _: Reply(500), 503, Stop.CONFIGURATION_SILENT),
    "404": (lambda _: Reply(404), 400, Stop.CONFIGURATION_UNREADABLE),
    "401": (lambda _: Reply(401), 400, Stop.CONFIGURATION_UNREADABLE),
    "no JSON": (lambda _: Reply(200, b'{"issuer":'), 400, Stop.CONFIGURATION_UNREADABLE),
    "list": (lambda _: Reply(200, b"[]"), 400, Stop.CONFIGURATION_UNREADABLE),
    "empty": (lambda _: Reply(200, b"{}"), 400, Stop.CONFIGURATION_INCOMPLETE),
    "silence": (hangs_up, 503, Stop.CONFIGURATION_SILENT),
}


@pytest.mark.parametrize(
    ("answer", "status", "stop"),
    BROKEN.values(),
    ids=[f"DR-14 {name}" for name in BROKEN],
)
def test_a_document_that_cannot_be_used_ends_in_words(
    connecting: Connecting, answer: Callable[[Seen], Any], status: int, stop: Stop
) -> None:
    connecting.platform.configures = answer
    secret = connecting.invite()

    connecting.check_refused(lambda: connecting.open(secret), status=status, stop=stop)


@pytest.mark.parametrize(("size", "status"), [(64 * 1024, 200), (64 * 1024 + 1, 400)])
def test_dr_14_a_document_of_64_kb_is_read_and_no_longer_one(
    connecting: Connecting, size: int, status: int
) -> None:
    whole = json.dumps(connecting.platform.document).encode().ljust(size)
    connecting.platform.configures = lambda _: Reply(200, whole)

    assert connecting.open(connecting.invite()).status_code == status


def test_dr_14_a_platform_that_trickles_is_cut_off(
    connecting: Connecting, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (FETCH_SECONDS, MAX_BYTES) == (5, 64 * 1024)
    monkeypatch.setattr("lti_app.lti.dynamic_registration.FETCH_SECONDS", 0.4)
    connecting.platform.configures = lambda _: trickling(
        b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"
    )
    secret = connecting.invite()

    connecting.check_refused(
        lambda: connecting.open(secret), status=503, stop=Stop.CONFIGURATION_SILENT
    )


@pytest.mark.parametrize("name", ENDPOINTS)
def test_dr_14_an_address_that_is_missing_is_named_as_such(
    connecting: Connecting, name: str
) -> None:
    connecting.platform.changes = {name: None}
    secret = connecting.invite()

    connecting.check_refused(
        lambda: connecting.open(secret), status=400, stop=Stop.CONFIGURATION_INCOMPLETE
    )


@pytest.mark.parametrize("offered", [["ES256"], [], None, ["HS256", "none"]])
def test_dr_16_without_rs256_there_is_no_registration(
    connecting: Connecting, offered: list[str] | None
) -> None:
    connecting.platform.changes = {"id_token_signing_alg_values_supported": offered}
    secret = connecting.invite()

    connecting.check_refused(
        lambda: connecting.open(secret), status=400, stop=Stop.ALGORITHM_MISSING
    )
