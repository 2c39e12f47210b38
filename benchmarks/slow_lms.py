"""A platform's services with a fixed latency and nothing else, in a process of its own.

    python -m benchmarks.slow_lms PORT SECONDS [--bucket]

It takes every score, shows no results, gives tokens, has rosters of as many people as
`?people=` asks for on pages of 50, and counts: GET /counts. Several tenants share
it, each at an address of its own in 127.0.0.0/8. With `--bucket` each client is held to a leaky
bucket as on Canvas: a request costs 50 until it is answered, then what it took; 10 leak away each
second; above 600 it is refused with 403.
"""

import asyncio
import json
import sys
import time
from collections import Counter

#: The addresses of the tenants.
_HOSTS = ["127.0.0.1", *(f"127.0.1.{number}" for number in range(1, 255))]
#: Canvas's own figures: refused above, cost of a request until it is known, leak a second.
HIGH, UP_FRONT, LEAK = 600.0, 50.0, 10.0
#: People on a page of a roster.
PAGE = 50
#: What an answered request costs there for each second that it took.
COST_A_SECOND = 1.0


class Bucket:
    """A leaky bucket that fills with what requests cost."""

    def __init__(self) -> None:
        self._level = 0.0
        self._at = time.monotonic()

    def is_full(self) -> bool:
        """Whether a request is refused now."""
        now = time.monotonic()
        self._level = max(self._level - LEAK * (now - self._at), 0.0)
        self._at = now
        return self._level > HIGH

    def fill(self, cost: float) -> None:
        """Add to it; below zero takes away."""
        self._level = max(self._level + cost, 0.0)


class SlowLms:
    """Answers after a fixed time, and counts what was asked for, by the last part of its path."""

    def __init__(self, wait: float, *, has_bucket: bool) -> None:
        self.counts: Counter[str] = Counter()
        self.people: Counter[tuple[bytes, bytes, str]] = Counter()
        self.began_at: dict[bytes, float] = {}
        self._wait = wait
        self._has_bucket = has_bucket
        self._buckets: dict[bytes, Bucket] = {}

    async def answer(self, method: bytes, path: bytes, host: bytes, body: bytes) -> bytes:
        """Return the whole answer."""
        if path == b"/counts":
            doubled = sum(count - 1 for count in self.people.values())
            began = self.began_at.get(host, 0)
            return response(
                json.dumps({**self.counts, "doubled": doubled, "began": began}).encode()
            )
        kind = path.partition(b"?")[0].rpartition(b"/")[2].decode()
        bucket = self._buckets.setdefault(host, Bucket()) if self._has_bucket else None
        self.counts[kind] += 1
        if kind == "scores":
            self.began_at.setdefault(host, time.time())
        if bucket is not None and bucket.is_full():
            self.counts["refused"] += 1
            return refused()
        await self._take_time(bucket)
        if kind == "token":
            return response(b'{"access_token": "t", "token_type": "Bearer", "expires_in": 3600}')
        if kind == "memberships":
            return roster_page(path, host)
        if method == b"GET":
            return response(b"[]")
        self.people[host, path, json.loads(body)["userId"]] += 1
        return response(b"")

    async def _take_time(self, bucket: Bucket | None) -> None:
        self.counts["under way"] += 1
        self.counts["most at once"] = max(self.counts["most at once"], self.counts["under way"])
        if bucket is not None:
            bucket.fill(UP_FRONT)
        await asyncio.sleep(self._wait)
        if bucket is not None:
            bucket.fill(self._wait * COST_A_SECOND - UP_FRONT)
        self.counts["under way"] -= 1


def response(body: bytes) -> bytes:
    """Return a good answer of JSON."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    return head % len(body) + body


def roster_page(path: bytes, host: bytes) -> bytes:
    """Return a page of a roster."""
    query = dict(pair.split("=") for pair in path.decode().partition("?")[2].split("&"))
    people, start = int(query["people"]), int(query.get("from", 0))
    members = [
        {
            "user_id": f"person-{number}",
            "roles": ["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"],
            "name": f"Given Family {number}",
            "given_name": "Given",
            "family_name": f"Family {number}",
            "email": f"person-{number}@school.test",
        }
        for number in range(start, min(start + PAGE, people))
    ]
    body = json.dumps({"context": {"id": "course"}, "members": members}).encode()
    url = f"http://{host.decode()}{path.decode().partition('?')[0]}?people={people}"
    following = f'<{url}&from={start + PAGE}>; rel="next"' if start + PAGE < people else ""
    head = (
        "HTTP/1.1 200 OK\r\nContent-Type: "
        "application/vnd.ims.lti-nrps.v2.membershipcontainer+json\r\n"
        f"Link: {following}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def refused() -> bytes:
    """Return what Canvas says when its bucket is full."""
    body = b"403 Forbidden (Rate Limit Exceeded)"
    head = b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n"
    return head % len(body) + body


async def serve(lms: SlowLms, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer one connection's requests, one after the other."""
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            lines = head.split(b"\r\n")
            method, path, _ = lines[0].split(b" ")
            fields = {}
            for line in lines[1:-2]:
                name, _, value = line.partition(b":")
                fields[name.lower()] = value.strip()
            body = await reader.readexactly(int(fields.get(b"content-length", 0)))
            writer.write(await lms.answer(method, path, fields.get(b"host", b""), body))
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def main(port: int, wait: float, *, has_bucket: bool) -> None:
    """Serve until the process is ended."""
    lms = SlowLms(wait, has_bucket=has_bucket)
    server = await asyncio.start_server(
        lambda reader, writer: serve(lms, reader, writer), _HOSTS, port, backlog=1024
    )
    print("ready", flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), float(sys.argv[2]), has_bucket="--bucket" in sys.argv))
