"""A column for each part of a grade, in a gradebook at a real address: made, filled, kept apart."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from lti_app.catalog.models import LineItem
from lti_app.grading.models import DeliveryState, ScoreDelivery
from lti_app.grading.service import Work, record
from lti_app.sandbox.dialects import CANVAS, MOODLE, PLAIN, Dialect
from lti_app.sandbox.models import LineItem as Column
from lti_app.sandbox.models import Person, Result
from tests.conftest import START, FrozenClock
from tests.delivery.between import NO_ANSWER, Between
from tests.delivery.conftest import OpenSchool
from tests.delivery.school import ANN, LAUNCH_URL, School, run_until_settled
from tests.delivery.test_restored import compare
from tests.grading.two_facets import OWN, REVIEWS, choose_columns, facets
from tests.submissions.factories import make_person

HOUR = timedelta(hours=1)
Cell = tuple[float | None, float]


def choose(school: School, *points: str) -> None:
    changed = choose_columns(school.database, school.course.activity, *points, now=school.clock())
    school.course = replace(school.course, activity=changed)


def grade(school: School, own: str | None, reviews: str | None) -> None:
    """Grade amara's one hand-in."""
    now = school.clock()
    with school.database.write() as session:
        user = make_person(session, school.course, "amara", now=now)
        work = Work(user.id, "receipt", START, facets(own, reviews), "complete", is_graded=True)
        record(session, school.course.activity, work, actor=ANN, now=now)


def cells(school: School) -> dict[str, Cell]:
    """Return amara's points and the maximum in every column, by what the column is called."""
    with school.lms.sandbox.database.read() as session:
        person = session.scalars(select(Person.id).where(Person.sub == "amara")).one()
        mine = (Result.line_item_id == Column.id) & (Result.person_id == person)
        found = session.execute(
            select(Column.label, Result.score, Column.score_maximum)
            .outerjoin(Result, mine)
            .where(Column.deleted_at.is_(None))
        )
        return {label: (score, maximum) for label, score, maximum in found}


def states(school: School) -> set[str]:
    with school.database.read() as session:
        return set(session.scalars(select(ScoreDelivery.state)))


def labels(school: School) -> tuple[str, str]:
    title = school.course.activity.title
    return f"{title}: Own work", f"{title}: Reviews"


def shown(school: School) -> list[Cell]:
    """Return amara's points and the maximum in the columns of the two parts."""
    found = cells(school)
    return [found[label] for label in labels(school)]


@pytest.fixture
def split(bare_school: School, clock: FrozenClock) -> School:
    """A school where a grade of two parts has reached a column for each."""
    choose(bare_school, "6", "4")
    grade(bare_school, "0.5", "1")
    run_until_settled(bare_school, clock, at_most=HOUR)
    return bare_school


@pytest.mark.parametrize("dialect", [MOODLE, CANVAS], ids=["moodle", "canvas"])
def test_each_part_gets_its_column_once_and_the_links_own_stays_empty(
    open_school: OpenSchool, clock: FrozenClock, dialect: Dialect
) -> None:
    school = open_school(dialect)
    school.give_column()
    choose(school, "6", "4")

    grade(school, "0.5", "1")
    run_until_settled(school, clock, at_most=HOUR)
    before = len(school.wire.sent)
    grade(school, "0.5", "1")
    school.run()

    assert shown(school) == [(3.0, 6.0), (4.0, 4.0)]
    assert sorted(score or 0 for score, _maximum in cells(school).values()) == [0, 3, 4]
    assert states(school) == {DeliveryState.ARRIVED}
    assert len(school.wire.sent) == before
    made = [one for one in school.lms.columns() if one.label in labels(school)]
    activity = school.course.activity.public_id
    assert [(one.resource_id, one.tag, one.link_id) for one in made] == [
        (activity, "exercise:own", None),
        (activity, "exercise:reviews", None),
    ]


def test_a_part_that_can_be_graded_no_longer_is_taken_back_there(
    split: School, clock: FrozenClock
) -> None:
    clock.advance(minutes=1)

    grade(split, "0.5", None)
    run_until_settled(split, clock, at_most=HOUR)

    assert shown(split) == [(3.0, 6.0), (None, 4.0)]
    assert states(split) == {DeliveryState.ARRIVED}


def test_other_points_of_a_part_reach_its_column_and_the_score_follows(
    split: School, clock: FrozenClock
) -> None:
    clock.advance(minutes=1)
    before = len(split.wire.sent)

    choose(split, "12", "4")
    run_until_settled(split, clock, at_most=HOUR)

    assert shown(split) == [(6.0, 12.0), (4.0, 4.0)]
    methods = [sent.method for sent in split.wire.sent[before:]]
    assert (methods.count("PUT"), methods.count("POST")) == (1, 1)


def test_a_lost_answer_makes_no_column_twice_and_holds_no_other(
    network: Between, school: School, clock: FrozenClock
) -> None:
    choose(school, "6", "4")
    network.disturb("POST", "/lineitems", None, is_stored=True)

    grade(school, "0.5", "1")
    run_until_settled(school, clock, at_most=HOUR)

    assert shown(school) == [(3.0, 6.0), (4.0, 4.0)]
    assert len(school.lms.columns()) == 3
    assert NO_ANSWER in {status for _method, _path, status in network.passed}


def test_after_a_restore_each_part_is_compared_with_its_own_column(split: School) -> None:
    with split.database.write() as session:
        session.execute(update(LineItem).values(url=None))

    found = compare(split)

    assert (found.looked, list(found.differences), list(found.unseen)) == (2, [], [])
    with split.database.read() as session:
        urls = session.execute(select(LineItem.facet, LineItem.url)).all()
    assert {facet for facet, url in urls if url} == {OWN, REVIEWS}


@pytest.mark.parametrize(
    ("dialect", "kept"),
    [(PLAIN, LAUNCH_URL), (MOODLE, LAUNCH_URL), (CANVAS, None)],
    ids=["plain", "moodle", "canvas"],
)
def test_a_column_that_we_make_says_where_its_reviews_go_where_the_platform_knows_such(
    open_school: OpenSchool, clock: FrozenClock, dialect: Dialect, kept: str | None
) -> None:
    school = open_school(dialect)
    choose(school, "6", "4")

    grade(school, "1", "0.5")
    run_until_settled(school, clock, at_most=HOUR)

    made = [one for one in school.lms.columns() if one.label in labels(school)]
    assert [(one.review or {}).get("url") for one in made] == [kept, kept]
