"""The token endpoint: who asks, for what, and what of it is granted.

Source: LTI Security Framework 1.0, section 4.1; RFC 6749, sections 4.4 and 5.
"""

from flask import Flask, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from lti_app.sandbox.addresses import Paths, rule_of
from lti_app.sandbox.faults import Service
from lti_app.sandbox.models import Tool
from lti_app.sandbox.observation import observation, observed
from lti_app.sandbox.refusals import RefusalError
from lti_app.sandbox.services.bearer import issue_token
from lti_app.sandbox.state import current_sandbox
from lti_app.sandbox.vocabulary import CLIENT_ASSERTION_TYPE, Scope

_FORM = "application/x-www-form-urlencoded"


def add_token_view(app: Flask, paths: Paths) -> None:
    """Serve the token endpoint where this dialect has it."""
    app.add_url_rule(rule_of(paths.token), view_func=grant, methods=["POST"])


@observed(Service.TOKEN)
def grant() -> ResponseReturnValue:
    """Exchange a client assertion for an access token."""
    sandbox = current_sandbox()
    grants = sandbox.dialect.grants
    form = _checked_form()
    assertion = form["client_assertion"]
    with sandbox.database.read() as session:
        tool = grants.find_tool(session, assertion)
    observation().client_id = tool.client_id
    # No transaction is open here: the tool's key set may have to be fetched.
    claims = grants.verify(
        assertion,
        tool,
        keys=sandbox.tool_keys,
        token_url=sandbox.config.token_url,
        now=sandbox.now(),
    )
    scopes = grants.granted(set(form.get("scope", "").split()), _offered(tool))
    with sandbox.database.write() as session:
        grants.use_up(session, tool, claims, now=sandbox.now())
        token = issue_token(session, tool, scopes)
    observation().detail["scopes"] = [str(scope) for scope in scopes]
    return grants.answer(
        {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": int(sandbox.dialect.access_token_lives_for.total_seconds()),
            "scope": " ".join(scopes),
        }
    )


def _checked_form() -> MultiDict[str, str]:
    if request.mimetype != _FORM:
        raise RefusalError(400, "invalid_request", f"The body must be {_FORM}.")
    form = request.form
    if request.query_string or any(len(values) > 1 for _, values in form.lists()):
        raise RefusalError(400, "invalid_request", "Send each parameter once, in the body.")
    if form.get("grant_type") != "client_credentials":
        raise RefusalError(400, "unsupported_grant_type", "grant_type must be client_credentials.")
    if form.get("client_assertion_type") != CLIENT_ASSERTION_TYPE:
        raise RefusalError(
            400, "invalid_request", f"client_assertion_type: {CLIENT_ASSERTION_TYPE}."
        )
    if not form.get("client_assertion"):
        raise RefusalError(400, "invalid_request", "client_assertion is missing.")
    return form


def _offered(tool: Tool) -> list[Scope]:
    """Return the rights that this platform has and that the tool was registered with."""
    paths = current_sandbox().dialect.paths
    services = {Scope.GROUP_READ: paths.groups, Scope.NOTICES: paths.notices}
    lacking = {scope for scope, path in services.items() if not path}
    own = set(Scope if tool.scopes is None else tool.scopes)
    return [scope for scope in Scope if scope in own - lacking]
