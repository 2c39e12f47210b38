"""Which media type a request must name. It reads no body.

Platforms refuse what is not named exactly, so a tool that relies on leniency is found out here.
"""

from flask import Response, json, request

from lti_app.sandbox.refusals import RefusalError
from lti_app.sandbox.vocabulary import MediaType


def require_accept(media_type: MediaType) -> None:
    """Refuse a request that does not ask for this very type; wildcards do not count."""
    if not any(_bare(part) == media_type for part in request.headers.get("Accept", "").split(",")):
        raise RefusalError(406, "not_acceptable", f"Accept must name {media_type}.")


def require_content_type(media_type: MediaType) -> None:
    """Refuse a body of any other type; parameters such as a charset are fine."""
    if _bare(request.headers.get("Content-Type", "")) != media_type:
        raise RefusalError(415, "unsupported_media_type", f"Content-Type must be {media_type}.")


def typed(body: object, media_type: MediaType, *, status: int = 200) -> Response:
    """Return a JSON answer of this type."""
    return Response(json.dumps(body), status=status, mimetype=media_type)


def _bare(header: str) -> str:
    return header.partition(";")[0].strip().lower()
