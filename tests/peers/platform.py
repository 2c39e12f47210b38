"""A learning platform of the tests: it signs anything, serves its keys, and keeps a log."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa

from lti_app.lti.quirks import Family
from lti_app.lti.registrations import PlatformDetails
from tests.peers.http_peer import HttpPeer, Reply, Seen, http_peer, json_reply
from tests.peers.launch_claims import Claims, plain_claims
from tests.peers.rsa_keys import jwk_of, rsa_key
from tests.peers.tokens import Part, signed

#: In a table of changes: leave this claim out.
ABSENT = object()
ISSUER = "https://lms.test"
TOOL = "https://tool.test"


@dataclass
class TestPlatform:
    """One registration's other side.

    Attributes:
        published: the keys in its key set; a test may change them at any time.
        answer: what every address answers; the key set by default.
    """

    __test__ = False

    issuer: str = ISSUER
    client_id: str = "c1"
    deployment_ids: tuple[str, ...] = ("d1", "d2")
    family: Family | None = None
    allow_anonymous: bool = False
    tool: str = TOOL
    keys: dict[str, rsa.RSAPrivateKey] = field(default_factory=dict)
    published: list[dict[str, Any]] = field(default_factory=list)
    peer: HttpPeer | None = None
    answer: Callable[[Seen], Any] | None = None

    def __post_init__(self) -> None:
        if not self.keys:
            self.keys = {kid: rsa_key(f"{self.issuer} {kid}") for kid in ("k1", "k2")}
        if not self.published:
            self.published = [jwk_of(key, kid) for kid, key in self.keys.items()]

    @property
    def url(self) -> str:
        assert self.peer is not None, "the platform is not being served"
        return self.peer.url

    @property
    def key_requests(self) -> list[str]:
        return [path for path in self.peer.paths if path == "/jwks"] if self.peer else []

    def details(self) -> PlatformDetails:
        return PlatformDetails(
            name="School of Tests",
            issuer=self.issuer,
            client_id=self.client_id,
            auth_url=f"{self.issuer}/auth",
            token_url=f"{self.url}/token",
            jwks_url=f"{self.url}/jwks",
            family=self.family,
            allow_anonymous=self.allow_anonymous,
        )

    def reply(self, seen: Seen) -> Any:
        if self.answer is not None:
            return self.answer(seen)
        if seen.path == "/jwks":
            return json_reply({"keys": self.published})
        return Reply(404)

    def claims(
        self,
        nonce: str,
        *,
        now: datetime,
        base: Claims | None = None,
        changes: Mapping[str, Any] | None = None,
    ) -> Claims:
        """Return the claims of a launch of this platform, with some changed or left out."""
        issued = int(now.timestamp())
        body = plain_claims(target=f"{self.tool}/lti/launch") if base is None else base
        claims = {
            **body,
            "iss": self.issuer,
            "aud": self.client_id,
            "nonce": nonce,
            "iat": issued,
            "exp": issued + 60,
            **(changes or {}),
        }
        return {name: value for name, value in claims.items() if value is not ABSENT}

    def header(self, changes: Mapping[str, Any] | None = None) -> dict[str, Any]:
        header = {"typ": "JWT", "alg": "RS256", "kid": "k1", **(changes or {})}
        return {name: value for name, value in header.items() if value is not ABSENT}

    def sign(self, claims: Part, *, header: Part | None = None, key: str = "k1") -> str:
        """Sign claims, given as a mapping or byte for byte."""
        return signed(header if header is not None else self.header(), claims, self.keys[key])


@contextmanager
def served(platform: TestPlatform) -> Iterator[TestPlatform]:
    """Give the platform a real address until the block ends."""
    with http_peer(platform.reply) as peer:
        platform.peer = peer
        yield platform
