"""A stretch of network between the tool and the sandbox that a test can disturb.

It forwards every request and can answer in the platform's place, before or after the platform has
seen the request: an HTML page, half a body, somebody else's redirect.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import requests

from tests.peers.http_peer import HttpPeer, Reply, Seen, Writer, hangs_up, http_peer

#: Stands for the status of a request whose connection broke.
NO_ANSWER = 0
_PASSED_ON = ("content-type", "accept", "authorization")


@dataclass
class Disturbance:
    """What a request meets.

    Attributes:
        ending: of the path, and the method, that it applies to.
        reply: what comes back; a function may say None to let a request through. None: the
            connection breaks.
        is_stored: the platform gets the request all the same; only its answer is lost.
        count: how many requests meet it; None for all.
    """

    method: str
    ending: str
    reply: Reply | Callable[[Seen], Reply | None] | None
    is_stored: bool = False
    count: int | None = 1


@dataclass
class Between:
    """The stretch, with everything that passed: method, path and the status that was seen."""

    target: str
    url: str = ""
    disturbances: list[Disturbance] = field(default_factory=list)
    passed: list[tuple[str, str, int]] = field(default_factory=list)
    bearers: set[str] = field(default_factory=set)
    bodies: list[bytes] = field(default_factory=list)

    def disturb(
        self,
        method: str,
        ending: str,
        reply: Reply | Callable[[Seen], Reply | None] | None,
        *,
        is_stored: bool = False,
        count: int | None = 1,
    ) -> None:
        self.disturbances.append(Disturbance(method, ending, reply, is_stored, count))

    def answer(self, seen: Seen) -> Reply | Writer:
        path = seen.path.partition("?")[0]
        self.bearers.add(seen.headers.get("authorization", ""))
        self.bodies.append(seen.body)
        met = self._met(seen.method, path)
        if met is not None and met.is_stored:
            self.forward(seen)
        if met is not None and met.reply is None:
            self.passed.append((seen.method, path, NO_ANSWER))
            return hangs_up(seen)
        given = met.reply if met is not None else None
        reply = (given(seen) if callable(given) else given) or self.forward(seen)
        self.passed.append((seen.method, path, reply.status))
        return reply

    def _met(self, method: str, path: str) -> Disturbance | None:
        for met in self.disturbances:
            if met.method == method and path.endswith(met.ending) and met.count != 0:
                met.count = None if met.count is None else met.count - 1
                return met
        return None

    def forward(self, seen: Seen) -> Reply:
        """Ask the platform and return what it says."""
        headers = {name: seen.headers[name] for name in _PASSED_ON if name in seen.headers}
        answer = requests.request(
            seen.method,
            self.target + seen.path,
            data=seen.body.replace(self.url.encode(), self.target.encode()) or None,
            headers=headers,
            timeout=10,
            allow_redirects=False,
        )
        # The platform names itself in what it says: as it is seen from here.
        body = answer.content.replace(self.target.encode(), self.url.encode())
        media_type = answer.headers.get("Content-Type", "")
        return Reply(answer.status_code, body, {"Content-Type": media_type})

    def statuses(self, method: str, ending: str) -> list[int]:
        return [
            status for one, path, status in self.passed if one == method and path.endswith(ending)
        ]


@contextmanager
def between(target: str) -> Iterator[Between]:
    stretch = Between(target)
    with http_peer(stretch.answer) as peer:
        _name(stretch, peer)
        yield stretch


def _name(stretch: Between, peer: HttpPeer) -> None:
    stretch.url = peer.url
