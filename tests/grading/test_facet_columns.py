"""A gradebook column for each facet: what each is owed, when, and that nothing else leaves."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

import pytest
from sqlalchemy import select, update

from lti_app.audit.models import AuditEvent
from lti_app.catalog.columns import list_line_items
from lti_app.catalog.models import WHOLE, LineItem, Placement
from lti_app.catalog.rules import Release
from lti_app.catalog.service import remember_placement
from lti_app.catalog.views import ActivityView
from lti_app.grading.again import send_scores_again
from lti_app.grading.closing import give_noughts
from lti_app.grading.columns import ColumnsSettledError, column_found, remember_column
from lti_app.grading.deciding import OverrideWish, excuse, set_override, take_excuse_back
from lti_app.grading.facets import FacetWish, enter_facet
from lti_app.grading.ledger import CHANGE_COLUMN, COLUMN_CHANGING
from lti_app.grading.models import DeliveryState, Grade, ScoreDelivery
from lti_app.grading.policy import Cap, lessened
from lti_app.grading.releasing import Outcome, make_plan, release_due
from lti_app.grading.service import Work, record_again
from lti_app.grading.views import Learner
from lti_app.grading.withdrawing import withdraw
from lti_app.jobs.models import Job
from tests.conftest import FrozenClock
from tests.grading.ledger import ANN, Ledger
from tests.grading.two_facets import OWN, REVIEWS, choose_columns, facets
from tests.peers.at_once import at_once

Points = tuple[Decimal | None, Decimal]


@dataclass
class Split:
    """An activity of 10 points with columns of 6 and 4, and one learner."""

    ledger: Ledger

    @property
    def activity(self) -> ActivityView:
        return self.ledger.course.activity

    @property
    def learner(self) -> Learner:
        user = self.ledger.user
        return Learner(user.id, user.public_id, is_graded=True)

    def choose(self, *points: str) -> None:
        course, now = self.ledger.course, self.ledger.clock()
        changed = choose_columns(self.ledger.database, course.activity, *points, now=now)
        self.ledger.course = replace(course, activity=changed)

    def set(self, **values: object) -> None:
        self.ledger.place(**values)

    def work(self, own: str | None, reviews: str | None, **given: object) -> Work:
        parts = {"facets": facets(own, reviews), **given}
        made = self.ledger.work("1")
        return replace(made, **parts)  # type: ignore[arg-type]  # its fields

    def grade(self, own: str | None, reviews: str | None, **given: object) -> None:
        self.ledger.grade(work=self.work(own, reviews, **given))

    def compute_again(self, own: str, reviews: str) -> None:
        with self.ledger.database.write() as session:
            works = [self.work(own, reviews)]
            record_again(session, self.activity, works, actor=ANN, now=self.ledger.clock())

    def release(self) -> int:
        with self.ledger.database.write() as session:
            return release_due(session, self.activity, actor=ANN, now=self.ledger.clock())

    def enter(self, points: str | None) -> None:
        with self.ledger.database.write() as session:
            seen = session.scalars(select(Grade.revision)).one_or_none() or 0
            wish = OverrideWish(None if points is None else Decimal(points), "Spoken.", seen)
            now = self.ledger.clock()
            set_override(session, self.activity, self.learner, wish, actor=ANN, now=now)

    def rows(self) -> dict[str, ScoreDelivery]:
        """Return what is owed, by the facet of its column."""
        with self.ledger.database.read() as session:
            found = session.execute(
                select(LineItem.facet, ScoreDelivery)
                .join(ScoreDelivery, ScoreDelivery.line_item_id == LineItem.id)
                .order_by(ScoreDelivery.id)
            )
            return dict(found.all())

    def owed(self) -> dict[str, Points]:
        return {
            facet: (row.wanted_points, row.wanted_maximum) for facet, row in self.rows().items()
        }

    def states(self) -> dict[str, DeliveryState]:
        return {facet: DeliveryState(row.state) for facet, row in self.rows().items()}

    def all_arrived(self) -> None:
        """Let the columns be made, and show what is owed to them."""
        with self.ledger.database.write() as session:
            session.execute(update(LineItem).values(url="https://lms.test/items/" + LineItem.facet))
            session.execute(
                update(ScoreDelivery).values(
                    state=DeliveryState.ARRIVED,
                    sent_version=ScoreDelivery.wanted_version,
                    acknowledged_version=ScoreDelivery.wanted_version,
                )
            )


@pytest.fixture
def split(ledger: Ledger) -> Split:
    made = Split(ledger)
    made.choose("6", "4")
    return made


def points(given: str, of: str) -> Points:
    return Decimal(given), Decimal(of)


def test_each_facet_is_owed_to_its_own_column_and_the_whole_to_none(split: Split) -> None:
    split.grade("0.5", "1")

    assert split.owed() == {OWN: points("3", "6"), REVIEWS: points("4", "4")}
    with split.ledger.database.read() as session:
        assert session.scalars(select(Grade.released_points)).one() == Decimal("7.5")


def test_what_is_late_counts_less_in_its_own_column(split: Split) -> None:
    own, reviews = facets("1", "1")
    late = lessened([replace(own, is_dated=True), reviews], Decimal("0.8"))

    split.grade(None, None, facets=late)

    assert split.owed() == {OWN: points("4.8", "6"), REVIEWS: points("4", "4")}


def test_a_cap_holds_for_each_facet(split: Split) -> None:
    split.grade("0.5", "1", cap=Cap(Decimal("0.6"), "not_agreed"))

    assert split.owed() == {OWN: points("3", "6"), REVIEWS: points("2.4", "4")}


def test_a_share_is_rounded_half_up_once_by_its_own_column(split: Split) -> None:
    split.choose("0.01", "33.33")

    split.grade("0.5", "0.333333")

    assert split.owed() == {OWN: points("0.01", "0.01"), REVIEWS: points("11.11", "33.33")}


def test_a_facet_that_a_person_scored_counts_in_its_column(split: Split) -> None:
    split.grade("0.5", "1")
    wish = FacetWish(OWN, Decimal("0.9"), "Spoken.", 1)

    with split.ledger.database.write() as session:
        now = split.ledger.clock()
        enter_facet(session, split.activity, split.learner, wish, actor=ANN, now=now)

    assert split.owed() == {OWN: points("5.4", "6"), REVIEWS: points("4", "4")}


def test_points_entered_for_the_whole_are_the_same_share_for_each_until_they_are_cleared(
    split: Split,
) -> None:
    split.grade("0.5", "1")

    split.enter("9")
    entered = split.owed()
    split.enter(None)

    assert entered == {OWN: points("5.4", "6"), REVIEWS: points("3.6", "4")}
    assert split.owed() == {OWN: points("3", "6"), REVIEWS: points("4", "4")}


def test_points_entered_without_work_reach_each_column(split: Split) -> None:
    split.enter("5")

    assert split.owed() == {OWN: points("3", "6"), REVIEWS: points("2", "4")}


def test_a_facet_without_a_score_is_owed_nothing_and_what_was_sent_of_it_is_taken_back(
    split: Split,
) -> None:
    split.grade("0.5", None)
    first = split.owed()
    split.grade("0.5", "1")
    split.all_arrived()

    split.grade("0.5", None)

    assert first == {OWN: points("3", "6")}
    assert split.owed()[REVIEWS][0] is None
    assert split.states() == {OWN: DeliveryState.ARRIVED, REVIEWS: DeliveryState.OWED}


def test_a_facet_without_a_score_whose_score_never_left_is_taken_back_here_alone(
    split: Split,
) -> None:
    split.grade("0.5", "1")

    split.grade("0.5", None)

    assert split.owed()[REVIEWS][0] is None
    assert split.states()[REVIEWS] is DeliveryState.ARRIVED


def test_what_was_computed_again_leaves_with_no_column_before_it_is_released(
    split: Split,
) -> None:
    split.set(release=Release.BY_HAND)
    split.grade("0.5", "0.5")
    split.release()
    split.compute_again("1", "1")

    _open_by_a_second_link(split)

    assert split.owed() == {OWN: points("3", "6"), REVIEWS: points("2", "4")}
    with split.ledger.database.read() as session:
        rows = session.scalars(select(ScoreDelivery.wanted_points).order_by(ScoreDelivery.id)).all()
    assert sorted(rows, key=str) == [Decimal(2), Decimal(2), Decimal(3), Decimal(3)]


def _open_by_a_second_link(split: Split) -> None:
    """Let another link open the activity, and its columns be found."""
    course, now = split.ledger.course, split.ledger.clock()
    with split.ledger.database.write() as session:
        placement = remember_placement(
            session,
            platform_id=course.platform_id,
            deployment_id=session.get_one(Placement, course.placement_id).deployment_id,
            context_id=course.context_id,
            lti_id="second",
            title=None,
            now=now,
        )
        placement.activity_id = course.activity.id
        session.flush()
        columns = list_line_items(session, course.activity, now=now)
        for column in columns:
            if column.placement_id == placement.id:
                url = f"https://lms.test/items/{column.id}"
                column_found(session, column, url=url, now=now)


def test_a_changed_facet_is_released_also_where_the_whole_stays_the_same(split: Split) -> None:
    split.set(release=Release.BY_HAND)
    split.grade("0.5", "1")
    split.release()
    split.compute_again("1", "0.5")

    with split.ledger.database.read() as session:
        plan = make_plan(session, split.activity)
    released = split.release()

    assert plan.count(Outcome.CHANGED) == released == 1
    assert split.owed() == {OWN: points("6", "6"), REVIEWS: points("2", "4")}
    assert split.release() == 0


def test_another_maximum_of_one_facet_changes_its_column_alone_and_leaks_nothing(
    split: Split,
) -> None:
    split.set(release=Release.BY_HAND)
    split.grade("0.5", "0.5")
    split.release()
    split.all_arrived()
    split.compute_again("1", "1")

    split.choose("12", "4")

    assert split.owed() == {OWN: points("6", "12"), REVIEWS: points("2", "4")}
    assert split.states() == {OWN: DeliveryState.OWED, REVIEWS: DeliveryState.ARRIVED}
    assert split.rows()[OWN].reason_code == COLUMN_CHANGING
    with split.ledger.database.read() as session:
        jobs = session.scalars(select(Job.key).where(Job.kind == CHANGE_COLUMN)).all()
        noted = session.execute(select(LineItem.facet, LineItem.maxima)).all()
    assert jobs == [str(split.rows()[OWN].line_item_id)]
    assert [(facet, maxima) for facet, maxima in noted if maxima] == [(OWN, ["6"])]


def test_other_points_of_the_activity_leave_the_columns_of_facets(split: Split) -> None:
    split.grade("0.5", "1")
    before = {facet: row.wanted_version for facet, row in split.rows().items()}

    split.set(points=Decimal(20))
    split.choose("6", "4")

    assert split.owed() == {OWN: points("3", "6"), REVIEWS: points("4", "4")}
    assert {facet: row.wanted_version for facet, row in split.rows().items()} == before


def test_columns_may_be_chosen_anew_until_a_score_is_owed(split: Split) -> None:
    split.choose()
    split.choose("5", "5")
    split.grade("0.5", "1")

    with pytest.raises(ColumnsSettledError):
        split.choose()

    split.choose("6", "4")
    assert split.owed() == {OWN: points("3", "6"), REVIEWS: points("4", "4")}
    with split.ledger.database.read() as session:
        actions = session.scalars(select(AuditEvent.action)).all()
    assert actions.count("activity.columns_changed") == 3


def test_one_column_stays_one_once_a_score_is_owed_to_it(ledger: Ledger) -> None:
    ledger.grade()

    with pytest.raises(ColumnsSettledError):
        Split(ledger).choose("6", "4")


def test_a_choice_at_the_moment_of_the_first_score_leaves_columns_of_one_kind(
    ledger: Ledger,
) -> None:
    split = Split(ledger)
    acts: list[Callable[[], object]] = [
        lambda: split.choose("6", "4"),
        *[lambda: split.grade("0.5", "1")] * 4,
    ]

    outcomes = at_once(lambda act: act(), acts)

    failed = [one for one in outcomes if isinstance(one, Exception)]
    if failed:
        assert [type(one) for one in failed] == [ColumnsSettledError]
        assert set(split.rows()) == {WHOLE}
    else:
        assert set(split.rows()) == {OWN, REVIEWS}


def test_a_launch_that_tells_of_the_links_own_column_owes_it_nothing(
    split: Split, clock: FrozenClock
) -> None:
    split.grade("0.5", "1")

    with split.ledger.database.write() as session:
        placement = session.get_one(Placement, split.ledger.course.placement_id)
        remember_column(session, placement, url="https://lms.test/items/9", now=clock())

    assert set(split.rows()) == {OWN, REVIEWS}
    with split.ledger.database.read() as session:
        told = select(LineItem.facet).where(LineItem.url == "https://lms.test/items/9")
        assert session.scalars(told).all() == [WHOLE]


def test_a_nought_at_the_closing_is_a_nought_in_each_column(
    split: Split, clock: FrozenClock
) -> None:
    split.set(zero_at_close=True, closes_at=clock())

    with split.ledger.database.write() as session:
        give_noughts(session, split.activity, now=clock(), at_most=9)

    assert split.owed() == {OWN: points("0", "6"), REVIEWS: points("0", "4")}


def test_who_is_excused_is_sent_to_no_column_and_to_each_once_back(split: Split) -> None:
    split.grade("0.5", "1")
    activity, user_id, now = split.activity, split.ledger.user.id, split.ledger.clock()

    with split.ledger.database.write() as session:
        excuse(session, activity, user_id, "Ill.", actor=ANN, now=now)
    excused = split.states()
    with split.ledger.database.write() as session:
        take_excuse_back(session, activity, user_id, actor=ANN, now=now)

    assert set(excused.values()) == {DeliveryState.WITHHELD}
    assert set(split.states().values()) == {DeliveryState.OWED}


def test_a_grade_is_taken_back_in_each_column_that_still_shows_it(split: Split) -> None:
    split.grade("0.5", "1")
    split.all_arrived()
    split.grade("0.5", None)
    before = split.rows()[REVIEWS].wanted_version
    activity, user_id, now = split.activity, split.ledger.user.id, split.ledger.clock()

    with split.ledger.database.write() as session:
        excuse(session, activity, user_id, "Ill.", actor=ANN, now=now)
        withdraw(session, activity, split.learner, actor=ANN, now=now)

    rows = split.rows()
    assert {row.wanted_points for row in rows.values()} == {None}
    assert rows[OWN].state == DeliveryState.OWED
    assert rows[REVIEWS].wanted_version == before


def test_a_column_that_is_held_holds_no_other_and_is_sent_again_alone(
    split: Split, clock: FrozenClock
) -> None:
    split.grade("0.5", "1")
    split.all_arrived()
    held = split.rows()[OWN]
    with split.ledger.database.write() as session:
        row = session.get_one(ScoreDelivery, held.id)
        row.state, row.lms_points, row.lms_maximum = DeliveryState.LMS_NEWER, Decimal(1), Decimal(6)

    split.grade("0.5", "0.5")
    before = split.states()
    with split.ledger.database.write() as session:
        held_id = held.public_id
        sent = send_scores_again(session, split.activity, public_id=held_id, actor=ANN, now=clock())

    assert before == {OWN: DeliveryState.LMS_NEWER, REVIEWS: DeliveryState.OWED}
    assert sent == 1
    assert split.owed() == {OWN: points("3", "6"), REVIEWS: points("2", "4")}
