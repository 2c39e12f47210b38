"""Points on the settings page: what is refused, what follows, and what is said of the column."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select, update

from lti_app.audit.models import AuditEvent
from lti_app.catalog.models import Activity, LineItem, Placement
from lti_app.catalog.views import ActivityView, LineItemView
from lti_app.core.db import Database
from lti_app.core.reason import Reason
from lti_app.grading.columns import remember_column
from lti_app.grading.ledger import CHANGE_COLUMN
from lti_app.grading.models import Grade, ScoreDelivery
from lti_app.jobs.models import Job
from lti_app.lti.errors import Outcome
from lti_app.lti.registration import Registration
from lti_app.people.models import User
from lti_app.people.roles import Role
from lti_app.submissions.column_words import WORDS, unchanged_columns
from lti_app.web.language import speak_languages
from tests.conftest import FrozenClock
from tests.peers.world import Visitor, World
from tests.submissions.factories import exercise_rules
from tests.submissions.test_gradebook import settings

#: What never ends the change of a column: it waits, or speaks of a score.
NOT_OF_COLUMNS = {Outcome.THROTTLED, Outcome.STALE_TIME, Outcome.NOT_GRADABLE}
OUTCOMES = sorted(set(Outcome) - NOT_OF_COLUMNS)


@pytest.fixture
def activity(
    world: World, platform: Registration, database: Database, clock: FrozenClock
) -> ActivityView:
    made = world.activity(platform)
    with database.write() as session:
        placement = session.scalars(select(Placement)).one()
        remember_column(session, placement, url="https://lms.test/items/1", now=clock())
    return made


def address(activity: ActivityView, rest: str = "settings") -> str:
    return f"activities/{activity.public_id}/{rest}"


def points_of(database: Database) -> Decimal:
    with database.read() as session:
        return session.scalars(select(Activity.points)).one()


@pytest.mark.parametrize(
    "typed",
    ["0", "0.00", "-1", "", " ", "ten", "NaN", "1e2", "7,5", "7.555", "100000.01", "1000000"],
)
def test_what_is_no_maximum_is_refused_with_words_and_stays_on_the_page(
    activity: ActivityView, teacher: Visitor, database: Database, typed: str
) -> None:
    answer = teacher.post(address(activity), settings(points=typed))

    assert answer.status_code == 422
    assert "Write a number above 0 and up to 100000, with a point" in answer.text
    assert f'value="{typed}"' in answer.text
    assert points_of(database) == 10


def test_the_page_shows_the_points_and_a_form_without_them_changes_none(
    activity: ActivityView, teacher: Visitor, database: Database
) -> None:
    page = teacher.get(address(activity)).text

    assert 'name="points" type="text" value="10"' in page
    assert teacher.post(address(activity), settings()).status_code == 303
    assert points_of(database) == 10


def test_new_points_reach_grade_ledger_column_and_audit_in_one_go(
    activity: ActivityView, teacher: Visitor, ann: Visitor, database: Database
) -> None:
    ann.hand_in(activity)

    answer = teacher.post(address(activity), settings(points="12.5"))

    assert answer.status_code == 303
    with database.read() as session:
        grade = session.scalars(select(Grade)).one()
        delivery = session.scalars(select(ScoreDelivery)).one()
        jobs = session.scalars(select(Job.kind)).all()
        audited = session.scalars(select(AuditEvent.action)).all()
    assert (grade.points, grade.maximum) == (Decimal("12.5"), Decimal("12.5"))
    assert grade.released_points == delivery.wanted_points == delivery.wanted_maximum
    assert CHANGE_COLUMN in jobs
    assert "activity.changed" in audited
    assert "12.5" in teacher.get(address(activity, "people")).text


def test_points_that_were_entered_are_shown_as_counted_and_as_entered(
    activity: ActivityView, teacher: Visitor, ann: Visitor, database: Database
) -> None:
    receipt = ann.hand_in(activity).location
    with database.read() as session:
        public_id = session.scalars(select(User.public_id).where(User.id == ann.user_id)).one()
    entered = {"points": "8", "reason": "Spoken exam.", "revision": 1, "do": "set"}
    teacher.post(address(activity, f"people/{public_id}/override"), entered)

    teacher.post(address(activity), settings(points="20"))

    page = teacher.get(address(activity, f"people/{public_id}")).text
    assert page.index("<b>16</b>") < page.index("entered as 8 of 10") < page.index("computed 20")
    shown = ann.client.get(receipt, base_url=ann.base_url).text
    assert "16 of 20 points" in shown
    assert "entered as 8 of 10" in shown


def test_nobody_but_an_instructor_changes_points(
    activity: ActivityView,
    world: World,
    platform: Registration,
    ann: Visitor,
    database: Database,
) -> None:
    assistant = world.visitor(platform, Role.TEACHING_ASSISTANT)

    answers = [who.post(address(activity), settings(points="20")) for who in (ann, assistant)]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert points_of(database) == 10


def test_a_column_that_was_not_changed_is_told_of_where_the_grades_are(
    activity: ActivityView, teacher: Visitor, database: Database
) -> None:
    before = teacher.get(address(activity, "people")).text
    with database.write() as session:
        why = {"change_reason_code": "refused", "change_reason_params": {"words": "No <b>."}}
        session.execute(update(LineItem).values(**why))

    page = teacher.get(address(activity, "people")).text

    said = "The platform did not let us change the gradebook column."
    assert said not in before
    assert said in page
    assert "Scores are sent as points of 10" in page
    assert "No &lt;b&gt;." in page


@pytest.fixture
def reader() -> Iterator[None]:
    """Somebody who reads English."""
    app = Flask("reader")
    speak_languages(app)
    with app.test_request_context():
        yield


def column(code: str, **params: object) -> LineItemView:
    return LineItemView(
        id=1,
        platform_id=1,
        deployment_id=1,
        context_id=1,
        placement_id=1,
        placement_lti_id="link",
        url="https://lms.test/items/1",
        resource_id="activity",
        tag="exercise",
        label="Activity",
        maximum=Decimal(20),
        change_reason=Reason(code, params),
    )


@pytest.mark.usefixtures("reader")
@pytest.mark.parametrize("code", [*OUTCOMES, "own_maximum", "platform_disabled"])
def test_every_reason_that_a_column_stays_says_what_happened_and_what_to_do(code: str) -> None:
    (words,) = unchanged_columns(exercise_rules(), [column(code, maximum="50")])

    for said in (words.happened, words.means, words.todo):
        assert said.endswith(".")
    assert words.happened == WORDS[code][0] % {"maximum": "50"}


def test_no_two_reasons_that_a_column_stays_say_the_same() -> None:
    said = [happened for happened, _todo in WORDS.values()]

    assert len(said) == len(set(said))
    assert set(WORDS) == {*OUTCOMES, "own_maximum", "platform_disabled"}


@pytest.mark.usefixtures("reader")
def test_a_column_of_a_part_says_of_which() -> None:
    of_part = replace(column("refused"), facet="completion")

    (words,) = unchanged_columns(exercise_rules(), [of_part])

    assert words.part == "Completion"


@pytest.mark.usefixtures("reader")
def test_a_column_of_another_maximum_says_which() -> None:
    (words,) = unchanged_columns(exercise_rules(), [column("own_maximum", maximum="50.5")])

    assert "a maximum of its own, 50.5, so" in words.happened
