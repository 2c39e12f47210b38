"""An activity's settings over HTTP: what is kept, what is refused and where, what follows."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated

import pytest
from pydantic import BaseModel, Field
from sqlalchemy import select, update

from lti_app.audit.models import AuditEvent
from lti_app.catalog.models import Activity, Placement
from lti_app.catalog.views import ActivityView
from lti_app.core.db import Database
from lti_app.core.words import Section
from lti_app.grading.columns import remember_column
from lti_app.grading.models import DeliveryState, Grade, GradeEvent, ScoreDelivery
from lti_app.lti.registration import Registration
from lti_app.people.models import Context, User
from lti_app.people.roles import Role
from lti_app.submissions.counting import Counting
from lti_app.submissions.current import EXTENSION
from lti_app.submissions.registry import Registry
from tests.conftest import FrozenClock
from tests.peers.world import Visitor, World
from tests.submissions.test_gradebook import settings

LONDON, NEW_YORK = "Europe/London", "America/New_York"
NOON_IN_MAY = "2026-05-01T12:00"
#: The clocks go forward from 01:00 to 02:00, and back from 02:00 to 01:00.
IN_THE_GAP, SHOWN_TWICE = "2027-03-28T01:30", "2026-10-25T01:30"


@pytest.fixture
def activity(
    world: World, platform: Registration, database: Database, clock: FrozenClock
) -> ActivityView:
    made = world.activity(platform)
    with database.write() as session:
        placement = session.scalars(select(Placement)).one()
        remember_column(session, placement, url="https://lms.test/items/1", now=clock())
    return made


@pytest.fixture
def in_london(activity: ActivityView, database: Database) -> None:
    """The course has a zone."""
    del activity
    with database.write() as session:
        session.execute(update(Context).values(time_zone=LONDON))


def address(activity: ActivityView, rest: str = "settings") -> str:
    return f"activities/{activity.public_id}/{rest}"


def change(teacher: Visitor, activity: ActivityView, **typed: str) -> int:
    return teacher.post(address(activity), settings(**typed)).status_code


def row(database: Database) -> Activity:
    with database.read() as session:
        return session.scalars(select(Activity)).one()


def course_zone(database: Database) -> str | None:
    with database.read() as session:
        return session.scalars(select(Context.time_zone)).one()


def actions(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


def own(**typed: str) -> dict[str, str]:
    return {f"own-{name}": value for name, value in typed.items()}


def test_title_and_instructions_are_kept_and_shown_to_learners(
    activity: ActivityView, teacher: Visitor, ann: Visitor
) -> None:
    typed = {"title": "  Where\tdo we start? ", "instructions": "Read *first*.\r\n\r\n<b>No</b>"}

    assert change(teacher, activity, **typed) == 303

    page = ann.get(f"exercise/{activity.public_id}").text
    assert "Where do we start?</h1>" in page
    assert "<p>Read <em>first</em>.</p>" in page
    assert "&lt;b&gt;No&lt;/b&gt;" in page


def test_words_alone_touch_no_grade(
    activity: ActivityView, teacher: Visitor, ann: Visitor, database: Database
) -> None:
    ann.hand_in(activity)
    with database.write() as session:
        # Computing again would mend this.
        session.execute(update(Grade).values(points=Decimal(1)))
        before = len(session.scalars(select(GradeEvent)).all())

    assert change(teacher, activity, title="Another", instructions="Do it.") == 303

    with database.read() as session:
        assert session.scalars(select(Grade.points)).one() == 1
        assert len(session.scalars(select(GradeEvent)).all()) == before


def test_instructions_are_taken_away_by_an_empty_field(
    activity: ActivityView, teacher: Visitor, ann: Visitor, database: Database
) -> None:
    change(teacher, activity, instructions="Do it.")

    change(teacher, activity, instructions=" \r\n ")

    assert row(database).instructions is None
    assert "Do it." not in ann.get(f"exercise/{activity.public_id}").text


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("title", " ", "Write a title of at most 255 characters."),
        ("title", "\ufeff\u202e\x07", "Write a title of at most 255 characters."),
        ("title", "x" * 256, "Write a title of at most 255 characters."),
        ("instructions", "é" * 4001, "Write at most 4,000 characters. Now there are 4,001."),
        ("time_zone", "Europe/Atlantis", "Choose one of these."),
        ("own-attempts", "0", "Write a whole number from 1 to 100, or leave it empty."),
        ("own-counts", "worst", "Choose one of these."),
        ("release", "soon", "Choose one of these."),
        ("late_percent", "x", "Write a whole number from 0 to 100."),
        ("due_at", "tomorrow", "Write a date and a time, such as 2026-05-01T18:00."),
        ("points", "0", "Write a number above 0"),
    ],
)
def test_what_is_amiss_is_said_on_its_field_and_nothing_is_kept(
    activity: ActivityView,
    teacher: Visitor,
    database: Database,
    name: str,
    typed: str,
    said: str,
) -> None:
    answer = teacher.post(address(activity), settings(**{"title": "Kept?", name: typed}))

    assert answer.status_code == 422
    assert 'role="alert" tabindex="-1" id="needs-a-look"' in answer.text
    assert f'href="#{name}"' in answer.text
    amiss = re.search(rf'id="{name}-amiss">.*?<span>(.*?)</span>', answer.text, re.DOTALL)
    assert amiss is not None
    assert amiss[1].startswith(said)
    assert len(re.findall(r"-amiss\">", answer.text)) == 1
    assert row(database).title != "Kept?"


def test_everything_that_is_amiss_is_said_at_once_and_stays_as_typed(
    activity: ActivityView, teacher: Visitor
) -> None:
    typed = {"opens_at": NOON_IN_MAY, "due_at": "2026-04-01T12:00", "points": "many"}

    answer = teacher.post(address(activity), settings(**typed, **own(attempts="no")))

    assert answer.status_code == 422
    assert "3 fields need another look" in answer.text
    assert "“Due” lies before “Opens”." in answer.text
    for value in ("2026-04-01T12:00", "many", "no"):
        assert f'value="{value}"' in answer.text


def test_the_kinds_own_settings_are_kept_in_their_newest_version(
    activity: ActivityView, teacher: Visitor, database: Database
) -> None:
    with database.write() as session:
        session.execute(update(Activity).values(settings={"attempts": 2}, settings_version=1))

    assert change(teacher, activity, **own(completion_only="y", attempts="")) == 303

    kept = row(database)
    assert kept.settings_version == 2
    # What version 1 did stays, until somebody chooses otherwise.
    assert kept.settings["counts"] == "last"
    assert (kept.settings["attempts"], kept.settings["completion_only"]) == (None, True)


def test_another_attempt_that_counts_waits_to_be_released(
    activity: ActivityView, teacher: Visitor, ann: Visitor, database: Database
) -> None:
    change(teacher, activity, **own(attempts="2", counts="first"))
    ann.hand_in(activity)
    with database.write() as session:
        session.execute(update(Grade).values(points=Decimal(4), released_points=Decimal(4)))

    assert change(teacher, activity, **own(counts="best")) == 303

    with database.read() as session:
        grade = session.scalars(select(Grade)).one()
    assert (grade.points, grade.released_points) == (Decimal(10), Decimal(4))
    assert "Review and release 1 grade" in teacher.get(address(activity, "people")).text


@pytest.mark.usefixtures("in_london")
def test_dates_are_typed_and_shown_in_the_zone_of_the_course(
    activity: ActivityView, teacher: Visitor, database: Database
) -> None:
    with database.write() as session:
        session.execute(update(User).values(time_zone=NEW_YORK))

    assert change(teacher, activity, due_at=NOON_IN_MAY) == 303

    page = teacher.get(address(activity)).text
    assert row(database).due_at == datetime(2026, 5, 1, 11, tzinfo=UTC)
    assert f'value="{NOON_IN_MAY}"' in page
    assert page.count("Time in Europe/London, the course’s time zone.") == 4


def test_without_a_zone_of_the_course_it_is_the_readers_until_it_is_kept(
    activity: ActivityView, teacher: Visitor, database: Database
) -> None:
    with database.write() as session:
        session.execute(update(User).values(time_zone=NEW_YORK))
    assert f'value="{NEW_YORK}"' in teacher.get(address(activity)).text.replace("selected ", "")

    change(teacher, activity, due_at=NOON_IN_MAY)

    assert row(database).due_at == datetime(2026, 5, 1, 16, tzinfo=UTC)
    assert course_zone(database) == NEW_YORK


@pytest.mark.usefixtures("in_london")
def test_another_zone_keeps_the_hours_that_were_seen_and_is_audited(
    activity: ActivityView, teacher: Visitor, database: Database
) -> None:
    change(teacher, activity, due_at=NOON_IN_MAY)
    before = actions(database).count("context.zone_changed")

    change(teacher, activity, due_at=NOON_IN_MAY, time_zone=NEW_YORK)

    assert row(database).due_at == datetime(2026, 5, 1, 16, tzinfo=UTC)
    assert course_zone(database) == NEW_YORK
    assert actions(database).count("context.zone_changed") - before == 1


@pytest.mark.usefixtures("in_london")
def test_a_zone_is_not_kept_with_settings_that_are_refused(
    activity: ActivityView, teacher: Visitor, database: Database
) -> None:
    assert change(teacher, activity, points="0", time_zone=NEW_YORK) == 422

    assert course_zone(database) == LONDON


@pytest.mark.parametrize("zone", ["UTC", NEW_YORK, "Asia/Tokyo"])
@pytest.mark.parametrize("far", ["9999-12-31T23:59", "0001-01-01T00:00"])
def test_a_year_in_which_nothing_is_taught_is_refused(
    activity: ActivityView, teacher: Visitor, ann: Visitor, zone: str, far: str
) -> None:
    answer = teacher.post(address(activity), settings(time_zone=zone, closes_at=far))

    assert answer.status_code == 422
    assert "Write a year from 2000 to 2200." in answer.text
    assert f'value="{far}"' in answer.text
    assert ann.get(f"exercise/{activity.public_id}").status_code == 200


@pytest.mark.parametrize("field", ["title", "instructions"])
def test_abuse_62_a_nul_in_a_text_is_left_out(
    activity: ActivityView, teacher: Visitor, database: Database, field: str
) -> None:
    assert change(teacher, activity, **{"title": "Week 1", field: "a\0b"}) == 303

    assert getattr(row(database), field) == "ab"


def test_settings_that_a_newer_program_added_are_left_aside(
    activity: ActivityView, teacher: Visitor, database: Database
) -> None:
    newer = {"attempts": 2, "counts": "last", "unheard_of": True}
    with database.write() as session:
        session.execute(update(Activity).values(settings=newer, settings_version=99))

    assert teacher.get(address(activity)).status_code == 200


@pytest.mark.usefixtures("in_london")
def test_a_time_that_no_clock_shows_is_refused(activity: ActivityView, teacher: Visitor) -> None:
    answer = teacher.post(address(activity), settings(due_at=IN_THE_GAP))

    assert answer.status_code == 422
    assert "There is no such time in Europe/London" in answer.text
    assert f'value="{IN_THE_GAP}"' in answer.text


@pytest.mark.usefixtures("in_london")
def test_a_time_that_clocks_show_twice_is_the_first_and_says_so(
    activity: ActivityView, teacher: Visitor, database: Database
) -> None:
    assert change(teacher, activity, due_at=SHOWN_TWICE) == 303

    assert row(database).due_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert "this is the first of the two" in teacher.get(address(activity)).text


@pytest.mark.usefixtures("in_london")
@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
        datetime(2026, 5, 1, 11, 0, 59, tzinfo=UTC),
    ],
    ids=["the second of two", "to the second"],
)
def test_a_date_that_nobody_touched_stays_what_it_was(
    activity: ActivityView, teacher: Visitor, database: Database, moment: datetime
) -> None:
    with database.write() as session:
        session.execute(update(Activity).values(due_at=moment))
    shown = re.search(r'name="due_at"[^>]*value="([^"]+)"', teacher.get(address(activity)).text)
    assert shown is not None

    change(teacher, activity, due_at=shown[1])

    assert row(database).due_at == moment


def test_out_of_the_gradebook_nothing_new_is_owed_and_back_in_it_is(
    activity: ActivityView, teacher: Visitor, ann: Visitor, database: Database
) -> None:
    change(teacher, activity, in_gradebook="")
    ann.hand_in(activity)
    with database.read() as session:
        owed = session.scalars(select(ScoreDelivery)).all()

    change(teacher, activity, in_gradebook="y")

    assert owed == []
    with database.read() as session:
        assert session.scalars(select(ScoreDelivery.wanted_points)).all() == [Decimal(10)]
    switched = [one for one in actions(database) if "gradebook" in one]
    assert switched == ["activity.left_gradebook", "activity.put_in_gradebook"]


def test_a_score_on_its_way_stays_here_when_the_activity_leaves_the_gradebook(
    activity: ActivityView, teacher: Visitor, ann: Visitor, database: Database
) -> None:
    ann.hand_in(activity)

    change(teacher, activity, in_gradebook="")

    with database.read() as session:
        assert session.scalars(select(ScoreDelivery.state)).one() == DeliveryState.WITHHELD
    said = "The activity was taken out of the gradebook before the score was sent."
    assert said in teacher.get(address(activity, "people")).text


def test_the_page_says_before_saving_what_becomes_of_scores(
    activity: ActivityView, teacher: Visitor
) -> None:
    page = teacher.get(address(activity)).text

    assert "nothing more is sent, not even scores that are on their way" in page


@pytest.mark.parametrize("role", [Role.LEARNER, Role.TEACHING_ASSISTANT, Role.OBSERVER])
def test_nobody_else_sees_or_changes_settings(
    activity: ActivityView, world: World, platform: Registration, database: Database, role: Role
) -> None:
    other = world.visitor(platform, role)

    answers = [other.get(address(activity)), other.post(address(activity), settings(title="No"))]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert row(database).title != "No"


def test_settings_of_another_course_do_not_exist(
    activity: ActivityView, world: World, platform: Registration, database: Database
) -> None:
    stranger = world.visitor(platform, Role.INSTRUCTOR, course="course-2")
    with database.write() as session:
        session.execute(update(Context).values(time_zone=LONDON))

    answer = stranger.post(address(activity), settings(title="No", time_zone=NEW_YORK))

    assert answer.status_code == 404
    with database.read() as session:
        assert set(session.scalars(select(Context.time_zone))) == {LONDON}


class Garden(BaseModel):
    """What a kind lets be set that this house has never seen."""

    attempts: Annotated[int, Section.ATTEMPTS] = Field(2, ge=1, le=9, title="Seasons")
    is_walled: bool = Field(False, title="Behind a wall", description="Keeps the deer away.")


def test_a_kind_of_others_gets_its_fields_in_their_places_from_its_model(
    activity: ActivityView, teacher: Visitor, database: Database
) -> None:
    kinds: Registry = teacher.app.extensions[EXTENSION]
    rules = replace(
        kinds.rules(activity.kind),
        title="Garden",
        settings_model=Garden,
        settings_version=7,
        upgrade_settings=lambda _stored, _version: {},
        attempts_allowed=lambda _settings: 2,
        counting=lambda _settings: Counting.LAST,
    )
    teacher.app.extensions[EXTENSION] = replace(kinds, _rules={activity.kind: rules})

    page = teacher.get(address(activity)).text
    refused = teacher.post(address(activity), settings(**own(attempts="10")))
    kept = change(teacher, activity, **own(attempts="3", is_walled="y"))

    assert page.index("Attempts</h2>") < page.index("Seasons") < page.index("Late work</h2>")
    assert page.index("Garden</h2>") < page.index("Behind a wall") < page.index("Keeps the deer")
    assert (refused.status_code, kept) == (422, 303)
    assert "Write a whole number from 1 to 9." in refused.text
    assert (row(database).settings, row(database).settings_version) == (
        {"attempts": 3, "is_walled": True},
        7,
    )


@pytest.fixture
def copied(activity: ActivityView, in_london: None, database: Database) -> ActivityView:
    """An activity that was copied without the closing date of the original."""
    del in_london
    former: dict[str, object] = {"closes_at": datetime(2026, 5, 1, 11, tzinfo=UTC).isoformat()}
    with database.write() as session:
        session.get_one(Activity, activity.id).former_dates = former
    return activity


def test_former_dates_of_a_copy_stand_beside_the_fields(
    teacher: Visitor, copied: ActivityView
) -> None:
    people = teacher.get(address(copied, "people")).text
    page = teacher.get(address(copied)).text

    assert "This activity was copied, and its dates were left out." in people
    assert page.count("Before it was copied:") == 1
    assert "1 May 2026, 12:00" in page


def test_former_dates_are_gone_once_the_settings_are_saved(
    teacher: Visitor, copied: ActivityView, database: Database
) -> None:
    assert change(teacher, copied) == 303

    assert "Before it was copied:" not in teacher.get(address(copied)).text
    assert "This activity was copied" not in teacher.get(address(copied, "people")).text
    with database.read() as session:
        row = session.get_one(Activity, copied.id)
        assert (row.closes_at, row.former_dates) == (None, None)
