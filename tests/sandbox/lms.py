"""Drives a sandbox as browsers and tools do, over its WSGI interface."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl

import jwt
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from lti_app.sandbox.config import SandboxConfig
from lti_app.sandbox.models import Course, Enrolment, LineItem, Link, Person
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
    config: SandboxConfig

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(path, base_url=self.config.origin, **more)

    def post(self, path: str, **more: Any) -> TestResponse:
        return self.client.post(path, base_url=self.config.origin, **more)

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
            "redirect_uri": self.config.tools[0].redirect_uris[0],
            "login_hint": login["login_hint"],
            "lti_message_hint": login["lti_message_hint"],
            "nonce": "nonce-1",
            "state": "state-1",
        }
        sent = {name: value for name, value in {**right, **changes}.items() if name != without}
        path = self.config.dialect.paths.auth
        if method == "POST":
            return self.post(path, data=sent)
        return self.get(path, query_string=sent)

    def launch(self, resource_link_id: str = "graded", context_id: str = A) -> dict[str, Any]:
        """Open a link and return the claims that reach the tool."""
        answer = answered(self.authenticate(self.open_link(resource_link_id, context_id)))
        return claims_of(answer["id_token"])


def answered(response: TestResponse) -> dict[str, str]:
    """Return the fields that an answer posts to the tool."""
    assert response.status_code == 200, response.text
    form = _Form(response.text)
    assert form.action.endswith("/launch")
    return form.fields


def next_url(response: TestResponse) -> str | None:
    """Return the address of the next page, None at the end."""
    found = re.search(r'<([^>]+)>; rel="next"', response.headers.get("Link", ""))
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
        return Browser(self.made.test_client(), self.sandbox.config)

    def ask_token(self, assertion: str, **changes: str) -> TestResponse:
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": CLIENT_ASSERTION_TYPE,
            "client_assertion": assertion,
            "scope": " ".join(ALL_SCOPES),
            **changes,
        }
        return self.browser().post(self.sandbox.dialect.paths.token, data=form)

    def assertion(self, client_id: str = "c1", claims: Mapping[str, object] | None = None) -> str:
        """Return an assertion that this platform accepts, unless a claim says otherwise."""
        right = {"aud": self.sandbox.config.token_url, **(claims or {})}
        return self.tool.assertion(client_id, self.clock(), claims=right)

    def path_of(self, url: str) -> str:
        """Return an address of this platform without its origin."""
        return url.removeprefix(self.sandbox.config.origin)

    def items_path(self, context_id: str = A) -> str:
        """Return the container of the columns of the first tool in a course."""
        with self.sandbox.database.read() as session:
            course = session.scalars(select(Course).where(Course.context_id == context_id)).one()
            return self.path_of(self.sandbox.addresses.line_items_url(course, 1))

    def item_path(self, line_item_id: int = 1) -> str:
        """Return a column."""
        with self.sandbox.database.read() as session:
            item = session.get_one(LineItem, line_item_id)
            return self.path_of(self.sandbox.addresses.line_item_url(item))

    def roster_path(self, context_id: str = A) -> str:
        """Return the roster of a course, as the first tool is given it."""
        with self.sandbox.database.read() as session:
            course = session.scalars(select(Course).where(Course.context_id == context_id)).one()
            return self.path_of(self.sandbox.addresses.memberships_url(course, 1))

    def service(self, *scopes: Scope, client_id: str = "c1") -> "Service":
        """Return the services as a tool with a fresh token uses them; all scopes when none."""
        answer = self.ask_token(self.assertion(client_id), scope=" ".join(scopes or ALL_SCOPES))
        assert answer.status_code == 200, answer.text
        return Service(self.browser(), json.loads(answer.data)["access_token"])

    def suspend(self, sub: str, context_id: str) -> None:
        with self.sandbox.database.write() as session:
            enrolment = session.scalars(
                select(Enrolment)
                .join(Person)
                .join(Course)
                .where(Person.sub == sub, Course.context_id == context_id)
            ).one()
            enrolment.is_active = False

    def give_custom(self, resource_link_id: str, custom: dict[str, str]) -> None:
        """Let a link have other custom values."""
        with self.sandbox.database.write() as session:
            found = select(Link).where(Link.resource_link_id == resource_link_id)
            session.scalars(found).one().custom = custom

    def control(self, method: str, path: str, body: object = None) -> TestResponse:
        return self.browser().client.open(
            f"/control/{path}",
            method=method,
            base_url=self.sandbox.config.origin,
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
        origin = self.browser.config.origin
        return self.browser.client.open(
            path.removeprefix(origin), method=method, base_url=origin, headers=headers, **more
        )

    def read(self, path: str, media_type: str, **query: str) -> TestResponse:
        address, _, own = path.partition("?")
        asked = [*parse_qsl(own), *query.items()]
        return self.send("GET", address, query_string=asked, headers={"Accept": media_type})

    def post_score(self, body: object, path: str = ITEM) -> TestResponse:
        headers = _typed(MediaType.SCORE)
        return self.send("POST", below(path, "scores"), json=body, headers=headers)

    def results(self, path: str = ITEM, **query: str) -> list[dict[str, Any]]:
        response = self.read(below(path, "results"), MediaType.RESULTS, **query)
        assert response.status_code == 200
        return list(response.json or [])

    def put_item(self, body: object, path: str = ITEM) -> TestResponse:
        return self.send("PUT", path, json=body, headers=_typed(MediaType.LINE_ITEM))

    def post_item(self, body: object, context_id: str = A, path: str | None = None) -> TestResponse:
        address = path or f"/lti/courses/{context_id}/lineitems"
        return self.send("POST", address, json=body, headers=_typed(MediaType.LINE_ITEM))


def below(path: str, name: str) -> str:
    """Return an address below another one, whose query stays at the end."""
    address, mark, query = path.partition("?")
    return f"{address}/{name}{mark}{query}"


def _typed(media_type: MediaType) -> dict[str, str]:
    return {"Content-Type": media_type}
