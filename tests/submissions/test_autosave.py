"""A form that saves itself is answered with what is true of the draft, in words for its reader."""

from base64 import b64decode
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, update
from werkzeug.test import TestResponse

from lti_app.catalog.models import Activity
from lti_app.catalog.views import ActivityView
from lti_app.core.db import Database
from lti_app.lti.registration import Registration
from lti_app.people.models import DataKey
from lti_app.people.roles import Role
from lti_app.submissions.models import Attempt
from lti_app.web.models import LaunchSession
from tests.conftest import FrozenClock
from tests.exercise.sheet import Sheet, answers, chosen
from tests.peers.world import Visitor, World


@pytest.fixture
def platform(world: World) -> Registration:
    return world.platform()


@pytest.fixture
def activity(world: World, platform: Registration) -> ActivityView:
    return world.activity(platform)


@pytest.fixture
def ann(world: World, platform: Registration) -> Visitor:
    return world.visitor(platform)


@pytest.fixture
def sheet(ann: Visitor, activity: ActivityView) -> Sheet:
    return Sheet(ann, activity)


def autosave(sheet: Sheet, fields: dict[str, object], **headers: str) -> TestResponse:
    """Send the form as its script does."""
    who = sheet.visitor
    token = {"csrf_token": who.csrf_token()} if "token" not in headers else {}
    sent = {
        "Accept": "application/json",
        "Sec-Fetch-Site": "same-origin",
        **{name.replace("_", "-"): value for name, value in headers.items() if name != "token"},
    }
    return who.client.post(
        who.path(sheet.address),
        data={**token, **sheet.hidden, **fields, "do": "autosave"},
        base_url=who.base_url,
        headers=sent,
    )


def local_key(visitor: Visitor, activity: ActivityView) -> TestResponse:
    return visitor.post(f"activities/{activity.public_id}/local-key")


def drafts(database: Database) -> list[int]:
    with database.read() as session:
        return list(session.scalars(select(Attempt.draft_revision).order_by(Attempt.id)))


def test_a_save_is_answered_with_its_revision_and_when_it_was(
    sheet: Sheet, clock: FrozenClock
) -> None:
    answer = autosave(sheet, answers(count=3))

    assert answer.status_code == 200
    assert answer.get_json() == {
        "revision": 1,
        "saved_at": clock().isoformat(),
        "words": "Saved at 09:00 UTC",
    }


def test_what_saved_itself_is_there_when_the_page_is_opened_again(
    sheet: Sheet, ann: Visitor, activity: ActivityView
) -> None:
    autosave(sheet, {"statement-s1": "5"})

    again = Sheet(ann, activity)

    assert chosen(again.page) == {"s1": "5"}
    assert again.hidden["base_revision"] == "1"


def test_on_another_day_the_page_says_which(
    sheet: Sheet, ann: Visitor, activity: ActivityView, database: Database, clock: FrozenClock
) -> None:
    autosave(sheet, {"statement-s1": "5"})
    with database.write() as session:
        session.execute(update(Attempt).values(draft_saved_at=clock() - timedelta(days=1)))

    assert "Saved on 1 Mar 2026, 09:00 UTC" in Sheet(ann, activity).page


def test_times_are_those_of_the_readers_zone(sheet: Sheet, database: Database) -> None:
    with database.write() as session:
        session.execute(update(LaunchSession).values(time_zone="Asia/Tokyo"))

    assert autosave(sheet, {"statement-s1": "5"}).get_json()["words"] == "Saved at 18:00"


def test_f2_the_same_save_again_is_answered_as_before(sheet: Sheet, database: Database) -> None:
    first = autosave(sheet, {"statement-s1": "5"})

    assert autosave(sheet, {"statement-s1": "5"}).get_json() == first.get_json()
    assert drafts(database) == [1]


def test_a_newer_draft_is_not_saved_over(
    sheet: Sheet, ann: Visitor, activity: ActivityView
) -> None:
    autosave(Sheet(ann, activity), {"statement-s1": "5"})

    answer = autosave(sheet, {"statement-s1": "2"})

    assert answer.status_code == 409
    assert answer.get_json()["code"] == "draft_conflict"
    assert chosen(Sheet(ann, activity).page) == {"s1": "5"}


@pytest.mark.parametrize(
    ("window", "code"),
    [({"closes_at": -1}, "activity_closed"), ({"opens_at": 1}, "activity_not_open")],
)
def test_outside_its_dates_it_says_why_nothing_is_saved(
    sheet: Sheet, database: Database, clock: FrozenClock, window: dict[str, int], code: str
) -> None:
    with database.write() as session:
        times = {name: clock() + timedelta(hours=hours) for name, hours in window.items()}
        session.execute(update(Activity).values(**times))

    answer = autosave(sheet, {"statement-s1": "2"})

    assert answer.status_code == 409
    assert answer.get_json()["code"] == code
    assert "was not taken" in answer.get_json()["words"]
    assert drafts(database) == []


def test_what_was_handed_in_elsewhere_takes_no_more(sheet: Sheet) -> None:
    sheet.hand_in(answers())

    answer = autosave(sheet, {"statement-s1": "2"})

    assert answer.status_code == 409
    assert answer.get_json()["code"] == "handed_in_elsewhere"


def test_an_ended_session_is_told_by_its_code_and_tells_nothing(
    sheet: Sheet, database: Database, clock: FrozenClock
) -> None:
    token = sheet.visitor.csrf_token()
    with database.write() as session:
        session.execute(update(LaunchSession).values(ended_at=clock()))

    answer = autosave(sheet, {"statement-s1": "2", "csrf_token": token}, token="given")

    assert answer.status_code == 404
    assert answer.get_json()["code"] == "no_session"
    assert set(answer.get_json()) == {"code", "words"}
    assert "Ångström" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("accept", ["text/html", "*/*", "text/html, application/json;q=0.9"])
def test_a_browser_that_shows_pages_gets_the_page(sheet: Sheet, accept: str) -> None:
    sheet.hand_in(answers())

    answer = autosave(sheet, {"statement-s1": "2"}, Accept=accept)

    assert answer.status_code == 409
    assert answer.mimetype == "text/html"


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"Sec_Fetch_Site": "cross-site"}, id="from another site"),
        pytest.param({"Sec_Fetch_Site": "none", "Origin": "null"}, id="from no page"),
        pytest.param({"token": "none"}, id="without the token"),
    ],
)
def test_abuse_48_a_forged_save_changes_nothing(
    sheet: Sheet, database: Database, headers: dict[str, str]
) -> None:
    answer = autosave(sheet, {"statement-s1": "2"}, **headers)

    assert answer.status_code == 403
    assert drafts(database) == []


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"base_revision": "9" * 30}, id="a number too large for a column"),
        pytest.param({"number": ["1", "2"], "base_revision": "-1"}, id="one name twice"),
        pytest.param({"number": "\x00"}, id="NUL for a number"),
        pytest.param({"key": ""}, id="no key"),
    ],
)
def test_abuse_62_strange_values_are_refused_and_nothing_breaks(
    sheet: Sheet, database: Database, fields: dict[str, object]
) -> None:
    answer = autosave(sheet, {**answers(), **fields})

    assert answer.status_code in (400, 409)
    assert drafts(database) == []


def test_abuse_62_json_in_place_of_the_form_is_refused(sheet: Sheet, database: Database) -> None:
    who = sheet.visitor
    answer = who.client.post(
        who.path(sheet.address),
        json={"do": "autosave", "number": 1, "statement-s1": "5"},
        base_url=who.base_url,
        headers={"Accept": "application/json", "Sec-Fetch-Site": "same-origin"},
    )

    assert answer.status_code == 403
    assert drafts(database) == []


def test_a_page_brings_the_key_of_its_local_copies_once_there_is_one(
    sheet: Sheet, ann: Visitor, activity: ActivityView
) -> None:
    assert 'data-key=""' in sheet.page

    key = local_key(ann, activity).get_json()["key"]

    assert len(b64decode(key)) == 32
    assert f'data-key="{key}"' in Sheet(ann, activity).page


def test_the_key_is_the_same_in_every_session_of_a_person_and_nobody_elses(
    world: World, platform: Registration, activity: ActivityView
) -> None:
    other_activity = world.activity(platform, link="link-2")
    ann, again = (world.visitor(platform, sub="ann") for _ in range(2))
    ben = world.visitor(platform, sub="ben")

    keys = [local_key(who, activity).get_json()["key"] for who in (ann, again, ben)]
    keys.append(local_key(ann, other_activity).get_json()["key"])

    assert keys[0] == keys[1]
    assert len(set(keys)) == 3


def test_66_when_a_person_is_erased_their_local_copies_cannot_be_read_any_more(
    ann: Visitor, activity: ActivityView, database: Database
) -> None:
    before = local_key(ann, activity).get_json()["key"]
    with database.write() as session:
        session.execute(delete(DataKey))

    assert local_key(ann, activity).get_json()["key"] != before


def test_opening_the_page_makes_no_key(sheet: Sheet, database: Database) -> None:
    assert sheet.page
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(DataKey)) == 0


def test_others_get_no_key(
    world: World, platform: Registration, activity: ActivityView, ann: Visitor
) -> None:
    stranger = world.visitor(platform, course="course-2")
    teacher = world.visitor(platform, Role.INSTRUCTOR)

    assert local_key(stranger, activity).status_code == 404
    assert local_key(teacher, activity).status_code == 403


def test_the_page_after_a_refusal_says_that_nothing_of_it_is_saved(sheet: Sheet) -> None:
    page = sheet.hand_in(answers(count=3)).text

    assert "data-unsaved" in page
    assert 'data-autosave="on"' in page


def test_a_page_that_shows_two_versions_waits_for_the_choice(
    sheet: Sheet, ann: Visitor, activity: ActivityView
) -> None:
    Sheet(ann, activity).save({"statement-s1": "5"})

    page = sheet.save({"statement-s1": "2"}).text

    assert 'data-autosave="paused"' in page
    assert "Nothing is saved by itself until you have chosen." in page
