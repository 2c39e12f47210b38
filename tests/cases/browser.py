"""A browser in front of the tool: its own cookies, real requests to the real addresses."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import unescape

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.peers.platform import TOOL, TestPlatform

FORM = "application/x-www-form-urlencoded"
LOGIN_HINT = "login-hint-of-ann"
_PLATFORM_FORM = re.compile(r"<form[^>]*data-login-form>.*?</form>", re.DOTALL)
_FORM_TAG = re.compile(r'<form method="([^"]*)" action="([^"]*)"')
_FIELD = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')

Fields = Mapping[str, str] | Iterable[tuple[str, str]]


@dataclass
class Login:
    """A login page as the browser got it."""

    response: TestResponse
    method: str
    action: str
    fields: list[tuple[str, str]]

    def __getitem__(self, name: str) -> str:
        return dict(self.fields)[name]

    @property
    def state(self) -> str:
        return self["state"]

    @property
    def nonce(self) -> str:
        return self["nonce"]


@dataclass
class Browser:
    """One person's browser."""

    app: Flask
    base_url: str = TOOL
    client: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.app.test_client()

    def ask_login(self, fields: Fields, *, method: str = "POST") -> TestResponse:
        values = _lists(fields)
        if method == "GET":
            return self.client.get("/lti/login", query_string=values, base_url=self.base_url)
        return self.client.post("/lti/login", data=values, base_url=self.base_url)

    def login(self, platform: TestPlatform, *, method: str = "POST", **changes: str) -> Login:
        response = self.ask_login({**asked(platform), **changes}, method=method)
        assert response.status_code == 200, response.status
        return read_login_page(response)

    def post_launch(
        self, fields: Fields | bytes, *, content_type: str = FORM, path: str = "/lti/launch"
    ) -> TestResponse:
        body = fields if isinstance(fields, bytes) else _lists(fields)
        return self.client.post(path, data=body, content_type=content_type, base_url=self.base_url)


def asked(platform: TestPlatform) -> dict[str, str]:
    return {
        "iss": platform.issuer,
        "login_hint": LOGIN_HINT,
        "target_link_uri": f"{TOOL}/lti/launch",
        "client_id": platform.client_id,
        "lti_message_hint": "message-hint-of-this-click",
    }


def read_login_page(response: TestResponse) -> Login:
    """Take the form that leads to the platform apart, as a browser would."""
    form = _PLATFORM_FORM.search(response.get_data(as_text=True))
    assert form, "no form that leads to the platform"
    tag = _FORM_TAG.search(form[0])
    assert tag
    fields = [(unescape(name), unescape(value)) for name, value in _FIELD.findall(form[0])]
    return Login(response, tag[1], unescape(tag[2]), fields)


def _lists(fields: Fields) -> dict[str, list[str]]:
    """Return every value of every name, so that a name may stand twice in a form."""
    pairs = fields.items() if isinstance(fields, Mapping) else fields
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return values
