"""Choosing what a link opens: by module, by search, after a trial."""

import re
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select

from lti_app.catalog.models import Activity
from lti_app.catalog.pack import CoursePack
from lti_app.core.db import Base, Database
from lti_app.lti.registration import Registration
from lti_app.people.roles import Role
from lti_app.web.models import LaunchSession
from tests.desk.full_shelf import ITEMS, MODULES
from tests.peers.world import ITEM, Visitor, World

CARD = re.compile(r'type="radio" value="([^"]+)"')
CHOSEN = re.compile(r'checked[^>]*type="radio" value="([^"]+)"')
HOSTILE = '"><script>alert(1)</script>{{7*7}}{0.__class__}'


@pytest.fixture
def platform(world: World) -> Registration:
    return world.platform()


@pytest.fixture
def teacher(world: World, platform: Registration) -> Visitor:
    return world.visitor(platform, Role.INSTRUCTOR, placement_id=world.link(platform))


def asked(visitor: Visitor, **args: str) -> str:
    answer = visitor.get(f"choose?{urlencode(args)}")
    assert answer.status_code == 200
    return answer.text


def test_of_many_modules_one_is_shown(teacher: Visitor, full_shelf: CoursePack) -> None:
    page = asked(teacher, find="", module="full/part-7")

    assert CARD.findall(page) == [f"full/p7-{n}" for n in range(1, ITEMS + 1)]
    assert page.count('value="full/part-') >= MODULES


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("Task 13 of 8", ["full/p8-13"]),
        ("8 TASK 13 of", ["full/p8-13"]),
        ("gets stuck self-assessment", [ITEM]),
        ("answered for yourself where do", [ITEM]),
        ("%", []),
        ("_", []),
        (HOSTILE, []),
        ("\x00", []),
        ("x" * 3000, []),
    ],
)
def test_search_looks_at_titles_summaries_modules_and_kinds(
    teacher: Visitor, full_shelf: CoursePack, wanted: str, found: list[str]
) -> None:
    page = asked(teacher, find=wanted)

    if found:
        assert set(found) <= set(CARD.findall(page))
        assert CARD.findall(page)[0] == found[0]
    else:
        assert CARD.findall(page) == []
        assert "Nothing found for" in page
    assert "<script>alert" not in page


def test_a_long_list_of_results_says_that_there_are_more(
    teacher: Visitor, full_shelf: CoursePack
) -> None:
    page = asked(teacher, find="task")

    assert len(CARD.findall(page)) == 30
    assert f"The first 30 of {MODULES * ITEMS} activities" in page


@pytest.mark.parametrize(
    "where", [{"find": "nowhere"}, {"find": "", "module": "full/part-2"}, {"find": "task"}]
)
def test_what_was_chosen_stays_wherever_one_looks(
    teacher: Visitor, full_shelf: CoursePack, where: dict[str, str]
) -> None:
    page = asked(teacher, item=ITEM, in_gradebook="y", **where)

    assert CHOSEN.findall(page) == [ITEM]
    assert re.search(r'checked[^>]*name="in_gradebook"', page)


def test_what_was_typed_and_ticked_stays_when_nothing_was_chosen(
    teacher: Visitor, full_shelf: CoursePack
) -> None:
    answer = teacher.post("choose", {"find": "", "at": "full/part-3", "in_gradebook": "y"})

    assert answer.status_code == 422
    assert CARD.findall(answer.text)[0] == "full/p3-1"
    assert re.search(r'checked[^>]*name="in_gradebook"', answer.text)


def test_the_page_names_the_platform_that_gets_a_column(teacher: Visitor) -> None:
    page = asked(teacher)

    assert "LMS gets one column" in page
    assert "Counts for completion" in page


def test_no_address_carries_the_token_of_the_session(teacher: Visitor) -> None:
    page = asked(teacher)
    form = page[page.index('class="rp-choose"') :]

    assert re.search(r'<button[^>]*formmethod="post"[^>]*name="csrf_token"', form)
    assert not re.search(r'<input[^>]*name="csrf_token"', form)


def test_choosing_leads_to_its_people_and_says_what_happened(teacher: Visitor) -> None:
    answer = teacher.post("choose", {"item": ITEM})
    page = teacher.client.get(answer.location, base_url=teacher.base_url).text

    assert "/people?placed=now" in answer.location
    assert "from now on" in page
    assert "Open it as a learner" in page
    assert "Dates and points" in page


def test_a_slower_colleague_reads_that_the_first_choice_stays(
    world: World, platform: Registration, teacher: Visitor, full_shelf: CoursePack
) -> None:
    colleague = world.visitor(platform, Role.INSTRUCTOR, placement_id=world.link(platform))
    teacher.post("choose", {"item": ITEM})

    answer = colleague.post("choose", {"item": "full/p1-1"})

    assert "placed=before" in answer.location
    page = colleague.client.get(answer.location, base_url=colleague.base_url).text
    assert "opened “<bdi>Where do I start?</bdi>” already" in page


def test_trying_first_leaves_no_trace(teacher: Visitor, database: Database) -> None:
    before = rows(database)
    address = f"choose/try?item={ITEM}&find=self&in_gradebook=y"

    shown = teacher.get(address)
    fields = dict(
        re.findall(
            r'name="(key|number|base_revision|version|state)"[^>]*value="([^"]*)"', shown.text
        )
    )
    names = set(re.findall(r'name="(statement-[^"]+)"', shown.text))
    fields["state"] = "{}"
    answered = teacher.post(address, {**fields, **dict.fromkeys(names, "3"), "do": "hand_in"})

    assert shown.status_code == 200
    assert answered.status_code == 200
    assert "what a learner would read after handing in" in answered.text
    assert rows(database) == before


def test_the_way_back_from_a_trial_keeps_the_choice(teacher: Visitor) -> None:
    page = teacher.get(f"choose/try?item={ITEM}&find=self&in_gradebook=y").text
    back = re.search(r'href="([^"]+)">Back to choosing', page)
    assert back

    answer = teacher.client.get(back[1].replace("&amp;", "&"), base_url=teacher.base_url)

    assert CHOSEN.findall(answer.text) == [ITEM]
    assert 'value="self"' in answer.text
    assert re.search(r'checked[^>]*name="in_gradebook"', answer.text)


def test_trying_nothing_asks_to_choose(teacher: Visitor) -> None:
    answer = teacher.get("choose/try?find=")

    assert answer.status_code == 422
    assert "Choose what you would like to try." in answer.text


@pytest.mark.parametrize(
    "item",
    ["leading-knowledge/none", "own/none", "../../etc/passwd", HOSTILE, "a\x00b", "x" * 3000],
)
def test_abuse_62_an_address_of_no_pack_is_not_there(
    teacher: Visitor, database: Database, item: str
) -> None:
    query = urlencode({"item": item, "find": ""})

    assert teacher.get(f"choose?{query}").status_code == 200
    assert teacher.get(f"choose/try?{query}").status_code == 404
    assert teacher.post(f"choose/try?{query}").status_code == 404
    assert teacher.post("choose", {"item": item}).status_code == 404
    with database.read() as session:
        assert session.scalars(select(Activity)).all() == []


def test_a_trial_takes_only_what_its_own_pages_send(teacher: Visitor) -> None:
    address = f"choose/try?item={ITEM}"

    assert teacher.post(address).status_code == 400
    assert teacher.post(address, {"state": "{" * 10_000}).status_code == 400


def rows(database: Database) -> dict[str, int]:
    """Return how many rows each table has, but for the bookkeeping of sessions."""
    with database.read() as session:
        return {
            name: session.scalar(select(func.count()).select_from(table)) or 0
            for name, table in Base.metadata.tables.items()
            if name != LaunchSession.__tablename__
        }
