"""The results of an activity: who sees them, whom they count, and their file."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from lti_app.catalog.models import Activity
from lti_app.catalog.rules import Release
from lti_app.catalog.views import ActivityView
from lti_app.core.csv_text import read_csv
from lti_app.core.db import Database
from lti_app.lti.registration import Registration
from lti_app.people.models import Enrolment, EnrolmentStatus
from lti_app.submissions.current import EXTENSION as KINDS
from lti_app.submissions.registry import Registry
from lti_app.submissions.report import plain_report
from tests.conftest import FrozenClock
from tests.core.test_csv_text import FORMULAS
from tests.peers.world import Visitor, World
from tests.submissions.statements import asked
from tests.submissions.test_gradebook import person


@pytest.fixture
def activity(world: World, platform: Registration) -> ActivityView:
    return world.activity(platform)


def table(visitor: Visitor, activity: ActivityView, query: str = "") -> list[list[str]]:
    answer = visitor.get(f"activities/{activity.public_id}/results.csv{query}")
    assert answer.status_code == 200
    return read_csv(answer.data)


def page(visitor: Visitor, activity: ActivityView) -> str:
    answer = visitor.get(f"activities/{activity.public_id}/results")
    assert answer.status_code == 200
    return answer.text


def test_an_activity_that_nobody_handed_in_says_so(
    activity: ActivityView, teacher: Visitor, ann: Visitor
) -> None:
    shown = page(teacher, activity)

    assert "Nobody has handed in yet." in shown
    assert "results.csv" not in shown


def test_whoever_handed_in_is_counted_and_everybody_else_is_said(
    world: World,
    platform: Registration,
    activity: ActivityView,
    teacher: Visitor,
    ann: Visitor,
    database: Database,
) -> None:
    world.visitor(platform, name="Ben Idle")
    excused, gone = world.visitor(platform, name="Cy"), world.visitor(platform, name="Dee")
    trial = world.visitor(platform, name="Ida Test", is_test=True)
    for visitor in (ann, excused, gone, trial):
        visitor.hand_in(activity)
    teacher.post(person(activity, excused, database, "/excuse"), {"reason": "Ill."})
    with database.write() as session:
        theirs = update(Enrolment).where(Enrolment.user_id == gone.user_id)
        session.execute(theirs.values(status=EnrolmentStatus.INACTIVE.value))

    shown = page(teacher, activity)

    assert "1 of the 2 learners who have opened this tool in the course have handed in." in shown
    assert "1 has not handed in, 1 is excused, 1 left the course" in shown
    assert [line[0] for line in table(teacher, activity)] == ["Name", "Ann Done"]
    for name in ("Ben Idle", "Cy", "Dee", "Ida Test"):
        assert name not in shown


def test_people_stand_by_name_and_lead_to_their_page(
    world: World,
    platform: Registration,
    activity: ActivityView,
    teacher: Visitor,
    database: Database,
) -> None:
    visitors = [world.visitor(platform, name=name) for name in ("Zoë", "Émile", "Amara")]
    for visitor in visitors:
        visitor.hand_in(activity)

    shown = page(teacher, activity)

    assert [line[0] for line in table(teacher, activity)[1:]] == ["Amara", "Zoë", "Émile"]
    assert shown.index("Amara</span>") < shown.index("Zoë</span>")
    for visitor in visitors:
        assert person(activity, visitor, database) in shown


def test_file_says_when_how_often_and_with_how_many_points(
    activity: ActivityView, teacher: Visitor, ann: Visitor, database: Database, clock: FrozenClock
) -> None:
    with database.write() as session:
        session.execute(
            update(Activity).values(
                settings={"attempts": 3, "counts": "last"},
                settings_version=2,
                due_at=clock() - timedelta(minutes=1),
            )
        )
    ann.hand_in(activity, "1")
    ann.hand_in(activity, "5")

    heads, line = table(teacher, activity)

    assert heads == ["Name", "Handed in (UTC)", "Late", "Attempts", "Points", "Points possible"]
    assert line == ["Ann Done", f"{clock():%Y-%m-%dT%H:%M:%SZ}", "late", "2", "10", "10"]


@pytest.mark.parametrize(("counts", "minutes"), [("first", 0), ("last", 5)])
def test_of_several_attempts_the_one_that_counts_is_shown(
    activity: ActivityView,
    teacher: Visitor,
    ann: Visitor,
    database: Database,
    clock: FrozenClock,
    counts: str,
    minutes: int,
) -> None:
    began = clock()
    with database.write() as session:
        given = {"settings": {"attempts": 3, "counts": counts}, "settings_version": 2}
        session.execute(update(Activity).values(**given))
    ann.hand_in(activity, "1")
    clock.advance(minutes=5)
    ann.hand_in(activity, "5")

    line = table(teacher, activity)[1]

    assert line[1] == f"{began + timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%SZ}"
    assert line[3] == "2"
    assert f"the answers are those of the {counts} one." in page(teacher, activity)


def test_a_kind_without_a_report_says_that_answers_are_not_summed_up(
    world: World, activity: ActivityView, teacher: Visitor, ann: Visitor
) -> None:
    ann.hand_in(activity)
    kinds: Registry = world.app.extensions[KINDS]
    pages = replace(kinds.pages(activity.kind), report=plain_report)
    world.app.extensions[KINDS] = replace(kinds, _pages={activity.kind: pages})

    assert "What learners answered here is not summed up." in page(teacher, activity)
    assert table(teacher, activity)[1][0] == "Ann Done"


def test_a_grade_entered_by_hand_is_the_one_that_is_shown(
    activity: ActivityView, teacher: Visitor, ann: Visitor, database: Database
) -> None:
    ann.hand_in(activity)
    entered = {"points": "2.5", "reason": "Spoken.", "revision": 1, "do": "set"}
    teacher.post(person(activity, ann, database, "/override"), entered)

    assert table(teacher, activity)[1][4] == "2.5"
    assert "The median grade is 25 %." in page(teacher, activity)


def test_abuse_3_no_learner_reaches_the_results(activity: ActivityView, ann: Visitor) -> None:
    ann.hand_in(activity)

    for ending in ("results", "results.csv", "results.csv?bom=0"):
        answer = ann.get(f"activities/{activity.public_id}/{ending}")

        assert answer.status_code == 403
        assert "Ann Done" not in answer.text.split("<main")[-1]


def test_abuse_3_a_learners_own_pages_lead_to_no_results(
    activity: ActivityView, ann: Visitor, database: Database
) -> None:
    with database.write() as session:
        session.execute(update(Activity).values(release=Release.BY_HAND.value))
    ann.hand_in(activity)

    shown = ann.client.get(
        ann.path(f"exercise/{activity.public_id}"), base_url=ann.base_url, follow_redirects=True
    )

    assert "/results" not in shown.text


@pytest.mark.parametrize("name", [one.strip() or "=1" for one in FORMULAS if "\0" not in one])
def test_abuse_59_a_learners_name_is_no_formula_in_the_file(
    world: World, platform: Registration, activity: ActivityView, teacher: Visitor, name: str
) -> None:
    world.visitor(platform, name=name).hand_in(activity)

    raw = teacher.get(f"activities/{activity.public_id}/results.csv?bom=0").text
    line = raw.split("\r\n", 1)[1]

    assert line[:2] not in {f"{sign}{next_one}" for sign in "=+-@" for next_one in name[:2]}
    assert table(teacher, activity)[1][0] == name


def test_abuse_60_a_title_makes_no_header(
    activity: ActivityView, teacher: Visitor, ann: Visitor, database: Database
) -> None:
    ann.hand_in(activity)
    with database.write() as session:
        title = 'Week 2\r\nSet-Cookie: a=b\r\n\r\n<script>"; filename=x.exe'
        session.execute(update(Activity).values(title=title))

    answer = teacher.get(f"activities/{activity.public_id}/results.csv")

    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert answer.headers["Content-Disposition"].count('"') == 2
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_file_has_a_byte_order_mark_unless_told_otherwise(
    activity: ActivityView, teacher: Visitor, ann: Visitor
) -> None:
    ann.hand_in(activity)
    address = f"activities/{activity.public_id}/results.csv"

    assert teacher.get(address).data.startswith(b"\xef\xbb\xbfName")
    assert teacher.get(f"{address}?bom=0").data.startswith(b"Name")


def test_results_read_no_draft_and_nothing_that_was_typed(
    activity: ActivityView, teacher: Visitor, ann: Visitor, database: Database
) -> None:
    ann.hand_in(activity)
    with asked(database) as statements:
        page(teacher, activity)
        table(teacher, activity)

    read = " ".join(statements)
    assert "attempts.answers" in read
    for column in ("attempts.draft", "participations.reason", "override_reason"):
        assert column not in read


def test_every_grade_lies_in_one_band_and_no_two_bands_share_a_number(
    teacher: Visitor, ann: Visitor, activity: ActivityView
) -> None:
    ann.hand_in(activity)

    shown = page(teacher, activity)

    assert "0 to under 10 %" in shown
    assert "80 to under 90 %" in shown
    assert "90 to 100 %" in shown
    # Between its ends the picture for wide pages has marks.
    assert all(f">{percent} %</text>" in shown for percent in (25, 50, 75))
