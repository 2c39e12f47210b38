"""Forged requests: every unsafe method must come from our own pages, in every mode of a session.

Two locks: where the browser says the request comes from, and a token only our page knew.
OWASP Cross-Site Request Forgery Prevention, "Fetch Metadata" and "Synchronizer Token".
"""

from flask import Flask, request
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf

from lti_app.core.errors import ForbiddenError
from lti_app.web.context import services, viewer_or_none

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
#: What a platform posts; each proves itself in another way. There are no other exemptions.
EXEMPT_ENDPOINTS = frozenset({"lti.login", "lti.launch", "notices.receive"})


def csrf_token() -> str:
    """Return this session's form token; empty before a session."""
    return generate_csrf() if viewer_or_none() else ""


def is_from_our_pages(fetch_site: str | None, origin: str | None, *, base_url: str) -> bool:
    """Whether the browser says that one of our own pages sent the request.

    >>> is_from_our_pages("same-origin", None, base_url="https://t.example")
    True
    >>> is_from_our_pages(None, "null", base_url="https://t.example")
    False
    """
    if fetch_site is not None:
        return fetch_site == "same-origin"
    return origin == base_url


def _is_to_be_checked() -> bool:
    endpoint = request.endpoint
    is_ours = endpoint is not None and endpoint not in EXEMPT_ENDPOINTS
    return is_ours and request.method not in SAFE_METHODS


def _refuse_foreign() -> None:
    if not is_from_our_pages(
        request.headers.get("Sec-Fetch-Site"),
        request.headers.get("Origin"),
        base_url=services().settings.base_url,
    ):
        raise ForbiddenError("request_forged")


def protect_from_forgery(app: Flask) -> None:
    """Install both locks."""
    app.config.update(
        WTF_CSRF_CHECK_DEFAULT=False,
        # Replaced by `is_from_our_pages`: a referrer is not always sent from a frame.
        WTF_CSRF_SSL_STRICT=False,
        # The token lives as long as the session, which has its own limits.
        WTF_CSRF_TIME_LIMIT=None,
    )
    protection = CSRFProtect(app)

    @app.before_request
    def _refuse_forged() -> None:
        if not _is_to_be_checked():
            return
        _refuse_foreign()
        if viewer_or_none() is None:
            return  # no session: the access rule answers, and there is nothing to forge
        try:
            protection.protect()
        except CSRFError as error:
            raise ForbiddenError("form_too_old") from error

    app.jinja_env.globals["csrf_token"] = csrf_token
