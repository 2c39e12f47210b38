"""The control API over how the platform's page keeps words for tools."""

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from lti_app.sandbox.control.guard import control_blueprint
from lti_app.sandbox.payloads import bad_request, optional_text, read_object
from lti_app.sandbox.state import current_sandbox
from lti_app.sandbox.storage import Manner

blueprint = control_blueprint("storage")


@blueprint.get("/storage")
def show_manner() -> ResponseReturnValue:
    """Return the manner, and all that there are."""
    return jsonify(manner=current_sandbox().storage.manner, manners=list(Manner))


@blueprint.put("/storage")
def set_manner() -> ResponseReturnValue:
    """Set the `manner` for every page that is opened from now on."""
    name = optional_text(read_object(request.get_data()), "manner")
    try:
        current_sandbox().storage.manner = Manner(name or "")
    except ValueError as error:
        raise bad_request(f"The manner must be one of {', '.join(Manner)}.") from error
    return show_manner()
