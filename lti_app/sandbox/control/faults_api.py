"""The control API over faults, and over what the log holds."""

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue

from lti_app.sandbox.control.fault_bodies import fault_body, read_fault, read_service
from lti_app.sandbox.control.guard import control_blueprint
from lti_app.sandbox.models import ReceivedRequest
from lti_app.sandbox.payloads import read_object
from lti_app.sandbox.presets import preset_names
from lti_app.sandbox.request_log import forget_received, list_received
from lti_app.sandbox.state import current_sandbox

blueprint = control_blueprint("faults")


@blueprint.get("/presets")
def list_presets() -> ResponseReturnValue:
    """Return the names of the faults that need not be spelled out."""
    return jsonify(presets=preset_names())


@blueprint.get("/faults")
def list_faults() -> ResponseReturnValue:
    """Return the faults that are set, by service."""
    faults = current_sandbox().faults.current()
    return jsonify({service: fault_body(fault) for service, fault in faults.items()})


@blueprint.put("/faults/<service>")
def set_fault(service: str) -> ResponseReturnValue:
    """Set the fault of one service in place of a former one.

    Members, all optional: `preset`, `status`, `retry_after`, `headers`, `body`, `content_type`,
    `members`, `stores`, `delay_seconds`, `drop_reply`, `truncate`, `break_off`, `client_id`; it
    begins after `skip` requests and ends after `seconds` or `requests`, whichever comes first.
    """
    sandbox = current_sandbox()
    fault = read_fault(read_object(request.get_data()), sandbox.now())
    sandbox.faults.set(read_service(service), fault)
    return Response(status=204)


@blueprint.delete("/faults/<service>")
def clear_fault(service: str) -> ResponseReturnValue:
    """Let one service work again."""
    current_sandbox().faults.clear(read_service(service))
    return Response(status=204)


@blueprint.delete("/faults")
def clear_faults() -> ResponseReturnValue:
    """Let every service work again."""
    current_sandbox().faults.clear()
    return Response(status=204)


@blueprint.get("/requests")
def show_requests() -> ResponseReturnValue:
    """Return what tools asked for, oldest first; `service` and `after` narrow it."""
    service, after = request.args.get("service"), request.args.get("after", 0, type=int)
    with current_sandbox().database.read() as session:
        entries = list_received(session, service=service, after=after)
        return jsonify(requests=[_request_body(entry) for entry in reversed(entries)])


@blueprint.delete("/requests")
def clear_requests() -> ResponseReturnValue:
    """Empty the log."""
    with current_sandbox().database.write() as session:
        forget_received(session)
    return Response(status=204)


def _request_body(entry: ReceivedRequest) -> dict[str, object]:
    return {
        "id": entry.id,
        "received_at": entry.received_at.isoformat(),
        "service": entry.service,
        "method": entry.method,
        "path": entry.path,
        "status": entry.status,
        "client_id": entry.client_id,
        "user_id": entry.user_id,
        "reply_was_dropped": entry.reply_was_dropped,
        "detail": entry.detail,
    }
