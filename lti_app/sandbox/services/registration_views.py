"""The addresses of dynamic registration: what this platform is, and taking a tool in.

Source: LTI Dynamic Registration 1.0, sections 3.3 and 3.6.
"""

from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue

from lti_app.sandbox.access_tokens import sent_token
from lti_app.sandbox.addresses import Paths, rule_of
from lti_app.sandbox.faults import Service
from lti_app.sandbox.observation import observation, observed
from lti_app.sandbox.payloads import read_object
from lti_app.sandbox.registering import add_tool, find_ticket, use_up
from lti_app.sandbox.state import current_sandbox


def add_registration_views(app: Flask, paths: Paths) -> None:
    """Serve both where this dialect has them."""
    app.add_url_rule(rule_of(paths.configuration), view_func=describe)
    app.add_url_rule(rule_of(paths.registration), view_func=register, methods=["POST"])


@observed(Service.CONFIGURATION)
def describe() -> ResponseReturnValue:
    """Say what this platform is; some say it only to who has a registration token."""
    sandbox = current_sandbox()
    config, rules = sandbox.config, sandbox.dialect.registering
    if rules.hides_description:
        with sandbox.database.read() as session:
            find_ticket(session, rules, sent_token(), now=sandbox.now())
    return jsonify(
        rules.description(
            issuer=config.issuer,
            addresses=config.addresses,
            product=config.dialect.product_family_code,
            version=config.dialect.product_version,
        )
    )


@observed(Service.REGISTRATION)
def register() -> ResponseReturnValue:
    """Take a tool in; it does nothing before an administrator says so."""
    sandbox = current_sandbox()
    rules = sandbox.dialect.registering
    with sandbox.database.write() as session:
        client_id = rules.new_client_id()
        ticket = None
        if rules.gives_token:
            ticket = find_ticket(session, rules, sent_token(), now=sandbox.now())
            client_id = ticket.client_id
        wanted = rules.read(dict(read_object(request.get_data())))
        tool = add_tool(session, rules, wanted, client_id)
        if ticket is not None:
            use_up(session, ticket, now=sandbox.now())
        observation().client_id = client_id
        return jsonify(
            rules.answer(wanted, client_id=client_id, deployment_ids=tool.deployment_ids)
        )
