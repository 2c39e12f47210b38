"""Our own files: styles, scripts, font, icons. An address that names the content never changes."""

from mimetypes import guess_type
from pathlib import Path

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join

from lti_app.core.paths import package_path
from lti_app.web.access import Transaction, open_to_all
from lti_app.web.assets import asset_version

blueprint = Blueprint("static", __name__)
_A_YEAR = "public, max-age=31536000, immutable"
_ASK_FIRST = "no-cache"
#: The machine's own table need not know these.
_MIMETYPES = {".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"}


@blueprint.get("/static/<path:filename>", endpoint="file")
@open_to_all(transaction=Transaction.OWN)
def static_file(filename: str) -> Response:
    """Answer with a file of the package's static folder; to be kept if its version is today's."""
    path = _path(filename)
    # All of it at once, so that it can be compressed: no file of ours is large.
    response = Response(path.read_bytes(), mimetype=_mimetype(path))
    is_current = request.args.get("v") == asset_version(filename)
    response.headers["Cache-Control"] = _A_YEAR if is_current else _ASK_FIRST
    response.set_etag(asset_version(filename))
    response.make_conditional(request)
    return response


def _path(filename: str) -> Path:
    found = safe_join(str(package_path("static")), filename)
    if found is None or "\0" in found or not Path(found).is_file():
        raise NotFound
    return Path(found)


def _mimetype(path: Path) -> str:
    guessed = _MIMETYPES.get(path.suffix) or guess_type(path.name)[0]
    return guessed or "application/octet-stream"
