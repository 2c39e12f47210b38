"""Headers and checks that every page of the sandbox shares. It decides nothing about LTI."""

from urllib.parse import urlsplit

from flask import Flask, Response, g, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from lti_app.sandbox.problems import PageProblem, PageProblemError
from lti_app.sandbox.state import current_sandbox

#: What a tool brings comes from its own site; its signature proves it.
_FROM_TOOLS = "/deep-linking"


def is_for_programs(path: str) -> bool:
    """Whether an address is a tool's or a test's, and no page.

    There a cross-site POST is the whole point, or a bearer token guards the door.
    """
    return path.startswith((*current_sandbox().dialect.paths.prefixes, "/control/"))


def protect(app: Flask) -> None:
    """Add the checks before, and the headers after, every request."""
    app.before_request(_redirect_to_own_host)
    app.before_request(_refuse_foreign_forms)
    app.after_request(_add_headers)


def let_in(tool_origin: str) -> None:
    """Let this page frame a tool that the configuration does not name, and lead forms there."""
    named = {*current_sandbox().config.tool_origins, *g.get("more_tool_origins", ())}
    if tool_origin not in named:
        g.setdefault("more_tool_origins", []).append(tool_origin)


def _redirect_to_own_host() -> AnyResponse | None:
    """Lead `localhost` to the platform's own host: only there are frames truly cross-site."""
    origin = current_sandbox().config.origin
    is_page = request.method == "GET" and not is_for_programs(request.path)
    if not is_page or request.host == urlsplit(origin).netloc:
        return None
    return redirect(origin + request.full_path.rstrip("?"))


def _refuse_foreign_forms() -> None:
    """Refuse a form of another site: the cookie must travel in frames, so it proves nothing."""
    if request.method in ("GET", "HEAD", "OPTIONS") or is_for_programs(request.path):
        return
    if request.path == _FROM_TOOLS:
        return
    own = current_sandbox().config.origin
    site = request.headers.get("Sec-Fetch-Site")
    if site not in (None, "same-origin") or request.headers.get("Origin", own) != own:
        raise PageProblemError(PageProblem.NOT_FROM_HERE, 403)


def _add_headers(response: Response) -> Response:
    # One that is about to be registered, or was while this ran, is not in the configuration.
    tools = " ".join([*current_sandbox().config.tool_origins, *g.get("more_tool_origins", ())])
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
        f" frame-src 'self' {tools}; form-action 'self' {tools};"
        " base-uri 'none'; frame-ancestors 'self'"
    )
    # By the platform's own clock, which a test or a person may have set wrong.
    response.date = current_sandbox().now()
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
    if response.mimetype == "text/html":
        response.headers["Cache-Control"] = "no-store"
    return response
