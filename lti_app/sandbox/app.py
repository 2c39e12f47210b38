"""Puts one sandbox together from its configuration. It decides nothing else."""

from urllib.parse import urlsplit

from flask import Flask, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from lti_app.core.paths import resource_path
from lti_app.sandbox.config import SandboxConfig
from lti_app.sandbox.control import (
    copies_api,
    copy_views,
    course_views,
    courses_api,
    faults_api,
    notices_api,
    page_views,
    picking_api,
    platform_api,
    platform_views,
    registration_pages,
    registrations_api,
    storage_api,
)
from lti_app.sandbox.database import Database
from lti_app.sandbox.keys import PlatformKeys
from lti_app.sandbox.limits import Buckets
from lti_app.sandbox.oidc import picking_views, review_views
from lti_app.sandbox.oidc import views as oidc_views
from lti_app.sandbox.oidc.views import add_oidc_views
from lti_app.sandbox.pages import course_pages, group_pages, home_pages
from lti_app.sandbox.pages.words import add_words
from lti_app.sandbox.problems import PageProblem, PageProblemError, render_problem
from lti_app.sandbox.refusals import RefusalError
from lti_app.sandbox.replies import dropping_replies
from lti_app.sandbox.request_log import keep_newest_received
from lti_app.sandbox.security import is_for_programs, protect
from lti_app.sandbox.seed import follow_options
from lti_app.sandbox.services.grade_views import add_grade_views
from lti_app.sandbox.services.group_views import add_group_views
from lti_app.sandbox.services.notice_views import add_notice_views
from lti_app.sandbox.services.registration_views import add_registration_views
from lti_app.sandbox.services.roster_views import add_roster_view
from lti_app.sandbox.services.tokens import add_token_view
from lti_app.sandbox.state import Sandbox, attach, current_sandbox, kept_secret
from lti_app.sandbox.tool_keys import ToolKeys
from lti_app.sandbox.wording import speak

_LARGEST_BODY = 1_000_000
#: What a start leaves of the log; while running it grows with what is asked.
_KEPT_REQUESTS = 10_000


def create_sandbox(config: SandboxConfig) -> Flask:
    """Return a sandbox LMS as a WSGI app; its database is made or brought in step first.

    It must be served at `config.origin`. `sandbox_of(app).close()` lets go of the database.
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
        SESSION_COOKIE_NAME=f"sandbox_{urlsplit(config.origin).port or 'lms'}",
    )
    bucket = config.dialect.bucket
    buckets = Buckets(bucket) if bucket else None
    tool_keys = ToolKeys(kept_for=config.tool_keys_kept_for, clock=config.clock)
    attach(app, Sandbox(config, database, PlatformKeys(database), buckets, tool_keys))
    speak(app)
    protect(app)
    _add_views(app, config)
    app.wsgi_app = dropping_replies(app.wsgi_app)  # type: ignore[assignment,method-assign] # Flask's own way
    return app


def _add_views(app: Flask, config: SandboxConfig) -> None:
    for module in (home_pages, course_pages, group_pages, oidc_views, review_views, picking_views):
        app.register_blueprint(module.blueprint)
    for add in (
        add_oidc_views,
        add_token_view,
        add_grade_views,
        add_roster_view,
        add_group_views,
        add_notice_views,
        add_registration_views,
    ):
        add(app, config.dialect.paths)
    if config.control_token is not None:
        for api in (
            faults_api,
            platform_api,
            courses_api,
            copies_api,
            storage_api,
            notices_api,
            registrations_api,
            picking_api,
        ):
            app.register_blueprint(api.blueprint)
    if config.has_control_page:
        for part in (page_views, platform_views, course_views, copy_views, registration_pages):
            app.register_blueprint(part.blueprint)
    add_words(app)
    app.register_error_handler(PageProblemError, _show_problem)
    app.register_error_handler(HTTPException, _show_http_error)


def _show_problem(error: PageProblemError) -> ResponseReturnValue:
    return render_problem(error.problem, error.status)


def _show_http_error(error: HTTPException) -> ResponseReturnValue:
    """Answer tools in JSON and people with a page."""
    status = error.code or 500
    if not is_for_programs(request.path):
        return render_problem(PageProblem.NO_SUCH_PAGE, status)
    refusal = RefusalError(status, "http_error", error.name)
    response = current_sandbox().dialect.speech.refuse(refusal)
    if error.get_response().headers.get("Allow"):
        response.headers["Allow"] = error.get_response().headers["Allow"]
    return response
