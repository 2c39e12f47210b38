"""The control API of the test peer: faults, the log, keys, and a teacher's hand in the gradebook.

It exists only when a control token is set. It hands out no token of any kind.
"""

import hmac
from dataclasses import asdict
from datetime import timedelta

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from lti_app.sandbox.addresses import line_item_url
from lti_app.sandbox.faults import Fault, Service
from lti_app.sandbox.gradebook import find_gradable, grade_by_hand, read_gradebook
from lti_app.sandbox.models import Course, LineItem, ReceivedRequest, Result
from lti_app.sandbox.refusals import RefusalError, not_here
from lti_app.sandbox.request_log import forget_received, list_received
from lti_app.sandbox.services.payloads import (
    Body,
    bad_request,
    optional_flag,
    optional_number,
    optional_text,
    read_object,
)
from lti_app.sandbox.state import current_sandbox

blueprint = Blueprint("control", __name__, url_prefix="/control")


@blueprint.before_request
def _require_control_token() -> None:
    expected = f"Bearer {current_sandbox().config.control_token}"
    sent = request.headers.get("Authorization", "")
    if not hmac.compare_digest(sent.encode(), expected.encode()):
        raise RefusalError(401, "invalid_token", "Send the control token as Authorization: Bearer.")


@blueprint.errorhandler(RefusalError)
def _refused(refusal: RefusalError) -> ResponseReturnValue:
    return refusal.as_response()


@blueprint.get("/faults")
def list_faults() -> ResponseReturnValue:
    """Return the faults that are set, by service."""
    faults = current_sandbox().faults.current()
    return jsonify({service: _fault_body(fault) for service, fault in faults.items()})


@blueprint.put("/faults/<service>")
def set_fault(service: str) -> ResponseReturnValue:
    """Set the fault of one service in place of a former one.

    Members, all optional: `status`, `retry_after`, `delay_seconds`, `drop_reply`; it ends after
    `seconds` or `requests`, whichever comes first.
    """
    body = read_object(request.get_data())
    current_sandbox().faults.set(_service(service), _fault(body))
    return Response(status=204)


@blueprint.delete("/faults/<service>")
def clear_fault(service: str) -> ResponseReturnValue:
    """Let one service work again."""
    current_sandbox().faults.clear(_service(service))
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


@blueprint.post("/keys/rotate")
def rotate_keys() -> ResponseReturnValue:
    """Sign with a new key; `keep_old` (true unless said) leaves the former ones published."""
    keeps = optional_flag(read_object(request.get_data() or b"{}"), "keep_old")
    return jsonify(kid=current_sandbox().keys.rotate(keep_old=keeps is not False).kid)


@blueprint.get("/courses/<context_id>/gradebook")
def show_gradebook(context_id: str) -> ResponseReturnValue:
    """Return every filled cell of a course's gradebook."""
    sandbox = current_sandbox()
    with sandbox.database.read() as session:
        course = session.scalar(select(Course).where(Course.context_id == context_id))
        if course is None:
            raise not_here()
        gradebook = read_gradebook(session, course)
        return jsonify(
            results=[
                _cell_body(
                    line_item_url(sandbox.config.issuer, context_id, column.id), column, cell
                )
                for column in gradebook.columns
                for cell in gradebook.cells_of(column)
            ]
        )


@blueprint.put("/courses/<context_id>/lineitems/<int:line_item_id>/results/<sub>")
def grade_as_teacher(context_id: str, line_item_id: int, sub: str) -> ResponseReturnValue:
    """Store a grade as a teacher would enter it: `score` in points of the column, `comment`."""
    sandbox = current_sandbox()
    body = read_object(request.get_data())
    with sandbox.database.write() as session:
        item = session.scalar(
            select(LineItem)
            .join(Course)
            .where(LineItem.id == line_item_id, Course.context_id == context_id)
        )
        person = find_gradable(session, item.course_id, sub) if item else None
        if item is None or person is None:
            raise not_here()
        grade_by_hand(
            session,
            item,
            person,
            score=optional_number(body, "score"),
            comment=optional_text(body, "comment"),
            now=sandbox.now(),
        )
    return Response(status=204)


def _service(name: str) -> Service:
    try:
        return Service(name)
    except ValueError as error:
        raise bad_request(f"The service must be one of {', '.join(Service)}.") from error


def _fault(body: Body) -> Fault:
    status, seconds, count = (
        optional_number(body, name) for name in ("status", "seconds", "requests")
    )
    now = current_sandbox().now()
    return Fault(
        status=None if status is None else int(status),
        retry_after=optional_text(body, "retry_after"),
        delay=timedelta(seconds=optional_number(body, "delay_seconds") or 0),
        drops_reply=optional_flag(body, "drop_reply") is True,
        until=None if seconds is None else now + timedelta(seconds=seconds),
        request_count=None if count is None else int(count),
    )


def _fault_body(fault: Fault) -> dict[str, object]:
    return {
        **asdict(fault),
        "delay": fault.delay.total_seconds(),
        "until": fault.until.isoformat() if fault.until else None,
    }


def _cell_body(address: str, column: LineItem, cell: Result) -> dict[str, object]:
    return {
        "line_item": address,
        "label": column.label,
        "maximum": column.score_maximum,
        "user_id": cell.person.sub,
        "score": cell.score,
        "comment": cell.comment,
        "activity_progress": cell.activity_progress,
        "grading_progress": cell.grading_progress,
        "scored_at": cell.scored_at.isoformat(),
        "version": cell.score_version,
        "is_graded_here": cell.is_graded_here,
    }


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
