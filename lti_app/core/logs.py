"""Structured logs: one JSON object a line, and nothing in it that is nobody's business.

It decides the form and the last line of defence; what is worth logging is decided where it happens.
"""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from contextvars import ContextVar
from typing import TextIO, cast

import structlog
from structlog.typing import EventDict, FilteringBoundLogger, Processor

#: Names whose values never reach a log, whoever passes them.
SECRET_NAMES = frozenset(
    {
        *("access_token", "authorization", "client_assertion", "cookie", "id_token", "key"),
        *("nonce", "password", "registration_token", "secret", "state", "token"),
        *("hint", "login_hint", "lti_message_hint", "query_string"),
        *("email", "family_name", "given_name", "name", "sub"),
        *("body", "comment", "text", "title"),
    }
)
_REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
_SECRET_PATH = re.compile(r"/(s|lti/register)/[A-Za-z0-9_-]{20,}")
_JWT = re.compile(r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_.-]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def clean_text(text: str) -> str:
    r"""Return text fit for a log: no session key, no invitation, no JWT, no control character.

    >>> clean_text("GET /s/0123456789abcdefghijklmn/a\x1b[31m")
    'GET /s/-/a [31m'
    """
    return _CONTROL.sub(" ", _JWT.sub("[jwt]", _SECRET_PATH.sub(r"/\1/-", text)))


def _redact(_: object, __: str, event: EventDict) -> MutableMapping[str, object]:
    return {
        name: "[redacted]" if name.lower() in SECRET_NAMES else _clean(value)
        for name, value in event.items()
    }


def _clean(value: object) -> object:
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, Mapping):
        return _redact(None, "", dict(value))
    return value


def _shared_processors() -> list[Processor]:
    return [
        _add_request_id,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _drop_exception_text,
        _redact,
    ]


def begin_request(request_id: str) -> None:
    """Name the request in every line that this thread logs from now on."""
    _REQUEST_ID.set(request_id)


def current_request_id() -> str | None:
    """Return the name of this thread's request; None outside of one."""
    return _REQUEST_ID.get() or None


def _add_request_id(_: object, __: str, event: EventDict) -> EventDict:
    request_id = _REQUEST_ID.get()
    if request_id:
        event["request_id"] = request_id
    return event


def _drop_exception_text(_: object, __: str, event: EventDict) -> EventDict:
    """Keep the kind and the place of an error; its message may hold what a person wrote."""
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    if isinstance(info, BaseException):
        info = (type(info), info, info.__traceback__)
    if not info or not info[1]:
        return event
    trace = info[2]
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    event["error"] = type(info[1]).__name__
    if trace is not None:
        code = trace.tb_frame.f_code
        event["at"] = f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno} {code.co_name}"
    return event


def configure_logs(level: str, *, stream: TextIO | None = None) -> None:
    """Send every log of the process, ours and the libraries', to one stream as JSON lines.

    Args:
        level: a name of the standard library, such as `INFO`.
        stream: standard error when None.
    """
    processors = _shared_processors()
    structlog.configure(
        processors=[*processors, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        # What is below the level costs nothing: no processor sees it.
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=processors,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # Access lines would hold session keys and query strings; we write our own.
    for noisy in ("werkzeug", "gunicorn.access", "urllib3", "alembic.runtime.migration"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def get_logger(name: str) -> FilteringBoundLogger:
    """Return the logger of a module; its first argument is a short sentence in lower case."""
    return cast(FilteringBoundLogger, structlog.stdlib.get_logger(name))
