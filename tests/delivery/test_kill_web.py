"""`kill -9` of the web process while a learner saves or hands in: wholly there or wholly absent."""

import signal
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from sqlalchemy import func, select

from lti_app.catalog.views import ActivityView
from lti_app.core.clock import system_clock
from lti_app.core.db import Database
from lti_app.grading.models import Grade
from lti_app.submissions.models import Attempt, HandIn
from lti_app.web.session import cookie_name
from tests.delivery.programs import PATIENCE_SECONDS, Program, Programs, wait_for
from tests.exercise.sheet import answers, chosen, inputs
from tests.peers.world import Visitor, World
from tests.sandbox.ports import free_port

DYING_WEB = Path(__file__).with_name("dying_web.py")
MOMENTS = ("begun", "unsaved", "saved")


@dataclass
class Browser:
    """A learner's browser on a web process that may die, and on the one that comes after it."""

    programs: Programs
    visitor: Visitor
    activity: ActivityView
    port: int

    @property
    def base_url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def address(self) -> str:
        return self.base_url + self.visitor.path(f"exercise/{self.activity.public_id}")

    def serve(self, *moment: str) -> Program:
        web = self.programs.start(
            str(DYING_WEB), str(self.port), *moment, RAPPORT_BASE_URL=self.base_url
        )
        wait_for(self._is_ready)
        return web

    def _is_ready(self) -> bool:
        try:
            return requests.get(f"{self.base_url}/health/live", timeout=5).ok
        except requests.ConnectionError:
            return False

    def get(self) -> str:
        return requests.get(self.address, headers=self._headers(), timeout=PATIENCE_SECONDS).text

    def post(self, fields: dict[str, object]) -> requests.Response:
        return requests.post(
            self.address,
            data=fields,
            headers={**self._headers(), "Origin": self.base_url},
            allow_redirects=False,
            timeout=PATIENCE_SECONDS,
        )

    def _headers(self) -> dict[str, str]:
        grant = self.visitor.grant
        return {"Cookie": f"{cookie_name(grant.public_id)}={grant.cookie}"}

    def fields(self, do: str) -> dict[str, object]:
        """Return what the page's form sends when every statement is answered."""
        own = {name: value for name, value, _ in inputs(self.get()) if "statement" not in name}
        return {**own, **answers("4"), "do": do}


@pytest.fixture
def browser(programs: Programs, world: World) -> Browser:
    world.now = system_clock()
    platform = world.platform()
    activity = world.activity(platform)
    return Browser(programs, world.visitor(platform), activity, free_port())


def rows(database: Database, model: type[object]) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def die_while(browser: Browser, moment: str, do: str) -> dict[str, object]:
    """Send a form to a web process that dies of it; return the form."""
    web = browser.serve(moment)
    fields = browser.fields(do)
    with pytest.raises(requests.ConnectionError):
        browser.post(fields)
    assert web.wait(PATIENCE_SECONDS) == -signal.SIGKILL
    return fields


@pytest.mark.parametrize("moment", MOMENTS)
def test_f1_a_hand_in_is_wholly_there_or_absent_and_a_repetition_completes_it(
    browser: Browser, database: Database, moment: str
) -> None:
    fields = die_while(browser, moment, "hand_in")
    there = [rows(database, model) for model in (Attempt, HandIn, Grade)]
    browser.serve()

    answer = browser.post(fields)

    assert there == ([1, 1, 1] if moment == "saved" else [0, 0, 0])
    assert answer.status_code == 303
    assert "/receipts/" in answer.headers["Location"]
    assert [rows(database, model) for model in (Attempt, HandIn, Grade)] == [1, 1, 1]


@pytest.mark.parametrize("moment", MOMENTS)
def test_f2_a_draft_is_wholly_there_or_absent_and_a_repetition_keeps_it(
    browser: Browser, database: Database, moment: str
) -> None:
    fields = die_while(browser, moment, "save")
    there = rows(database, Attempt)
    browser.serve()

    answer = browser.post(fields)

    assert there == (1 if moment == "saved" else 0)
    assert answer.status_code == 303
    assert len(chosen(browser.get())) == 20
    with database.read() as session:
        assert session.scalars(select(Attempt.draft_revision)).one() == 1
