"""AG-46: the gradebook of a copied course, whose columns are found and not made once more."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from lti_app.audit import Actor
from lti_app.catalog.copying import copy_activity
from lti_app.catalog.models import LineItem as OurColumn
from lti_app.catalog.models import Placement
from lti_app.catalog.service import remember_placement
from lti_app.grading.models import DeliveryState, ScoreDelivery
from lti_app.lti.models import ServiceEndpoint
from lti_app.lti.service_access import USED_SCOPES
from lti_app.people.service import ContextDetails, remember_context
from lti_app.sandbox.copying import copy_course, copy_link
from lti_app.sandbox.deeds import Standing, change_standing
from lti_app.sandbox.dialects import CANVAS, MOODLE, PLAIN, Dialect
from lti_app.sandbox.models import Course, LineItem, Link, Person, Result
from tests.conftest import FrozenClock
from tests.delivery.conftest import OpenSchool
from tests.delivery.school import School, run_until_settled
from tests.delivery.test_facet_columns import choose
from tests.delivery.test_facet_columns import grade as grade_parts
from tests.submissions.factories import registry

HOUR = timedelta(hours=1)
COPIER = Actor("copier")
EVERY_DIALECT = pytest.mark.parametrize(
    "dialect", [PLAIN, MOODLE, CANVAS], ids=lambda one: one.name
)


@dataclass(frozen=True)
class Place:
    """A course of the sandbox, and one link in it."""

    course: str
    link: str


def columns_of(school: School, place: Place) -> dict[str, tuple[str | None, float | None]]:
    """Return what each column of a course is called by us, and what amara has there."""
    with school.lms.sandbox.database.read() as session:
        person = session.scalars(select(Person.id).where(Person.sub == "amara")).one()
        mine = (Result.line_item_id == LineItem.id) & (Result.person_id == person)
        found = session.execute(
            select(LineItem.label, LineItem.resource_id, Result.score)
            .join(Course, Course.id == LineItem.course_id)
            .outerjoin(Result, mine)
            .where(Course.context_id == place.course, LineItem.deleted_at.is_(None))
            .order_by(LineItem.id)
        )
        return {label: (name, score) for label, name, score in found}


def copied(school: School, place: Place) -> Place:
    """Copy a course in the sandbox, and let amara into the copy."""
    sandbox = school.lms.sandbox
    with sandbox.database.write() as session:
        course = session.scalars(select(Course).where(Course.context_id == place.course)).one()
        copy = copy_course(session, course, sandbox.dialect)
        person = session.scalars(select(Person).where(Person.sub == "amara")).one()
        change_standing(session, copy, person, Standing.ACTIVE)
        links = session.scalars(select(Link).where(Link.course_id == copy.id))
        link = next(one for one in links if one.history[0] == place.link)
        return Place(copy.context_id, link.resource_link_id)


def moved_to(school: School, place: Place) -> School:
    """Return the school at a copied link, as its first launch leaves it."""
    now, sandbox = school.clock(), school.lms.sandbox
    with sandbox.database.read() as session:
        course = session.scalars(select(Course).where(Course.context_id == place.course)).one()
        container = sandbox.addresses.line_items_url(course, 1)
    with school.database.write() as session:
        origin = session.get_one(Placement, school.course.placement_id)
        ours = {"platform_id": origin.platform_id, "deployment_id": origin.deployment_id}
        context = remember_context(session, **ours, details=ContextDetails(place.course), now=now)
        session.flush()
        known = select(ServiceEndpoint).where(ServiceEndpoint.context_ref == place.course)
        if session.scalar(known) is None:
            session.add(
                ServiceEndpoint(
                    **ours,
                    context_ref=place.course,
                    lineitems_url=container,
                    scopes=sorted(USED_SCOPES),
                    updated_at=now,
                )
            )
        placement = remember_placement(
            session, **ours, context_id=context.id, lti_id=place.link, title=None, now=now
        )
        activity = copy_activity(
            session,
            school.course.activity.id,
            placement_id=placement.id,
            platform_id=origin.platform_id,
            registry=registry(),
            actor=COPIER,
            now=now,
        )
    course_of = replace(
        school.course, context_id=context.id, placement_id=placement.id, activity=activity
    )
    return replace(school, course=course_of, history={}, hand_ins={})


@pytest.fixture
def origin() -> Place:
    return Place("course-a", "graded")


@EVERY_DIALECT
def test_ag_46_columns_made_by_us_are_found_in_the_copy(
    open_school: OpenSchool, clock: FrozenClock, origin: Place, dialect: Dialect
) -> None:
    school = open_school(dialect)
    choose(school, "6", "4")
    grade_parts(school, "0.5", "1")
    run_until_settled(school, clock, at_most=HOUR)
    before = columns_of(school, origin)
    place = copied(school, origin)
    assert set(columns_of(school, place)) == set(before)

    copy = moved_to(school, place)
    clock.advance(minutes=1)
    grade_parts(copy, "1", "0.25")
    run_until_settled(copy, clock, at_most=HOUR)

    after = columns_of(copy, place)
    assert sorted(score for _name, score in after.values() if score is not None) == [1.0, 6.0]
    assert {label: name for label, (name, _) in after.items()} == {
        label: name for label, (name, _) in before.items()
    }
    assert columns_of(school, origin) == before


@EVERY_DIALECT
def test_ag_46_column_of_the_copied_link_is_used(
    open_school: OpenSchool, clock: FrozenClock, origin: Place, dialect: Dialect
) -> None:
    school = open_school(dialect)
    place = copied(school, origin)
    copy = moved_to(school, place)

    copy.grade("amara", "0.7")
    run_until_settled(copy, clock, at_most=HOUR)

    scores = [score for _name, score in columns_of(copy, place).values()]
    assert sorted(score or 0 for score in scores) == [0.0] * (len(scores) - 1) + [7.0]
    assert [score for _name, score in columns_of(school, origin).values() if score] == []


def test_ag_46_copy_of_a_copy_finds_the_column_by_its_first_name(
    open_school: OpenSchool, clock: FrozenClock, origin: Place
) -> None:
    school = open_school(PLAIN)
    choose(school, "6", "4")
    grade_parts(school, "0.5", "1")
    run_until_settled(school, clock, at_most=HOUR)
    nearer = copied(school, origin)
    place = copied(school, nearer)

    again = moved_to(moved_to(school, nearer), place)
    clock.advance(minutes=1)
    grade_parts(again, "1", "1")
    run_until_settled(again, clock, at_most=HOUR)

    found = columns_of(again, place)
    assert len(found) == len(columns_of(school, origin))
    assert sorted(score for _name, score in found.values() if score) == [4.0, 6.0]


def test_link_copied_within_its_course_gets_columns_of_its_own(
    open_school: OpenSchool, clock: FrozenClock, origin: Place
) -> None:
    school = open_school(PLAIN)
    choose(school, "6", "4")
    grade_parts(school, "0.5", "1")
    run_until_settled(school, clock, at_most=HOUR)
    with school.lms.sandbox.database.write() as session:
        link = session.scalars(select(Link).where(Link.resource_link_id == origin.link)).one()
        duplicate = copy_link(session, link, PLAIN).resource_link_id

    copy = moved_to(school, Place(origin.course, duplicate))
    clock.advance(minutes=1)
    grade_parts(copy, "1", "1")
    run_until_settled(copy, clock, at_most=HOUR)

    with school.database.read() as session:
        urls = list(session.scalars(select(OurColumn.url).where(OurColumn.url.is_not(None))))
    assert len(urls) == len(set(urls)) == 4
    with school.lms.sandbox.database.read() as session:
        scores = list(session.scalars(select(Result.score).order_by(Result.id)))
    assert scores == [3.0, 4.0, 6.0, 4.0]


def test_column_of_a_copied_link_is_not_taken_where_the_originals_is_deleted(
    open_school: OpenSchool, clock: FrozenClock, origin: Place
) -> None:
    school = open_school(PLAIN)
    sandbox, ours = school.lms.sandbox, school.course.activity
    with sandbox.database.write() as session:
        link = session.scalars(select(Link).where(Link.resource_link_id == origin.link)).one()
        column = session.scalars(select(LineItem).where(LineItem.link_id == link.id)).one()
        # As deep linking made it.
        column.resource_id, column.tag, column_id = ours.public_id, ours.kind, column.id
    school.grade("amara", "0.5")
    run_until_settled(school, clock, at_most=HOUR)
    with sandbox.database.write() as session:
        link = session.scalars(select(Link).where(Link.resource_link_id == origin.link)).one()
        duplicate = copy_link(session, link, PLAIN).resource_link_id
    copy = moved_to(school, Place(origin.course, duplicate))
    clock.advance(minutes=1)
    copy.grade("amara", "0.2")
    run_until_settled(copy, clock, at_most=HOUR)

    with sandbox.database.write() as session:
        session.get_one(LineItem, column_id).deleted_at = sandbox.now()
    clock.advance(minutes=5)
    school.grade("amara", "0.9", is_regraded=True)
    run_until_settled(school, clock, at_most=HOUR)

    with sandbox.database.read() as session:
        scores = session.scalars(
            select(Result.score)
            .join(LineItem, LineItem.id == Result.line_item_id)
            .where(LineItem.deleted_at.is_(None))
        )
        assert list(scores) == [2.0]
    with school.database.read() as session:
        states = session.scalars(select(ScoreDelivery.state).order_by(ScoreDelivery.id))
        assert list(states) == [DeliveryState.COLUMN_DELETED, DeliveryState.ARRIVED]


def test_two_copies_in_one_course_never_share_a_column(
    open_school: OpenSchool, clock: FrozenClock, origin: Place
) -> None:
    school = open_school(PLAIN)
    choose(school, "6", "4")
    grade_parts(school, "0.5", "1")
    run_until_settled(school, clock, at_most=HOUR)
    place = copied(school, origin)
    copies = [moved_to(school, place), moved_to(school, replace(place, link="another"))]
    clock.advance(minutes=1)

    for copy in copies:
        grade_parts(copy, "1", "1")
    run_until_settled(school, clock, at_most=HOUR)

    with school.database.read() as session:
        rows = session.execute(
            select(OurColumn.placement_id, OurColumn.url).where(OurColumn.url.is_not(None))
        ).all()
        assert len(rows) == len({row.url for row in rows}) == 6
