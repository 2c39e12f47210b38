"""Our own files: styles, scripts, font, icons. An address that names the content never changes."""

from flask import Blueprint, Response, request, send_from_directory

from lti_app.core.paths import package_path
from lti_app.web.access import Transaction, open_to_all
from lti_app.web.assets import asset_version

blueprint = Blueprint("static", __name__)
_A_YEAR = "public, max-age=31536000, immutable"
_ASK_FIRST = "no-cache"


@blueprint.get("/static/<path:filename>", endpoint="file")
@open_to_all(transaction=Transaction.OWN)
def static_file(filename: str) -> Response:
    """Answer with a file of the package's static folder; to be kept if its version is today's."""
    response = send_from_directory(package_path("static"), filename)
    is_current = request.args.get("v") == asset_version(filename)
    response.headers["Cache-Control"] = _A_YEAR if is_current else _ASK_FIRST
    return response
