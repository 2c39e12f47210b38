"""A platform's services in a test: answers by path, scripted where a case needs it."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest

from lti_app.core.http import HttpClient
from lti_app.core.sealing import Keyring
from lti_app.lti.calls import ServiceCaller
from lti_app.lti.errors import ServiceProblem
from lti_app.lti.keys import Signer
from lti_app.lti.service_access import USED_SCOPES, ServiceAccess
from lti_app.lti.tokens import TokenSource
from tests.lti.room import TRUSTED, Room
from tests.peers.http_peer import Reply, Seen, json_reply

SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/"
Answer = Callable[[Seen], Any]


@dataclass
class Services:
    """What the room calls: a token endpoint and whatever a test adds.

    Attributes:
        script: answers that are used up one after the other, by path; then `usual`.
    """

    room: Room
    keyring: Keyring
    script: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    usual: dict[str, Any] = field(default_factory=dict)
    tokens_given: int = 0
    tokens: TokenSource = field(init=False)
    caller: ServiceCaller = field(init=False)

    def __post_init__(self) -> None:
        self.room.platform.answer = self.answer
        self.usual["/token"] = self.grant
        self.tokens, self.caller = self.process()

    def process(self) -> tuple[TokenSource, ServiceCaller]:
        """Return what another process of the installation has."""
        room = self.room
        http = HttpClient(trusted_hosts=TRUSTED, total_seconds=1.0)
        signer = Signer(room.database, self.keyring, room.clock)
        tokens = TokenSource(room.database, http, self.keyring, signer, room.clock)
        return tokens, ServiceCaller(http, tokens, room.clock)

    def answer(self, seen: Seen) -> Any:
        path = urlsplit(seen.path).path
        waiting = self.script[path]
        reply = waiting.pop(0) if waiting else self.usual.get(path, Reply(404))
        return reply(seen) if callable(reply) else reply

    def grant(self, seen: Seen) -> Reply:
        self.tokens_given += 1
        asked = parse_qs(seen.body.decode())["scope"][0]
        return json_reply(
            {
                "access_token": f"token-{self.tokens_given}",
                "token_type": "Bearer",
                "expires_in": 3600,
                "scope": asked,
            }
        )

    def requests(self, path: str) -> list[Seen]:
        peer = self.room.platform.peer
        assert peer is not None
        return [seen for seen in peer.requests if urlsplit(seen.path).path == path]

    def url(self, path: str) -> str:
        return self.room.platform.url + path

    def access(self, **changes: Any) -> ServiceAccess:
        given: dict[str, Any] = {
            "registration": self.room.registration,
            "deployment_id": 1,
            "hosts": frozenset({urlsplit(self.room.platform.url).netloc}),
            "scopes": USED_SCOPES,
            "line_items_url": self.url("/items?type_id=1"),
            "memberships_url": None,
        }
        return ServiceAccess(**{**given, **changes})


def assertion_of(seen: Seen) -> dict[str, Any]:
    """Return header and claims of the assertion in a token request."""
    token = parse_qs(seen.body.decode())["client_assertion"][0]
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return {"header": jwt.get_unverified_header(token), **claims}


def problem(act: Callable[[], object]) -> ServiceProblem:
    with pytest.raises(ServiceProblem) as raised:
        act()
    return raised.value
