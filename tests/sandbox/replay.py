"""Sends recorded requests to a sandbox once more and makes its answers comparable."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from werkzeug.test import TestResponse

from lti_app.sandbox.vocabulary import Scope
from tests.sandbox.lms import Lms
from tests.sandbox.moodle_lab import CLIENT_ID, ORIGIN, SIGNS_AS

_ITEM = re.compile(r"(?<=/lineitems/)\d+|(?<=item )\d+(?= and)")


def lab_token(lab: Lms, *scopes: Scope) -> str:
    """Return an access token of the lab's tool, for all scopes when none is named."""
    assertion = lab.assertion(SIGNS_AS, {"iss": CLIENT_ID, "sub": CLIENT_ID})
    answer = lab.ask_token(assertion, **({"scope": " ".join(scopes)} if scopes else {}))
    assert answer.status_code == 200, answer.text
    return str(json.loads(answer.data)["access_token"])


@dataclass
class Replay:
    """A series of recorded exchanges against one sandbox.

    The numbers of columns differ between two platforms: they are learned from the answers that
    made them, and written as they were recorded.
    """

    lab: Lms
    token: str
    ours: dict[str, str] = field(default_factory=lambda: {"2": "1", "3": "2"})

    def send(self, exchange: dict[str, Any]) -> TestResponse:
        request = exchange["request"]
        headers = dict(request["headers"])
        if exchange["label"] == "bad token":
            headers["Authorization"] = "Bearer of nothing"
        elif "Authorization" in headers:
            headers["Authorization"] = f"Bearer {self._token_for(exchange)}"
        url = _ITEM.sub(lambda found: self.ours.get(found[0], found[0]), request["url"])
        answer = self.lab.browser().client.open(
            url.removeprefix(ORIGIN),
            method=request["method"],
            base_url=ORIGIN,
            data=self._sent(request["body"]),
            headers=headers,
        )
        self._learn(exchange, answer)
        return answer

    def spoken(self, answer: TestResponse) -> Any:
        """Return the body of an answer, with columns numbered as in the recording."""
        return _read(self._as_recorded(answer.text))

    def reason(self, answer: TestResponse) -> str:
        return self._as_recorded(answer.status.partition(" ")[2])

    def _token_for(self, exchange: dict[str, Any]) -> str:
        if exchange["label"].startswith("score-only"):
            return lab_token(self.lab, Scope.SCORE)
        return self.token

    def _sent(self, body: str | None) -> bytes | None:
        if body is None:
            return None
        return _ITEM.sub(lambda found: self.ours.get(found[0], found[0]), body).encode()

    def _learn(self, exchange: dict[str, Any], answer: TestResponse) -> None:
        if exchange["status"] == answer.status_code == 201:
            theirs, mine = (
                re.search(r"/lineitems/(\d+)", body["id"])
                for body in (exchange["body"], answer.json or {})
            )
            assert theirs is not None
            assert mine is not None
            self.ours[theirs[1]] = mine[1]

    def _as_recorded(self, text: str) -> str:
        theirs = {mine: their for their, mine in self.ours.items()}
        return _ITEM.sub(lambda found: theirs.get(found[0], found[0]), text)


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
