"""Which media types a request must name, and the form of answers and refusals. It reads no body.

Platforms refuse what is not named exactly, so a tool that relies on leniency is found out here.
"""

from flask import Response, json, request

from lti_app.sandbox.refusals import RefusalError
from lti_app.sandbox.vocabulary import MediaType


def bare(header: str) -> str:
    """Return a media type without its parameters, in lower case."""
    return header.partition(";")[0].strip().lower()


class Speech:
    """Every type must be named; a refusal says why in JSON."""

    def require_accept(self, media_type: MediaType) -> None:
        """Refuse a request that does not ask for this very type; wildcards do not count."""
        named = request.headers.get("Accept", "").split(",")
        if not any(bare(part) == media_type for part in named):
            raise RefusalError(406, "not_acceptable", f"Accept must name {media_type}.")

    def require_content_type(self, media_type: MediaType) -> None:
        """Refuse a body of any other type; parameters such as a charset are fine."""
        if bare(request.headers.get("Content-Type", "")) != media_type:
            raise RefusalError(415, "unsupported_media_type", f"Content-Type must be {media_type}.")

    def typed(self, body: object, media_type: MediaType, *, status: int = 200) -> Response:
        """Return a JSON answer of this type."""
        return Response(json.dumps(body), status=status, mimetype=media_type)

    def empty(self, media_type: MediaType) -> Response:
        """Return an answer without a body; its type is nobody's concern here."""
        del media_type
        return Response(status=200)

    def refuse(self, refusal: RefusalError) -> Response:
        """Return a refusal in this platform's form."""
        return refusal.as_response()
