"""Whether the tool lives and may be sent requests."""

from flask import Blueprint, Response, jsonify

from lti_app.core.db.revision import Age, age_of
from lti_app.core.errors import BusyError
from lti_app.web.access import Transaction, open_to_all
from lti_app.web.context import clock, services
from lti_app.web.owed import look_at_owed

blueprint = Blueprint("health", __name__, url_prefix="/health")


@blueprint.get("/live")
@open_to_all(transaction=Transaction.OWN)
def live() -> Response:
    """Answer while the process can answer."""
    return jsonify(status="ok")


@blueprint.get("/ready")
@open_to_all(transaction=Transaction.OWN)
def ready() -> tuple[Response, int]:
    """Answer 200 when the database answers and lacks no migration, 503 otherwise.

    An old score that is still owed is told, but does not turn requests away: it needs a person,
    and what learners hand in is kept all the same.
    """
    try:
        with services().database.read() as session:
            age = age_of(session)
            if age is Age.BEHIND:
                return jsonify(status="database_behind"), 503
            owed = look_at_owed(session)
    except BusyError:
        return jsonify(status="unavailable"), 503
    return jsonify(
        status="ok",
        database=age.value,
        oldest_owed_score_seconds=owed.oldest_score_age(clock()()),
        is_sending_held=owed.is_sending_held,
    ), 200
