"""The choice of gradebook columns on the settings page, and where each part's score is shown."""

from decimal import Decimal

import pytest
from sqlalchemy import select, update

from lti_app.audit.models import AuditEvent
from lti_app.catalog.models import Activity, LineItem, Placement
from lti_app.catalog.service import get_activity_of
from lti_app.catalog.views import ActivityView
from lti_app.core.db import Database
from lti_app.grading.columns import remember_column
from lti_app.grading.models import DeliveryState, ScoreDelivery
from lti_app.grading.service import Work, record
from lti_app.lti.registration import Registration
from lti_app.people.models import User
from lti_app.submissions.registry import Registry
from tests.conftest import FrozenClock
from tests.grading.two_facets import ANN, TITLES, facets
from tests.peers.world import Visitor, World
from tests.submissions.test_gradebook import settings
from tests.submissions.two_faceted import two_faceted

CHOSEN = {
    "own": {"title": "Own work", "maximum": "6"},
    "reviews": {"title": "Reviews", "maximum": "4"},
}


@pytest.fixture(scope="module")
def registry() -> Registry:
    return two_faceted(TITLES)


@pytest.fixture
def ungraded(world: World, platform: Registration) -> ActivityView:
    """An activity that is not in the gradebook."""
    return world.activity(platform)


@pytest.fixture
def activity(ungraded: ActivityView, database: Database, clock: FrozenClock) -> ActivityView:
    with database.write() as session:
        placement = session.scalars(select(Placement)).one()
        remember_column(session, placement, url="https://lms.test/items/1", now=clock())
        session.flush()
        found = {"platform_id": ungraded.platform_id, "activity_id": ungraded.id}
        return get_activity_of(session, **found)


def address(activity: ActivityView, rest: str = "settings") -> str:
    return f"activities/{activity.public_id}/{rest}"


def parts(own: str = "6", reviews: str = "4") -> dict[str, object]:
    columns = {"columns": "parts", "points-own": own, "points-reviews": reviews}
    return {**settings(), **columns}


def stored(database: Database) -> dict[str, object] | None:
    with database.read() as session:
        return session.scalars(select(Activity.facet_columns)).one()


def test_an_activity_outside_the_gradebook_offers_no_choice_of_columns(
    ungraded: ActivityView, teacher: Visitor, database: Database
) -> None:
    page = teacher.get(address(ungraded)).text

    assert "Gradebook columns" not in page
    assert teacher.post(address(ungraded), parts()).status_code == 303
    assert stored(database) is None


def test_the_page_offers_equal_shares_and_keeps_what_is_chosen(
    activity: ActivityView, teacher: Visitor, database: Database
) -> None:
    before = teacher.get(address(activity)).text

    answer = teacher.post(address(activity), parts())

    assert answer.status_code == 303
    assert 'name="points-own" type="text" value="5"' in before
    assert stored(database) == CHOSEN
    after = teacher.get(address(activity)).text
    assert 'name="points-own" type="text" value="6"' in after
    # The platform's own column is there already, and no score will be in it.
    assert "it stays empty; you can hide it in the gradebook" in after
    assert "stays empty" not in before
    with database.read() as session:
        assert "activity.columns_changed" in session.scalars(select(AuditEvent.action)).all()


@pytest.mark.parametrize("typed", ["0", "7,5"])
def test_points_of_a_part_that_are_none_are_refused_and_stay_on_the_page(
    activity: ActivityView, teacher: Visitor, database: Database, typed: str
) -> None:
    answer = teacher.post(address(activity), parts(typed, "4.5"))

    assert answer.status_code == 422
    assert "Write a number above 0" in answer.text
    assert f'name="points-own" type="text" value="{typed}"' in answer.text
    assert 'value="4.5"' in answer.text
    assert stored(database) is None


def test_points_of_parts_do_not_matter_where_one_column_is_for_all(
    activity: ActivityView, teacher: Visitor, database: Database
) -> None:
    answer = teacher.post(address(activity), {**parts("none", "0"), "columns": "whole"})

    assert answer.status_code == 303
    assert stored(database) is None


def test_after_the_first_score_another_choice_is_refused_with_words(
    activity: ActivityView, teacher: Visitor, ann: Visitor, database: Database
) -> None:
    ann.hand_in(activity)

    answer = teacher.post(address(activity), parts())

    assert answer.status_code == 422
    assert "it keeps the columns it has" in answer.text
    assert stored(database) is None
    assert teacher.post(address(activity), {**parts(), "columns": "whole"}).status_code == 303


def test_a_choice_that_nobody_offers_is_refused(
    activity: ActivityView, teacher: Visitor, database: Database
) -> None:
    answer = teacher.post(address(activity), {**parts(), "columns": "each"})

    assert answer.status_code == 422
    assert stored(database) is None


def test_a_form_without_the_choice_leaves_the_columns(
    activity: ActivityView, teacher: Visitor, database: Database
) -> None:
    teacher.post(address(activity), parts())

    assert teacher.post(address(activity), settings(points="20")).status_code == 303
    assert stored(database) == CHOSEN


def test_each_part_says_where_its_score_is(
    activity: ActivityView,
    teacher: Visitor,
    ann: Visitor,
    database: Database,
    clock: FrozenClock,
) -> None:
    teacher.post(address(activity), parts())
    receipt = ann.hand_in(activity).location
    work = Work(ann.user_id, "receipt", clock(), facets("1", "0.5"), None, is_graded=True)
    with database.write() as session:
        record(session, activity, work, actor=ANN, now=clock())
        of_reviews = select(LineItem.id).where(LineItem.facet == "reviews").scalar_subquery()
        held = ScoreDelivery.line_item_id == of_reviews
        session.execute(update(ScoreDelivery).where(held).values(state=DeliveryState.REFUSED))
        person = session.scalars(select(User.public_id).where(User.id == ann.user_id)).one()
        owed = session.execute(
            select(LineItem.facet, ScoreDelivery.wanted_points).join(ScoreDelivery)
        ).all()

    assert {tuple(one) for one in owed} == {("own", Decimal(6)), ("reviews", Decimal(2))}
    everybody = teacher.get(address(activity, "people")).text
    causes, table = everybody.split("<tbody", 1)
    assert causes.index("Not sent · Reviews") < causes.index("The platform refused the score.")
    one = teacher.get(address(activity, f"people/{person}")).text
    for shown in (table, one):
        assert shown.index("<b>Own work</b>") < shown.index("On its way")
        assert shown.index("On its way") < shown.index("<b>Reviews</b>")
    assert one.index("<b>Reviews</b>") < one.index("The platform refused the score.")
    assert "for Ann Done Reviews" in one
    assert ": <bdi>Ann Done</bdi> Reviews</span>" in table
    mine = ann.client.get(receipt, base_url=ann.base_url).text
    assert "Own work" in mine


def test_after_the_first_score_the_other_choice_is_locked_with_the_reason(
    activity: ActivityView, teacher: Visitor, ann: Visitor
) -> None:
    before = teacher.get(address(activity)).text
    ann.hand_in(activity)

    after = teacher.get(address(activity)).text

    assert "disabled" not in before
    assert 'name="points-own"' in before
    assert 'name="columns" value="whole" checked>' in after
    assert 'name="columns" value="parts" disabled>' in after
    assert "it keeps the columns it has" in " ".join(after.split())
    assert 'name="points-own"' not in after
