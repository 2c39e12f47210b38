"""A small HTTP server on a real local port, whose answers a test switches while it runs."""

import gzip
import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Seen:
    """One request as it arrived. Header names are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """What to answer.

    Attributes:
        wait: seconds before the first byte.
    """

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    wait: float = 0.0


def json_reply(
    value: Any, *, status: int = 200, media_type: str = "application/json", **headers: str
) -> Reply:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Reply(status, json.dumps(value).encode(), {"Content-Type": media_type, **named})


def gzip_bomb(megabytes: int) -> Reply:
    body = gzip.compress(b"0" * megabytes * 1024 * 1024, compresslevel=1)
    return Reply(200, body, {"Content-Encoding": "gzip", "Content-Type": "application/json"})


#: Writes what it likes until the other side hangs up.
Writer = Callable[[Callable[[bytes], None]], None]
Answerer = Callable[[Seen], Reply | Writer]


@dataclass
class HttpPeer:
    """The server and its log."""

    answer: Answerer
    requests: list[Seen] = field(default_factory=list)
    url: str = ""

    @property
    def paths(self) -> list[str]:
        return [seen.path for seen in self.requests]


@contextmanager
def http_peer(answer: Answerer, *, tls: ssl.SSLContext | None = None) -> Iterator[HttpPeer]:
    """Serve until the block ends, over TLS when a context is given."""
    peer = HttpPeer(answer)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_for(peer))
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    peer.url = f"http{'s' if tls else ''}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield peer
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler_for(peer: HttpPeer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Head and body leave apart: together they would wait 40 ms for the other side's word.
        disable_nagle_algorithm = True

        def _serve(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            headers = {name.lower(): value for name, value in self.headers.items()}
            seen = Seen(self.command, self.path, headers, self.rfile.read(length))
            peer.requests.append(seen)
            reply = peer.answer(seen)
            try:
                if isinstance(reply, Reply):
                    self._send(reply)
                else:
                    self.close_connection = True
                    reply(self._write)
            except OSError:
                self.close_connection = True

        def _write(self, data: bytes) -> None:
            self.wfile.write(data)
            self.wfile.flush()

        def _send(self, reply: Reply) -> None:
            time.sleep(reply.wait)
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815 - names that http.server calls

        def log_message(self, *_: object) -> None:
            """Say nothing: the log is `requests`."""

    return Handler


def hangs_up(_: Seen) -> Writer:
    """Answer nothing and close the connection."""
    return lambda _send: None


def trickling(head: bytes, *, every: float = 0.05) -> Writer:
    """Answer this at once, then a byte at a time until the other side hangs up."""

    def write(send: Callable[[bytes], None]) -> None:
        send(head)
        while True:
            send(b"0")
            time.sleep(every)

    return write
