import html
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from lti_app.activities.exercise.settings import ExerciseSettings, Feedback
from lti_app.catalog.rules import Release
from lti_app.catalog.views import ActivityView
from lti_app.core.db import Database
from lti_app.lti.registration import Registration
from lti_app.people.roles import Role
from lti_app.submissions.models import Attempt
from tests.conftest import FrozenClock
from tests.exercise.placing import make_of
from tests.exercise.sheet import inputs
from tests.exercise.sort.cards import CARDS, KEY, WHY, all_in, small_sort
from tests.exercise.sort.table import Table, lies, order
from tests.peers.world import Visitor, World

OpenTable = Callable[..., Table]
Change = Callable[..., None]
#: What stands in the file and may not be known before its time: why, and where each belongs.
REASONS = list(WHY.values())
CONCLUSION = "conclusion-words"
SECRETS = [*REASONS, CONCLUSION, *CARDS]


@pytest.fixture
def platform(world: World) -> Registration:
    return world.platform()


@pytest.fixture
def activity(world: World, platform: Registration, database: Database) -> ActivityView:
    found = world.activity(platform)
    make_of(database, found, small_sort(), points=10)
    return found


@pytest.fixture
def ann(world: World, platform: Registration) -> Visitor:
    return world.visitor(platform)


@pytest.fixture
def open_table(ann: Visitor, activity: ActivityView) -> OpenTable:
    return lambda **given: Table(ann, activity, **given)


@pytest.fixture
def change(activity: ActivityView, database: Database) -> Change:
    return lambda **values: make_of(database, activity, small_sort(), **values)


def settings(**values: Any) -> dict[str, Any]:
    return ExerciseSettings(**values).model_dump(mode="json")


def attempts(database: Database) -> list[Attempt]:
    with database.read() as session:
        return list(session.scalars(select(Attempt).order_by(Attempt.number)))


def told(page: str, secrets: list[str]) -> list[str]:
    """Return which of these stand anywhere in a page, also where nobody looks."""
    text = html.unescape(page)
    return [secret for secret in secrets if secret in text]


def test_every_card_is_shown_and_none_is_placed_beforehand(open_table: OpenTable) -> None:
    page = open_table().page

    assert sorted(order(page)) == sorted(CARDS)
    assert lies(page) == {}


def test_handing_in_leads_to_a_receipt_with_the_count(open_table: OpenTable) -> None:
    page = open_table().receipt({**KEY, "sour-1": "salty"})

    assert "5 of 6 cards are where they belong." in page
    assert "8.33 of 10 points" in page


def test_what_is_stored_names_cards_and_bins_as_the_file_does(
    open_table: OpenTable, database: Database
) -> None:
    open_table().receipt(KEY)

    (attempt,) = attempts(database)
    assert attempt.answers == {"placed": KEY}


def test_cards_that_are_left_are_named_and_nothing_placed_is_lost(
    open_table: OpenTable, database: Database
) -> None:
    placed = {name: "sweet" for name in CARDS if name != "bitter-1"}

    answer = open_table().hand_in(placed)

    assert answer.status_code == 422
    assert "One card has no place yet" in answer.text
    assert answer.text.count("Coffee") == 2
    assert "Choose a place for this card." in answer.text
    assert lies(answer.text) == placed
    assert attempts(database) == []


def test_a_place_that_is_not_there_is_no_place(open_table: OpenTable) -> None:
    answer = open_table().hand_in({**KEY, "sour-1": "7"})

    assert answer.status_code == 422
    assert lies(answer.text) == {name: KEY[name] for name in CARDS if name != "sour-1"}


def test_a_saved_sorting_is_there_again(open_table: OpenTable) -> None:
    saved = open_table().save({"sweet-1": "sour"})

    assert saved.status_code == 303
    assert lies(open_table().page) == {"sweet-1": "sour"}


def test_another_tabs_newer_places_stand_beside_and_neither_is_lost(
    open_table: OpenTable,
) -> None:
    older = open_table()
    open_table().save({"sweet-1": "sour"})

    answer = older.save({"sweet-1": "bitter"})

    assert answer.status_code == 409
    assert lies(answer.text) == {"sweet-1": "bitter"}
    assert "Saved in the other tab: sour things" in answer.text
    assert lies(open_table().page) == {"sweet-1": "sour"}


def test_cards_stand_in_the_same_order_on_every_reload_and_device(
    open_table: OpenTable, world: World, platform: Registration, activity: ActivityView
) -> None:
    ann = world.visitor(platform, sub="ann")
    elsewhere = world.visitor(platform, sub="ann")

    assert order(Table(ann, activity).page) == order(Table(ann, activity).page)
    assert order(Table(ann, activity).page) == order(Table(elsewhere, activity).page)


def test_abuse_3_neither_order_nor_names_of_cards_follow_the_file(
    world: World, platform: Registration, activity: ActivityView
) -> None:
    pages = [Table(world.visitor(platform), activity).page for _ in range(8)]
    orders = {tuple(order(page)) for page in pages}

    assert len(orders) > 1
    assert orders != {tuple(CARDS)}
    names = [{name for name, _value, _ in _cards_of(page)} for page in pages]
    assert not set.intersection(*names)


def _cards_of(page: str) -> list[tuple[str, str, bool]]:
    return [one for one in inputs(page) if one[0].startswith("card-")]


def test_abuse_3_a_further_attempt_is_blank_and_dealt_anew(
    open_table: OpenTable, change: Change, database: Database
) -> None:
    change(settings=settings(attempts=None))
    tables = [open_table()]
    for _ in range(4):
        tables[-1].receipt(all_in("sweet"))
        tables.append(open_table(again=True))

    assert [lies(table.page) for table in tables] == [{}] * 5
    assert len({tuple(order(table.page)) for table in tables}) > 1
    assert [one.answers for one in attempts(database)] == [{"placed": all_in("sweet")}] * 4


def test_each_attempt_keeps_its_receipt(open_table: OpenTable, change: Change) -> None:
    change(settings=settings(attempts=2))

    first, second = open_table().receipt(all_in("sweet")), open_table(again=True).receipt(KEY)

    assert "2 of 6 cards" in first
    assert "6 of 6 cards" in second


def test_a_page_of_an_attempt_that_is_over_is_told_so(
    open_table: OpenTable, change: Change, database: Database
) -> None:
    change(settings=settings(attempts=2))
    other = open_table()
    open_table().receipt(KEY)

    answer = other.hand_in(all_in("sweet"))

    assert answer.status_code == 409
    assert [one.answers for one in attempts(database)] == [{"placed": KEY}]


def test_abuse_3_no_page_before_handing_in_holds_a_secret(open_table: OpenTable) -> None:
    first = open_table()
    first.save({"sweet-1": "sour"})
    left = first.hand_in({"sweet-1": "sour"})
    conflict = first.save({"sweet-1": "bitter"})

    for page in (first.page, open_table().page, left.text, conflict.text):
        assert told(page, SECRETS) == []


def test_abuse_3_before_it_opens_nothing_more_than_the_words_is_shown(
    open_table: OpenTable, change: Change, clock: FrozenClock
) -> None:
    change(opens_at=clock.now + timedelta(days=1))

    page = open_table().page

    assert told(page, list(CARDS.values())) == list(CARDS.values())
    assert told(page, SECRETS) == []
    assert [text for text in sorted(CARDS.values()) if text in page] == sorted(CARDS.values())
    places = [page.index(text) for text in sorted(CARDS.values(), key=str.casefold)]
    assert places == sorted(places)


@pytest.mark.parametrize("release", [Release.BY_HAND, Release.ON_CLOSE])
def test_abuse_3_before_the_grade_is_released_only_the_places_are_shown(
    open_table: OpenTable, change: Change, clock: FrozenClock, release: Release
) -> None:
    change(release=release.value, closes_at=clock.now + timedelta(days=1))

    page = open_table().receipt(all_in("sweet"))

    assert told(page, [*SECRETS, "where they belong", "Right", "Belongs elsewhere"]) == []
    assert told(page, list(CARDS.values())) == list(CARDS.values())
    assert "What was right is shown once your grade is released." in page


@pytest.mark.parametrize(
    ("release", "words"),
    [
        (Release.IMMEDIATE, "What was right is shown once this has closed, on 3 Mar 2026"),
        (Release.BY_HAND, "and your grade is released."),
        (Release.NEVER, "What was right is shown once this has closed, on 3 Mar 2026"),
    ],
)
def test_abuse_3_before_it_has_closed_only_the_places_are_shown(
    open_table: OpenTable,
    change: Change,
    clock: FrozenClock,
    release: Release,
    words: str,
) -> None:
    change(
        release=release.value,
        closes_at=clock.now + timedelta(days=1),
        settings=settings(feedback=Feedback.AFTER_CLOSE),
    )

    page = open_table().receipt(all_in("sweet"))

    assert told(page, [*SECRETS, "Belongs elsewhere"]) == []
    assert words in page


@pytest.mark.parametrize(
    ("release", "words"),
    [
        (Release.IMMEDIATE, "once this has closed; no closing time is set yet."),
        (Release.BY_HAND, "once this has closed and your grade is released; no closing"),
    ],
)
def test_a_receipt_that_waits_for_a_closing_without_a_time_says_so(
    open_table: OpenTable, change: Change, release: Release, words: str
) -> None:
    change(release=release.value, settings=settings(feedback=Feedback.AFTER_CLOSE))

    assert words in open_table().receipt(KEY)


def test_abuse_3_with_attempts_left_it_is_not_said_where_the_others_belong(
    open_table: OpenTable, change: Change
) -> None:
    change(settings=settings(attempts=2))

    page = open_table().receipt(all_in("sweet"))

    assert page.count("Belongs elsewhere") == 4
    assert told(page, SECRETS) == REASONS[:2]
    assert "It belongs in" not in page
    assert "The rest is shown when you have no attempt left" in page


def test_without_attempts_left_all_is_shown(open_table: OpenTable) -> None:
    page = open_table().receipt(all_in("sweet"))

    assert told(page, [*REASONS, CONCLUSION]) == [*REASONS, CONCLUSION]
    assert page.count("It belongs in:") == 4
    assert "What was right is shown" not in page


def test_once_it_has_closed_all_is_shown_to_who_had_attempts_left(
    open_table: OpenTable, change: Change, clock: FrozenClock, ann: Visitor
) -> None:
    change(settings=settings(attempts=None), closes_at=clock.now + timedelta(minutes=10))
    answer = open_table().hand_in(all_in("sweet"))
    clock.now += timedelta(minutes=20)

    page = ann.client.get(answer.location, base_url=ann.base_url).text

    assert told(page, [*REASONS, CONCLUSION]) == [*REASONS, CONCLUSION]


def test_a_penalty_is_told_before_and_after(
    open_table: OpenTable, activity: ActivityView, database: Database
) -> None:
    make_of(database, activity, small_sort(id="strict", penalty=True), points=10)

    table = open_table()
    page = table.receipt({**KEY, "sour-1": "salty"})

    assert "A card in another place takes one of them away." in table.page
    assert "A card elsewhere takes one of them away: 1 does." in page
    assert "6.67 of 10 points" in page


def test_answers_can_be_saved_by_themselves(open_table: OpenTable, ann: Visitor) -> None:
    table = open_table()
    fields = {**table.hidden, **table.fields({"sour-2": "salty"}), "do": "autosave"}

    answer = ann.client.post(
        ann.path(table.address),
        data={"csrf_token": ann.csrf_token(), **fields},
        base_url=ann.base_url,
        headers={"Sec-Fetch-Site": "same-origin", "Accept": "application/json"},
    )

    assert answer.status_code == 200
    assert lies(open_table().page) == {"sour-2": "salty"}


def test_an_author_s_markdown_is_drawn(open_table: OpenTable) -> None:
    table = open_table()

    assert "<em>belongs</em>" in table.page
    assert "<em>differ</em>" in table.receipt(KEY)


@pytest.mark.parametrize("state", ['{"placed": {"no-card": "sweet"}}', '{"placed": [1]}', "[]"])
def test_a_trial_with_a_made_up_state_is_refused(
    world: World, platform: Registration, activity: ActivityView, state: str
) -> None:
    teacher = world.visitor(platform, Role.INSTRUCTOR)
    address = f"activities/{activity.public_id}/try"
    own = {"key": "k", "number": 1, "base_revision": 0, "version": 1, "do": "hand_in"}

    assert teacher.post(address, {**own, "state": state}).status_code == 400


def test_a_trial_deals_the_same_to_everybody_and_shows_the_key_after(
    world: World, platform: Registration, activity: ActivityView
) -> None:
    teachers = [world.visitor(platform, Role.INSTRUCTOR) for _ in range(2)]
    address = f"activities/{activity.public_id}/try"
    pages = [teacher.get(address).text for teacher in teachers]

    assert order(pages[0]) == order(pages[1])
    fields = {name: "1" for name, _value, _ in _cards_of(pages[0])}
    own = {
        "key": "k",
        "number": 1,
        "base_revision": 0,
        "version": 1,
        "state": json.dumps({"placed": {}}),
    }
    answer = teachers[0].post(address, {**own, **fields, "do": "hand_in"})
    assert "It belongs in:" in answer.text
    assert "worth 3.33 of 10 points" in answer.text


def test_learners_are_told_truly_who_sees_their_places(open_table: OpenTable) -> None:
    words = "The people who run the course see where you put the cards."
    table = open_table()

    assert words in table.page
    assert words in table.receipt(KEY)
