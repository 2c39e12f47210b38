"""F1, F2: `kill -9` of the web process while a learner saves or hands in: all of it or nothing.

Each of 12 moments in turn, and random ones: 6 of them in CI, 200 with RAPPORT_TEST_FULL. I1, I2
and I3 are asked of our rows, I9 of the time until the next process answers.
"""

import random
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from sqlalchemy import func, select

from lti_app.catalog.views import ActivityView
from lti_app.core.clock import system_clock
from lti_app.core.db import Database
from lti_app.grading.models import Grade
from lti_app.lti.registration import Registration
from lti_app.submissions.models import Attempt, HandIn
from lti_app.web.session import cookie_name
from tests.delivery.dying_web import MOMENTS
from tests.delivery.programs import PATIENCE_SECONDS, Programs, wait_for
from tests.delivery.rounds import rounds
from tests.exercise.sheet import answers, chosen, inputs
from tests.peers.world import Visitor, World
from tests.sandbox.ports import free_port

DYING_WEB = Path(__file__).with_name("dying_web.py")
#: From here on the work is kept, whatever becomes of the process.
KEPT_FROM = MOMENTS.index("saved")
#: I9: so soon the next process answers, without a person.
AGAIN_SECONDS = 10
Form = dict[str, object]


@dataclass
class Server:
    """A web process that is followed by another when it dies."""

    port: int

    @property
    def base_url(self) -> str:
        return f"http://localhost:{self.port}"

    def process(self) -> str | None:
        """Return which process answers now; None while there is none."""
        try:
            answer = requests.get(f"{self.base_url}/health/live", timeout=5)
        except requests.RequestException:
            return None
        return answer.headers.get("Process")

    def comes_back(self, *, after: str | None) -> None:
        """Wait until this process is dead and another one answers."""
        died_at = time.monotonic()
        wait_for(lambda: self.process() not in (None, after))
        assert time.monotonic() - died_at <= AGAIN_SECONDS, "I9: it took too long to come back"


@dataclass
class Browser:
    """One learner's browser."""

    server: Server
    visitor: Visitor
    activity: ActivityView

    @property
    def address(self) -> str:
        return self.server.base_url + self.visitor.path(f"exercise/{self.activity.public_id}")

    def get(self) -> str:
        return requests.get(self.address, headers=self._headers(), timeout=PATIENCE_SECONDS).text

    def post(self, form: Form, **more: object) -> requests.Response:
        """Post a form; `die_at="saved"` is the header `Die-At`."""
        asked = {name.replace("_", "-"): str(value) for name, value in more.items()}
        return requests.post(
            self.address,
            data=form,
            headers={**self._headers(), "Origin": self.server.base_url, **asked},
            allow_redirects=False,
            timeout=PATIENCE_SECONDS,
        )

    def post_to_death(self, form: Form, **how: object) -> requests.Response | None:
        """Post what the process dies of; return what was answered before, if anything."""
        try:
            return self.post(form, **how)
        except requests.ConnectionError:
            return None

    def _headers(self) -> dict[str, str]:
        grant = self.visitor.grant
        return {"Cookie": f"{cookie_name(grant.public_id)}={grant.cookie}"}

    def form(self, do: str) -> Form:
        """Return what the page's form sends when every statement is answered."""
        own = {name: value for name, value, _ in inputs(self.get()) if "statement" not in name}
        return {**own, **answers("4"), "do": do}

    def rows(self, database: Database) -> list[int]:
        """Return how many attempts, hand-ins and grades this learner has."""
        with database.read() as session:
            return [
                session.scalar(select(func.count()).where(model.user_id == self.visitor.user_id))
                or 0
                for model in (Attempt, HandIn, Grade)
            ]


@dataclass
class Class:
    """Where learners come from."""

    world: World
    platform: Registration
    activity: ActivityView
    server: Server

    def browser(self) -> Browser:
        return Browser(self.server, self.world.visitor(self.platform), self.activity)


@pytest.fixture
def learners(programs: Programs, world: World) -> Class:
    world.now = system_clock()
    platform = world.platform()
    server = Server(free_port())
    programs.start(str(DYING_WEB), str(server.port), "again", RAPPORT_BASE_URL=server.base_url)
    wait_for(lambda: server.process() is not None)
    return Class(world, platform, world.activity(platform), server)


def test_f1_a_hand_in_is_wholly_there_or_absent_and_a_repetition_gets_the_first_answer(
    learners: Class, database: Database
) -> None:
    for number, moment in enumerate(MOMENTS):
        browser = learners.browser()
        form, process = browser.form("hand_in"), learners.server.process()

        told = browser.post_to_death(form, die_at=moment)
        there = browser.rows(database)
        learners.server.comes_back(after=process)
        again, and_again = browser.post(form), browser.post(form)

        assert (told is not None) is (moment == "answered"), f"{moment}: it did not die"
        assert there == [number >= KEPT_FROM] * 3, f"I1, I2: {moment} left {there}"
        assert again.status_code == 303, f"{moment}: {again.status_code}"
        assert "/receipts/" in again.headers["Location"]
        assert told is None or told.headers["Location"] == again.headers["Location"]
        assert and_again.headers["Location"] == again.headers["Location"]
        assert browser.rows(database) == [1, 1, 1], f"I3: {moment}"


def test_f1_at_a_random_moment_nothing_that_was_answered_is_lost_and_nothing_doubled(
    learners: Class, database: Database
) -> None:
    chance = random.Random(1)  # noqa: S311 - a test that can be repeated
    unanswered = 0
    for number in range(rounds(6, of=200)):
        browser = learners.browser()
        form, process = browser.form("hand_in"), learners.server.process()

        # One that was answered in time dies all the same.
        told = browser.post_to_death(form, die_after=chance.randrange(0, 60))
        learners.server.comes_back(after=process)
        there = browser.rows(database)
        again = browser.post(form)

        unanswered += told is None
        assert there in ([0, 0, 0], [1, 1, 1]), f"I2: round {number} left {there}"
        assert told is None or there == [1, 1, 1], f"I1: round {number} lost what was answered"
        assert again.status_code == 303
        assert told is None or told.headers["Location"] == again.headers["Location"]
        assert browser.rows(database) == [1, 1, 1], f"I3: round {number}"
    assert unanswered > 0, "it never died in time"


def test_f2_a_draft_is_wholly_there_or_absent_and_a_repetition_keeps_it(
    learners: Class, database: Database
) -> None:
    for moment in ("arrived", "begun", "attempted", "unsaved", "saved", "drawn", "answered"):
        browser = learners.browser()
        form, process = browser.form("save"), learners.server.process()

        browser.post_to_death(form, die_at=moment)
        there = browser.rows(database)
        learners.server.comes_back(after=process)
        again = browser.post(form)

        assert there == [MOMENTS.index(moment) >= KEPT_FROM, 0, 0], f"I1, I2: {moment}"
        assert again.status_code == 303
        assert len(chosen(browser.get())) == 20
        with database.read() as session:
            mine = Attempt.user_id == browser.visitor.user_id
            assert session.scalars(select(Attempt.draft_revision).where(mine)).one() == 1
