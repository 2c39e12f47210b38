"""The instructor's page of an activity: what it shows, what is decided there, what it refuses."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.orm import Session

from lti_app.audit.models import AuditEvent
from lti_app.catalog.models import Activity, LineItem, Placement
from lti_app.catalog.rules import LatePolicy, Release
from lti_app.catalog.views import ActivityView
from lti_app.core.db import Database
from lti_app.core.ids import new_public_id
from lti_app.grading.columns import remember_column
from lti_app.grading.models import DeliveryState, FacetScore, Grade, GradeEvent, ScoreDelivery
from lti_app.lti.registration import Registration
from lti_app.people.models import Enrolment, User
from lti_app.people.roles import Role
from lti_app.submissions.models import Attempt
from tests.conftest import FrozenClock
from tests.grading.test_policy import BAD_POINTS
from tests.peers.world import FIELD, Visitor, World


@pytest.fixture
def activity(
    world: World, platform: Registration, database: Database, clock: FrozenClock
) -> ActivityView:
    made = world.activity(platform)
    with database.write() as session:
        placement = session.scalars(select(Placement)).one()
        remember_column(session, placement, url="https://lms.test/items/1", now=clock())
    return made


def person(activity: ActivityView, visitor: Visitor, database: Database, rest: str = "") -> str:
    with database.read() as session:
        public_id = session.scalars(select(User.public_id).where(User.id == visitor.user_id)).one()
    return f"activities/{activity.public_id}/people/{public_id}{rest}"


def grade(database: Database) -> Grade:
    with database.read() as session:
        return session.scalars(select(Grade)).one()


def set_activity(database: Database, **values: object) -> None:
    with database.write() as session:
        session.execute(update(Activity).values(**values))


def points(typed: str, revision: int = 1) -> dict[str, object]:
    return {"points": typed, "reason": "Spoken exam.", "revision": revision, "do": "set"}


def settings(**changes: str) -> dict[str, object]:
    return {
        "opens_at": "",
        "due_at": "",
        "closes_at": "",
        "releases_at": "",
        "grace_minutes": "0",
        "late_policy": "none",
        "late_percent": "0",
        "late_floor_percent": "0",
        "release": "immediate",
        **changes,
    }


@pytest.mark.parametrize("typed", BAD_POINTS)
def test_abuse_26_points_that_are_none_are_refused_with_words_and_change_nothing(
    activity: ActivityView, teacher: Visitor, ann: Visitor, database: Database, typed: str
) -> None:
    ann.hand_in(activity)

    answer = teacher.post(person(activity, ann, database, "/override"), points(typed))

    assert answer.status_code == 422
    assert "Write a number from 0 to 10" in answer.text
    assert grade(database).override_points is None


def test_abuse_26_one_point_more_than_there_are_is_refused(
    activity: ActivityView, teacher: Visitor, ann: Visitor, database: Database
) -> None:
    ann.hand_in(activity)

    assert (
        teacher.post(person(activity, ann, database, "/override"), points("10.01")).status_code
        == 422
    )
    assert (
        teacher.post(person(activity, ann, database, "/override"), points("10")).status_code == 303
    )


def test_points_without_a_reason_are_refused(
    activity: ActivityView, teacher: Visitor, ann: Visitor, database: Database
) -> None:
    given = {**points("9", 0), "reason": "  "}

    answer = teacher.post(person(activity, ann, database, "/override"), given)

    assert answer.status_code == 422
    assert "Write a reason" in answer.text


def test_entered_points_stand_beside_the_computed_ones_and_the_learner_reads_why(
    activity: ActivityView, teacher: Visitor, ann: Visitor, database: Database
) -> None:
    receipt = ann.hand_in(activity).location

    teacher.post(person(activity, ann, database, "/override"), points("9.5"))

    page = teacher.get(f"activities/{activity.public_id}/people").text
    assert page.index("9.5") < page.index("set by you") < page.index("computed 10")
    shown = ann.client.get(receipt, base_url=ann.base_url).text
    assert "9.5 of 10 points" in shown
    assert "Spoken exam." in shown


def test_abuse_29_the_slower_of_two_graders_gets_both_values_and_may_insist(
    world: World,
    platform: Registration,
    activity: ActivityView,
    teacher: Visitor,
    ann: Visitor,
    database: Database,
) -> None:
    ann.hand_in(activity)
    other = world.visitor(platform, Role.INSTRUCTOR)
    address = person(activity, ann, database, "/override")

    first = teacher.post(address, points("8"))
    second = other.post(address, points("6"))
    insisted = other.post(address, points("6", revision=2))

    assert (first.status_code, second.status_code, insisted.status_code) == (303, 409, 303)
    assert "You entered 6." in second.text
    assert "Now the grade is 8." in second.text
    assert 'name="revision" value="2"' in second.text
    assert grade(database).override_points == 6
    with database.read() as session:
        kinds = session.scalars(select(GradeEvent.kind).order_by(GradeEvent.id)).all()
    assert [kind for kind in kinds if kind.startswith("over")] == [
        "overridden",
        "override_lost",
        "overridden",
    ]


def test_abuse_21_a_changed_revision_is_no_way_around(
    activity: ActivityView, teacher: Visitor, ann: Visitor, database: Database
) -> None:
    address = person(activity, ann, database, "/override")

    assert teacher.post(address, points("9", revision=7)).status_code == 409
    assert teacher.post(address, {**points("9"), "revision": "x"}).status_code == 400
    assert grade(database).override_points is None


def test_abuse_20_a_learner_sets_no_points_whatever_the_form_says(
    activity: ActivityView, ann: Visitor, database: Database
) -> None:
    ann.hand_in(activity)

    answer = ann.post(person(activity, ann, database, "/override"), points("10"))

    assert answer.status_code == 403
    assert grade(database).override_points is None


@pytest.mark.parametrize("field", ["lineitem", "line_item_url", "url", "resource_id", "maximum"])
def test_abuse_27_no_page_takes_the_address_of_a_column(
    activity: ActivityView, teacher: Visitor, database: Database, field: str
) -> None:
    typed: dict[str, object] = {field: "https://elsewhere.test/items/9"}
    address = f"activities/{activity.public_id}"

    answers = [
        teacher.post(f"{address}/settings", {**settings(), **typed}),
        teacher.post(f"{address}/send-again", typed),
        teacher.post(f"{address}/release", typed),
    ]

    assert [answer.status_code for answer in answers] == [303, 303, 303]
    with database.read() as session:
        assert session.scalars(select(LineItem.url)).all() == ["https://lms.test/items/1"]
        assert session.scalars(select(Activity.points)).one() == 10
        refused = AuditEvent.reason == "unexpected_field"
        assert session.scalars(select(AuditEvent.action).where(refused)).all() == [
            "form.unexpected_field"
        ]


def test_an_excused_person_is_out_and_back_in(
    activity: ActivityView, teacher: Visitor, ann: Visitor, database: Database
) -> None:
    receipt = ann.hand_in(activity).location
    address = person(activity, ann, database, "/excuse")

    excused = teacher.post(address, {"reason": "Ill."})
    again = teacher.post(address, {"reason": "Ill."})
    shown = ann.client.get(receipt, base_url=ann.base_url).text
    back = teacher.post(address, {"do": "take_back"})

    assert (excused.status_code, again.status_code, back.status_code) == (303, 409, 303)
    assert "You are excused from this." in shown
    assert "Ill." in shown
    with database.read() as session:
        assert session.scalars(select(ScoreDelivery.state)).one() == DeliveryState.OWED


def test_who_is_excused_after_the_score_was_sent_must_be_excused_there(
    activity: ActivityView, teacher: Visitor, ann: Visitor, database: Database
) -> None:
    ann.hand_in(activity)
    with database.write() as session:
        session.execute(update(ScoreDelivery).values(state=DeliveryState.ARRIVED.value))

    teacher.post(person(activity, ann, database, "/excuse"), {"reason": "Ill."})
    shown = teacher.get(f"activities/{activity.public_id}/people").text
    with database.write() as session:
        session.execute(update(ScoreDelivery).values(wanted_points=None))
    taken_back = teacher.get(f"activities/{activity.public_id}/people").text

    assert "Excuse them there, too" in shown
    assert "Excuse them there, too" not in taken_back


def test_who_is_let_in_again_hands_in_after_the_closing_and_is_in_time(
    activity: ActivityView, teacher: Visitor, ann: Visitor, database: Database, clock: FrozenClock
) -> None:
    ann.hand_in(activity)
    set_activity(
        database,
        due_at=clock() - timedelta(days=2),
        closes_at=clock() - timedelta(days=1),
        late_policy=LatePolicy.ONCE.value,
        late_percent=50,
    )
    before = ann.get(f"exercise/{activity.public_id}?again=1")

    assert (
        teacher.post(person(activity, ann, database, "/reopen"), {"reason": "Again."}).status_code
        == 303
    )
    page = ann.get(f"exercise/{activity.public_id}?again=1").text
    fields = dict(_fields(page))
    answer = ann.post(f"exercise/{activity.public_id}", {**fields, "do": "hand_in"})

    assert before.status_code == 303
    assert "You may hand this in once more." in page
    assert answer.status_code == 303
    with database.read() as session:
        attempt = session.scalars(select(Attempt).order_by(Attempt.number.desc())).first()
    assert attempt is not None
    assert (attempt.number, attempt.is_late, attempt.is_reopened) == (2, False, True)
    assert grade(database).points == 10


def _fields(page: str) -> list[tuple[str, str]]:
    return [
        (name, "3" if name.startswith("statement-") else value)
        for name, value in FIELD.findall(page)
    ]


def test_a_release_shows_its_counts_first_and_then_sends(
    world: World,
    platform: Registration,
    activity: ActivityView,
    teacher: Visitor,
    ann: Visitor,
    database: Database,
) -> None:
    set_activity(database, release=Release.BY_HAND.value)
    receipt = ann.hand_in(activity).location
    world.visitor(platform, name="Ben Waiting")
    hidden = ann.client.get(receipt, base_url=ann.base_url).text

    everybody = teacher.get(f"activities/{activity.public_id}/people").text
    plan = teacher.get(f"activities/{activity.public_id}/release").text
    answer = teacher.post(f"activities/{activity.public_id}/release")

    assert "not released yet" in hidden
    assert "It goes to the gradebook when it is released." in hidden
    assert "Review and release 1 grade" in everybody
    assert "Release 1 grade" in plan
    assert "Ready to release" in everybody
    assert "1: nothing was handed in" in plan
    assert answer.status_code == 303
    assert grade(database).released_points == 10
    assert "10 of 10 points" in ann.client.get(receipt, base_url=ann.base_url).text
    assert (
        "There is nothing to release."
        in teacher.get(f"activities/{activity.public_id}/release").text
    )


def test_a_release_before_there_is_any_grade_says_so_and_leads_back(
    activity: ActivityView, teacher: Visitor, ann: Visitor, database: Database
) -> None:
    set_activity(database, release=Release.BY_HAND.value)

    plan = teacher.get(f"activities/{activity.public_id}/release").text

    assert "There is no grade to release yet." in plan
    assert "has been" not in plan
    assert "Back to People" in plan


def test_what_is_never_released_has_no_page_to_release_it(
    activity: ActivityView, teacher: Visitor, database: Database
) -> None:
    set_activity(database, release=Release.NEVER.value)

    assert teacher.get(f"activities/{activity.public_id}/release").status_code == 404
    assert teacher.post(f"activities/{activity.public_id}/release").status_code == 404


def test_noughts_at_the_closing_are_wanted_or_not(
    activity: ActivityView, teacher: Visitor, database: Database
) -> None:
    address = f"activities/{activity.public_id}/settings"
    before = teacher.get(address).text

    teacher.post(address, settings(zero_at_close="yes"))

    assert 'value="no" selected' in before.replace('selected value="no"', 'value="no" selected')
    with database.read() as session:
        assert session.scalars(select(Activity.zero_at_close)).one() is True


def test_dates_out_of_order_are_refused_with_the_pair_named(
    activity: ActivityView, teacher: Visitor, database: Database
) -> None:
    wrong = settings(due_at="2026-05-02T12:00", closes_at="2026-05-01T12:00")

    answer = teacher.post(f"activities/{activity.public_id}/settings", wrong)

    assert answer.status_code == 422
    assert "“Closes” lies before “Due”." in answer.text
    with database.read() as session:
        assert session.scalars(select(Activity.due_at)).one() is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"release": "scheduled"}, "this date is missing"),
        ({"due_at": "tomorrow"}, "Write a date and a time"),
        ({"late_percent": "101"}, "from 0 to 100"),
        ({"late_percent": "-1"}, "from 0 to 100"),
        ({"grace_minutes": "1.5"}, "Write a whole number from 0 to 100000."),
        ({"late_policy": "fine"}, "Choose one of these."),
    ],
)
def test_settings_that_mean_nothing_are_refused(
    activity: ActivityView, teacher: Visitor, changes: dict[str, str], words: str
) -> None:
    answer = teacher.post(f"activities/{activity.public_id}/settings", settings(**changes))

    assert answer.status_code == 422
    assert words in answer.text


def test_a_new_date_looks_at_lateness_again_and_waits_for_a_release(
    activity: ActivityView, teacher: Visitor, ann: Visitor, database: Database
) -> None:
    ann.hand_in(activity)
    stricter = settings(due_at="2026-03-01T08:00", late_policy="per_day", late_percent="10")

    for _ in range(2):
        changed = teacher.post(f"activities/{activity.public_id}/settings", stricter)
        assert changed.status_code == 303

    page = teacher.get(f"activities/{activity.public_id}/people").text
    assert (grade(database).points, grade(database).released_points) == (Decimal(8), Decimal(10))
    assert grade(database).revision == 2
    assert "10 before" in page
    assert "Handed in late: 80% of it counts." in page
    assert "late" in page
    teacher.post(f"activities/{activity.public_id}/release")
    assert grade(database).released_points == 8


def test_settings_are_shown_as_they_are(
    activity: ActivityView, teacher: Visitor, database: Database
) -> None:
    address = f"activities/{activity.public_id}/settings"
    teacher.post(address, settings(due_at="2026-05-02T12:00", grace_minutes="15"))

    page = teacher.get(address).text

    assert 'value="2026-05-02T12:00"' in page
    assert 'value="15"' in page


def test_late_work_is_not_taken_where_the_settings_say_so(
    activity: ActivityView, ann: Visitor, database: Database, clock: FrozenClock
) -> None:
    set_activity(database, due_at=clock() - timedelta(hours=1), late_policy=LatePolicy.CLOSED.value)

    page = ann.get(f"exercise/{activity.public_id}").text

    assert "takes no more answers" in page


def test_what_was_impossible_is_a_dash_and_a_cap_is_explained(
    activity: ActivityView, teacher: Visitor, ann: Visitor, database: Database
) -> None:
    ann.hand_in(activity)
    with database.write() as session:
        session.execute(update(FacetScore).values(score=None))
        capped = {"cap_fraction": Decimal("0.6"), "cap_reason_code": "no_such_code"}
        session.execute(update(Grade).values(**capped))

    page = teacher.get(person(activity, ann, database)).text

    assert "All 20 statements were answered." in page
    assert "of 100" not in page
    assert "The grade is at most 60%: no_such_code" in page


def test_a_columns_head_says_what_it_weighs_where_there_are_several(
    activity: ActivityView, teacher: Visitor, ann: Visitor, database: Database
) -> None:
    ann.hand_in(activity)
    alone = teacher.get(f"activities/{activity.public_id}/people").text
    with database.write() as session:
        made = session.scalars(select(FacetScore)).one()
        other = {"facet": "reviews", "weight": made.weight * 3, "reason_code": "no_such_code"}
        same = {"platform_id": made.platform_id, "grade_id": made.grade_id, "reason_params": {}}
        session.add(FacetScore(**other, **same, computed_at=made.computed_at))

    page = teacher.get(f"activities/{activity.public_id}/people").text

    assert "Completion</th>" in alone
    assert "Completion<small>counts 25 %</small>" in page


def test_people_are_found_by_name_and_put_in_order(
    world: World, platform: Registration, activity: ActivityView, teacher: Visitor
) -> None:
    for name in ("Ann Done", "Ben Waiting"):
        world.visitor(platform, name=name)
    address = f"activities/{activity.public_id}/people"

    assert "Ben Waiting" not in teacher.get(f"{address}?find=aNN").text
    assert "Nobody here has such a name." in teacher.get(f"{address}?find=zz").text
    assert teacher.get(f"{address}?order=odd").status_code == 200


def test_an_assistant_sees_a_person_and_decides_nothing(
    world: World, platform: Registration, activity: ActivityView, ann: Visitor, database: Database
) -> None:
    assistant = world.visitor(platform, Role.TEACHING_ASSISTANT)

    page = assistant.get(person(activity, ann, database))

    assert page.status_code == 200
    assert "Enter points" not in page.text


def test_five_hundred_people_take_at_most_twelve_queries(
    activity: ActivityView,
    teacher: Visitor,
    ann: Visitor,
    database: Database,
    clock: FrozenClock,
) -> None:
    ann.hand_in(activity)
    with database.write() as session:
        fill(session, activity, ann, clock, count=500)
    queries: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        queries.append(statement)

    # PostgreSQL's reading engine hears with the writing one.
    reader = database._reader
    engine = reader if database.is_sqlite else database.engine
    address = f"activities/{activity.public_id}/people"
    event.listen(engine, "before_cursor_execute", note)
    try:
        page = teacher.get(address)
    finally:
        event.remove(engine, "before_cursor_execute", note)

    assert page.text.count("Learner No.") >= 500
    asked = [one for one in queries if not one.startswith(("BEGIN", "PRAGMA", "UPDATE"))]
    assert 0 < len(asked) <= 12, asked


def fill(
    session: Session, activity: ActivityView, ann: Visitor, clock: FrozenClock, *, count: int
) -> None:
    """Put a class into the course, each with a grade and a score."""
    line_item_id = session.scalars(select(ScoreDelivery.line_item_id)).one()
    for number in range(count):
        user = User(
            platform_id=ann.platform_id,
            sub=new_public_id(),
            name=f"Learner No. {number}",
            created_at=clock(),
            seen_at=clock(),
        )
        session.add(user)
        session.flush()
        found = Grade(
            platform_id=ann.platform_id,
            activity_id=activity.id,
            user_id=user.id,
            points=Decimal(5),
            maximum=Decimal(10),
            formula_version=2,
            computed_at=clock(),
        )
        session.add_all(
            [
                found,
                Enrolment(
                    platform_id=ann.platform_id,
                    context_id=ann.context_id,
                    user_id=user.id,
                    role=Role.LEARNER.value,
                    first_seen_at=clock(),
                    seen_at=clock(),
                ),
            ]
        )
        session.flush()
        session.add(
            ScoreDelivery(
                platform_id=ann.platform_id,
                line_item_id=line_item_id,
                user_id=user.id,
                grade_id=found.id,
                wanted_points=Decimal(5),
                wanted_maximum=Decimal(10),
                wanted_at=clock(),
                changed_at=clock(),
            )
        )
