"""Closes a connection early, as a network that breaks at the worst moment does."""

from collections.abc import Iterable, Iterator
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Response, request

_MARK = "sandbox.reply_is_dropped"


class ReplyDroppedError(ConnectionAbortedError):
    """The server closes the connection on it; a test client sees it as an exception."""


def drop_reply() -> None:
    """Let the request that is being answered end without a byte of an answer."""
    request.environ[_MARK] = True


def break_off(response: Response) -> Response:
    """Return an answer that promises its whole length and ends half-way."""
    whole = response.get_data()
    response.response = _half_of(whole)
    response.content_length = len(whole)
    return response


def _half_of(whole: bytes) -> Iterator[bytes]:
    yield whole[: len(whole) // 2]
    raise ReplyDroppedError


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
