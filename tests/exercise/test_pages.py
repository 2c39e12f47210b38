from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from lti_app.audit.models import AuditEvent
from lti_app.catalog.models import Activity
from lti_app.catalog.views import ActivityView
from lti_app.core.db import Database
from lti_app.core.sealing import Keyring, Place
from lti_app.grading.models import Grade
from lti_app.lti.registration import Registration
from lti_app.people.roles import Role
from lti_app.people.service import open_data_key
from lti_app.submissions.models import Attempt
from tests.conftest import FrozenClock
from tests.exercise.sheet import Sheet, answers, chosen
from tests.peers.world import Visitor, World

OpenSheet = Callable[[], Sheet]


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
def open_sheet(ann: Visitor, activity: ActivityView) -> OpenSheet:
    return lambda: Sheet(ann, activity)


def attempts(database: Database) -> list[Attempt]:
    with database.read() as session:
        return list(session.scalars(select(Attempt).order_by(Attempt.number)))


def set_activity(database: Database, **values: object) -> None:
    with database.write() as session:
        session.execute(update(Activity).values(**values))


def test_every_statement_is_asked_and_none_is_answered_beforehand(open_sheet: OpenSheet) -> None:
    page = open_sheet().page

    assert page.count("<legend>") == 20
    assert chosen(page) == {}
    assert "have not been validated as an instrument" in page


def test_opening_the_page_writes_nothing(open_sheet: OpenSheet, database: Database) -> None:
    open_sheet()

    assert attempts(database) == []


def test_handing_in_leads_to_a_receipt_with_the_profile(
    open_sheet: OpenSheet, ann: Visitor
) -> None:
    answer = open_sheet().hand_in(answers("4"))

    page = ann.client.get(answer.location, base_url=ann.base_url).text
    assert answer.status_code == 303
    assert "Giving 3.6" in page
    assert "10 of 10 points" in page


def test_a_receipt_shows_what_stands_out_and_every_answer(
    open_sheet: OpenSheet, ann: Visitor
) -> None:
    answer = open_sheet().hand_in({**answers("3"), "statement-s19": "1", "statement-s10": "4"})

    page = ann.client.get(answer.location, base_url=ann.base_url).text
    assert page.count("Rare so far") == 1
    assert page.count("Frequent so far") == 1
    assert "You chose 1, <bdi>never</bdi>." in page
    assert "You chose 4, <bdi>often</bdi>." in page
    assert "All 20 of your answers" in page


def test_a_receipt_without_anything_that_stands_out_says_so(
    open_sheet: OpenSheet, ann: Visitor
) -> None:
    answer = open_sheet().hand_in(answers("3"))

    page = ann.client.get(answer.location, base_url=ann.base_url).text
    assert "No area and no answer stands apart from the others." in page


def test_missing_answers_are_named_and_nothing_given_is_lost(
    open_sheet: OpenSheet, database: Database
) -> None:
    answer = open_sheet().hand_in(answers("2", count=19))

    assert answer.status_code == 422
    assert chosen(answer.text) == {f"s{number}": "2" for number in range(1, 20)}
    assert 'href="#statement-s20-0"' in answer.text
    assert 'id="statement-s20-0"' in answer.text
    assert attempts(database) == []


def test_an_answer_off_the_scale_is_a_missing_answer(
    open_sheet: OpenSheet, database: Database
) -> None:
    answer = open_sheet().hand_in({**answers(), "statement-s3": "9"})

    assert answer.status_code == 422
    assert 'href="#statement-s3-0"' in answer.text
    assert attempts(database) == []


def test_a_saved_draft_is_there_again_and_counts_for_nothing(
    open_sheet: OpenSheet, database: Database
) -> None:
    saved = open_sheet().save(answers("5", count=3))

    assert saved.status_code == 303
    assert chosen(open_sheet().page) == {"s1": "5", "s2": "5", "s3": "5"}
    with database.read() as session:
        assert session.scalars(select(Grade)).all() == []


def test_a_draft_is_continued_and_handed_in(open_sheet: OpenSheet, database: Database) -> None:
    open_sheet().save(answers("5", count=3))

    answer = open_sheet().hand_in(answers("5"))

    assert answer.status_code == 303
    (attempt,) = attempts(database)
    assert (attempt.number, attempt.draft) == (1, None)


def test_another_tabs_newer_draft_is_shown_beside_and_neither_is_lost(
    open_sheet: OpenSheet,
) -> None:
    older = open_sheet()
    open_sheet().save({"statement-s1": "5"})

    answer = older.save({"statement-s1": "2"})

    assert answer.status_code == 409
    assert chosen(answer.text) == {"s1": "2"}
    assert "Saved in the other tab: almost always" in answer.text
    assert chosen(open_sheet().page) == {"s1": "5"}


def test_after_both_were_shown_the_choice_is_saved(open_sheet: OpenSheet) -> None:
    older = open_sheet()
    open_sheet().save({"statement-s1": "5"})
    older.save({"statement-s1": "2"})
    older.hidden["base_revision"] = "1"

    answer = older.save({"statement-s1": "2"})

    assert answer.status_code == 303
    assert chosen(open_sheet().page) == {"s1": "2"}


def test_abuse_22_a_double_click_is_one_hand_in(open_sheet: OpenSheet, database: Database) -> None:
    sheet = open_sheet()

    first, second = sheet.hand_in(answers()), sheet.hand_in(answers())

    assert first.location == second.location
    assert len(attempts(database)) == 1


def test_abuse_22_the_same_page_with_other_answers_is_refused(
    open_sheet: OpenSheet, database: Database
) -> None:
    sheet = open_sheet()
    sheet.hand_in(answers("4"))

    assert sheet.hand_in(answers("1")).status_code == 422
    assert len(attempts(database)) == 1


def test_whoever_has_handed_in_meets_the_receipt(open_sheet: OpenSheet, ann: Visitor) -> None:
    receipt = open_sheet().hand_in(answers()).location

    again = ann.get(open_sheet().address)

    assert again.status_code == 303
    assert receipt.split("#")[0].endswith(again.location)


def test_an_activity_that_may_be_repeated_offers_another_attempt(
    open_sheet: OpenSheet, ann: Visitor, database: Database
) -> None:
    set_activity(database, settings={"attempts": 2})
    sheet = open_sheet()
    assert "After you have handed in you can do it once more." in sheet.page
    receipt = ann.client.get(sheet.hand_in(answers()).location, base_url=ann.base_url).text
    assert "You have one more try." in receipt

    sheet.hidden |= {"key": "another", "number": "2"}
    answer = sheet.hand_in(answers("2"))

    assert f"{sheet.address}?again=1" in receipt
    assert answer.status_code == 303
    assert [attempt.number for attempt in attempts(database)] == [1, 2]


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"number": "2"}, id="attempt number"),
        pytest.param({"number": "0"}, id="attempt nought"),
        pytest.param({"number": "x"}, id="no number"),
        pytest.param({"base_revision": "-1"}, id="revision below nought"),
        pytest.param({"version": ""}, id="no version"),
        pytest.param({"version": "2"}, id="a version that is not there yet"),
        pytest.param({"key": ""}, id="no key"),
        pytest.param({"key": "k" * 65}, id="a long key"),
        pytest.param({"number": "9" * 30}, id="62 a number too large for a column"),
    ],
)
def test_abuse_21_changed_hidden_fields_change_nothing(
    open_sheet: OpenSheet, database: Database, fields: dict[str, object]
) -> None:
    answer = open_sheet().hand_in({**answers(), **fields})

    assert answer.status_code in (400, 409)
    assert attempts(database) == []


def test_abuse_20_fields_the_form_does_not_have_are_left_aside_and_audited(
    open_sheet: OpenSheet, database: Database
) -> None:
    extra = {
        "score": "1000",
        "scoreGiven": "1000",
        "is_released": "1",
        "user_id": "1",
        "platform_id": "2",
        "handed_in_at": "2020-01-01",
    }

    open_sheet().hand_in({**answers(), **extra})

    (attempt,) = attempts(database)
    with database.read() as session:
        assert session.scalars(select(Grade.points)).one() == 10
        actions = session.scalars(select(AuditEvent.action)).all()
    assert set(attempt.answers or {}) == {"responses"}
    assert "form.unexpected_field" in actions


def test_abuse_23_the_servers_time_counts(
    open_sheet: OpenSheet, database: Database, clock: FrozenClock
) -> None:
    sheet = open_sheet()
    set_activity(database, closes_at=clock() - timedelta(seconds=1))

    answer = sheet.hand_in({**answers(), "submitted_at": "2020-01-01T00:00:00Z"})

    assert answer.status_code == 409
    assert "This has closed" in answer.text
    assert attempts(database) == []


@pytest.mark.parametrize(
    ("window", "words", "has_form"),
    [
        pytest.param({"opens_at": 60}, "Until then you can read it", False, id="not open yet"),
        pytest.param({"closes_at": -60}, "takes no more answers", False, id="closed"),
        pytest.param({"due_at": -60}, "it is marked as late", True, id="late"),
        pytest.param({"due_at": 60}, "Due on", True, id="due"),
    ],
)
def test_the_page_says_when_it_takes_answers(
    open_sheet: OpenSheet,
    database: Database,
    clock: FrozenClock,
    window: dict[str, int],
    words: str,
    *,
    has_form: bool,
) -> None:
    times = {name: clock() + timedelta(seconds=ahead) for name, ahead in window.items()}
    set_activity(database, **times)

    page = open_sheet().page

    assert words in page
    assert ('value="hand_in"' in page) is has_form


@pytest.mark.parametrize("role", [Role.INSTRUCTOR, Role.OBSERVER, Role.GUEST])
def test_others_of_the_course_read_and_do_not_answer(
    world: World, platform: Registration, activity: ActivityView, role: Role
) -> None:
    visitor = world.visitor(platform, role)

    shown = visitor.get(f"activities/{activity.public_id}/preview")

    assert "only learners of the course hand in" in shown.text
    assert 'type="radio"' not in shown.text
    assert visitor.get(f"exercise/{activity.public_id}").status_code == 403
    assert visitor.post(f"exercise/{activity.public_id}", answers()).status_code == 403


def test_7_another_course_does_not_have_this_activity(
    world: World, platform: Registration, activity: ActivityView
) -> None:
    stranger = world.visitor(platform, course="course-2")

    unknown = stranger.get("exercise/aaaaaaaaaaaaaaaaaaaaaaaaaa")
    not_theirs = stranger.get(f"exercise/{activity.public_id}")

    assert not_theirs.status_code == 404
    assert not_theirs.data == unknown.data


def test_what_a_pack_or_a_person_wrote_is_shown_and_never_run(
    world: World, platform: Registration, database: Database, activity: ActivityView
) -> None:
    set_activity(database, title="<script>alert(1)</script>{{7*7}}")

    page = Sheet(world.visitor(platform), activity).page

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}" in page


@pytest.mark.parametrize("do", ["", "hand-in", "submit", "save\0"])
def test_a_request_that_says_nothing_we_know_hands_nothing_in(
    open_sheet: OpenSheet, ann: Visitor, database: Database, do: str
) -> None:
    sheet = open_sheet()

    answer = ann.post(sheet.address, {**sheet.hidden, **answers(), "do": do})

    assert answer.status_code == 400
    assert attempts(database) == []


@pytest.mark.parametrize("state", ["5", "[]", "null", '{"responses": 5}', "{", '{"path": 1}'])
def test_a_trial_of_no_state_of_ours_is_refused(
    world: World, platform: Registration, activity: ActivityView, state: str
) -> None:
    teacher = world.visitor(platform, Role.INSTRUCTOR)
    address = f"activities/{activity.public_id}/try"
    hidden = {"key": "k", "number": "1", "base_revision": "0", "version": "1"}

    answer = teacher.post(address, {**hidden, "state": state, "do": "save"})

    assert answer.status_code in (200, 400)


@pytest.mark.parametrize("text", ['{"responses": 5}', '{"responses": {"gone": 3}}', "[]", "5"])
def test_a_draft_that_does_not_fit_is_left_aside_and_the_page_is_there(
    open_sheet: OpenSheet, ann: Visitor, database: Database, keyring: Keyring, text: str
) -> None:
    open_sheet().save(answers("5", count=3))
    with database.write() as session:
        attempt = session.scalars(select(Attempt)).one()
        key = open_data_key(session, keyring, platform_id=ann.platform_id, user_id=ann.user_id)
        attempt.draft = key.seal(text, Place("attempts", "draft", attempt.public_id))

    page = ann.get(open_sheet().address)

    assert page.status_code == 200
