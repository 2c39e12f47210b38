"""Wraps what tools talk to: applies faults, turns refusals into answers, writes the log.

What a service answers is decided by its view alone.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import ParamSpec

from flask import Response, g, make_response, request
from flask.typing import ResponseReturnValue

from lti_app.sandbox.faults import Fault, Service
from lti_app.sandbox.models import ReceivedRequest
from lti_app.sandbox.refusals import RefusalError
from lti_app.sandbox.replies import drop_reply
from lti_app.sandbox.state import current_sandbox

P = ParamSpec("P")


@dataclass(slots=True)
class Observation:
    """What a view learned about its request and the log may keep: ids and numbers, no text."""

    client_id: str | None = None
    user_id: str | None = None
    detail: dict[str, object] = field(default_factory=dict)


def observation() -> Observation:
    """Return the notes on the request that is being answered."""
    if "observation" not in g:
        g.observation = Observation()
    notes = g.observation
    assert isinstance(notes, Observation)  # noqa: S101 - narrows the untyped `g`
    return notes


def observed(
    service: Service,
) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, Response]]:
    """Make a view part of a service that can be made to misbehave and whose log can be read."""

    def decorate(view: Callable[P, ResponseReturnValue]) -> Callable[P, Response]:
        @wraps(view)
        def answer(*args: P.args, **kwargs: P.kwargs) -> Response:
            sandbox = current_sandbox()
            fault = sandbox.faults.take(service, sandbox.now()) or Fault()
            # A real wait: it is the network that is slow, not the clock.
            time.sleep(fault.delay.total_seconds())
            if fault.status is not None:
                response = _broken(fault.status, fault.retry_after)
            else:
                response = _answer(lambda: view(*args, **kwargs))
            if fault.drops_reply:
                drop_reply()
            _record(service, response, fault)
            return response

        return answer

    return decorate


def _answer(view: Callable[[], ResponseReturnValue]) -> Response:
    try:
        response = make_response(view())
    except RefusalError as refusal:
        response = refusal.as_response()
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def _broken(status: int, retry_after: str | None) -> Response:
    response = Response(f"{status}\n", status=status, mimetype="text/plain")
    if retry_after is not None:
        response.headers["Retry-After"] = retry_after
    return response


def _record(service: Service, response: Response, fault: Fault) -> None:
    sandbox, notes = current_sandbox(), observation()
    row = ReceivedRequest(
        received_at=sandbox.now(),
        service=service,
        method=request.method,
        path=request.path,
        status=response.status_code,
        client_id=notes.client_id,
        user_id=notes.user_id,
        reply_was_dropped=fault.drops_reply,
        detail=notes.detail,
    )
    with sandbox.database.write() as session:
        session.add(row)
