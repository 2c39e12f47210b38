"""Logs: one JSON object a line, and nothing in it that is nobody's business."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from lti_app.core.logs import configure_logs, get_logger


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    written = io.StringIO()
    configure_logs("INFO", stream=written)
    yield written
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_log_line_is_one_json_object_with_what_happened(stream: io.StringIO) -> None:
    get_logger("test.one").info("score delivered", delivery=812)

    assert lines(stream)[0]["event"] == "score delivered"
    assert lines(stream)[0]["delivery"] == 812


@pytest.mark.parametrize(
    "name", ["id_token", "token", "name", "email", "login_hint", "key", "Cookie"]
)
def test_abuse_64_what_is_secret_by_name_is_redacted(stream: io.StringIO, name: str) -> None:
    get_logger("test.two").warning("launch refused", **{name: "canary"})

    assert "canary" not in stream.getvalue()


def test_abuse_53_a_line_stays_one_line_whatever_is_in_it(stream: io.StringIO) -> None:
    get_logger("test.three").warning("refused", reason='x\n{"event": "forged"}\x1b[31m\u2028y')

    assert len(stream.getvalue().splitlines()) == 1
    assert "\x1b" not in stream.getvalue()


def test_a_session_key_in_a_path_is_taken_out(stream: io.StringIO) -> None:
    logging.getLogger("library").warning("GET /s/%s/exercise", "k" * 43)

    assert "kkkk" not in stream.getvalue()


def test_an_invitation_in_a_path_is_taken_out(stream: io.StringIO) -> None:
    logging.getLogger("library").warning("GET /lti/register/%s?x=1", "k" * 43)

    assert "kkkk" not in stream.getvalue()


def test_a_token_in_a_library_message_is_taken_out(stream: io.StringIO) -> None:
    logging.getLogger("library").warning("got eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.c2ln")

    assert "eyJ" not in stream.getvalue()


def test_an_exception_is_named_and_placed_but_not_quoted(stream: io.StringIO) -> None:
    try:
        raise ValueError("what the person wrote")
    except ValueError:
        get_logger("test.four").exception("handler failed")

    line = lines(stream)[0]
    assert line["error"] == "ValueError"
    assert "test_logs.py" in str(line["at"])
    assert "wrote" not in stream.getvalue()
