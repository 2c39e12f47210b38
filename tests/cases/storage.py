"""A browser whose frame holds no cookie, and a platform's page that keeps words for it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any

from werkzeug.test import TestResponse

from tests.cases.browser import Browser, Login
from tests.cases.stage import Stage
from tests.peers.platform import TOOL

_DATA = re.compile(r'data-(\w+)="([^"]*)"')
OWN_REQUEST = {"Sec-Fetch-Site": "same-origin", "X-Rapport-Launch": "finish"}


def data_of(response: TestResponse) -> dict[str, str]:
    """Return what a page's scripts read from it."""
    return {name: unescape(value) for name, value in _DATA.findall(response.text)}


@dataclass
class Waiting:
    """A launch that waits for what the platform's page kept.

    Attributes:
        page: what the launch was answered with.
        ticket: what only that page holds.
        stored: what the platform's page was given.
    """

    browser: Browser
    login: Login
    token: str
    page: TestResponse
    stored: dict[str, str]

    @property
    def ticket(self) -> str:
        return data_of(self.page)["ticket"]

    def finish(
        self,
        headers: Mapping[str, str] | None = None,
        *,
        accept: str = "*/*",
        changes: Mapping[str, object] | None = None,
        ticket: object = None,
    ) -> TestResponse:
        """Report what was kept, with some of it changed; None leaves a word out."""
        return self.browser.client.post(
            "/lti/finish",
            json={
                "state": self.login.state,
                "ticket": self.ticket if ticket is None else ticket,
                "stored": {**self.stored, **(changes or {})},
            },
            headers={"Accept": accept, **(OWN_REQUEST if headers is None else headers)},
            base_url=TOOL,
        )


def wait_for_storage(stage: Stage, claims: Mapping[str, Any] | None = None) -> Waiting:
    """Launch in a browser that loses its cookies, where a platform offers to keep words."""
    browser = stage.browser()
    login = browser.login(stage.platform, lti_storage_target="_parent")
    stored = {
        "state": login.state,
        "nonce": login.nonce,
        "secret": data_of(login.response)["secret"],
    }
    forget_cookies(browser)
    token = stage.token(login, claims)
    page = browser.post_launch({"id_token": token, "state": login.state})
    assert page.status_code == 200, stage.log.lines()[-1:]
    return Waiting(browser, login, token, page, stored)


def forget_cookies(browser: Browser) -> None:
    browser.client = browser.app.test_client()
