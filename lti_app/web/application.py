"""The Flask application: one transaction a request, pages drawn after it, every route declared."""

import secrets
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from flask import Flask, Response, g, request
from flask_compress import Compress
from sqlalchemy.orm import Session
from werkzeug.middleware.proxy_fix import ProxyFix

from lti_app.core.db import again_on_clash
from lti_app.core.errors import NotFoundError, RapportError
from lti_app.core.ids import new_public_id
from lti_app.core.logs import begin_request
from lti_app.core.paths import resource_path
from lti_app.web.access import Door, Transaction, ViewResult, access_of, undeclared_endpoints
from lti_app.web.assets import asset_url
from lti_app.web.context import EXTENSION, Services, services, viewer_or_none
from lti_app.web.csrf import EXEMPT_ENDPOINTS, SAFE_METHODS, protect_from_forgery
from lti_app.web.errors import error_pages
from lti_app.web.headers import secure_headers
from lti_app.web.language import speak_languages
from lti_app.web.markdown import to_html
from lti_app.web.render import Page
from lti_app.web.seen import EXTENSION as SEEN
from lti_app.web.seen import SeenQueue
from lti_app.web.session import LaunchSessionInterface
from lti_app.web.way_back import is_framed

MAX_BODY_BYTES = 512 * 1024
#: Addresses that a load balancer or a collector calls by number.
_ANY_HOST_PREFIXES = ("/health/", "/metrics")


class UndeclaredRouteError(RuntimeError):
    """A route does not say who may use it; the app must not start."""


class RapportFlask(Flask):
    """Flask with a transaction around each view and pages as values."""

    session_interface = LaunchSessionInterface()

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function: none of ours is asynchronous, and Flask asks at every step."""
        return func

    def dispatch_request(self) -> Any:
        """Run the view inside its transaction; it has ended when the page is drawn.

        A view does nothing that outlives a rollback, so one whose transaction had to give way to
        another is run again: what was sent is still there, and an idempotency key is the same.
        """
        rule = request.url_rule
        declared = access_of(self.view_functions[rule.endpoint]) if rule else None
        if declared is None or declared.transaction is Transaction.OWN:
            return super().dispatch_request()
        if declared.door is Door.SESSION and viewer_or_none() is None:
            raise NotFoundError("no_session")
        return again_on_clash(self._view_in_transaction)

    def _view_in_transaction(self) -> Any:
        with self._transaction() as session:
            g.rapport_db = session
            return super().dispatch_request()

    def _transaction(self) -> AbstractContextManager[Session]:
        database = services().database
        return database.read() if request.method in SAFE_METHODS else database.write()

    def make_response(self, rv: ViewResult) -> Response:
        """Draw a page, now that nothing holds the database."""
        return rv.draw() if isinstance(rv, Page) else super().make_response(rv)


def _begin_request() -> None:
    g.began_at = time.perf_counter()
    g.correlation_id = new_public_id()[:12]
    begin_request(g.correlation_id)
    if "\0" in request.path:
        # No address of ours has one, and PostgreSQL cannot even be asked for it.
        raise NotFoundError
    if request.path.startswith(_ANY_HOST_PREFIXES):
        return
    if request.host != services().settings.host:
        raise WrongHostError


class WrongHostError(RapportError):
    """The Host header is not ours, so nothing may be built from it."""

    code = "wrong_host"
    status = 400


def make_application(given: Services, *, translations: Path | None = None) -> RapportFlask:
    """Return an app with everything that pages share, and no page.

    Args:
        translations: folder of the catalogues; the package's own unless given.
    """
    app = RapportFlask(
        "lti_app", static_folder=None, template_folder=str(resource_path("templates"))
    )
    app.config.update(
        SECRET_KEY=given.settings.secret_key or secrets.token_urlsafe(48),
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_BODY_BYTES,
        MAX_FORM_PARTS=2000,
        COMPRESS_ALGORITHM=["br", "gzip"],
        # What is streamed has no end that it could wait for.
        COMPRESS_STREAMS=False,
        COMPRESS_REGISTER=False,
    )
    app.extensions[EXTENSION] = given
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters["markdown"] = to_html
    app.jinja_env.globals.update(asset_url=asset_url)
    # First, so that it is the last to see an answer.
    _compress(app)
    app.before_request(_begin_request)
    protect_from_forgery(app)
    secure_headers(app)
    error_pages(app)
    speak_languages(app, translations)
    _keep_session_in_paths(app)
    app.extensions[SEEN] = queue = SeenQueue(given.database)
    _note_seen(app, queue)
    _trust_proxies(app, given.settings.trusted_proxies)
    app.context_processor(_page_values)
    return app


def _compress(app: Flask) -> None:
    compressed = Compress(app).after_request

    @app.after_request
    def _compress_pages(response: Response) -> Response:
        # What a platform posts to repeats what anybody sent, beside secrets: decision 28.
        return response if request.endpoint in EXEMPT_ENDPOINTS else compressed(response)


def _page_values() -> dict[str, object]:
    who = viewer_or_none()
    # Inside the course's own page the course is all around.
    shows_way_back = who is not None and who.has_way_back and not is_framed()
    return {
        "viewer": who,
        "page_theme": "auto",
        "page_contrast": "more" if who is not None and who.wants_contrast else "",
        "shows_way_back": shows_way_back,
    }


def refuse_undeclared_routes(app: Flask) -> None:
    """Stop the start when a route does not say who may use it.

    Raises:
        UndeclaredRouteError: naming the endpoints.
    """
    missing = sorted(set(undeclared_endpoints(app)))
    if missing:
        raise UndeclaredRouteError(", ".join(missing))


def _keep_session_in_paths(app: Flask) -> None:
    """Fill in and take out the session key, so that views and templates never handle it."""

    @app.url_defaults
    def _fill_in(endpoint: str, values: dict[str, Any]) -> None:
        key = g.get("rapport_session_key")
        if key and app.url_map.is_endpoint_expecting(endpoint, "session_key"):
            values.setdefault("session_key", key)

    @app.url_value_preprocessor
    def _take_out(_endpoint: str | None, values: dict[str, Any] | None) -> None:
        if values:
            values.pop("session_key", None)


def _note_seen(app: Flask, queue: SeenQueue) -> None:
    @app.after_request
    def _note(response: Response) -> Response:
        session = g.get("rapport_session")
        if session is not None:
            queue.note(session.id, last=session.seen_at, now=services().clock())
        return response


def _trust_proxies(app: Flask, count: int) -> None:
    if count:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # the way Flask documents
            app.wsgi_app, x_for=count, x_proto=count, x_host=count
        )
