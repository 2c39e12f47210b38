"""The control API over the platform itself: its keys, its clock, the tokens it gave out."""

from datetime import timedelta

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from lti_app.sandbox.access_tokens import expire_tokens
from lti_app.sandbox.control.guard import control_blueprint
from lti_app.sandbox.payloads import bad_request, optional_flag, optional_number, read_object
from lti_app.sandbox.state import current_sandbox

blueprint = control_blueprint("platform")


@blueprint.get("/platform")
def show_platform() -> ResponseReturnValue:
    """Return what this platform is, and the addresses that a registration needs."""
    config = current_sandbox().config
    return jsonify(
        dialect=config.dialect.name,
        issuer=config.issuer,
        auth_url=config.auth_url,
        token_url=config.token_url,
        jwks_url=config.key_set_url,
        client_ids=[tool.client_id for tool in config.tools],
    )


@blueprint.post("/keys/rotate")
def rotate_keys() -> ResponseReturnValue:
    """Sign with a new key; `keep_old` (true unless said) leaves the former ones published."""
    keeps = optional_flag(read_object(request.get_data() or b"{}"), "keep_old")
    return jsonify(kid=current_sandbox().keys.rotate(keep_old=keeps is not False).kid)


@blueprint.delete("/tokens")
def end_tokens() -> ResponseReturnValue:
    """Let access tokens be over at once, those of one `client_id` where it is given."""
    with current_sandbox().database.write() as session:
        return jsonify(ended=expire_tokens(session, client_id=request.args.get("client_id")))


@blueprint.get("/clock")
def show_clock() -> ResponseReturnValue:
    """Return the platform's time, and how far it is off."""
    return _clock()


@blueprint.put("/clock")
def set_clock() -> ResponseReturnValue:
    """Let the platform's clock be off by `offset_seconds`."""
    offset = optional_number(read_object(request.get_data()), "offset_seconds")
    if offset is None:
        raise bad_request("offset_seconds is missing.")
    current_sandbox().skew.by = timedelta(seconds=offset)
    return _clock()


def _clock() -> ResponseReturnValue:
    sandbox = current_sandbox()
    return jsonify(now=sandbox.now().isoformat(), offset_seconds=sandbox.skew.by.total_seconds())
