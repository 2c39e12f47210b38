"""The real web app in a process of its own, killed at a named moment of a request that asks for it.

Started as a program: `python dying_web.py PORT [again]`. A request with `Die-At: saved` dies at
that moment, one with `Die-After: 20` after so many milliseconds. With `again`, a supervisor
starts the next process as soon as one has died.
"""

import ctypes
import os
import signal
import sys
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask, has_request_context, request
from sqlalchemy import Connection, event
from sqlalchemy.orm import Session, SessionTransaction
from werkzeug.serving import make_server
from werkzeug.wsgi import ClosingIterator

from lti_app.app import create_app
from lti_app.bridge.handlers import make_ready
from lti_app.core.db import Database
from lti_app.core.db.sqlite import ReaderDialect
from lti_app.core.parts import make_parts
from lti_app.core.settings import load_settings
from lti_app.submissions.registry import Registry, load_registry

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

#: Rows that a hand-in writes, by the moment after each.
WRITTEN = {
    "attempted": "attempts",
    "handed_in": "hand_ins",
    "participated": "participations",
    "graded": "grades",
    "weighed": "facet_scores",
    "recorded": "grade_events",
}
#: In order. arrived: no transaction yet. begun: it is open. unsaved: all is written, not committed.
#: saved: committed. drawn: the answer is made. answered: the browser has it.
MOMENTS = ("arrived", "begun", *WRITTEN, "unsaved", "saved", "drawn", "answered")
_KILLED_WITH_PARENT = 1


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_if_asked(moment: str) -> None:
    if has_request_context() and request.headers.get("Die-At") == moment:
        die()


def watch_transactions(database: Database) -> None:
    def written(_: Any, __: Any, statement: str, *___: Any) -> None:
        for moment, table in WRITTEN.items():
            if statement.startswith(f"INSERT INTO {table} "):
                die_if_asked(moment)

    event.listen(database.engine, "after_cursor_execute", written)
    event.listen(Session, "after_begin", die_when_begun)
    event.listen(Session, "before_commit", lambda _: die_if_asked("unsaved"))
    event.listen(Session, "after_commit", lambda _: die_if_asked("saved"))


def die_when_begun(_: Session, __: SessionTransaction, connection: Connection) -> None:
    """Die when the transaction that writes is open; finding the session was another one."""
    is_reading = type(connection.dialect) is ReaderDialect
    if not is_reading and not connection.get_execution_options().get("postgresql_readonly"):
        die_if_asked("begun")


def _signed(start_response: "StartResponse") -> "StartResponse":
    """Have every answer tell which process gave it."""

    def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
        return start_response(status, [*headers, ("Process", str(os.getpid()))], *more)

    return start


class Watched:
    """The app, with the moments around a request."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        moment, after = environ.get("HTTP_DIE_AT"), environ.get("HTTP_DIE_AFTER")
        if after is not None:
            threading.Timer(int(after) / 1000, die).start()
        if moment == "arrived":
            die()
        answer = self.app(environ, _signed(start_response))
        if moment == "drawn":
            die()
        return ClosingIterator(answer, [die]) if moment == "answered" else answer


def serve(port: int, registry: Registry) -> None:
    parts = make_parts(load_settings())
    make_ready(parts)
    watch_transactions(parts.database)
    app = Watched(create_app(parts, registry=registry))
    make_server("127.0.0.1", port, app, threaded=True).serve_forever()


def serve_again_and_again(port: int, registry: Registry) -> None:
    """Start one process after the other; each begins at once, because everything is imported."""
    while True:
        child = os.fork()
        if not child:
            ctypes.CDLL(None).prctl(_KILLED_WITH_PARENT, signal.SIGKILL)
            serve(port, registry)
        os.waitpid(child, 0)


def main(port: str, again: str | None = None) -> None:
    registry = load_registry(with_pages=True)
    (serve_again_and_again if again else serve)(int(port), registry)


if __name__ == "__main__":
    main(*sys.argv[1:])
