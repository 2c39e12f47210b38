"""Serves a sandbox: in a process of its own, or on a thread beside a test."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit
from wsgiref.types import WSGIEnvironment

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from lti_app.sandbox.app import create_sandbox
from lti_app.sandbox.config import SandboxConfig
from lti_app.sandbox.state import sandbox_of

#: A class that opens its link at once must not be turned away.
_WAITING = 512
#: How soon a thread notices that it is told to stop.
_POLL_SECONDS = 0.02


class _Handler(WSGIRequestHandler):
    """Writes no access lines: their queries would hold hints. The request log is the record."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        del code, size

    def send_response(self, code: int, message: str | None = None) -> None:
        """Leave the date to the app, which has the platform's clock."""
        self.send_response_only(code, message)

    def connection_dropped(
        self, error: BaseException, environ: WSGIEnvironment | None = None
    ) -> None:
        """Close the connection when a reply is dropped; Werkzeug would wait for a next request."""
        del error, environ
        self.close_connection = True


def open_server(app: Flask) -> BaseWSGIServer:
    """Listen at the platform's own host and port; the caller serves and closes.

    Raises:
        OSError: the port is taken.
    """
    parts = urlsplit(sandbox_of(app).config.origin)
    host, port = parts.hostname or "127.0.0.1", parts.port or 80
    # Opened here, because Werkzeug would end the program when the port is taken.
    with socket.create_server((host, port), backlog=_WAITING) as listener:
        return make_server(
            host, port, app, threaded=True, request_handler=_Handler, fd=listener.fileno()
        )


@contextmanager
def serving(config: SandboxConfig) -> Iterator[Flask]:
    """Serve a sandbox on a thread, listening from the first line on, until the block ends."""
    app = create_sandbox(config)
    server = open_server(app)
    thread = threading.Thread(target=server.serve_forever, args=(_POLL_SECONDS,), daemon=True)
    thread.start()
    try:
        yield app
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        sandbox_of(app).close()
