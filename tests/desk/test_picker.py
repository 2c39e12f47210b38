"""Adding activities from inside the platform: what is picked stays picked until it goes back."""

import re
from dataclasses import replace
from html import unescape
from typing import Any

import jwt
import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from lti_app.audit.models import AuditEvent
from lti_app.catalog.models import Activity
from lti_app.core.db import Database
from lti_app.desk.adding.basket import MOST_PICKED
from lti_app.lti.registration import Registration
from lti_app.people.models import Context
from lti_app.people.roles import Role
from tests.desk.own import SORTING, Editor, make_own, whole
from tests.peers.at_once import at_once
from tests.peers.world import ITEM, Visitor, World

STORY = "leading-knowledge/m1-branch-handover"
CARDS = "leading-knowledge/m1-sort-hiding"
ALL = [ITEM, STORY, CARDS]
CHOSEN = re.compile(r'name="item" value="([^"]+)" checked')
ROW = re.compile(r'name="(item-\d+)" value="([^"]+)"')
TOKEN = re.compile(r'name="JWT" value="([^"]+)"')
ITEMS = "https://purl.imsglobal.org/spec/lti-dl/claim/content_items"


@pytest.fixture
def platform(world: World) -> Registration:
    return world.platform()


@pytest.fixture
def teacher(world: World, platform: Registration) -> Visitor:
    """A teacher whose platform takes several."""
    found = world.visitor(platform, Role.INSTRUCTOR)
    world.ask_for_content(found, accept_multiple=True)
    return found


def pick(
    visitor: Visitor, *items: str, shown: list[str] | None = None, **more: Any
) -> TestResponse:
    """Send the page of choices with these ticks."""
    return visitor.post("add", {"item": list(items), "shown": shown or ALL, **more})


def chosen(visitor: Visitor) -> list[str]:
    return CHOSEN.findall(visitor.get("add").text)


def details(visitor: Visitor, **fields: str) -> TestResponse:
    # A browser sends the unseen empty value before the one of a tick box.
    ticked = {"sent-0": ["", "y"]}
    right = {"title-0": "Week 2", "points-0": "10", **ticked, "do": "next"}
    dates = {f"{name}-0": "" for name in ("opens_at", "due_at", "closes_at")}
    items = dict(ROW.findall(visitor.get("add/details").text))
    return visitor.post("add/details", {**right, **dates, **items, **fields})


def items_of(answer: TestResponse) -> list[dict[str, Any]]:
    token = TOKEN.search(answer.text)
    assert token, answer.status
    return list(jwt.decode(token[1], options={"verify_signature": False})[ITEMS])


def test_a_launch_that_asks_for_nothing_has_no_picker(world: World, platform: Registration) -> None:
    other = world.visitor(platform, Role.INSTRUCTOR, placement_id=world.link(platform))

    for page in ("add", "add/details", "add/look", f"add/try?item={ITEM}"):
        assert other.get(page).status_code == 404
    assert other.post("add/finish").status_code == 404


def test_what_is_chosen_stays_over_a_search_and_a_trial(teacher: Visitor) -> None:
    searched = pick(teacher, ITEM, STORY, do="find", find="hiding")
    found = teacher.get(searched.location.split("/", 3)[3].split("#")[0])
    tried = pick(teacher, ITEM, STORY, CARDS, do=f"try:{CARDS}")

    assert "1 activity found" in found.text
    assert "Chosen from elsewhere" in found.text
    assert tried.location.split("/add/")[1].startswith("try?item=")
    assert set(chosen(teacher)) == set(ALL)


def test_a_tick_that_is_taken_away_is_gone(teacher: Visitor) -> None:
    pick(teacher, *ALL, do="find")

    pick(teacher, ITEM, shown=[ITEM, STORY], do="find")

    assert set(chosen(teacher)) == {ITEM, CARDS}


def test_going_on_needs_a_choice(teacher: Visitor) -> None:
    answer = pick(teacher, do="next")

    assert answer.status_code == 422
    assert "Choose what you would like to add." in answer.text
    assert 'role="alert"' in answer.text


@pytest.mark.usefixtures("full_shelf")
def test_not_more_than_anybody_means_can_be_added(teacher: Visitor) -> None:
    many = [f"full/p1-{place}" for place in range(1, MOST_PICKED + 2)]

    answer = pick(teacher, *many, do="next")

    assert answer.status_code == 422
    assert f"At most {MOST_PICKED} activities" in answer.text


def test_making_one_on_the_spot_comes_back_with_everything_chosen(teacher: Visitor) -> None:
    made = pick(teacher, ITEM, do="make")
    assert made.location.endswith("/own")
    assert "Back to choosing" in teacher.get("own").text
    editor = Editor(teacher, make_own(teacher))

    back = editor.press("pick", **whole(editor))

    assert "/add?module=own" in back.location
    page = teacher.get("add?module=own")
    assert SORTING["title"] in unescape(page.text)
    assert len(CHOSEN.findall(page.text)) == 2
    assert ITEM in CHOSEN.findall(page.text)


def test_what_is_not_ready_yet_is_not_picked(teacher: Visitor) -> None:
    editor = Editor(teacher, make_own(teacher))

    assert editor.press("pick").status_code == 422
    assert chosen(teacher) == []


def test_where_one_is_taken_what_was_made_takes_the_place(
    world: World, platform: Registration
) -> None:
    teacher = world.visitor(platform, Role.INSTRUCTOR)
    world.ask_for_content(teacher)
    pick(teacher, ITEM, do="make")
    editor = Editor(teacher, make_own(teacher))

    editor.press("pick", **whole(editor))

    assert len(chosen(teacher)) == 1
    assert chosen(teacher)[0].startswith("own/")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"title-0": " "}, "Write a title"),
        ({"title-0": "x" * 256}, "Write a title"),
        ({"title-0": "\ufeff\u202e\x07"}, "Write a title"),
        ({"points-0": "0"}, "Write a number above 0"),
        ({"points-0": "1e9"}, "Write a number above 0"),
        ({"due_at-0": "soon"}, "Write a date and a time"),
        ({"due_at-0": "1999-01-01T00:00"}, "Write a year"),
        ({"opens_at-0": "2026-05-02T08:00", "due_at-0": "2026-05-01T08:00"}, "lies before"),
        ({"opens_at-0": "2026-05-02T08:00", "closes_at-0": "2026-05-02T08:00"}, "lies before"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_cannot_stand_is_said_at_its_field(
    teacher: Visitor, fields: dict[str, str], words: str
) -> None:
    pick(teacher, ITEM, do="next")

    answer = details(teacher, **fields)

    assert answer.status_code == 422
    assert words in answer.text
    assert "Where do I start?" in teacher.get("add/details").text


def test_dates_are_those_of_the_course(
    teacher: Visitor, database: Database, platform: Registration
) -> None:
    with database.write() as session:
        session.scalars(select(Context)).one().time_zone = "Europe/Berlin"
    pick(teacher, ITEM, do="next")
    details(teacher, **{"opens_at-0": "2026-07-01T08:00", "due_at-0": "2026-07-02T18:00"})

    look, item = teacher.get("add/look"), items_of(teacher.post("add/finish"))[0]

    assert "Europe/Berlin" in look.text
    assert "2 Jul 2026, 18:00" in look.text
    assert item["available"] == {"startDateTime": "2026-07-01T06:00:00Z"}
    assert item["submission"] == {"endDateTime": "2026-07-02T16:00:00Z"}


def test_an_hour_that_the_clocks_leave_out_is_refused(teacher: Visitor, database: Database) -> None:
    with database.write() as session:
        session.scalars(select(Context)).one().time_zone = "Europe/Berlin"
    pick(teacher, ITEM, do="next")

    answer = details(teacher, **{"due_at-0": "2026-03-29T02:30"})

    assert answer.status_code == 422
    assert "There is no such time in Europe/Berlin" in answer.text


def test_one_is_left_out_and_the_others_keep_what_was_typed(teacher: Visitor) -> None:
    pick(teacher, ITEM, STORY, do="next")
    typed = {"title-1": "A story", "points-1": "4", "sent-1": "y", "do": f"remove:{ITEM}"}

    answer = details(teacher, **typed)

    assert answer.location.endswith("/add/details")
    page = teacher.get("add/details").text
    assert "A story" in page
    assert "Where do I start?" not in page
    assert details(teacher, do=f"remove:{STORY}").location.endswith("/add")


def test_an_old_page_sets_nothing_of_another_activity(teacher: Visitor) -> None:
    """The first of two was left out in another tab; what was typed stays with its own activity."""
    pick(teacher, ITEM, STORY, do="next")
    details(teacher, **{"title-1": "A story", "points-1": "4", "do": f"remove:{ITEM}"})
    old = {
        "item-0": ITEM,
        "item-1": STORY,
        "title-1": "My story",
        "points-1": "7",
        "points-0": "77",
    }

    answer = details(teacher, **old)

    assert answer.status_code == 409
    assert "Something else is chosen now" in answer.text
    assert re.findall(r">\s*([^<]*)</textarea>", answer.text) == ["My story"]
    assert 'value="7"' in answer.text
    assert 'value="77"' not in answer.text
    assert "A story" in teacher.get("add/look").text


def test_an_old_page_without_what_was_added_since_is_shown_again(teacher: Visitor) -> None:
    pick(teacher, ITEM, STORY, do="next")
    typed = {"item-0": STORY, "item-1": "", "title-0": "My story"}

    answer = details(teacher, **typed)

    assert answer.status_code == 409
    titles = re.findall(r">\s*([^<]*)</textarea>", answer.text)
    assert titles == ["Where do I start?", "My story"]
    assert answer.text.count("checked") == 2


def test_an_old_page_keeps_what_was_typed_where_somebody_goes_back(teacher: Visitor) -> None:
    pick(teacher, STORY, do="next")
    old = {"item-0": ITEM, "item-1": STORY, "title-1": "My story", "points-1": "7", "sent-1": "y"}

    answer = details(teacher, **old, do="back")

    assert answer.location.endswith("/add")
    assert "My story" in teacher.get("add/look").text


def test_nothing_is_looked_at_before_something_is_chosen(teacher: Visitor) -> None:
    for page in ("add/details", "add/look"):
        assert teacher.get(page).location.endswith("/add")
    assert teacher.post("add/finish").location.endswith("/add")


def test_a_button_that_nobody_drew_is_refused(teacher: Visitor) -> None:
    pick(teacher, ITEM, do="next")

    assert details(teacher, do="explode").status_code == 400


def test_the_prepared_activity_is_as_it_was_set(teacher: Visitor, database: Database) -> None:
    pick(teacher, STORY, do="next")
    details(teacher, **{"points-0": "12.5", "closes_at-0": "2026-05-03T10:00"})

    teacher.post("add/finish")

    with database.read() as session:
        made = session.scalars(select(Activity)).one()
        actions = session.scalars(select(AuditEvent.action)).all()
    assert (made.title, str(made.points.normalize()), made.in_gradebook) == ("Week 2", "12.5", True)
    assert made.closes_at is not None
    assert made.closes_at.isoformat() == "2026-05-03T10:00:00+00:00"
    assert {"activity.prepared", "deep_link.answered"} <= set(actions)


def test_pressed_twice_at_once_it_goes_back_once(teacher: Visitor, database: Database) -> None:
    pick(teacher, ITEM, do="next")
    tabs = [replace(teacher), replace(teacher)]

    statuses = at_once(lambda tab: tab.post("add/finish").status_code, tabs)

    assert sorted(statuses, key=str) == [200, 409]
    with database.read() as session:
        assert len(session.scalars(select(Activity)).all()) == 1


def test_the_request_is_of_its_own_session(
    world: World, platform: Registration, teacher: Visitor
) -> None:
    """Another launch of the same person in the same course meets nothing of it."""
    assert teacher.get("add").status_code == 200
    other = world.visitor(platform, Role.INSTRUCTOR)

    assert other.get("add").status_code == 404
