"""Canvas's services: any Accept will do, and errors are objects with a type and a message."""

from flask import Response, jsonify, request

from lti_app.sandbox.dialects.plain.speech import Speech, bare
from lti_app.sandbox.refusals import RefusalError
from lti_app.sandbox.vocabulary import MediaType

_TYPES = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    410: "gone",
    412: "precondition_failed",
    415: "unsupported_media_type",
    422: "unprocessable_entity",
}
_READ_AS_JSON = ("application/json", MediaType.LINE_ITEM, MediaType.SCORE)


class CanvasSpeech(Speech):
    """What is no JSON to it has no members at all."""

    def require_accept(self, media_type: MediaType) -> None:
        """Take any."""

    def require_content_type(self, media_type: MediaType) -> None:
        if bare(request.headers.get("Content-Type", "")) not in _READ_AS_JSON:
            raise RefusalError(400, "bad_request", "Missing required parameters")

    def typed(self, body: object, media_type: MediaType, *, status: int = 200) -> Response:
        response = super().typed(body, media_type, status=status)
        response.content_type = f"{media_type}; charset=utf-8"
        return response

    def refuse(self, refusal: RefusalError) -> Response:
        kind = _TYPES.get(refusal.status, refusal.code)
        response = jsonify(errors={"type": kind, "message": refusal.reason})
        return refusal.put_into(response)
