import html
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from lti_app.activities.exercise.settings import ExerciseSettings, Feedback
from lti_app.audit.models import AuditEvent
from lti_app.catalog.rules import Release
from lti_app.catalog.views import ActivityView
from lti_app.core.db import Database
from lti_app.grading.models import Grade
from lti_app.lti.registration import Registration
from lti_app.people.roles import Role
from lti_app.submissions.models import Attempt
from tests.conftest import FrozenClock
from tests.exercise.branch.reader import Tab, offered, stands_at
from tests.exercise.branch.stories import small
from tests.exercise.placing import make_of
from tests.exercise.sheet import inputs
from tests.peers.world import Visitor, World

OpenTab = Callable[[], Tab]
#: What stands in the file of `small` and nobody may know before they get there.
SCENES = {name: f"Text of {name}." for name in ("ask", "wait", "good", "bad")}
VARIANT = "Trusted, yet late."
FEEDBACK = {"ask": "Asking opened a door.", "wait": "The door stayed shut."}
EFFECT = "A day was lost"


@pytest.fixture
def platform(world: World) -> Registration:
    return world.platform()


@pytest.fixture
def activity(world: World, platform: Registration, database: Database) -> ActivityView:
    placed = world.activity(platform)
    make_of(database, placed, small(), points=10)
    return placed


@pytest.fixture
def ann(world: World, platform: Registration) -> Visitor:
    return world.visitor(platform)


@pytest.fixture
def open_tab(ann: Visitor, activity: ActivityView) -> OpenTab:
    return lambda: Tab(ann, activity)


@pytest.fixture
def change(activity: ActivityView, database: Database) -> Callable[..., None]:
    return lambda **values: make_of(database, activity, small(), **values)


def settings(**values: Any) -> dict[str, Any]:
    return ExerciseSettings(**values).model_dump(mode="json")


def receipt_of(tab: Tab) -> str:
    answer = tab.hand_in()
    assert answer.status_code == 303, answer.text
    return tab.visitor.client.get(answer.location, base_url=tab.visitor.base_url).text


def steps_of(attempt: Attempt) -> list[dict[str, str]]:
    """Return the choice log of an attempt that was handed in."""
    answers: dict[str, Any] = attempt.answers or {}
    found: list[dict[str, str]] = answers["path"]
    return found


def attempts(database: Database) -> list[Attempt]:
    with database.read() as session:
        return list(session.scalars(select(Attempt).order_by(Attempt.number)))


def test_a_story_begins_with_its_set_up_and_first_scene_and_nothing_chosen(
    open_tab: OpenTab,
) -> None:
    page = open_tab().page

    assert "The set-up." in page
    assert stands_at(page) == "Title of monday"
    assert offered(page) == ["ask", "wait"]
    assert " checked" not in page


@pytest.mark.parametrize(
    ("taken", "known"),
    [
        pytest.param((), set(), id="at the start"),
        pytest.param(("wait",), {"wait"}, id="after one choice"),
        pytest.param(("wait", "ask"), {"wait", "ask"}, id="after two"),
        pytest.param(("wait", "bad"), {"wait", "bad"}, id="at an ending"),
    ],
)
def test_abuse_3_a_page_holds_nothing_of_what_was_not_reached(
    open_tab: OpenTab, taken: tuple[str, ...], known: set[str]
) -> None:
    page = open_tab().go(*taken).page

    assert {name for name, text in SCENES.items() if text in page} == known
    assert {name for name, text in FEEDBACK.items() if text in page} == set(taken[:1])
    assert VARIANT not in page
    assert "Title of good" not in page
    for secret in ("at_least", "points", "&#34;when&#34;", "completion_credit"):
        assert secret not in page


def test_abuse_3_feedback_that_comes_later_is_not_in_the_page(
    open_tab: OpenTab, change: Callable[..., None]
) -> None:
    change(settings=settings(feedback=Feedback.AFTER_HANDING_IN))

    page = open_tab().go("wait").page

    assert FEEDBACK["wait"] not in page
    assert EFFECT not in page
    assert "Your choice" in page


def test_a_choice_leads_on_and_says_what_it_set_in_motion(open_tab: OpenTab) -> None:
    tab = open_tab()

    answer = tab.choose("wait")

    assert (answer.status_code, answer.location.rpartition("#")[2]) == (303, "now")
    page = tab.open()
    assert stands_at(page) == "Title of wait"
    assert FEEDBACK["wait"] in page
    assert EFFECT in page


def test_what_the_story_counts_is_shown_in_words_with_what_it_was(open_tab: OpenTab) -> None:
    assert "Cautious" in open_tab().page

    page = open_tab().go("ask").page

    assert "Growing" in page
    assert "<bdi>Trust in the team</bdi>: <bdi>Growing</bdi>." in page


def test_an_option_is_offered_only_when_its_condition_holds(open_tab: OpenTab) -> None:
    assert offered(open_tab().go("wait", "ask").page) == ["bad"]


def test_another_text_stands_where_its_condition_holds(open_tab: OpenTab) -> None:
    page = open_tab().go("ask", "bad").page

    assert VARIANT in page
    assert SCENES["bad"] not in page


def test_choosing_nothing_is_named_and_nothing_is_saved(
    open_tab: OpenTab, database: Database
) -> None:
    answer = open_tab().choose(None)

    assert answer.status_code == 422
    assert 'href="#option-0"' in answer.text
    assert 'id="option-0"' in answer.text
    assert attempts(database) == []


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        pytest.param({"option": "good"}, 422, id="an option of another scene"),
        pytest.param({"option": "nowhere"}, 422, id="no option at all"),
        pytest.param({"scene": "ask", "option": "bad"}, 422, id="a scene not reached"),
        pytest.param({"step": "7"}, 409, id="a step not reached"),
        pytest.param({"step": "-1"}, 400, id="a step before the first"),
        pytest.param({"step": "x"}, 400, id="no step"),
        pytest.param({"scene": ""}, 400, id="no scene"),
    ],
)
def test_abuse_21_a_changed_form_leads_nowhere(
    open_tab: OpenTab, database: Database, changes: dict[str, object], status: int
) -> None:
    answer = open_tab().choose("ask", **changes)

    assert answer.status_code == status
    assert attempts(database) == []


def test_an_option_that_is_not_offered_now_cannot_be_taken(open_tab: OpenTab) -> None:
    tab = open_tab().go("wait", "ask")

    assert tab.choose("good").status_code == 422
    assert stands_at(tab.open()) == "Title of ask"


def test_the_path_is_there_on_another_device(
    open_tab: OpenTab, world: World, platform: Registration, activity: ActivityView
) -> None:
    visitor = world.visitor(platform, sub="the-same")
    Tab(visitor, activity).go("ask")

    elsewhere = Tab(world.visitor(platform, sub="the-same"), activity)

    assert stands_at(elsewhere.page) == "Title of ask"


def test_the_same_choice_twice_is_one(open_tab: OpenTab, clock: FrozenClock) -> None:
    tab = open_tab()
    tab.choose("ask")
    clock.now += timedelta(seconds=5)

    again = tab.choose("ask")

    assert again.status_code == 303
    assert tab.open().count("Your choice") == 1


def test_another_choice_in_a_scene_that_is_behind_shows_where_the_story_stands(
    open_tab: OpenTab,
) -> None:
    older = open_tab()
    open_tab().go("ask")

    answer = older.choose("wait")

    assert answer.status_code == 409
    assert stands_at(answer.text) == "Title of ask"
    assert "In “Title of monday” this was chosen there:" in answer.text
    assert "Go to ask." in answer.text
    assert "Your choice here was not taken:" in answer.text


def test_after_a_conflict_the_story_goes_on_from_the_page_that_told_it(open_tab: OpenTab) -> None:
    older = open_tab()
    open_tab().go("ask")
    older._drawn(older.choose("wait").text)

    assert older.choose("good").status_code == 303


def test_an_ending_is_handed_in_and_comes_to_its_points(
    open_tab: OpenTab, database: Database
) -> None:
    page = receipt_of(open_tab().go("wait", "ask", "bad"))

    with database.read() as session:
        assert session.scalars(select(Grade.points)).one() == 5
    assert "Your choices came to 3 of 6 points." in page
    assert "between 0 and 6 points" in page
    assert "came to 3 points" not in page, "said twice"
    (attempt,) = attempts(database)
    taken = [(step["scene"], step["option"]) for step in steps_of(attempt)]
    assert taken == [("monday", "wait"), ("wait", "ask"), ("ask", "bad")]
    assert attempt.draft is None


def test_the_choice_log_says_when_in_utc(
    open_tab: OpenTab, database: Database, clock: FrozenClock
) -> None:
    receipt_of(open_tab().go("wait", "bad"))

    (attempt,) = attempts(database)
    at = clock.now.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert [step["at"] for step in steps_of(attempt)] == [at, at]


def test_a_story_without_an_ending_is_not_taken(open_tab: OpenTab, database: Database) -> None:
    answer = open_tab().go("wait").hand_in()

    assert answer.status_code == 422
    assert [one.handed_in_at for one in attempts(database)] == [None]


def test_abuse_22_a_double_click_is_one_hand_in(open_tab: OpenTab, database: Database) -> None:
    tab = open_tab().go("ask", "good")

    first, second = tab.hand_in(), tab.hand_in()

    assert first.location == second.location
    assert len(attempts(database)) == 1


def test_a_choice_for_an_attempt_that_is_over_says_so(
    open_tab: OpenTab, change: Callable[..., None], database: Database
) -> None:
    change(settings=settings(attempts=2))
    older = open_tab()
    open_tab().go("ask", "good").hand_in()

    answer = older.choose("wait")

    assert answer.status_code == 409
    assert "This was handed in already" in answer.text
    assert "See what you handed in" in answer.text
    assert "rp-error__art" not in answer.text
    assert len(attempts(database)) == 1


def test_another_attempt_starts_from_the_beginning(
    open_tab: OpenTab, change: Callable[..., None], database: Database
) -> None:
    change(settings=settings(attempts=2))
    receipt_of(open_tab().go("wait", "bad"))

    tab = open_tab()

    assert stands_at(tab.page) == "Title of monday"
    receipt_of(tab.go("ask", "good"))
    assert [attempt.number for attempt in attempts(database)] == [1, 2]


def test_after_the_last_attempt_a_receipt_compares_with_the_best_path(open_tab: OpenTab) -> None:
    page = receipt_of(open_tab().go("wait", "bad"))

    assert "More stayed open with:" in page
    assert "A path that comes to 6" in page
    assert FEEDBACK["wait"] in page


def test_the_best_path_is_compared_with_no_other(open_tab: OpenTab) -> None:
    page = receipt_of(open_tab().go("ask", "good"))

    assert "More stayed open with:" not in page
    assert "A path that comes to" not in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"settings": settings(attempts=2)}, "no attempt left", id="attempts left"),
        pytest.param(
            {"release": Release.BY_HAND.value}, "once your grade is released", id="not released"
        ),
        pytest.param(
            {"settings": settings(feedback=Feedback.AFTER_CLOSE)}, "has closed", id="not closed"
        ),
    ],
)
def test_abuse_3_what_would_have_been_better_waits(
    open_tab: OpenTab, change: Callable[..., None], changes: dict[str, object], words: str
) -> None:
    change(**changes)

    page = receipt_of(open_tab().go("wait", "bad"))

    assert words in page
    for secret in (SCENES["ask"], SCENES["good"], "More stayed open", "A path that comes to"):
        assert secret not in page


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"release": Release.BY_HAND.value}, id="not released"),
        pytest.param({"settings": settings(feedback=Feedback.AFTER_CLOSE)}, id="not closed"),
    ],
)
def test_abuse_3_what_a_path_came_to_waits(
    open_tab: OpenTab, change: Callable[..., None], changes: dict[str, object]
) -> None:
    change(**changes)

    page = receipt_of(open_tab().go("wait", "bad"))

    assert "Paths through this story come to" not in page.split('aria-label="Receipt"')[0]


def test_the_receipt_says_truly_who_sees_the_path(open_tab: OpenTab) -> None:
    page = receipt_of(open_tab().go("wait", "bad"))

    assert "Only you see your answers" not in page
    assert "The people who run the course see" in page


@pytest.mark.parametrize("role", [Role.INSTRUCTOR, Role.OBSERVER, Role.GUEST])
def test_others_read_the_set_up_and_the_first_scene_only(
    world: World, platform: Registration, activity: ActivityView, role: Role
) -> None:
    page = world.visitor(platform, role).get(f"activities/{activity.public_id}/preview").text

    assert "The set-up." in page
    assert stands_at(page) == "Title of monday"
    assert 'type="radio"' not in page
    assert not [text for text in (*SCENES.values(), *FEEDBACK.values()) if text in page]


def test_before_it_opens_it_can_be_read(
    open_tab: OpenTab, change: Callable[..., None], clock: FrozenClock
) -> None:
    change(opens_at=clock() + timedelta(days=1))

    page = open_tab().page

    assert stands_at(page) == "Title of monday"
    assert "Go to wait." in page
    assert 'type="radio"' not in page


def test_after_it_closed_a_path_can_still_be_read(
    open_tab: OpenTab, change: Callable[..., None], clock: FrozenClock
) -> None:
    tab = open_tab().go("wait")
    change(closes_at=clock() - timedelta(seconds=1))

    assert tab.choose("ask").status_code == 409
    page = tab.open()
    assert stands_at(page) == "Title of wait"
    assert "Your choice" in page


def test_staff_try_a_story_to_its_end_and_nothing_is_kept(
    world: World, platform: Registration, activity: ActivityView, database: Database
) -> None:
    staff = world.visitor(platform, Role.INSTRUCTOR)
    address = f"activities/{activity.public_id}/try"
    tab = _Trial(staff, address)

    for option in ("wait", "bad"):
        tab.post(do="choose", option=option)
    page = tab.post(do="hand_in")

    assert "worth 0 of 10 points" in page
    assert "More stayed open with:" in page
    assert attempts(database) == []


class _Trial:
    """A story that staff try: its path travels with the form."""

    def __init__(self, visitor: Visitor, address: str) -> None:
        self.visitor, self.address = visitor, address
        self.page = visitor.get(address).text

    def post(self, **fields: object) -> str:
        names = ("key", "number", "base_revision", "version", "step", "scene", "state")
        hidden = {name: value for name, value, _ in _unescaped(self.page) if name in names}
        answer = self.visitor.post(self.address, {**hidden, **fields})
        assert answer.status_code == 200, answer.text
        self.page = answer.text
        return self.page


def _unescaped(page: str) -> list[tuple[str, str, bool]]:
    return [(name, html.unescape(value), is_on) for name, value, is_on in inputs(page)]


@pytest.mark.parametrize(
    "path",
    [
        pytest.param([{"scene": "good", "option": "x", "at": "2026-01-01"}], id="another scene"),
        pytest.param([{"scene": "monday", "option": "good", "at": "x"}], id="not offered"),
        pytest.param([{"scene": "monday", "option": "ask", "at": "soon"}], id="no time"),
        pytest.param([{"scene": "monday"}], id="half a step"),
        pytest.param(["monday"], id="no step"),
        pytest.param("monday", id="no list"),
    ],
)
def test_a_made_up_path_of_a_trial_is_refused(
    world: World, platform: Registration, activity: ActivityView, path: object
) -> None:
    trial = _Trial(world.visitor(platform, Role.INSTRUCTOR), f"activities/{activity.public_id}/try")
    fields = {
        "key": "k",
        "number": 1,
        "base_revision": 0,
        "version": 1,
        "step": 0,
        "scene": "monday",
    }

    answer = trial.visitor.post(
        trial.address, {**fields, "do": "hand_in", "state": json.dumps({"path": path})}
    )

    assert answer.status_code == 400


def test_abuse_20_a_path_in_the_form_is_left_aside_and_audited(
    open_tab: OpenTab, database: Database
) -> None:
    path = [{"scene": "monday", "option": "ask", "at": "2020-01-01T00:00:00Z"}]

    open_tab().choose("wait", path=json.dumps(path), points="100")

    with database.read() as session:
        assert "form.unexpected_field" in session.scalars(select(AuditEvent.action)).all()
    assert stands_at(open_tab().page) == "Title of wait"


def test_what_an_author_wrote_is_shown_and_never_run(
    world: World, platform: Registration, database: Database, activity: ActivityView
) -> None:
    document = small() | {"id": "hostile", "setup": "<script>alert(1)</script> {{7*7}}"}
    document["scenes"][0]["options"][0]["text"] = "<img src=x onerror=alert(1)>"
    make_of(database, activity, document)

    page = Tab(world.visitor(platform), activity).page

    assert "<script>alert" not in page
    assert "<img" not in page
    assert "{{7*7}}" in page
