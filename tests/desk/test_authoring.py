"""Activities that instructors make themselves, over HTTP and without scripts."""

import re

import pytest
from sqlalchemy import func, select

from lti_app.audit.models import AuditEvent
from lti_app.catalog.models import Activity, ItemVersion, OwnItem
from lti_app.catalog.service import get_activity_of
from lti_app.core.db import Database
from lti_app.lti.registration import Registration
from lti_app.people.roles import Role
from tests.desk.own import SORTING, STORY, Editor, fields_of, make_own, sent
from tests.peers.world import ITEM, Visitor, World

HOSTILE = "</textarea><script>alert(1)</script>{{7*7}}{0.__class__}\x1b[31m"
EVERY = ("exercise/likert", "exercise/branch", "exercise/sort")


@pytest.fixture
def platform(world: World) -> Registration:
    return world.platform()


@pytest.fixture
def teacher(world: World, platform: Registration) -> Visitor:
    return world.visitor(platform, Role.INSTRUCTOR, placement_id=world.link(platform))


@pytest.fixture
def editor(teacher: Visitor) -> Editor:
    """The editor of a new sorting exercise."""
    return Editor(teacher, make_own(teacher))


def whole(editor: Editor) -> dict[str, str]:
    """Return fields that make a sorting exercise complete."""
    first, second = editor.fields["bins.0.id"], editor.fields["bins.1.id"]
    bins = {f"cards.{n}.bin": first if n % 2 else second for n in range(4)}
    return {**SORTING, **bins}


def activities(database: Database) -> list[Activity]:
    with database.read() as session:
        return list(session.scalars(select(Activity).order_by(Activity.id)))


def content_of(database: Database, activity: Activity) -> dict[str, object]:
    with database.read() as session:
        return session.get_one(ItemVersion, activity.item_version_id).content


# ---------------------------------------------------------------------- beginning


def test_nothing_is_begun_without_a_choice(teacher: Visitor, database: Database) -> None:
    answer = teacher.post("own", {"item": ITEM})

    assert answer.status_code == 422
    assert "Choose what you would like to make." in answer.text
    assert f'value="copy:{ITEM}"' in answer.text
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(OwnItem)) == 0


@pytest.mark.parametrize("kind", EVERY)
def test_a_new_one_has_the_rows_that_most_need_and_no_words(teacher: Visitor, kind: str) -> None:
    fields = Editor(teacher, make_own(teacher, f"new:{kind}")).fields

    assert fields["title"] == ""
    assert fields["points"] == "10"
    assert any(re.search(r"\.1\.id$", name) for name in fields)


def test_a_copy_has_everything_and_the_original_stays(teacher: Visitor, database: Database) -> None:
    editor = Editor(teacher, make_own(teacher, f"copy:{ITEM}"))
    assert editor.fields["title"] == "Where do I start?"
    assert editor.fields["scale.statements.19.text"]

    assert editor.press("save", title="Where do we start?").status_code == 303

    assert "Saved, and nothing is missing." in editor.page
    assert "Where do I start?" in teacher.get("choose?find=&module=").text


def test_a_copy_of_ones_own_is_another_item(editor: Editor) -> None:
    editor.press("save", **whole(editor))

    copy = Editor(editor.teacher, make_own(editor.teacher, f"copy:own/{editor.public_id}"))
    copy.press("save", title="Another")

    assert editor.open()
    assert editor.fields["title"] == SORTING["title"]
    assert copy.fields["cards.3.feedback"] == "Because 3"


@pytest.mark.parametrize(
    "start",
    [
        "copy:leading-knowledge/none",
        "copy:own/none",
        "copy:",
        "new:exercise/none",
        "new:journal",
        "new:/",
        f"copy:{'x' * 5000}",
        "copy:\x00",
    ],
)
def test_abuse_62_what_nobody_can_begin_is_not_there(teacher: Visitor, start: str) -> None:
    assert teacher.post("own", {"start": start}).status_code == 404


# ---------------------------------------------------------------------- writing


def test_what_is_not_finished_is_kept_with_what_is_amiss_at_its_field(editor: Editor) -> None:
    answer = editor.press("save", title="Half", minutes="soon", **{"cards.2.text": "Only this"})

    assert answer.status_code == 422
    assert amiss(editor.page, "minutes") == "Write a whole number from 1 to 600."
    assert amiss(editor.page, "summary") == "Write something here."
    assert amiss(editor.page, "cards.2.bin") == "Choose one of these."
    assert 'id="needs-a-look"' in editor.page
    editor.open()
    assert editor.fields["minutes"] == "soon"
    assert editor.fields["cards.2.text"] == "Only this"


def test_rows_are_added_moved_and_removed_with_all_that_was_typed(editor: Editor) -> None:
    typed = {"cards.0.text": "First", "cards.1.text": "Second", "summary": "Kept"}

    added = editor.press("add:cards", **typed)
    editor.press("down:cards.0")
    editor.press("up:cards.4", **{"cards.4.text": "Last"})
    editor.press("remove:cards.0")

    assert added.location.endswith("at=cards.4#at-cards-4")
    texts = [editor.fields[f"cards.{n}.text"] for n in range(4)]
    assert texts == ["First", "", "Last", ""]
    assert "cards.4.text" not in editor.fields
    assert editor.fields["summary"] == "Kept"
    assert "Put “<bdi>Second</bdi>” back" in editor.page


def test_a_removed_row_is_put_back_where_it_was_and_named_again(editor: Editor) -> None:
    editor.press("save", **whole(editor))
    before = editor.fields

    editor.press("remove:bins.0")
    assert "What was removed" in editor.page
    editor.press("restore")

    assert without_revision(editor.fields) == without_revision(before)


def test_rows_are_named_by_their_titles_and_names_follow(teacher: Visitor) -> None:
    editor = Editor(teacher, make_own(teacher, "new:exercise/branch"))

    editor.press("save", **STORY)

    fields = editor.fields
    assert [fields[f"scenes.{n}.id"] for n in range(3)] == ["the-call", "upstairs", "alone"]
    assert fields["start"] == "the-call"
    assert fields["scenes.0.options.0.to"] == "upstairs"
    editor.press("save", **{"scenes.1.title": "On the third floor"})
    assert editor.fields["scenes.1.id"] == "upstairs"


def test_what_a_graph_lacks_is_said_at_its_field_by_titles(teacher: Visitor) -> None:
    editor = Editor(teacher, make_own(teacher, "new:exercise/branch"))
    editor.press("save", **STORY)

    answer = editor.press("save", **{"scenes.0.options.0.to": "alone"})

    assert answer.status_code == 422
    words = amiss(editor.page, "scenes.1.title")
    assert words.startswith("No path leads to “Upstairs”.")
    assert "`" not in words


def test_conditions_and_counts_of_a_story_are_written_in_rows(
    teacher: Visitor, database: Database
) -> None:
    editor = Editor(teacher, make_own(teacher, "new:exercise/branch"))
    editor.press("add:counters", **STORY)
    editor.press("add:scenes.0.options.0.changes", **{"counters.0.title": "Trust"})
    editor.press("add:scenes.1.variants")

    answer = editor.press(
        "open",
        **{
            "scenes.0.options.0.changes.0.key": "trust",
            "scenes.0.options.0.changes.0.value": "2",
            "scenes.1.variants.0.text": "They know you.",
            "scenes.1.variants.0.when.0.key": "trust",
            "scenes.1.variants.0.when.0.at_least": "1",
        },
    )

    assert answer.status_code == 303, re.findall(r'-amiss">.*', editor.page)
    (activity,) = activities(database)
    scenes = content_of(database, activity)["scenes"]
    assert isinstance(scenes, list)
    assert scenes[0]["options"][0]["changes"] == {"trust": 2}
    assert scenes[1]["variants"][0]["when"]["trust"]["at_least"] == 1


def test_a_second_tab_takes_nothing_from_the_first(editor: Editor) -> None:
    other = Editor(editor.teacher, editor.public_id)
    editor.press("save", title="From the first tab")

    answer = other.press("save", title="From the second tab")

    assert answer.status_code == 409
    assert "was changed in another tab" in other.page
    assert other.fields["title"] == "From the second tab"
    assert Editor(editor.teacher, editor.public_id).fields["title"] == "From the first tab"
    other.press("save")
    assert Editor(editor.teacher, editor.public_id).fields["title"] == "From the second tab"


def test_saving_the_same_twice_is_no_conflict_and_no_change(
    editor: Editor, database: Database
) -> None:
    form = sent({**editor.fields, "title": "Twice", "do": "save"})

    answers = [editor.teacher.post(editor.address, form).status_code for _ in range(2)]

    assert answers == [422, 422]
    with database.read() as session:
        events = session.scalars(select(AuditEvent.action)).all()
    assert events.count("own_item.changed") == 1


# ---------------------------------------------------------------------- opening


def test_what_is_ready_is_tried_without_a_trace_and_opened(
    editor: Editor, database: Database
) -> None:
    tried = editor.press("try", **whole(editor))
    assert tried.location.endswith(f"{editor.address}/try")
    assert "You are trying this as a learner meets it." in editor.page
    assert activities(database) == []

    editor.open()
    answer = editor.press("open", in_gradebook="y")

    assert "/people?placed=now" in answer.location
    (activity,) = activities(database)
    assert (activity.title, activity.in_gradebook) == (SORTING["title"], True)
    assert content_of(database, activity)["id"] == editor.public_id
    assert f'/own/{editor.public_id}">' in editor.page
    with database.read() as session:
        assert {"own_item.made", "own_item.changed", "activity.placed"} <= set(
            session.scalars(select(AuditEvent.action))
        )


def test_what_is_not_ready_is_neither_tried_nor_opened(editor: Editor, database: Database) -> None:
    for do in ("try", "open"):
        assert editor.press(do).status_code == 422
    assert editor.teacher.get(f"{editor.address}/try").status_code == 303
    assert editor.teacher.post("choose", {"item": f"own/{editor.public_id}"}).status_code == 404
    assert activities(database) == []


def test_what_was_made_here_stands_in_the_chooser_of_this_course_only(
    world: World, platform: Registration, editor: Editor
) -> None:
    editor.press("save", **whole(editor))
    elsewhere = world.link(platform, course="course-2", link="link-2")
    others = world.visitor(platform, Role.INSTRUCTOR, course="course-2", placement_id=elsewhere)

    here = editor.teacher.get("choose?find=&module=own").text
    found = editor.teacher.get("choose?find=hiding or not asked").text

    assert f'value="own/{editor.public_id}"' in here
    assert f'value="own/{editor.public_id}"' in found
    assert SORTING["title"] not in others.get("choose?find=hiding").text
    assert others.post("choose", {"item": f"own/{editor.public_id}"}).status_code == 404


def test_until_somebody_begins_changes_reach_the_link(editor: Editor, database: Database) -> None:
    editor.press("open", **whole(editor))
    editor.open()

    editor.press("save", title="A better title", **{"cards.0.text": "A better card"})

    (activity,) = activities(database)
    assert activity.title == "A better title"
    assert "A better card" in str(content_of(database, activity))


def test_what_is_amiss_does_not_reach_the_link(editor: Editor, database: Database) -> None:
    editor.press("open", **whole(editor))
    editor.open()

    assert editor.press("save", **{"cards.0.text": ""}).status_code == 422

    (activity,) = activities(database)
    assert "Remark 0" in str(content_of(database, activity))


def test_once_begun_it_stays_and_a_copy_is_offered(
    world: World, platform: Registration, teacher: Visitor, database: Database
) -> None:
    editor = Editor(teacher, make_own(teacher, f"copy:{ITEM}"))
    before = editor.fields
    editor.press("open")
    (activity,) = activities(database)
    learner = world.visitor(platform)
    with database.read() as session:
        view = get_activity_of(session, platform_id=platform.id, activity_id=activity.id)
    assert learner.hand_in(view).status_code == 303

    late = sent({**before, "title": "Too late", "do": "save"})
    alone = teacher.post(editor.address, {**late, "do": "autosave"})
    answer = teacher.post(editor.address, late)

    assert alone.status_code == 409
    assert activities(database)[0].title == "Where do I start?"
    page = editor.open()
    assert "Somebody has begun this" in page
    assert f'value="copy:own/{editor.public_id}"' in page
    copy = teacher.client.get(answer.location, base_url=teacher.base_url).text
    assert "What you changed is in this copy." in copy
    assert fields_of(copy)["title"] == "Too late"


def test_it_saves_itself_while_somebody_writes(editor: Editor) -> None:
    other = Editor(editor.teacher, editor.public_id)

    answer = editor.press("autosave", title="By itself")
    again = other.press("autosave", title="From another tab")

    assert answer.status_code == 200
    said = answer.get_json()
    assert said["revision"] == 1
    assert said["words"].startswith("Saved at")
    assert again.status_code == 409
    assert fields_of(editor.open())["title"] == "By itself"
    assert "cards.0.id" in editor.fields


# ---------------------------------------------------------------------- strangers


def test_abuse_50_53_what_is_typed_is_shown_as_it_is_and_never_run(editor: Editor) -> None:
    texts = {
        name: HOSTILE
        for name in editor.fields
        if name.endswith(("title", "text", "about", "feedback", "summary", "conclusion"))
    }

    answer = editor.press("save", **{**whole(editor), **texts})

    assert answer.status_code in {303, 422}
    assert "<script>alert" not in editor.page
    assert "{{7*7}}" in editor.page
    assert "<script>alert" not in editor.teacher.get("choose?find=&module=own").text


@pytest.mark.parametrize(
    "typed",
    [
        {"cards.99999999999999999999.text": "x"},
        {"cards.-1.text": "x"},
        {"cards.١.text": "x"},
        {"cards": "x"},
        {"cards.0": "x"},
        {"cards.0.text.deep": "x"},
        {"title.deep": "x"},
        {"__class__.__init__": "x"},
        {".".join("a" * 500): "x"},
        {"evidence.0": "x", "licence": "x", "id": "other", "kind": "branch"},
        {"cards.0.id": "../../x"},
        {"bins.0.id": "bins-1", "bins.1.id": "bins-1"},
        {"points": "1e999999999"},
        {"points": "NaN"},
        {"minutes": "9" * 5000},
        {"title": "\x00\ud800".encode("utf-8", "replace").decode()},
        {"cards.0.text": "x" * 100_000},
        {"do": "remove:cards.0.text"},
        {"do": "add:cards.0"},
        {"do": "up:nothing.1"},
        {"do": "remove:" + "cards." * 1000},
        {"do": "restore"},
        {"do": "\x00"},
    ],
)
def test_abuse_58_62_a_strange_request_breaks_nothing(
    editor: Editor, typed: dict[str, str]
) -> None:
    form = sent({**editor.fields, "do": "save", **typed})

    answer = editor.teacher.post(editor.address, form)

    assert answer.status_code in {303, 400, 409, 422}
    assert editor.teacher.get(editor.address).status_code == 200
    assert editor.teacher.get("choose").status_code == 200


@pytest.mark.parametrize("revision", ["", "-1", "x", "9" * 40, "1.5"])
def test_a_request_that_is_not_the_whole_form_takes_nothing_away(
    editor: Editor, revision: str
) -> None:
    editor.press("save", title="Kept")

    wrong = editor.teacher.post(editor.address, sent({**editor.fields, "base_revision": revision}))
    bare = editor.teacher.post(editor.address, {"base_revision": "1", "do": "save"})

    assert (wrong.status_code, bare.status_code) == (400, 400)
    assert fields_of(editor.open())["title"] == "Kept"


def test_a_list_can_grow_to_its_limit_and_no_further(editor: Editor) -> None:
    rows = {f"cards.{n}.text": f"Card {n}" for n in range(40)}

    editor.press("add:cards", **rows)

    assert "cards.40.text" not in editor.fields
    assert 'value="add:cards"' not in editor.page


def test_too_much_is_refused_whole(editor: Editor) -> None:
    answer = editor.teacher.post(editor.address, sent({**editor.fields, "title": "x" * 600_000}))

    assert answer.status_code == 413
    assert fields_of(editor.open())["title"] == ""


def without_revision(fields: dict[str, str]) -> dict[str, str]:
    return {
        name: value for name, value in fields.items() if name not in {"base_revision", "csrf_token"}
    }


def amiss(page: str, name: str) -> str:
    """Return what a page says about a field."""
    found = re.search(
        rf'id="at-{name.replace(".", "-")}-amiss">.*?<span dir="auto">(.*?)</span>', page
    )
    return found[1] if found else ""
