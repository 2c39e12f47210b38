"""A strict gradebook at a real address. What it answers next, a test decides."""

import json
import re
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.peers.http_peer import Reply, Seen, hangs_up, http_peer, json_reply

_ITEM = re.compile(r"/items/(\d+)(/results|/scores)?")

Silence = Callable[[Callable[[bytes], None]], None]


@dataclass(frozen=True)
class Mood:
    """How the gradebook takes one score. `reply` None: it says nothing and hangs up.

    Attributes:
        is_stored: it keeps the score all the same.
    """

    reply: Reply | None
    is_stored: bool = False


def _page(status: int, body: bytes = b"<!DOCTYPE html><p>Sign in") -> Reply:
    return Reply(status, body, {"Content-Type": "text/html"})


#: Every row of the answer table, by its name.
MOODS = {
    "500": Mood(Reply(500)),
    "503 that stored": Mood(Reply(503), is_stored=True),
    "429": Mood(Reply(429, headers={"Retry-After": "90"})),
    "403 rate limit": Mood(Reply(403, b"403 Forbidden (Rate Limit Exceeded)")),
    "403": Mood(Reply(403, b"no")),
    "404": Mood(Reply(404)),
    "409": Mood(Reply(409)),
    "422": Mood(Reply(422)),
    "html": Mood(_page(200)),
    "html that stored": Mood(_page(200), is_stored=True),
    "half an answer": Mood(Reply(200, b'{"a', {"Content-Type": "application/json"})),
    "silence": Mood(None),
    "silence that stored": Mood(None, is_stored=True),
}


@dataclass
class Cell:
    """What one person has in one column. `at`: of the score; a hand needs none."""

    points: Decimal | None
    maximum: Decimal
    at: str
    is_by_hand: bool = False

    @property
    def share(self) -> Decimal | None:
        return None if self.points is None else self.points / self.maximum


#: A person wrote into the cell.
HAND = "hand"


@dataclass
class Gradebook:
    """Columns by number, cells by column and person, and all that was ever written.

    Attributes:
        moods: how the next scores are taken; when it is empty, they are simply kept.
        written: by column and person, the shares that were kept, and HAND for a person's.
        strangers: whom it does not grade.
    """

    url: str = ""
    columns: dict[int, dict[str, Any]] = field(default_factory=dict)
    cells: dict[tuple[int, str], Cell] = field(default_factory=dict)
    moods: deque[Mood] = field(default_factory=deque)
    written: dict[tuple[int, str], list[Decimal | str | None]] = field(default_factory=dict)
    strangers: set[str] = field(default_factory=set)
    made_count: int = 0

    def clear(self) -> None:
        """Forget everything; one column is there, which has no name of ours."""
        for kept in (self.columns, self.cells, self.moods, self.written, self.strangers):
            kept.clear()
        self.made_count = 0
        self.make({"label": "Link"})

    def make(self, wanted: dict[str, Any]) -> dict[str, Any]:
        self.made_count += 1
        self.columns[self.made_count] = {**wanted, "id": f"{self.url}/items/{self.made_count}"}
        return self.columns[self.made_count]

    def delete_columns(self) -> None:
        self.columns.clear()
        self.cells.clear()

    def enter_by_hand(self, sub: str, share: Decimal) -> None:
        """Let somebody grade a person in the gradebook's own page."""
        for column in self.columns:
            before = self.cells.get((column, sub))
            at = before.at if before else ""
            self.cells[column, sub] = Cell(share, Decimal(1), at, is_by_hand=True)
            self.written.setdefault((column, sub), []).append(HAND)

    def is_by_hand(self, sub: str) -> bool:
        cell = self.cells.get((self.made_count, sub))
        return cell is not None and cell.is_by_hand

    def answer(self, seen: Seen) -> Reply | Silence:
        if seen.path == "/token":
            return _token(seen)
        address = urlsplit(seen.path)
        asked = {name: values[0] for name, values in parse_qs(address.query).items()}
        if address.path == "/items":
            return self._container(seen, asked)
        found = _ITEM.fullmatch(address.path)
        number = int(found[1]) if found else 0
        if found is None or number not in self.columns:
            return Reply(404)
        if found[2] == "/scores":
            return self._take(number, json.loads(seen.body, parse_float=Decimal))
        if found[2] == "/results":
            return self._results(number, asked.get("user_id", ""))
        return json_reply(self.columns[number])

    def _container(self, seen: Seen, asked: dict[str, str]) -> Reply:
        if seen.method == "POST":
            return json_reply(self.make(json.loads(seen.body)), status=201)
        wanted = asked.get("resource_id")
        return json_reply([one for one in self.columns.values() if one.get("resourceId") == wanted])

    def _take(self, number: int, score: dict[str, Any]) -> Reply | Silence:
        mood = self.moods.popleft() if self.moods else None
        if mood is None:
            return self._keep(number, score)
        if mood.is_stored:
            self._keep(number, score)
        return mood.reply or hangs_up(Seen("", "", {}, b""))

    def _keep(self, number: int, score: dict[str, Any]) -> Reply:
        sub, at = str(score["userId"]), str(score["timestamp"])
        if sub in self.strangers:
            return Reply(422)
        before = self.cells.get((number, sub))
        if before is not None and at <= before.at:
            return Reply(409)
        given = score.get("scoreGiven")
        points = None if given is None else Decimal(given)
        cell = Cell(points, Decimal(score.get("scoreMaximum", 1)), at)
        self.cells[number, sub] = cell
        self.written.setdefault((number, sub), []).append(cell.share)
        return Reply()

    def _results(self, number: int, sub: str) -> Reply:
        cell = self.cells.get((number, sub))
        if cell is None or cell.points is None:
            return json_reply([])
        shown = {"resultScore": float(cell.points), "resultMaximum": float(cell.maximum)}
        return json_reply([{"userId": sub, **shown}])


def _token(seen: Seen) -> Reply:
    scopes = parse_qs(seen.body.decode())["scope"][0]
    granted = {"access_token": "t", "token_type": "Bearer", "expires_in": 3600, "scope": scopes}
    return json_reply(granted)


@contextmanager
def gradebook_peer() -> Iterator[Gradebook]:
    gradebook = Gradebook()
    with http_peer(gradebook.answer) as peer:
        gradebook.url = peer.url
        gradebook.clear()
        yield gradebook
