"""What a fault makes of an answer. When a fault applies is decided in `faults`."""

import json

from flask import Response

from lti_app.sandbox.faults import Fault
from lti_app.sandbox.refusals import RefusalError
from lti_app.sandbox.replies import break_off, drop_reply

_REASONS = {
    401: "The access token is unknown or has expired.",
    403: "This tool may not do that.",
    404: "There is nothing here that this tool may use.",
    409: "A score of this time or later is here.",
    410: "This is gone for good.",
    412: "Something this needs is not so.",
    422: "The request is understood and not carried out.",
}


def words_for(status: int) -> RefusalError | None:
    """Return a refusal with this status, None where no service would refuse so.

    Its words are what the platform's own services say; a status of 500 and above is the words of
    something before them.
    """
    reason = _REASONS.get(status)
    return RefusalError(status, "fault", reason) if reason else None


def bare_answer(fault: Fault) -> Response:
    """Return what is answered where the request is not looked at and nobody has words for it."""
    status = fault.status or 200
    return Response(f"{status}\n", status=status, mimetype="text/plain")


def spoil(response: Response, fault: Fault) -> Response:
    """Return an answer with everything done to it that the fault says."""
    if fault.status not in (None, response.status_code):
        # Only then: setting it takes the reason away that may stand beside it.
        response.status_code = fault.status
    if fault.body is not None:
        response.set_data(fault.body)
        response.content_type = fault.content_type
    if fault.members:
        response.set_data(_with_members(response, fault))
    response.headers.update(fault.headers)
    if fault.retry_after is not None:
        response.headers["Retry-After"] = fault.retry_after
    if fault.truncates:
        response.set_data(response.get_data()[: len(response.get_data()) // 2])
    if fault.breaks_off:
        response = break_off(response)
    if fault.drops_reply:
        drop_reply()
    return response


def _with_members(response: Response, fault: Fault) -> str:
    """Return a JSON object with members put over it; anything else stays as it is."""
    try:
        body = json.loads(response.get_data())
    except ValueError:
        return response.get_data(as_text=True)
    if not isinstance(body, dict):
        return response.get_data(as_text=True)
    body.update(fault.members)
    return json.dumps({name: value for name, value in body.items() if value is not None})
