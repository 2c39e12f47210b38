"""Notices: who asked for what, and what reaches them, once and signed."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
import pytest
from jwt.algorithms import RSAAlgorithm

from lti_app.sandbox.models import Tool
from lti_app.sandbox.vocabulary import CLAIM, NOTICES_CLAIM, Scope
from tests.sandbox.courses import A
from tests.sandbox.lms import Lms

COPY, HELLO = "LtiContextCopyNotice", "LtiHelloWorldNotice"


class Listener:
    """A tool's address that hears notices, and answers as it is told."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self.status = 202
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                listener.heard.append(json.loads(self.rfile.read(length)))
                self.send_response(listener.status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/notices"

    def tokens(self) -> list[str]:
        return [one["jwt"] for body in self.heard for one in body["notices"]]


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    made.server.shutdown()
    made.server.server_close()


def address(lms: Lms) -> str:
    claim = lms.browser().enter("rima").launch()[NOTICES_CLAIM]
    return lms.path_of(str(claim["platform_notification_service_url"]))


def subscribe(lms: Lms, listener: Listener, *types: str, batch: int | None = None) -> None:
    with lms.sandbox.database.write() as session:
        session.get_one(Tool, 1).target_link_uri = listener.url
    service, path = lms.service(Scope.NOTICES), address(lms)
    for type_ in types:
        body = {"notice_type": type_, "handler": listener.url, "max_batch_size": batch}
        assert service.send("PUT", path, json=body).status_code == 200


def test_what_was_asked_for_is_listed(lms: Lms, listener: Listener) -> None:
    subscribe(lms, listener, HELLO, batch=10)

    listed = lms.service(Scope.NOTICES).send("GET", address(lms)).json

    assert listed == {
        "client_id": "c1",
        "deployment_id": "d1",
        "notice_handlers": [{"notice_type": HELLO, "handler": listener.url, "max_batch_size": 10}],
    }


@pytest.mark.parametrize(
    "body",
    [
        {"notice_type": "LtiSomethingElse", "handler": "http://localhost:8000/notices"},
        {"notice_type": HELLO, "handler": "https://elsewhere.test/notices"},
        {"handler": "http://localhost:8000/notices"},
    ],
)
def test_a_wish_that_cannot_be_met_is_refused(lms: Lms, body: dict[str, str]) -> None:
    assert lms.service(Scope.NOTICES).send("PUT", address(lms), json=body).status_code == 400


def test_a_copied_course_is_told_of_with_a_signature(lms: Lms, listener: Listener) -> None:
    subscribe(lms, listener, COPY)

    copy = lms.control("POST", f"courses/{A}/copy").json or {}

    (token,) = listener.tokens()
    key = RSAAlgorithm.from_jwk(lms.sandbox.keys.public_set()["keys"][0])
    claims = jwt.decode(
        token,
        key,  # type: ignore[arg-type] # it is a public key
        algorithms=["RS256"],
        audience="c1",
        options={"verify_exp": False, "verify_iat": False},
    )
    assert claims[f"{CLAIM}notice"]["type"] == COPY
    assert claims[f"{CLAIM}context"]["id"] == copy["context_id"]
    assert claims[f"{CLAIM}origin_contexts"] == [A]
    assert claims[f"{CLAIM}deployment_id"] == "d1"
    assert "sub" not in claims
    assert copy["told"] == [202]


def test_a_course_that_its_teacher_copies_is_told_of_as_well(lms: Lms, listener: Listener) -> None:
    subscribe(lms, listener, COPY)

    lms.browser().enter("rima").post(f"/courses/{A}/copy")

    (token,) = listener.tokens()
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims[f"{CLAIM}origin_contexts"] == [A]


def test_nobody_is_told_of_what_they_did_not_ask_for(lms: Lms, listener: Listener) -> None:
    subscribe(lms, listener, HELLO)

    lms.control("POST", f"courses/{A}/copy")

    assert listener.heard == []


def test_batches_are_no_larger_than_a_tool_wants(lms: Lms, listener: Listener) -> None:
    subscribe(lms, listener, HELLO, batch=2)

    lms.control("POST", "notices", {"count": 5})

    assert [len(body["notices"]) for body in listener.heard] == [2, 2, 1]
    assert len(set(listener.tokens())) == 5


def test_nothing_is_sent_again(lms: Lms, listener: Listener) -> None:
    subscribe(lms, listener, HELLO)
    listener.status = 500

    answer = lms.control("POST", "notices", {})

    assert answer.json == {"answers": [500]}
    assert len(listener.heard) == 1


def test_a_wish_can_be_taken_back(lms: Lms, listener: Listener) -> None:
    subscribe(lms, listener, HELLO)
    body = {"notice_type": HELLO, "handler": ""}

    lms.service(Scope.NOTICES).send("PUT", address(lms), json=body)
    lms.control("POST", "notices", {})

    assert listener.heard == []


def test_a_test_may_have_claims_told_wrongly(lms: Lms, listener: Listener) -> None:
    subscribe(lms, listener, HELLO)

    lms.control("POST", "notices", {"claims": {"aud": "somebody else", "exp": None}})

    claims = jwt.decode(listener.tokens()[0], options={"verify_signature": False})
    assert claims["aud"] == "somebody else"
    assert "exp" not in claims


def test_moodle_sends_no_notices(moodle: Lms) -> None:
    assert NOTICES_CLAIM not in moodle.browser().enter("rima").launch()
