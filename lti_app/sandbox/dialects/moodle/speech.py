"""Moodle's services: one exact media type or none at all, and the reason in the status line."""

import re
from http import HTTPStatus

from flask import Response, json, request

from lti_app.sandbox.dialects.plain.speech import Speech, bare
from lti_app.sandbox.refusals import RefusalError
from lti_app.sandbox.vocabulary import MediaType

_SERVICES = "/mod/lti/services.php"
#: Said without a reason of its own.
_BARE_STATUSES = (401, 403, 405)


class MoodleSpeech(Speech):
    """A request is sent to whoever handles its media type; nobody does for any other."""

    def require_accept(self, media_type: MediaType) -> None:
        accept = request.headers.get("Accept", "*/*")
        if accept == "*/*":
            if media_type is MediaType.LINE_ITEMS:
                raise RefusalError(400, "bad_request", "No context or unsupported content type")
            return
        if accept != media_type:
            raise _no_handler(accept, "")

    def require_content_type(self, media_type: MediaType) -> None:
        sent = bare(request.headers.get("Content-Type", ""))
        if sent != media_type:
            raise _no_handler("", sent)

    def typed(self, body: object, media_type: MediaType, *, status: int = 200) -> Response:
        response = super().typed(body, media_type, status=status)
        response.content_type = f"{media_type}; charset=utf-8"
        return response

    def empty(self, media_type: MediaType) -> Response:
        return Response(status=200, content_type=f"{media_type}; charset=utf-8")

    def refuse(self, refusal: RefusalError) -> Response:
        standard = HTTPStatus(refusal.status).phrase
        reason = standard if refusal.status in _BARE_STATUSES else refusal.reason
        body = {
            "status": refusal.status,
            "reason": reason,
            "request": {
                "method": request.method,
                "url": request.full_path.rstrip("?"),
                "accept": request.headers.get("Accept", "*/*"),
                "contentType": bare(request.headers.get("Content-Type", "")),
            },
        }
        response = Response(json.dumps(body), content_type="application/json; charset=utf-8")
        refusal.put_into(response)
        response.headers.pop("WWW-Authenticate", None)
        response.status = f"{refusal.status} {_one_line(reason)}"
        return response


def _no_handler(accept: str, content_type: str) -> RefusalError:
    path = request.path.removeprefix(_SERVICES)
    reason = f"No handler found for {path} {accept} {content_type}"
    return RefusalError(400, "bad_request", reason)


def _one_line(reason: str) -> str:
    """Return what fits into a status line; a body that was sent may stand in a reason."""
    return re.sub(r"[\x00-\x1f]", " ", reason).encode("ascii", "replace").decode().strip()
