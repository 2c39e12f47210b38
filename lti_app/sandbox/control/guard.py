"""Lets in whoever has the control token. It hands out no token of any kind."""

import hmac

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from lti_app.sandbox.refusals import RefusalError
from lti_app.sandbox.state import current_sandbox


def control_blueprint(name: str) -> Blueprint:
    """Return a part of the control API, guarded."""
    blueprint = Blueprint(f"control_{name}", __name__, url_prefix="/control")
    blueprint.before_request(_require_control_token)
    blueprint.register_error_handler(RefusalError, _refused)
    return blueprint


def is_control_token(sent: str) -> bool:
    """Whether somebody knows the token that opens the control API."""
    expected = current_sandbox().config.control_token
    return expected is not None and hmac.compare_digest(sent.encode(), expected.encode())


def _require_control_token() -> None:
    scheme, _, sent = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer" or not is_control_token(sent):
        raise RefusalError(401, "invalid_token", "Send the control token as Authorization: Bearer.")


def _refused(refusal: RefusalError) -> ResponseReturnValue:
    return refusal.as_response()
