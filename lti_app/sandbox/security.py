"""Headers and checks that every page of the sandbox shares. It decides nothing about LTI."""

from urllib.parse import urlsplit

from flask import Flask, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from lti_app.sandbox.problems import PageProblem, PageProblemError
from lti_app.sandbox.state import current_sandbox

#: Where a cross-site POST is the whole point, or where a bearer token guards the door.
_OPEN_TO_OTHER_SITES = ("/lti/", "/control/")


def protect(app: Flask) -> None:
    """Add the checks before, and the headers after, every request."""
    app.before_request(_redirect_to_own_host)
    app.before_request(_refuse_foreign_forms)
    app.after_request(_add_headers)


def _redirect_to_own_host() -> AnyResponse | None:
    """Lead `localhost` to the issuer's own host: only there are frames truly cross-site."""
    issuer = current_sandbox().config.issuer
    is_page = request.method == "GET" and not request.path.startswith(_OPEN_TO_OTHER_SITES)
    if not is_page or request.host == urlsplit(issuer).netloc:
        return None
    return redirect(issuer + request.full_path.rstrip("?"))


def _refuse_foreign_forms() -> None:
    """Refuse a form of another site: the cookie must travel in frames, so it proves nothing."""
    if request.method in ("GET", "HEAD", "OPTIONS") or request.path.startswith(
        _OPEN_TO_OTHER_SITES
    ):
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin", current_sandbox().config.issuer)
    if site not in (None, "same-origin") or origin != current_sandbox().config.issuer:
        raise PageProblemError(PageProblem.NOT_FROM_HERE, 403)


def _add_headers(response: Response) -> Response:
    tools = " ".join(current_sandbox().config.tool_origins)
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
        f" frame-src 'self' {tools}; form-action 'self' {tools};"
        " base-uri 'none'; frame-ancestors 'self'"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
    if response.mimetype == "text/html":
        response.headers["Cache-Control"] = "no-store"
    return response
