"""What leaves the house: the real HTTP client, with a note of every request."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from lti_app.core.http import Answer, HttpClient


@dataclass(frozen=True)
class Sent:
    """One request as it left, before any network had a say."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes


def _nothing() -> None:
    """Let nothing happen meanwhile."""


@dataclass
class Wire(HttpClient):
    """Makes requests.

    Attributes:
        meanwhile: done before each request leaves and once more before its answer is heard.
    """

    meanwhile: Callable[[], None] = _nothing
    sent: list[Sent] = field(default_factory=list)

    def send(self, method: str, url: str, **more: Any) -> Answer:
        headers, body = dict(more.get("headers") or {}), more.get("body") or b""
        self.sent.append(Sent(method, url, headers, body))
        self.meanwhile()
        try:
            return super().send(method, url, **more)
        finally:
            self.meanwhile()
