"""Cases A5, grades: what the certification suite sees in its gradebook after a launch.

The suite's platform gives narrow tokens: one for what was asked, and no service takes another.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import pytest
from flask import Flask
from sqlalchemy import select

from lti_app.bridge.handlers import make_handlers
from lti_app.catalog.models import LineItem
from lti_app.core.db import Database
from lti_app.core.parts import Parts
from tests.cases.stage import Seat, Stage
from tests.cases.test_review import hand_in
from tests.cases.watching import Log
from tests.conftest import FrozenClock
from tests.jobs.running import run_due
from tests.peers.http_peer import Reply, Seen, json_reply
from tests.peers.launch_claims import AGS_CLAIM, AGS_SCOPE, LTI, MEMBERSHIP
from tests.peers.platform import TestPlatform, served
from tests.peers.world import ITEM

ITEM_TYPE = "application/vnd.ims.lis.v2.lineitem+json"
CONTAINER_TYPE = "application/vnd.ims.lis.v2.lineitemcontainer+json"
SCORE_TYPE = "application/vnd.ims.lis.v1.score+json"
RESULTS_TYPE = "application/vnd.ims.lis.v2.resultcontainer+json"


@dataclass
class Suite:
    """The other side: keys, narrow tokens, and a gradebook for each course."""

    platform: TestPlatform = field(default_factory=TestPlatform)
    columns: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    scores: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    asked: list[frozenset[str]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.platform.answer = self.answer

    def answer(self, seen: Seen) -> Reply:
        path, _, _query = seen.path.partition("?")
        if path == "/jwks":
            return json_reply({"keys": self.platform.published})
        if path == "/token":
            return self.grant(seen)
        _, course, *rest = path.split("/")
        if rest == ["items"]:
            return self.container(seen, course)
        return self.column(seen, path.removesuffix(f"/{rest[-1]}"), rest[-1])

    def grant(self, seen: Seen) -> Reply:
        scopes = parse_qs(seen.body.decode())["scope"][0].split()
        self.asked.append(frozenset(scopes))
        name = " ".join(sorted(scopes)).replace(AGS_SCOPE, "").replace(" ", "+")
        return json_reply(
            {
                "access_token": name,
                "token_type": "Bearer",
                "expires_in": 3600,
                "scope": " ".join(scopes),
            }
        )

    def may(self, seen: Seen, *names: str) -> bool:
        given = seen.headers["authorization"].removeprefix("Bearer ").split("+")
        is_right = bool(set(names) & set(given))
        self.refused += [] if is_right else [f"{seen.method} {seen.path}"]
        return is_right

    def container(self, seen: Seen, course: str) -> Reply:
        held = self.columns.setdefault(course, [])
        if seen.method == "GET":
            if not self.may(seen, "lineitem", "lineitem.readonly"):
                return Reply(401)
            return json_reply(held, media_type=CONTAINER_TYPE)
        if not self.may(seen, "lineitem"):
            return Reply(401)
        made = json.loads(seen.body)
        made["id"] = f"{self.platform.url}/{course}/items/{len(held) + 1}"
        held.append(made)
        return json_reply(made, status=201, media_type=ITEM_TYPE)

    def column(self, seen: Seen, path: str, service: str) -> Reply:
        if service == "results":
            is_right = self.may(seen, "result.readonly")
            return json_reply([], media_type=RESULTS_TYPE) if is_right else Reply(401)
        if service != "scores" or not self.may(seen, "score"):
            return Reply(401)
        assert seen.headers["content-type"] == SCORE_TYPE
        self.scores.setdefault(path, []).append(json.loads(seen.body))
        return Reply(200)


@dataclass
class Course:
    """A course of the suite, through the eyes of its launches."""

    stage: Stage
    suite: Suite
    name: str

    def launch(self, sub: str, role: str) -> Seat:
        scopes = [AGS_SCOPE + one for one in ("lineitem", "result.readonly", "score")]
        items = f"{self.suite.platform.url}/{self.name}/items"
        said = {
            "sub": sub,
            f"{LTI}roles": [MEMBERSHIP + role],
            f"{LTI}context": {"id": self.name},
            f"{LTI}resource_link": {"id": f"link-of-{self.name}"},
            AGS_CLAIM: {"scope": scopes, "lineitems": items},
        }
        return self.stage.accept(said)

    def choose(self) -> None:
        """Let an instructor say what the link opens, and that it belongs in the gradebook."""
        seat = self.launch("teacher", "Instructor")
        token = seat.page().text.split('name="csrf_token" value="')[1].split('"')[0]
        chosen = seat.browser.client.post(
            f"{seat.path}choose",
            data={"csrf_token": token, "item": ITEM, "in_gradebook": "y"},
            base_url=seat.browser.base_url,
            headers={"Sec-Fetch-Site": "same-origin"},
        )
        assert chosen.status_code == 303


@pytest.fixture
def suite() -> Suite:
    return Suite()


@pytest.fixture
def stage(
    tool: Flask, database: Database, clock: FrozenClock, log: Log, suite: Suite
) -> Iterator[Stage]:
    with served(suite.platform) as platform:
        yield Stage(tool, database, clock, platform, log)


def work(parts: Parts) -> None:
    run_due(parts.database, make_handlers(parts), parts.clock)


def course(stage: Stage, suite: Suite, name: str = "course-1") -> Course:
    made = Course(stage, suite, name)
    made.choose()
    return made


def test_ca_01_a_learners_launch_with_a_list_of_columns_ends_in_one_that_is_kept(
    stage: Stage, suite: Suite, parts: Parts
) -> None:
    hand_in(course(stage, suite).launch("ann", "Learner"))

    work(parts)

    (column,) = suite.columns["course-1"]
    with stage.database.read() as session:
        assert session.scalars(select(LineItem.url)).one() == column["id"]


def test_ca_02_the_score_is_in_the_gradebook_by_its_own_type(
    stage: Stage, suite: Suite, parts: Parts
) -> None:
    hand_in(course(stage, suite).launch("ann", "Learner"))

    work(parts)

    ((path, scores),) = suite.scores.items()
    assert path == "/course-1/items/1"
    assert [(one["userId"], one["gradingProgress"]) for one in scores] == [("ann", "FullyGraded")]
    assert scores[0]["scoreGiven"] == scores[0]["scoreMaximum"]


def test_ca_03_a_score_of_one_course_stays_there_after_the_launch_of_another(
    stage: Stage, suite: Suite, parts: Parts
) -> None:
    seat = course(stage, suite).launch("ann", "Learner")
    course(stage, suite, "course-2").launch("ann", "Learner")

    hand_in(seat)
    work(parts)

    assert list(suite.scores) == ["/course-1/items/1"]
    assert not suite.columns.get("course-2")


def test_ca_04_a_token_for_each_set_of_rights_is_enough(
    stage: Stage, suite: Suite, parts: Parts
) -> None:
    course_1 = course(stage, suite)
    hand_in(course_1.launch("ann", "Learner"))
    hand_in(course_1.launch("ben", "Learner"))

    work(parts)

    assert suite.refused == []
    assert len(suite.scores["/course-1/items/1"]) == 2
    assert len(suite.asked) == len(set(suite.asked))
