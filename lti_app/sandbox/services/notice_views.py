"""The address where tools say what they want to be told, and where.

Source: LTI Platform Notification Service 1.0.
"""

from urllib.parse import urlsplit

from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.sandbox.addresses import Paths, rule_of
from lti_app.sandbox.faults import Service
from lti_app.sandbox.models import NoticeHandler, Tool
from lti_app.sandbox.notices import NOTICE_TYPES
from lti_app.sandbox.observation import observed
from lti_app.sandbox.payloads import bad_request, optional_number, optional_text, read_object, text
from lti_app.sandbox.refusals import not_here
from lti_app.sandbox.services.bearer import require_scope
from lti_app.sandbox.state import current_sandbox
from lti_app.sandbox.vocabulary import Scope


def add_notice_views(app: Flask, paths: Paths) -> None:
    """Take wishes where this dialect sends notices."""
    if paths.notices:
        app.add_url_rule(rule_of(paths.notices), view_func=handlers, methods=["GET", "PUT"])


@observed(Service.NOTICES)
def handlers(tool_id: int) -> ResponseReturnValue:
    """Tell where each notice goes, or send one type somewhere else: PUT with one handler."""
    del tool_id  # `require_scope` compares it with the token's
    with current_sandbox().database.write() as session:
        tool = require_scope(session, Scope.NOTICES)
        deployment_id = request.args.get("deployment_id", "")
        if deployment_id not in tool.deployment_ids:
            raise not_here()
        if request.method == "PUT":
            return jsonify(_put(session, tool, deployment_id))
        known = session.scalars(
            select(NoticeHandler).where(
                NoticeHandler.tool_id == tool.id, NoticeHandler.deployment_id == deployment_id
            )
        )
        return jsonify(
            client_id=tool.client_id,
            deployment_id=deployment_id,
            notice_handlers=[_body(one) for one in known],
        )


def _put(session: Session, tool: Tool, deployment_id: str) -> dict[str, object]:
    body = read_object(request.get_data())
    notice_type, handler = text(body, "notice_type"), optional_text(body, "handler") or ""
    if notice_type not in NOTICE_TYPES:
        raise bad_request(f"notice_type must be one of {', '.join(NOTICE_TYPES)}.")
    if handler and urlsplit(handler).netloc != urlsplit(tool.target_link_uri).netloc:
        raise bad_request("handler must be at the domain of the tool.")
    most = optional_number(body, "max_batch_size")
    row = session.scalar(
        select(NoticeHandler).where(
            NoticeHandler.tool_id == tool.id,
            NoticeHandler.deployment_id == deployment_id,
            NoticeHandler.notice_type == notice_type,
        )
    ) or NoticeHandler(tool_id=tool.id, deployment_id=deployment_id, notice_type=notice_type)
    row.handler, row.max_batch_size = handler, int(most) if most else None
    session.add(row)
    return _body(row)


def _body(row: NoticeHandler) -> dict[str, object]:
    batch = {"max_batch_size": row.max_batch_size} if row.max_batch_size else {}
    return {"notice_type": row.notice_type, "handler": row.handler, **batch}
