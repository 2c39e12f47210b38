"""The platform notification service: what a launch says of it, and asking for notices there.

What a notice says, `lti.notice_tokens` reads. Source: LTI Platform Notification Service 1.0.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.lti.addresses import is_service_url
from lti_app.lti.calls import Call, ServiceCaller
from lti_app.lti.claims import LTI
from lti_app.lti.configuration import NOTICES
from lti_app.lti.errors import Outcome, ServiceProblem
from lti_app.lti.json_values import exact_json
from lti_app.lti.models import Deployment, ServiceHost
from lti_app.lti.registration_rows import registration_from, select_registrations
from lti_app.lti.service_access import ServiceAccess
from lti_app.lti.verified import Note, NoticesClaim

CLAIM = f"{LTI}platformnotificationservice"
#: What we take in one request; the platform is told.
MAX_BATCH = 50
_JSON = "application/json"
_MAX_TYPES = 50


class NoticeType(StrEnum):
    """The notices we know by name and ask for."""

    HELLO_WORLD = "LtiHelloWorldNotice"
    CONTEXT_COPY = "LtiContextCopyNotice"


KNOWN_TYPES = frozenset(NoticeType)


def notices_of(
    claims: Mapping[str, Any], trusted_hosts: Sequence[str], note: Callable[[Note], None]
) -> NoticesClaim | None:
    """Return where to ask for notices, None unless version 1.0 is offered at a usable address."""
    value = claims.get(CLAIM)
    if value is None:
        return None
    if not isinstance(value, dict):
        note(Note.SERVICE_MALFORMED)
        return None
    versions, types = value.get("service_versions"), value.get("notice_types_supported")
    url = value.get("platform_notification_service_url") or None
    if url is None or not isinstance(versions, list) or "1.0" not in versions:
        return None
    if not is_service_url(url, trusted_hosts):
        note(Note.SERVICE_DISABLED)
        return None
    # A platform that names no types is asked for all that we know.
    named = types[:_MAX_TYPES] if isinstance(types, list) else KNOWN_TYPES
    return NoticesClaim(url, frozenset(one for one in named if isinstance(one, str)) & KNOWN_TYPES)


@dataclass(frozen=True)
class NoticeAccess:
    """How notices are asked for in one deployment, and which of them its platform sends."""

    access: ServiceAccess
    handlers_url: str
    types: frozenset[str]


def find_notice_access(session: Session, deployment_id: int) -> NoticeAccess | None:
    """Return how notices are asked for in a deployment; None where no launch has offered them."""
    row = session.get(Deployment, deployment_id)
    if row is None or row.notices_url is None or row.approved_at is None:
        return None
    values = session.execute(select_registrations().filter_by(id=row.platform_id)).one()
    hosts = session.scalars(
        select(ServiceHost.host).where(
            ServiceHost.platform_id == row.platform_id, ServiceHost.deployment_id == row.id
        )
    )
    access = ServiceAccess(
        registration=registration_from(values),
        deployment_id=row.id,
        hosts=frozenset(hosts),
        scopes=frozenset({NOTICES}),
        line_items_url=None,
        memberships_url=None,
    )
    return NoticeAccess(access, row.notices_url, frozenset(row.notice_types or ()))


def read_handlers(caller: ServiceCaller, notices: NoticeAccess) -> Mapping[str, str]:
    """Return where the platform sends each type of notice; none is missing that it sends."""
    answer = caller.send(
        notices.access, Call("GET", notices.handlers_url, (NOTICES,), accept=_JSON)
    )
    body = exact_json(answer)
    handlers = body.get("notice_handlers") if isinstance(body, dict) else None
    if not isinstance(handlers, list):
        raise ServiceProblem(Outcome.UNKNOWN, status=answer.status, words="not_notice_handlers")
    return {
        str(one["notice_type"]): str(one.get("handler") or "")
        for one in handlers
        if isinstance(one, dict) and "notice_type" in one
    }


def put_handler(caller: ServiceCaller, notices: NoticeAccess, type_: str, handler: str) -> None:
    """Ask for one type of notice; an empty handler asks for it no longer."""
    body: dict[str, object] = {"notice_type": type_, "handler": handler}
    if handler:
        body["max_batch_size"] = MAX_BATCH
    call = Call(
        "PUT",
        notices.handlers_url,
        (NOTICES,),
        accept=_JSON,
        content_type=_JSON,
        body=json.dumps(body).encode(),
    )
    caller.send(notices.access, call)
