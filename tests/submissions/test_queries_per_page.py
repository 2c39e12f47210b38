"""A page asks the database as much for 500 learners as for one: at most twelve statements."""

from dataclasses import dataclass

import pytest
from sqlalchemy import select, update

from lti_app.catalog.models import Activity, Placement
from lti_app.catalog.rules import Release
from lti_app.catalog.views import ActivityView
from lti_app.core.db import Database
from lti_app.grading.columns import remember_column
from lti_app.grading.models import Grade
from lti_app.lti.registration import Registration
from lti_app.people.models import User
from lti_app.people.roles import Role
from lti_app.submissions.models import Attempt
from tests.conftest import FrozenClock
from tests.peers.world import Visitor, World
from tests.submissions.classes import fill_class
from tests.submissions.factories import answers_of
from tests.submissions.statements import asked

LEARNERS = 500
MOST = 12
STAFF_PAGES = {
    "people": "activities/{activity}/people",
    "people by grade": "activities/{activity}/people?order=grade&find=No",
    "person": "activities/{activity}/people/{person}",
    "results": "activities/{activity}/results",
    "results as a file": "activities/{activity}/results.csv",
    "settings": "activities/{activity}/settings",
    "release": "activities/{activity}/release",
    "preview": "activities/{activity}/preview",
    "trial": "activities/{activity}/try",
}
LEARNER_PAGES = {
    "exercise, once more": "exercise/{activity}?again=1",
    "exercise, to the receipt": "exercise/{activity}",
    "receipt": "receipts/{receipt}",
}


@dataclass(frozen=True)
class Class:
    """Five hundred people, each with two attempts, a grade that changed, and a score on its way."""

    activity: ActivityView
    teacher: Visitor
    learner: Visitor
    addresses: dict[str, str]


@pytest.fixture
def class_of_500(
    world: World, platform: Registration, database: Database, clock: FrozenClock
) -> Class:
    activity = world.activity(platform)
    teacher, learner = world.visitor(platform, Role.INSTRUCTOR), world.visitor(platform)
    with database.write() as session:
        placement = session.scalars(select(Placement)).one()
        remember_column(session, placement, url="https://lms.test/items/1", now=clock())
        changes = {"settings": {"attempts": 3, "counts": "last"}, "settings_version": 2}
        session.execute(update(Activity).values(release=Release.BY_HAND.value, **changes))
        answers = [answers_of(1 + number % 5) for number in range(LEARNERS - 1)]
        ids = fill_class(session, activity, answers, now=clock(), attempts=2)
        person = session.get_one(User, ids[0]).public_id
        session.execute(update(Grade).values(released_points=1))
    for _attempt in range(2):
        assert learner.hand_in(activity).status_code == 303
    with database.read() as session:
        mine = select(Attempt.public_id).where(Attempt.user_id == learner.user_id)
        receipt = session.scalars(mine.order_by(Attempt.number.desc())).first()
    assert receipt
    addresses = {"activity": activity.public_id, "person": person, "receipt": receipt}
    return Class(activity, teacher, learner, addresses)


def test_pages_of_an_activity_ask_at_most_twelve_times_for_500_learners(
    class_of_500: Class, database: Database
) -> None:
    """One class for all pages: making it takes longer than looking at them."""
    counts = {}
    for page, where in (STAFF_PAGES | LEARNER_PAGES).items():
        visitor = class_of_500.teacher if page in STAFF_PAGES else class_of_500.learner

        with asked(database) as statements:
            answer = visitor.get(where.format(**class_of_500.addresses))

        assert answer.status_code in {200, 303}, page
        counts[page] = len(statements)

    assert {page: count for page, count in counts.items() if not 0 < count <= MOST} == {}
