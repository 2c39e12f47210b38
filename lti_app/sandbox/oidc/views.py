"""The addresses of a launch: the page that starts the login, the answer to the tool, the keys.

Views read the request and render; what is allowed is the dialect's to decide.
"""

from flask import Blueprint, Flask, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.sandbox.addresses import Paths, rule_of
from lti_app.sandbox.config import origin_of
from lti_app.sandbox.dialects.plain.hints import begin_launch
from lti_app.sandbox.dialects.plain.sign_in import Asked
from lti_app.sandbox.facts import LaunchFacts
from lti_app.sandbox.faults import Service
from lti_app.sandbox.launch_facts import launch_facts
from lti_app.sandbox.models import Enrolment, Launch
from lti_app.sandbox.observation import observation, observed
from lti_app.sandbox.picking import pick_of, with_picking
from lti_app.sandbox.problems import render_problem
from lti_app.sandbox.reviews import with_review
from lti_app.sandbox.security import let_in
from lti_app.sandbox.sign_in_errors import AuthRefusedError, UnanswerableError
from lti_app.sandbox.signing import sign
from lti_app.sandbox.state import current_sandbox
from lti_app.sandbox.visitors import browser_mark, get_link, get_membership, signed_in_sub

blueprint = Blueprint("oidc", __name__)


def add_oidc_views(app: Flask, paths: Paths) -> None:
    """Serve what tools and their browsers ask for where this dialect has it."""
    app.add_url_rule(rule_of(paths.auth), view_func=authenticate, methods=["GET", "POST"])
    app.add_url_rule(rule_of(paths.key_set), view_func=key_set)


@blueprint.get("/courses/<context_id>/links/<resource_link_id>/launch")
def launch(context_id: str, resource_link_id: str) -> ResponseReturnValue:
    """Start a third-party initiated login at the tool. Source: Security Framework 1.0, 5.1.1.1."""
    sandbox = current_sandbox()
    sign_in = sandbox.dialect.sign_in
    target = "window" if request.args.get("target") == "window" else "iframe"
    with sandbox.database.write() as session:
        enrolment = get_membership(session, context_id)
        link = get_link(session, context_id, resource_link_id)
        hint = sign_in.new_hint(link, lambda claims: sign(sandbox.keys.current, claims))
        begin_launch(
            session,
            hint,
            link=link,
            enrolment=enrolment,
            browser=browser_mark(),
            target=target,
            now=sandbox.now(),
            lives_for=sandbox.dialect.launch_hint_lives_for,
        )
        fields = sign_in.login_fields(
            link, issuer=sandbox.config.issuer, sub=enrolment.person.sub, hint=hint
        )
        action = link.tool.login_url
        let_in(origin_of(action))
    return render_template("sandbox/post_to_tool.html", action=action, fields=fields)


@observed(Service.AUTH)
def authenticate() -> ResponseReturnValue:
    """Answer a tool's authentication request."""
    parameters = request.form if request.method == "POST" else request.args
    try:
        fields = _answer_fields()
    except UnanswerableError as refusal:
        observation().detail["outcome"] = refusal.reason
        return render_problem(refusal.reason, refusal.status)
    if "state" in parameters or current_sandbox().dialect.sign_in.always_sends_state:
        fields["state"] = parameters.get("state", "")
    let_in(origin_of(parameters["redirect_uri"]))
    return render_template(
        "sandbox/post_to_tool.html", action=parameters["redirect_uri"], fields=fields
    )


def _answer_fields() -> dict[str, str]:
    sandbox = current_sandbox()
    try:
        facts, nonce = _take_facts()
    except AuthRefusedError as refusal:
        observation().detail["outcome"] = refusal.code
        said = {"error": refusal.code, "error_description": refusal.reason}
        return {name: value for name, value in said.items() if value}
    observation().client_id = facts.client_id
    observation().user_id = facts.identity.sub
    observation().detail["outcome"] = "id_token"
    claims = sandbox.dialect.claims.id_token(
        facts, nonce=nonce, now=sandbox.now(), lives_for=sandbox.dialect.id_token_lives_for
    )
    if facts.review is not None:
        claims = sandbox.dialect.claims.review(claims, facts.review)
    if facts.picking is not None:
        claims = sandbox.dialect.claims.picking(claims, facts.picking)
    sign_in = sandbox.dialect.sign_in
    named = sign_in.storage_target if sign_in.repeats_storage_target else None
    said = {"lti_storage_target": named} if named else {}
    return {"id_token": sign(sandbox.keys.current, claims), **said}


def _take_facts() -> tuple[LaunchFacts, str]:
    """Check the request, use its hint up; return what is true of the launch, and the nonce."""
    sandbox = current_sandbox()
    parameters = request.form if request.method == "POST" else request.args
    with sandbox.database.write() as session:
        asked = Asked(
            parameters=parameters,
            signed_in_sub=signed_in_sub(session),
            browser=browser_mark(),
            now=sandbox.now(),
        )
        taken = sandbox.dialect.sign_in.admit(session, asked)
        facts = launch_facts(
            session,
            sandbox.config,
            link=taken.link,
            enrolment=_enrolment_for(session, taken),
            target=taken.document_target,
            tells=sandbox.histories,
        )
        pick = pick_of(session, taken)
        if pick is not None:
            facts = with_picking(sandbox.config, facts, pick, sandbox.picking)
        addresses = sandbox.config.addresses
        return with_review(session, addresses, facts, taken), asked["nonce"]


def _enrolment_for(session: Session, taken: Launch) -> Enrolment:
    """Return the enrolment by which the person may still open the link."""
    pick = pick_of(session, taken)
    course_id = pick.course_id if pick is not None else taken.link.course_id
    enrolment = session.scalar(
        select(Enrolment).where(
            Enrolment.course_id == course_id,
            Enrolment.person_id == taken.person_id,
            Enrolment.is_active,
        )
    )
    if enrolment is None:
        raise AuthRefusedError("access_denied", "The person is no longer in this course.")
    return enrolment


@observed(Service.JWKS)
def key_set() -> ResponseReturnValue:
    """Publish this platform's public keys."""
    response = jsonify(current_sandbox().keys.public_set())
    response.headers["Cache-Control"] = "public, max-age=600"
    return response
