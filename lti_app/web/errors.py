"""Errors as pages: one layout, no session, no form, nothing of what went wrong inside.

A script of ours that asks for JSON gets the code and the same words.
"""

from flask import (
    Flask,
    Response,
    current_app,
    g,
    jsonify,
    make_response,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext
from werkzeug.exceptions import HTTPException

from lti_app.core.errors import (
    BusyError,
    ConflictError,
    ForbiddenError,
    NotFoundError,
    RapportError,
)
from lti_app.core.logs import get_logger
from lti_app.web.context import services, viewer_or_none
from lti_app.web.messages import Message, message_for

_log = get_logger(__name__)
_STATUS: tuple[tuple[type[RapportError], int], ...] = (
    (NotFoundError, 404),
    (ForbiddenError, 403),
    (ConflictError, 409),
    (BusyError, 503),
)


def status_of(error: RapportError) -> int:
    """Return the HTTP status of an error: its own, or that of its family."""
    own = getattr(error, "status", None)
    if isinstance(own, int):
        return own
    return next((status for family, status in _STATUS if isinstance(error, family)), 500)


def error_response(code: str, status: int, *, said: str = "") -> Response:
    """Draw the error of a code: as a page, or as JSON for who asks for nothing else.

    Args:
        said: what a platform said of it, in its own words; shown on the page.
    """
    g.rapport_is_error_page = True
    message = message_for(current_app, code, status)
    response = _as_json(code, message) if _is_script() else _as_page(message, status, said)
    response.status_code = status
    if status == 503:
        response.headers["Retry-After"] = str(BusyError.retry_after_seconds)
    return response


def _is_script() -> bool:
    accepted = request.accept_mimetypes
    return accepted.accept_json and not accepted.accept_html


def _as_json(code: str, message: Message) -> Response:
    return jsonify(code=code, words=f"{gettext(message.happened)} {gettext(message.means)}")


def _as_page(message: Message, status: int, said: str) -> Response:
    # The same bytes for "not yours" and "not there": no reference on a 404.
    reference = None if status == 404 else g.get("correlation_id")
    who = viewer_or_none()
    return make_response(
        render_template(
            "errors/error.html",
            viewer=None,
            title=gettext(message.title),
            happened=gettext(message.happened),
            means=gettext(message.means),
            said=said,
            todo=[gettext(step) for step in message.todo],
            is_calm=message.is_calm,
            onward=(gettext(message.onward), url_for("desk.start")) if who else None,
            reference=None if message.is_calm else reference,
            support_contact=services().settings.support_contact,
        )
    )


def _on_rapport_error(error: RapportError) -> Response:
    status = status_of(error)
    if status != 404:
        _log.warning("request refused", reason=error.code, status=status)
    return error_response(error.code, status, said=getattr(error, "said", ""))


def _on_http_error(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400:
        return make_response(error.get_response())
    if status != 404:
        _log.warning("request refused", reason=f"http_{status}", status=status)
    response = error_response(f"http_{status}", status)
    for name in ("Allow", "Retry-After"):
        value = error.get_response().headers.get(name)
        if value:
            response.headers[name] = value
    return response


def _on_unexpected(error: Exception) -> Response:
    _log.error("unexpected error", exc_info=error)
    return error_response("unexpected", 500)


def error_pages(app: Flask) -> None:
    """Install the error pages."""
    app.register_error_handler(RapportError, _on_rapport_error)
    app.register_error_handler(HTTPException, _on_http_error)
    app.register_error_handler(Exception, _on_unexpected)
