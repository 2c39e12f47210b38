"""A link that is moved to another course keeps its column, and opens another activity there."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from lti_app.catalog.models import Placement
from lti_app.catalog.service import open_item, remember_placement
from lti_app.catalog.views import ActivityView
from lti_app.grading.models import DeliveryState
from lti_app.grading.service import record
from lti_app.jobs.models import Job
from lti_app.people.models import User
from lti_app.people.roles import Role
from lti_app.people.service import ContextDetails, remember_context, remember_enrolment
from tests.grading.changing import change_points
from tests.grading.ledger import ANN, Ledger
from tests.submissions.factories import ITEM, registry


@pytest.fixture
def elsewhere(ledger: Ledger) -> ActivityView:
    """What the link opens after Ann's score of the first course, 3 of 10, has arrived."""
    ledger.grade("0.3")
    ledger.send()
    return _moved(ledger)


def _moved(ledger: Ledger) -> ActivityView:
    item = registry().library.find_item(ITEM)
    assert item is not None
    with ledger.database.write() as session:
        link = session.get_one(Placement, ledger.course.placement_id)
        of = {"platform_id": link.platform_id, "deployment_id": link.deployment_id}
        now, details = ledger.clock(), ContextDetails("other", title="Other")
        context = remember_context(session, details=details, now=now, **of)
        session.flush()
        remember_placement(
            session, context_id=context.id, lti_id=link.lti_id, title="Link", now=now, **of
        )
        user = session.get_one(User, ledger.user.id)
        remember_enrolment(
            session, user=user, context=context, role=Role.LEARNER, is_test=False, now=now
        )
        return open_item(
            session, link.id, item, platform_id=link.platform_id, registry=registry(), now=now
        )


def give_points(ledger: Ledger, activity: ActivityView, points: str) -> None:
    change_points(ledger.database, activity, points, actor=ANN, now=ledger.clock())


def test_other_points_there_leave_the_score_of_the_first_course_as_it_is(
    ledger: Ledger, elsewhere: ActivityView
) -> None:
    give_points(ledger, elsewhere, "100")

    row = ledger.row()
    assert row.state == DeliveryState.ARRIVED
    assert (row.wanted_points, row.wanted_maximum) == (Decimal(3), Decimal(10))


def test_who_is_in_both_courses_keeps_the_share_of_the_second(
    ledger: Ledger, elsewhere: ActivityView
) -> None:
    with ledger.database.write() as session:
        record(session, elsewhere, ledger.work("0.9"), actor=ANN, now=ledger.clock())
    ledger.send()

    give_points(ledger, elsewhere, "100")

    row = ledger.row()
    assert (row.wanted_points, row.wanted_maximum) == (Decimal(90), Decimal(100))


def test_a_score_never_waits_for_a_column_that_nobody_changes(ledger: Ledger) -> None:
    ledger.grade("0.8")
    ledger.send()
    # As after a race: points that no column and no score was brought to.
    ledger.place(points=Decimal(100))

    give_points(ledger, ledger.course.activity, "100")

    row = ledger.row()
    with ledger.database.read() as session:
        owed = set(session.scalars(select(Job.key).where(Job.state == "waiting")))
    assert (row.reason_code, row.wanted_points) == (None, Decimal(80))
    assert row.state == DeliveryState.OWED
    assert row.public_id in owed
