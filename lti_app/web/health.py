"""Whether the tool lives and may be sent requests."""

from flask import Blueprint, Response, jsonify
from sqlalchemy import text

from lti_app.core.errors import BusyError
from lti_app.web.access import Transaction, open_to_all
from lti_app.web.context import services

blueprint = Blueprint("health", __name__, url_prefix="/health")


@blueprint.get("/live")
@open_to_all(transaction=Transaction.OWN)
def live() -> Response:
    """Answer while the process can answer."""
    return jsonify(status="ok")


@blueprint.get("/ready")
@open_to_all(transaction=Transaction.OWN)
def ready() -> tuple[Response, int]:
    """Answer 200 when the database answers, 503 otherwise."""
    try:
        with services().database.read() as session:
            session.execute(text("SELECT 1"))
    except BusyError:
        return jsonify(status="unavailable"), 503
    return jsonify(status="ok"), 200
