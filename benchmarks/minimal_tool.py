"""The smallest LTI tool that PyLTI1p3's README leads to: what a launch costs without us.

It follows the chapter "Usage with Flask": configuration from a JSON file, the library's own session
service over Flask's cookie, every check left to the library. With `BENCH_CHECK_COOKIES=1` it also
follows "Cookies issues in the iframes", without which it works in no cross-site frame.
Run by gunicorn as `benchmarks.minimal_tool:make_app()`.
"""

import os

from flask import Flask, request
from pylti1p3.contrib.flask import FlaskMessageLaunch, FlaskOIDCLogin, FlaskRequest
from pylti1p3.contrib.flask.cookie import FlaskCookieService
from pylti1p3.contrib.flask.session import FlaskSessionService
from pylti1p3.tool_config import ToolConfJsonFile
from werkzeug.wrappers import Response


def make_app() -> Flask:
    """Return the tool for the platform in the JSON file that `BENCH_CONFIG` names."""
    app = Flask("minimal_tool")
    app.config["SECRET_KEY"] = "not-a-secret-in-a-benchmark"  # noqa: S105 - made up
    checks_cookies = os.environ.get("BENCH_CHECK_COOKIES") == "1"

    @app.route("/lti/login", methods=["GET", "POST"])
    def login() -> Response:
        tool_conf = ToolConfJsonFile(os.environ["BENCH_CONFIG"])
        flask_request = FlaskRequest()
        oidc_login = FlaskOIDCLogin(
            flask_request,
            tool_conf,
            session_service=FlaskSessionService(flask_request),
            cookie_service=FlaskCookieService(flask_request),
        )
        if checks_cookies:
            oidc_login.enable_check_cookies()
        return oidc_login.redirect(request.values["target_link_uri"])

    @app.post("/lti/launch")
    def launch() -> str:
        tool_conf = ToolConfJsonFile(os.environ["BENCH_CONFIG"])
        message_launch = FlaskMessageLaunch(FlaskRequest(), tool_conf)
        email = message_launch.get_launch_data().get("email")
        return f"<!doctype html><title>Minimal</title><p>{email}"

    return app
