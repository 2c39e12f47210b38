"""Puts one sandbox together from its configuration. It decides nothing else."""

from urllib.parse import urlsplit

from flask import Flask, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from lti_app.core.paths import resource_path
from lti_app.sandbox import control
from lti_app.sandbox.config import SandboxConfig
from lti_app.sandbox.database import Database
from lti_app.sandbox.keys import PlatformKeys
from lti_app.sandbox.oidc import views as oidc_views
from lti_app.sandbox.pages import course_views, home_views
from lti_app.sandbox.pages.words import add_words
from lti_app.sandbox.problems import PageProblem, PageProblemError, render_problem
from lti_app.sandbox.refusals import RefusalError
from lti_app.sandbox.replies import dropping_replies
from lti_app.sandbox.request_log import keep_newest_received
from lti_app.sandbox.security import protect
from lti_app.sandbox.seed import follow_options
from lti_app.sandbox.services import grade_views, roster_views, tokens
from lti_app.sandbox.state import Sandbox, attach, kept_secret
from lti_app.sandbox.wording import speak

_LARGEST_BODY = 1_000_000
#: What a start leaves of the log; while running it grows with what is asked.
_KEPT_REQUESTS = 10_000


def create_sandbox(config: SandboxConfig) -> Flask:
    """Return a sandbox LMS as a WSGI app; its database is made or brought in step first.

    It must be served at `config.issuer`. `sandbox_of(app).close()` lets go of the database.
    """
    database = Database(config.database)
    with database.write() as session:
        follow_options(session, config)
        keep_newest_received(session, _KEPT_REQUESTS)
    app = Flask(__name__, static_folder="static", template_folder=str(resource_path("templates")))
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.config.update(
        SECRET_KEY=kept_secret(database, "cookie"),
        MAX_CONTENT_LENGTH=_LARGEST_BODY,
        # The cookie must come back inside the frame, when the tool sends the browser here from
        # its own site: that needs None, and None needs Secure, which browsers grant to loopback.
        SESSION_COOKIE_SAMESITE="None",
        SESSION_COOKIE_SECURE=True,
        # Cookies do not know ports: two sandboxes on one machine must not share one.
        SESSION_COOKIE_NAME=f"sandbox_{urlsplit(config.issuer).port or 'lms'}",
    )
    attach(app, Sandbox(config, database, PlatformKeys(database)))
    speak(app)
    protect(app)
    _add_views(app, has_control=config.control_token is not None)
    app.wsgi_app = dropping_replies(app.wsgi_app)  # type: ignore[assignment,method-assign] # Flask's own way
    return app


def _add_views(app: Flask, *, has_control: bool) -> None:
    for module in (home_views, course_views, oidc_views, tokens, grade_views, roster_views):
        app.register_blueprint(module.blueprint)
    if has_control:
        app.register_blueprint(control.blueprint)
    add_words(app)
    app.register_error_handler(PageProblemError, _show_problem)
    app.register_error_handler(HTTPException, _show_http_error)


def _show_problem(error: PageProblemError) -> ResponseReturnValue:
    return render_problem(error.problem, error.status)


def _show_http_error(error: HTTPException) -> ResponseReturnValue:
    """Answer tools in JSON and people with a page."""
    status = error.code or 500
    if not request.path.startswith(("/lti/", "/control/")):
        return render_problem(PageProblem.NO_SUCH_PAGE, status)
    response = RefusalError(status, "http_error", error.name).as_response()
    if error.get_response().headers.get("Allow"):
        response.headers["Allow"] = error.get_response().headers["Allow"]
    return response
