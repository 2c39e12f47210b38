"""`/lti/notices`: where platforms send what happened there. It verifies, keeps, owes, and answers.

No platform tries again, so the answer comes at once and the work is a job's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from flask import Blueprint, Response, current_app, jsonify, request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType

from lti_app.audit import Actor, record_event
from lti_app.bridge.notices import is_known, owe_act
from lti_app.core.logs import get_logger
from lti_app.lti.errors import LtiError
from lti_app.lti.notice_box import keep_notice
from lti_app.lti.notice_tokens import NoticeVerifier, ProvenNotice
from lti_app.lti.notices import MAX_BATCH
from lti_app.lti.strict_json import NotStrictError, parse_object
from lti_app.web.access import Transaction, open_to_all
from lti_app.web.context import clock, services
from lti_app.web.limits import check_notices, count_refused_notices

EXTENSION = "rapport.notices"
#: Twice what we ask for: a platform may not know that we ask for less.
MAX_NOTICES = 2 * MAX_BATCH
MAX_BYTES = 512 * 1024

_log = get_logger(__name__)
blueprint = Blueprint("notices", __name__, url_prefix="/lti")


@dataclass(frozen=True)
class _Read:
    proven: list[ProvenNotice]
    refused: list[LtiError]


@blueprint.post("/notices")
@open_to_all(transaction=Transaction.OWN, is_csrf_exempt=True)
def receive() -> Response:
    """Receive notices. What is not proven is left out, whatever else came with it.

    Answers 202 when any was taken or there was none to take, else the status of the first refusal;
    503 when a platform's keys could not be had: then all may be sent again, and count once.
    """
    check_notices(current_app)
    read = _read([_jwt_of(entry) for entry in _entries()])
    _keep(read)
    # 403 is proven: hosted platforms send for many schools, of which some wait for an operator.
    if any(error.status in (400, 401) for error in read.refused):
        count_refused_notices(current_app)
    for error in read.refused:
        _log.warning("notice refused", reason=error.code, platform=error.platform_id)
    services().wake()
    response = jsonify(accepted=len(read.proven), refused=len(read.refused))
    response.status_code = _status(read)
    return response


def _status(read: _Read) -> int:
    statuses = [error.status for error in read.refused]
    if 503 in statuses:
        return 503
    return 202 if read.proven or not statuses else statuses[0]


def _entries() -> Sequence[object]:
    request.max_content_length = MAX_BYTES
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    try:
        entries = parse_object(request.get_data(cache=False)).get("notices")
    except NotStrictError as error:
        raise BadRequest from error
    if not isinstance(entries, list):
        raise BadRequest
    if len(entries) > MAX_NOTICES:
        raise RequestEntityTooLarge
    return entries


def _jwt_of(entry: object) -> str:
    """Return the token of an entry; what is none is refused like one that proves nothing."""
    value = entry.get("jwt") if isinstance(entry, dict) else None
    return value if isinstance(value, str) else ""


def _read(tokens: Sequence[str]) -> _Read:
    verifier = cast(NoticeVerifier, current_app.extensions[EXTENSION])
    read = _Read([], [])
    for token in tokens:
        try:
            read.proven.append(verifier.verify(token))
        except LtiError as error:
            read.refused.append(error)
    return read


def _keep(read: _Read) -> None:
    if not read.proven and not read.refused:
        return
    now = clock()()
    with services().database.write() as session:
        for notice in read.proven:
            if not is_known(notice.type):
                _log.info("notice passed over", deployment=notice.deployment_id)
                continue
            row_id = keep_notice(session, notice, now=now)
            if row_id is not None:
                owe_act(session, row_id, notice.registration.id, now=now)
        # One for a request, or whoever posts rubbish fills the log.
        for error in read.refused[:1]:
            record_event(
                session,
                "notice.refused",
                at=now,
                actor=Actor.NOBODY,
                about=("notice", ""),
                platform_id=error.platform_id,
                refused_as=error.code,
            )
