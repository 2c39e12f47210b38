"""A learner has the page open while the instructor who made the exercise changes it."""

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from lti_app.catalog.models import Activity
from lti_app.core.db import Database
from lti_app.grading.models import Grade
from lti_app.lti.registration import Registration
from lti_app.submissions.models import Attempt
from tests.desk.own import STORY, Editor, make_own, whole
from tests.exercise.sheet import inputs
from tests.peers.world import Visitor, World


class Tab:
    """A learner's page: every question answered with the first that is offered."""

    def __init__(self, learner: Visitor, database: Database) -> None:
        with database.read() as session:
            public_id = session.scalars(select(Activity.public_id)).one()
        self.learner, self.address = learner, f"exercise/{public_id}"
        found = inputs(learner.get(self.address).text)
        self.fields: dict[str, object] = {}
        for name, value, _is_checked in found:
            if name:
                self.fields.setdefault(name, value)

    def send(self, do: str, accept: str = "text/html") -> TestResponse:
        return self.learner.client.post(
            self.learner.path(self.address),
            data={**self.fields, "do": do},
            base_url=self.learner.base_url,
            headers={"Sec-Fetch-Site": "same-origin", "Accept": accept},
        )


def kept(database: Database) -> tuple[int, int]:
    """Return how many attempts and grades there are."""
    with database.read() as session:
        counts = [session.scalar(select(func.count()).select_from(one)) for one in (Attempt, Grade)]
    return counts[0] or 0, counts[1] or 0


@pytest.fixture
def opened(editor: Editor) -> Editor:
    """A sorting exercise that a link opens."""
    editor.press("open", **whole(editor))
    editor.open()
    return editor


@pytest.fixture
def learner(world: World, platform: Registration) -> Visitor:
    return world.visitor(platform)


def swap(editor: Editor) -> None:
    """Turn the key round: every card belongs into the other bin."""
    first, second = editor.fields["bins.0.id"], editor.fields["bins.1.id"]
    bins = {f"cards.{n}.bin": second if n % 2 else first for n in range(4)}
    assert editor.press("save", **bins).status_code == 303


@pytest.mark.parametrize("do", ["save", "hand_in"])
def test_what_was_answered_before_the_change_is_not_taken(
    opened: Editor, learner: Visitor, database: Database, do: str
) -> None:
    tab = Tab(learner, database)
    swap(opened)

    answer = tab.send(do)

    assert answer.status_code == 409
    assert "This exercise was changed after you opened it." in answer.text
    assert "Open the page as it is now" in answer.text
    assert kept(database) == (0, 0)


def test_a_page_that_saves_itself_is_told_of_the_change(
    opened: Editor, learner: Visitor, database: Database
) -> None:
    tab = Tab(learner, database)
    swap(opened)

    answer = tab.send("autosave", accept="application/json")

    said = answer.get_json()
    assert (answer.status_code, said["code"]) == (409, "item_changed")
    assert "This exercise was changed after you opened it." in said["words"]
    assert kept(database) == (0, 0)


def test_the_page_as_it_is_now_is_taken(
    opened: Editor, learner: Visitor, database: Database
) -> None:
    swap(opened)

    assert Tab(learner, database).send("autosave", accept="application/json").status_code == 200
    assert Tab(learner, database).send("hand_in").status_code == 303
    assert kept(database) == (1, 1)


def test_a_step_of_a_story_that_was_changed_is_not_taken(
    teacher: Visitor, learner: Visitor, database: Database
) -> None:
    editor = Editor(teacher, make_own(teacher, "new:exercise/branch"))
    editor.press("open", **STORY)
    editor.open()
    tab = Tab(learner, database)
    assert editor.press("save", **{"scenes.0.options.0.text": "Stay"}).status_code == 303

    answer = tab.send("choose")

    assert answer.status_code == 409
    assert "This exercise was changed after you opened it." in answer.text
    assert kept(database) == (0, 0)
