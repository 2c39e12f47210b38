"""Closes a connection without an answer, as a network that breaks at the worst moment does."""

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import request

_MARK = "sandbox.reply_is_dropped"


class ReplyDroppedError(ConnectionAbortedError):
    """The server closes the connection on it; a test client sees it as an exception."""


def drop_reply() -> None:
    """Let the request that is being answered end without a byte of an answer."""
    request.environ[_MARK] = True


def dropping_replies(app: WSGIApplication) -> WSGIApplication:
    """Wrap an app so that `drop_reply` takes effect once the app has done all its work."""

    def wrapped(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        answer = app(environ, start_response)
        if not environ.get(_MARK):
            return answer
        close = getattr(answer, "close", None)
        if close is not None:
            close()
        # No byte was sent yet: the status line leaves with the first piece of the body.
        raise ReplyDroppedError

    return wrapped
