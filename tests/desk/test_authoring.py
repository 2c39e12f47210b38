"""Activities that instructors make themselves, over HTTP and without scripts: begun and written."""

import re

import pytest
from sqlalchemy import func, select

from lti_app.audit.models import AuditEvent
from lti_app.catalog.models import Activity, ItemVersion, OwnItem
from lti_app.core.db import Database
from lti_app.web.session import cookie_name
from tests.desk.own import SORTING, STORY, Editor, make_own, sent, whole
from tests.peers.at_once import at_once
from tests.peers.world import ITEM, Visitor

EVERY = ("exercise/likert", "exercise/branch", "exercise/sort")


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


def test_two_who_keep_at_the_same_moment_lose_nothing(editor: Editor) -> None:
    token = editor.teacher.csrf_token()
    forms = [sent({**editor.fields, "title": f"From {n}", "do": "save"}) for n in range(4)]

    answers = at_once(lambda form: _post(editor, {**form, "csrf_token": token}), forms)

    assert sorted(map(str, answers)) == ["409", "409", "409", "422"]


def _post(editor: Editor, form: dict[str, object]) -> int:
    """Post from a browser of its own, as a thread needs; the session is the same."""
    grant, client = editor.teacher.grant, editor.teacher.app.test_client()
    client.set_cookie(cookie_name(grant.public_id), grant.cookie, domain="tool.test", secure=True)
    return client.post(
        editor.teacher.path(editor.address),
        data=form,
        base_url=editor.teacher.base_url,
        headers={"Sec-Fetch-Site": "same-origin"},
    ).status_code


def test_a_tick_that_is_kept_nowhere_stays_until_the_item_is_opened(editor: Editor) -> None:
    refused = editor.press("open", in_gradebook="y")
    assert refused.status_code == 422
    assert editor.fields["in_gradebook"] == "y"

    editor.press("add:cards")

    assert editor.fields["in_gradebook"] == "y"


def test_saving_the_same_twice_is_no_conflict_and_no_change(
    editor: Editor, database: Database
) -> None:
    form = sent({**editor.fields, "title": "Twice", "do": "save"})

    answers = [editor.teacher.post(editor.address, form).status_code for _ in range(2)]

    assert answers == [422, 422]
    with database.read() as session:
        events = session.scalars(select(AuditEvent.action)).all()
    assert events.count("own_item.changed") == 1


def activities(database: Database) -> list[Activity]:
    with database.read() as session:
        return list(session.scalars(select(Activity).order_by(Activity.id)))


def content_of(database: Database, activity: Activity) -> dict[str, object]:
    with database.read() as session:
        return session.get_one(ItemVersion, activity.item_version_id).content


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


def test_what_is_not_chosen_stands_above_and_leads_to_the_choice(teacher: Visitor) -> None:
    answer = teacher.post("own", {"item": ITEM})

    above = answer.text[answer.text.index('id="needs-a-look"') :]
    assert '<a href="#start">' in above[: above.index("</ul>")]


def test_where_a_story_ends_the_question_and_the_options_are_not_asked_for(
    teacher: Visitor,
) -> None:
    editor = Editor(teacher, make_own(teacher, "new:exercise/branch"))
    start, end = 'id="at-scenes-0"', 'id="at-scenes-1"'
    scene = editor.page[editor.page.index(start) : editor.page.index(end)]

    assert scene.count('class="rp-switched"') == 2
    assert scene.count(' rp-switch"') == 1
    # An ending that has options is amiss, and what is amiss is seen.
    editor.press("save", **{**STORY, "scenes.0.ending": "y"})
    amiss_scene = editor.page[editor.page.index(start) : editor.page.index(end)]
    assert amiss_scene.count('class="rp-switched"') == 1


def test_what_is_folded_away_is_named(teacher: Visitor) -> None:
    page = Editor(teacher, make_own(teacher, "new:exercise/branch")).page

    assert "More: Changes, In a few words, Offered only when" in page


def test_a_row_of_many_fields_is_moved_and_removed_at_its_top(teacher: Visitor) -> None:
    page = Editor(teacher, make_own(teacher, "new:exercise/branch")).page

    assert page.index('value="remove:scenes.0"') < page.index('name="item.scenes.0.title"')


def test_a_title_that_nobody_sees_is_no_title(teacher: Visitor) -> None:
    editor = Editor(teacher, make_own(teacher))

    answer = editor.press("save", title="\ufeff\u202e\x07")

    assert answer.status_code == 422
