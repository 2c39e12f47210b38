"""Wraps what tools talk to: limits, faults, refusals turned into answers, and the log.

What a service answers is decided by its view alone.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import ParamSpec

from flask import Response, g, make_response, request
from flask.typing import ResponseReturnValue

from lti_app.sandbox.asking import asking_client
from lti_app.sandbox.faults import Fault, Service
from lti_app.sandbox.misbehaviour import bare_answer, spoil, words_for
from lti_app.sandbox.models import ReceivedRequest
from lti_app.sandbox.refusals import RefusalError
from lti_app.sandbox.state import current_sandbox

P = ParamSpec("P")
#: What is asked with an access token.
_LIMITED = (Service.SCORES, Service.RESULTS, Service.LINE_ITEMS, Service.MEMBERSHIPS)

View = Callable[[], ResponseReturnValue]


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
            fault = _take_fault(service)
            response = _within_limits(service, lambda: view(*args, **kwargs), fault)
            _record(service, response, fault)
            return response

        return answer

    return decorate


def _take_fault(service: Service) -> Fault:
    sandbox = current_sandbox()
    client_id = asking_client(service) if sandbox.faults.is_about_one_tool(service) else None
    return sandbox.faults.take(service, sandbox.now(), client_id=client_id)


def _within_limits(service: Service, view: View, fault: Fault) -> Response:
    """Answer, unless the client has asked for too much lately."""
    sandbox = current_sandbox()
    client_id = asking_client(service) if sandbox.buckets and service in _LIMITED else None
    if sandbox.buckets is None or client_id is None:
        return _answer(service, view, fault)
    may_go_on = sandbox.buckets.reserve(client_id, sandbox.now())
    try:
        response = _answer(service, view, fault) if may_go_on else _too_much(client_id)
    finally:
        remaining = sandbox.buckets.settle(client_id, sandbox.now(), was_handled=may_go_on)
    response.headers["X-Rate-Limit-Remaining"] = str(remaining)
    return response


def _too_much(client_id: str) -> Response:
    """Refuse in Canvas's words, which say 403 and not 429."""
    observation().client_id = client_id
    observation().detail["outcome"] = "rate_limited"
    words = "403 Forbidden (Rate Limit Exceeded)\n"
    return Response(words, status=403, mimetype="text/plain")


def _answer(service: Service, view: View, fault: Fault) -> Response:
    # A real wait: it is the network that is slow, not the clock.
    time.sleep(fault.delay.total_seconds())
    if not fault.answers_unseen:
        return spoil(_handled(service, view), fault)
    observation().detail["outcome"] = "fault"
    refusal = words_for(fault.status or 200)
    return spoil(_refused(service, refusal) if refusal else bare_answer(fault), fault)


def _handled(service: Service, view: View) -> Response:
    try:
        response = make_response(view())
    except RefusalError as refusal:
        response = _refused(service, refusal)
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def _refused(service: Service, refusal: RefusalError) -> Response:
    dialect = current_sandbox().dialect
    if service in (Service.CONFIGURATION, Service.REGISTRATION):
        return dialect.registering.refuse(refusal)
    says_no = dialect.grants if service is Service.TOKEN else dialect.speech
    return says_no.refuse(refusal)


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
        reply_was_dropped=fault.drops_reply or fault.breaks_off,
        detail=notes.detail,
    )
    with sandbox.database.write() as session:
        session.add(row)
