"""A teacher who came to add content: the request that brought them, and the pages they use."""

import re
from dataclasses import dataclass
from html import unescape
from typing import Any

import jwt
from werkzeug.test import TestResponse

from lti_app.lti.deep_linking import SETTINGS
from tests.cases.stage import Seat, Stage
from tests.peers.launch_claims import LTI, MEMBERSHIP
from tests.peers.platform import ABSENT
from tests.peers.world import ITEM

RETURN_URL = "https://lms.test/return?course=2&sesskey=abc"
OTHER_ITEM = "leading-knowledge/m1-branch-handover"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_FORM = re.compile(r'<form method="post" action="([^"]*)" data-send-on>')
_JWT = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')
_FIELD = re.compile(r'<input[^>]*\bname="([a-z_]+-\d+)"[^>]*>')
_TITLE = re.compile(r'<textarea[^>]*\bname="(title-\d+)"[^>]*>\s*([^<]*)</textarea>')
_ROW = re.compile(r'<input type="hidden" name="(item-\d+)" value="([^"]*)">')
_VALUE = re.compile(r'\bvalue="([^"]*)"')


def asked(**settings: Any) -> dict[str, Any]:
    """Return the claims of a request by a teacher, with some members of the settings changed."""
    whole = {
        "deep_link_return_url": RETURN_URL,
        "accept_types": ["ltiResourceLink"],
        "accept_presentation_document_targets": ["iframe"],
        **settings,
    }
    return {
        f"{LTI}message_type": "LtiDeepLinkingRequest",
        f"{LTI}resource_link": ABSENT,
        f"{LTI}roles": [MEMBERSHIP + "Instructor"],
        SETTINGS: {name: value for name, value in whole.items() if value is not ABSENT},
    }


@dataclass(frozen=True)
class Answer:
    """What the browser is made to post to the platform."""

    action: str
    field: str
    token: str
    policy: str

    @property
    def claims(self) -> dict[str, Any]:
        """The body, not proven here."""
        return jwt.decode(self.token, options={"verify_signature": False})

    @property
    def items(self) -> list[dict[str, Any]]:
        return list(self.claims["https://purl.imsglobal.org/spec/lti-dl/claim/content_items"])


@dataclass(frozen=True)
class Adding:
    """One visit to the picker."""

    seat: Seat

    @property
    def session(self) -> str:
        return self.seat.path.rsplit("/", 1)[0]

    def get(self, rest: str = "add") -> TestResponse:
        return self.seat.browser.client.get(
            f"{self.session}/{rest}", base_url=self.seat.browser.base_url
        )

    def post(self, rest: str = "add", data: dict[str, Any] | None = None) -> TestResponse:
        given = {"csrf_token": self.token(), **(data or {})}
        return self.seat.browser.client.post(
            f"{self.session}/{rest}",
            data=given,
            base_url=self.seat.browser.base_url,
            headers={"Sec-Fetch-Site": "same-origin"},
        )

    def token(self) -> str:
        found = _TOKEN.search(self.get("own").text)
        assert found
        return found[1]

    def choose(self, *items: str) -> TestResponse:
        return self.post(data={"item": list(items), "do": "next"})

    def set(self, **fields: str) -> TestResponse:
        """Send the page of points and dates as it stands, but for these fields."""
        page = self.get("add/details").text
        values = ((tag[1], _VALUE.search(tag[0])) for tag in _FIELD.finditer(page))
        shown = {name: unescape(value[1]) for name, value in values if value}
        shown |= {name: unescape(title) for name, title in _TITLE.findall(page)}
        shown |= dict(_ROW.findall(page))
        return self.post("add/details", {**shown, **fields, "do": "next"})

    def finish(self, data: dict[str, Any] | None = None) -> TestResponse:
        return self.post("add/finish", data)

    def add(self, *items: str, **fields: str) -> Answer:
        """Choose, set, look and press the button."""
        assert self.choose(*(items or (ITEM,))).status_code == 303
        assert self.set(**fields).status_code == 303
        return answer_of(self.finish())


def answer_of(response: TestResponse) -> Answer:
    assert response.status_code == 200, response.status
    form, field = _FORM.search(response.text), _JWT.findall(response.text)
    assert form
    assert len(field) == 1, "the form has another field than one"
    return Answer(
        unescape(form[1]), field[0][0], field[0][1], response.headers["Content-Security-Policy"]
    )


def come_to_add(stage: Stage, changes: dict[str, Any] | None = None, **settings: Any) -> Adding:
    """Come from the platform to add content."""
    return Adding(stage.accept({**asked(**settings), **(changes or {})}))
