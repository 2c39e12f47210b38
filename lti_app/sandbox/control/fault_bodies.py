"""Faults as JSON, both ways. What they do is decided elsewhere."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from lti_app.sandbox.faults import Fault, Service
from lti_app.sandbox.payloads import (
    Body,
    bad_request,
    optional_flag,
    optional_number,
    optional_object,
    optional_text,
)
from lti_app.sandbox.presets import preset, preset_names

_FLAGS = {
    "stores": "stores",
    "drop_reply": "drops_reply",
    "truncate": "truncates",
    "break_off": "breaks_off",
}
_TEXTS = {
    "retry_after": "retry_after",
    "content_type": "content_type",
    "client_id": "client_id",
}
_COUNTS = {"status": "status", "skip": "skip_count", "requests": "request_count"}


def read_service(name: str) -> Service:
    """Return a service by its name.

    Raises:
        RefusalError: 400, there is none.
    """
    try:
        return Service(name)
    except ValueError as error:
        raise bad_request(f"The service must be one of {', '.join(Service)}.") from error


def read_fault(body: Body, now: datetime) -> Fault:
    """Return the fault that a body asks for: a preset, with what is said put over it.

    Raises:
        RefusalError: 400, a value has the wrong form or a preset is unknown.
    """
    changes: dict[str, object] = {}
    for name, attribute in _TEXTS.items():
        changes[attribute] = optional_text(body, name)
    for name, attribute in _FLAGS.items():
        changes[attribute] = optional_flag(body, name)
    for name, attribute in _COUNTS.items():
        number = optional_number(body, name)
        changes[attribute] = None if number is None else int(number)
    delay, seconds = (optional_number(body, name) for name in ("delay_seconds", "seconds"))
    changes |= {
        "body": _body_text(body),
        "headers": _headers(body),
        "members": optional_object(body, "members"),
        "delay": None if delay is None else timedelta(seconds=delay),
        "until": None if seconds is None else now + timedelta(seconds=seconds),
    }
    said = {name: value for name, value in changes.items() if value is not None}
    return replace(_preset(body, now), **said)  # type: ignore[arg-type] # each has its own form


def fault_body(fault: Fault) -> dict[str, object]:
    """Return a fault as it is shown: what it does, in the words that set it."""
    said = {
        "status": fault.status,
        "retry_after": fault.retry_after,
        "headers": dict(fault.headers),
        "body": fault.body,
        "members": dict(fault.members),
        "stores": fault.stores,
        "delay_seconds": fault.delay.total_seconds(),
        "drop_reply": fault.drops_reply,
        "truncate": fault.truncates,
        "break_off": fault.breaks_off,
        "until": fault.until.isoformat() if fault.until else None,
        "skip": fault.skip_count,
        "requests": fault.request_count,
        "client_id": fault.client_id,
    }
    return {name: value for name, value in said.items() if value or value == ""}


def _preset(body: Body, now: datetime) -> Fault:
    name = optional_text(body, "preset")
    if name is None:
        return Fault()
    try:
        return preset(name, now)
    except KeyError as error:
        raise bad_request(f"The preset must be one of {', '.join(preset_names())}.") from error


def _body_text(body: Body) -> str | None:
    """Return the text of the answer as it is; here an empty one is not unset."""
    value = body.get("body")
    if value is not None and not isinstance(value, str):
        raise bad_request("body must be text.")
    return value


def _headers(body: Body) -> Mapping[str, str] | None:
    headers = optional_object(body, "headers")
    if headers is None:
        return None
    if not all(isinstance(value, str) for value in headers.values()):
        raise bad_request("headers must be texts.")
    return {name: str(value) for name, value in headers.items()}
