"""What instructors made is tried and opened, and stays once somebody has begun it."""

from sqlalchemy import select

from lti_app.audit.models import AuditEvent
from lti_app.catalog.models import Activity, ItemVersion
from lti_app.catalog.service import get_activity_of
from lti_app.core.db import Database
from lti_app.lti.registration import Registration
from lti_app.people.roles import Role
from tests.desk.own import SORTING, Editor, fields_of, make_own, sent, whole
from tests.peers.world import ITEM, Visitor, World


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


def activities(database: Database) -> list[Activity]:
    with database.read() as session:
        return list(session.scalars(select(Activity).order_by(Activity.id)))


def content_of(database: Database, activity: Activity) -> dict[str, object]:
    with database.read() as session:
        return session.get_one(ItemVersion, activity.item_version_id).content


def test_saving_comes_first_until_nothing_is_missing_and_then_opening(editor: Editor) -> None:
    button = '<button class="btn btn-primary" type="submit" name="do" value="{}"'
    editor.open()
    before = editor.page
    editor.press("save", **whole(editor))
    ready = editor.page
    editor.press("save", title="")
    amiss_again = editor.page

    assert "Once somebody has begun, the text can no longer be changed." in before
    for page, filled, plain in (
        (before, "save", "open"),
        (ready, "open", "save"),
        (amiss_again, "save", "open"),
    ):
        assert button.format(filled) in page
        assert button.format(plain) not in page
