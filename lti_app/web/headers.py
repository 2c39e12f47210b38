"""The headers of every answer: what a browser may load, who may frame it, what it may keep."""

from functools import lru_cache
from urllib.parse import urlsplit

from flask import Flask, Response, g, request

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " font-src 'self'; connect-src 'self'; base-uri 'none'; object-src 'none'"
)
#: A forbidden frame shows the learner a browser error instead of our words, so pages without a
#: session, which hold nothing personal and no control but going on, may be framed by anybody.
_ANY_FRAME = "*"


@lru_cache(maxsize=256)
def origin_of(url: str | None) -> str | None:
    """Return `scheme://host[:port]` of an absolute http(s) URL, or None.

    >>> origin_of("https://lms.example.org:8443/mod/lti?x=1")
    'https://lms.example.org:8443'
    >>> origin_of("javascript:alert(1)") is None
    True
    """
    try:
        parts = urlsplit(url or "")
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}{port}"


def allow_form_target(url: str) -> None:
    """Let a form of this page lead to a platform, and to wherever the platform redirects."""
    g.rapport_form_targets = f"'self' https: {origin_of(url) or ''}".rstrip()


def allow_only_form_target(url: str) -> None:
    """Let the forms of this page lead to one address of a platform and nowhere else.

    A platform that sends the browser on from there stays within its own origin, which browsers let
    pass: after a redirect only the origin is compared.
    """
    address = url.partition("?")[0].partition("#")[0]
    g.rapport_form_targets = address.replace(";", "%3B").replace(",", "%2C").replace("'", "%27")


def _frame_ancestors() -> str:
    session = g.get("rapport_session")
    if session is None or g.get("rapport_is_error_page"):
        return _ANY_FRAME
    return " ".join(["'self'", *session.frame_origins])


def _readers() -> str:
    """Return who may show it: platforms show our picture in their lists of tools."""
    return "cross-origin" if request.path.startswith("/static/img/") else "same-origin"


def _secure(response: Response) -> Response:
    targets = g.get("rapport_form_targets", "'self'")
    policy = f"{_POLICY}; form-action {targets}; frame-ancestors {_frame_ancestors()}"
    # Added, not set: no view has a say in them.
    add = response.headers.add
    add("Content-Security-Policy", policy)
    # Under no-referrer a browser sends `Origin: null` with forms, which we must refuse.
    add("Referrer-Policy", "same-origin")
    add("X-Content-Type-Options", "nosniff")
    add("Cross-Origin-Resource-Policy", _readers())
    if request.is_secure:
        add("Strict-Transport-Security", "max-age=31536000")
    if "Cache-Control" not in response.headers:
        add("Cache-Control", "no-store")
    return response


def secure_headers(app: Flask) -> None:
    """Install the headers; a view that may be cached sets its own Cache-Control."""
    app.after_request(_secure)
