"""The addresses of a launch: the page that starts the login, the answer to the tool, the keys.

Views read the request and render; what is allowed is decided in `auth_request` and `hints`.
"""

from flask import Blueprint, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from lti_app.sandbox.faults import Service
from lti_app.sandbox.observation import observation, observed
from lti_app.sandbox.oidc.auth_request import (
    AuthRefusedError,
    UnanswerableError,
    check_parameters,
    check_person,
    enrolment_for,
    find_tool,
)
from lti_app.sandbox.oidc.claims import id_token_claims
from lti_app.sandbox.oidc.facts import launch_facts
from lti_app.sandbox.oidc.hints import begin_launch, take_launch
from lti_app.sandbox.oidc.values import LaunchFacts
from lti_app.sandbox.problems import render_problem
from lti_app.sandbox.signing import sign
from lti_app.sandbox.state import current_sandbox
from lti_app.sandbox.visitors import browser_mark, get_link, get_membership, signed_in_sub

blueprint = Blueprint("oidc", __name__)


@blueprint.get("/courses/<context_id>/links/<resource_link_id>/launch")
def launch(context_id: str, resource_link_id: str) -> ResponseReturnValue:
    """Start a third-party initiated login at the tool. Source: Security Framework 1.0, 5.1.1.1."""
    sandbox = current_sandbox()
    target = "window" if request.args.get("target") == "window" else "iframe"
    with sandbox.database.write() as session:
        enrolment = get_membership(session, context_id)
        link = get_link(session, context_id, resource_link_id)
        hint = begin_launch(
            session,
            sandbox.config.dialect,
            link=link,
            enrolment=enrolment,
            browser=browser_mark(),
            target=target,
            now=sandbox.now(),
        )
        fields = {
            "iss": sandbox.config.issuer,
            "login_hint": enrolment.person.sub,
            "target_link_uri": link.target_link_uri or link.tool.target_link_uri,
            "lti_message_hint": hint,
            "client_id": link.tool.client_id,
            "lti_deployment_id": link.deployment_id,
        }
        action = link.tool.login_url
    return render_template("sandbox/post_to_tool.html", action=action, fields=fields)


@blueprint.route("/lti/auth", methods=["GET", "POST"])
@observed(Service.AUTH)
def authenticate() -> ResponseReturnValue:
    """Answer a tool's authentication request."""
    parameters = request.form if request.method == "POST" else request.args
    try:
        fields = _answer_fields(parameters)
    except UnanswerableError as refusal:
        observation().detail["outcome"] = refusal.reason
        return render_problem(refusal.reason, 400)
    if "state" in parameters:
        fields["state"] = parameters["state"]
    return render_template(
        "sandbox/post_to_tool.html", action=parameters["redirect_uri"], fields=fields
    )


def _answer_fields(parameters: MultiDict[str, str]) -> dict[str, str]:
    sandbox = current_sandbox()
    with sandbox.database.read() as session:
        observation().client_id = find_tool(session, parameters).client_id
    try:
        facts = _take_facts(parameters)
    except AuthRefusedError as refusal:
        observation().detail["outcome"] = refusal.code
        return {"error": refusal.code, "error_description": refusal.reason}
    observation().user_id = facts.identity.sub
    observation().detail["outcome"] = "id_token"
    claims = id_token_claims(
        facts,
        nonce=parameters["nonce"],
        now=sandbox.now(),
        lives_for=sandbox.config.dialect.id_token_lives_for,
    )
    return {"id_token": sign(sandbox.keys.current, claims)}


def _take_facts(parameters: MultiDict[str, str]) -> LaunchFacts:
    """Check the request, use its hint up and return what is true of the launch."""
    sandbox = current_sandbox()
    check_parameters(parameters)
    with sandbox.database.write() as session:
        check_person(parameters, signed_in_sub(session))
        taken = take_launch(
            session,
            sandbox.config.dialect,
            hint=parameters["lti_message_hint"],
            browser=browser_mark(),
            client_id=parameters["client_id"],
            now=sandbox.now(),
        )
        if taken is None:
            raise AuthRefusedError("launch_no_longer_valid", "Open the link from the course again.")
        enrolment = enrolment_for(session, taken)
        return launch_facts(
            session,
            sandbox.config,
            link=taken.link,
            enrolment=enrolment,
            target=taken.document_target,
        )


@blueprint.get("/lti/jwks.json")
@observed(Service.JWKS)
def key_set() -> ResponseReturnValue:
    """Publish this platform's public keys."""
    response = jsonify(current_sandbox().keys.public_set())
    response.headers["Cache-Control"] = "public, max-age=600"
    return response
