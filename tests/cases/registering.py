"""A platform that offers dynamic registration, and an administrator in front of the tool."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from lti_app.core.db import Database
from lti_app.lti.invitations import invite
from lti_app.lti.models import Deployment, Invitation, Platform
from lti_app.lti.registration_problems import Stop
from tests.cases.invariants import check_rejection
from tests.cases.watching import Log, watch
from tests.conftest import BASE_URL, FrozenClock
from tests.peers.http_peer import HttpPeer, Reply, Seen, Writer, http_peer, json_reply

CONFIGURATION = "/mod/lti/openid-configuration.php"
REGISTRATION = "/mod/lti/openid-registration.php"
PLATFORM_KEY = "https://purl.imsglobal.org/spec/lti-platform-configuration"
TOOL_KEY = "https://purl.imsglobal.org/spec/lti-tool-configuration"
TOKEN = "registration-token-of-this-click-0123456789"
_OFFER = re.compile(r'name="offer" value="([^"]*)"')

Answer = Callable[[Seen], Reply | Writer]


@dataclass
class RegisteringPlatform:
    """A platform over plain HTTP on loopback, which the tool trusts by name.

    Attributes:
        changes: put over the members of its document; one that is None is taken away.
        configures, registers: answer instead of it, where a case wants another answer.
        reply: what a registration is answered with, put over what was asked for.
    """

    peer: HttpPeer = field(init=False)
    changes: dict[str, Any] = field(default_factory=dict)
    about: dict[str, Any] = field(
        default_factory=lambda: {
            "product_family_code": "moodle",
            "version": "4.5.6",
            "messages_supported": [
                {"type": "LtiResourceLinkRequest"},
                {"type": "LtiDeepLinkingRequest", "placements": ["ContentArea"]},
            ],
            "variables": ["Context.id.history"],
        }
    )
    configures: Answer | None = None
    registers: Answer | None = None
    reply: dict[str, Any] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return self.peer.url

    @property
    def document(self) -> dict[str, Any]:
        whole = {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/mod/lti/auth.php",
            "token_endpoint": f"{self.url}/mod/lti/token.php",
            "jwks_uri": f"{self.url}/mod/lti/certs.php",
            "registration_endpoint": self.url + REGISTRATION,
            "id_token_signing_alg_values_supported": ["RS256"],
            "claims_supported": ["sub", "iss", "name", "given_name", "family_name", "email"],
            PLATFORM_KEY: self.about,
            **self.changes,
        }
        return {name: value for name, value in whole.items() if value is not None}

    @property
    def body(self) -> dict[str, Any]:
        """What the last registration asked for."""
        body: dict[str, Any] = json.loads(self.registrations[-1].body)
        return body

    @property
    def registrations(self) -> list[Seen]:
        return [seen for seen in self.peer.requests if seen.path == REGISTRATION]

    @property
    def fetches(self) -> list[Seen]:
        return [seen for seen in self.peer.requests if seen.path == CONFIGURATION]

    def answer(self, seen: Seen) -> Reply | Writer:
        if seen.path == CONFIGURATION:
            return self.configures(seen) if self.configures else json_reply(self.document)
        if seen.path == REGISTRATION:
            return self.registers(seen) if self.registers else self._take(seen)
        return Reply(404)

    def _take(self, seen: Seen) -> Reply:
        asked = self.body
        return json_reply(
            {
                **asked,
                "client_id": "6BcY4GcZjtToAe7",
                TOOL_KEY: {**asked[TOOL_KEY], "deployment_id": "1"},
                **self.reply,
            }
        )


@contextmanager
def registering_platform() -> Iterator[RegisteringPlatform]:
    platform = RegisteringPlatform()
    with http_peer(platform.answer) as peer:
        platform.peer = peer
        yield platform


@dataclass
class Connecting:
    """Everything a case of registration acts on."""

    app: Flask
    database: Database
    clock: FrozenClock
    log: Log
    platform: RegisteringPlatform

    def invite(self, **how: Any) -> str:
        with self.database.write() as session:
            return invite(session, now=self.clock(), **how)

    def open(
        self, secret: str, urls: list[str] | None = None, token: str | None = TOKEN
    ) -> TestResponse:
        """Follow the link from inside the platform."""
        query: dict[str, Any] = {"openid_configuration": urls or [self.configuration_url]}
        if urls == []:
            query = {}
        if token is not None:
            query["registration_token"] = token
        return self.app.test_client().get(
            f"/lti/register/{secret}", query_string=query, base_url=BASE_URL
        )

    @property
    def configuration_url(self) -> str:
        return self.platform.url + CONFIGURATION

    def offer(self, secret: str, token: str | None = TOKEN) -> str:
        """Open the page; what its button brings back."""
        return self.offer_on(self.open(secret, token=token))

    def offer_on(self, page: TestResponse) -> str:
        """What the button of an open page brings back."""
        text = page.get_data(as_text=True)
        found = _OFFER.search(text)
        assert found, text
        return unescape(found[1])

    def press(self, secret: str, offer: str, *, hosts: str = "", **headers: str) -> TestResponse:
        return self.app.test_client().post(
            f"/lti/register/{secret}",
            data={"offer": offer, "hosts": hosts},
            headers={"Origin": BASE_URL, **headers},
            base_url=BASE_URL,
        )

    def connect(self, *, token: str | None = TOKEN, **how: Any) -> TestResponse:
        """Follow a new link and press the button; it must be taken."""
        secret = self.invite(**how)
        response = self.press(secret, self.offer(secret, token))
        assert response.status_code == 200, response.get_data(as_text=True)
        return response

    def platforms(self) -> list[Platform]:
        with self.database.read() as session:
            return list(session.scalars(select(Platform).order_by(Platform.id)))

    def deployments(self) -> list[str]:
        with self.database.read() as session:
            return list(session.scalars(select(Deployment.deployment_id)))

    def check_refused(
        self,
        act: Callable[[], TestResponse],
        *,
        status: int,
        stop: Stop | str,
        may_ask: bool = True,
        secrets: tuple[str, ...] = (),
    ) -> TestResponse:
        """Do something that must be refused and store nothing.

        Args:
            may_ask: whether the platform may have been asked anything.
        """
        before = self._stored()
        watched = watch(self.database, self.log)
        response = act()
        parts = urlsplit(self.platform.url)
        check_rejection(
            watched.observe(response, presented_state=None),
            status=status,
            reason=str(stop),
            secrets=(TOKEN, *secrets),
            registered=[(str(parts.hostname), parts.port or 0)] if may_ask else (),
        )
        assert self._stored() == before, "something was stored"
        return response

    def _stored(self) -> tuple[object, ...]:
        with self.database.read() as session:
            return (
                session.scalar(select(func.count()).select_from(Platform)),
                session.scalar(select(func.count()).select_from(Deployment)),
                session.scalar(
                    select(func.count()).select_from(Invitation).where(Invitation.used_at.is_(None))
                ),
            )
