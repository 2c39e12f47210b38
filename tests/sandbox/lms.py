"""Drives a sandbox as browsers and tools do, over its WSGI interface."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import jwt
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from lti_app.sandbox.models import Course, Enrolment, Person
from lti_app.sandbox.state import Sandbox, sandbox_of
from lti_app.sandbox.vocabulary import CLIENT_ASSERTION_TYPE, MediaType, Scope
from tests.sandbox.courses import A
from tests.sandbox.tool_peer import ToolPeer

ISSUER = "http://127.0.0.1:8001"
CONTROL_TOKEN = "control-token-of-the-tests"
REDIRECT_URI = "http://localhost:8000/lti/launch"
ALL_SCOPES = tuple(Scope)
ITEM = f"/lti/courses/{A}/lineitems/1"


@dataclass
class LmsClock:
    """The platform's clock, apart from the tool's; it moves only when it is told to."""

    now: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> None:
        self.now += timedelta(**span)


class _Form(HTMLParser):
    """The first form of a page: where it goes and what it sends."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "form" and not self.action:
            self.action = values.get("action") or ""
        if tag == "input" and values.get("name"):
            self.fields[str(values["name"])] = values.get("value") or ""


@dataclass
class Browser:
    """One browser with its own cookies."""

    client: FlaskClient

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(path, base_url=ISSUER, **more)

    def post(self, path: str, **more: Any) -> TestResponse:
        return self.client.post(path, base_url=ISSUER, **more)

    def enter(self, sub: str, context_id: str = A) -> "Browser":
        response = self.post("/enter", data={"sub": sub, "context_id": context_id})
        assert response.status_code == 303
        return self

    def open_link(self, resource_link_id: str = "graded", context_id: str = A) -> dict[str, str]:
        """Return what the link's page sends to the tool's login address."""
        page = self.get(f"/courses/{context_id}/links/{resource_link_id}/launch")
        assert page.status_code == 200
        return _Form(page.text).fields

    def authenticate(
        self,
        login: Mapping[str, str],
        *,
        method: str = "GET",
        without: str = "",
        **changes: str,
    ) -> TestResponse:
        """Send the tool's authentication request, right but for the changes."""
        right = {
            "scope": "openid",
            "response_type": "id_token",
            "response_mode": "form_post",
            "prompt": "none",
            "client_id": login["client_id"],
            "redirect_uri": REDIRECT_URI,
            "login_hint": login["login_hint"],
            "lti_message_hint": login["lti_message_hint"],
            "nonce": "nonce-1",
            "state": "state-1",
        }
        sent = {name: value for name, value in {**right, **changes}.items() if name != without}
        if method == "POST":
            return self.post("/lti/auth", data=sent)
        return self.get("/lti/auth", query_string=sent)

    def launch(self, resource_link_id: str = "graded", context_id: str = A) -> dict[str, Any]:
        """Open a link and return the claims that reach the tool."""
        answer = answered(self.authenticate(self.open_link(resource_link_id, context_id)))
        return claims_of(answer["id_token"])


def answered(response: TestResponse) -> dict[str, str]:
    """Return the fields that an answer posts to the tool."""
    assert response.status_code == 200, response.text
    form = _Form(response.text)
    assert form.action == REDIRECT_URI
    return form.fields


def next_url(response: TestResponse) -> str | None:
    """Return the address of the next page, None at the end."""
    found = re.fullmatch(r'<([^>]+)>; rel="next"', response.headers.get("Link", ""))
    return found[1] if found else None


def claims_of(id_token: str) -> dict[str, Any]:
    return dict(jwt.decode(id_token, options={"verify_signature": False}))


@dataclass
class Lms:
    """A sandbox with two courses and two clients, and the tool beside it."""

    made: Flask
    tool: ToolPeer
    clock: LmsClock

    @property
    def sandbox(self) -> Sandbox:
        return sandbox_of(self.made)

    def browser(self) -> Browser:
        return Browser(self.made.test_client())

    def ask_token(self, assertion: str, **changes: str) -> TestResponse:
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": CLIENT_ASSERTION_TYPE,
            "client_assertion": assertion,
            "scope": " ".join(ALL_SCOPES),
            **changes,
        }
        return self.browser().post("/lti/token", data=form)

    def service(self, *scopes: Scope, client_id: str = "c1") -> "Service":
        """Return the services as a tool with a fresh token uses them; all scopes when none."""
        answer = self.ask_token(
            self.tool.assertion(client_id, self.clock()), scope=" ".join(scopes or ALL_SCOPES)
        )
        assert answer.status_code == 200, answer.text
        return Service(self.browser(), answer.json["access_token"])  # type: ignore[index]

    def suspend(self, sub: str, context_id: str) -> None:
        with self.sandbox.database.write() as session:
            enrolment = session.scalars(
                select(Enrolment)
                .join(Person)
                .join(Course)
                .where(Person.sub == sub, Course.context_id == context_id)
            ).one()
            enrolment.is_active = False

    def control(self, method: str, path: str, body: object = None) -> TestResponse:
        return self.browser().client.open(
            f"/control/{path}",
            method=method,
            base_url=ISSUER,
            json=body,
            headers={"Authorization": f"Bearer {CONTROL_TOKEN}"},
        )

    def score_body(self, **changes: object) -> dict[str, object]:
        """Return a score that is accepted, unless a change says otherwise; None leaves one out."""
        right: dict[str, object] = {
            "userId": "amara",
            "scoreGiven": 8,
            "scoreMaximum": 10,
            "activityProgress": "Completed",
            "gradingProgress": "FullyGraded",
            "timestamp": self.clock().isoformat(),
            **changes,
        }
        return {name: value for name, value in right.items() if value is not None}


@dataclass
class Service:
    """The services, with one access token."""

    browser: Browser
    token: str

    def send(self, method: str, path: str, **more: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        return self.browser.client.open(
            path.removeprefix(ISSUER), method=method, base_url=ISSUER, headers=headers, **more
        )

    def read(self, path: str, media_type: str, **query: str) -> TestResponse:
        return self.send("GET", path, query_string=query or None, headers={"Accept": media_type})

    def post_score(self, body: object, path: str = ITEM) -> TestResponse:
        return self.send("POST", f"{path}/scores", json=body, headers=_typed(MediaType.SCORE))

    def results(self, path: str = ITEM, **query: str) -> list[dict[str, Any]]:
        response = self.read(f"{path}/results", MediaType.RESULTS, **query)
        assert response.status_code == 200
        return list(response.json or [])

    def put_item(self, body: object, path: str = ITEM) -> TestResponse:
        return self.send("PUT", path, json=body, headers=_typed(MediaType.LINE_ITEM))

    def post_item(self, body: object, context_id: str = A) -> TestResponse:
        path = f"/lti/courses/{context_id}/lineitems"
        return self.send("POST", path, json=body, headers=_typed(MediaType.LINE_ITEM))


def _typed(media_type: MediaType) -> dict[str, str]:
    return {"Content-Type": media_type}
