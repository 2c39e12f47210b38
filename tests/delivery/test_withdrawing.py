"""A score that is taken back disappears from the gradebook, and only by a person's word."""

import pytest

from lti_app.grading.deciding import excuse, take_excuse_back
from lti_app.grading.models import DeliveryState
from lti_app.grading.releasing import release_due
from lti_app.grading.views import Learner
from lti_app.grading.withdrawing import withdraw
from lti_app.people.models import User
from tests.conftest import FrozenClock
from tests.delivery.school import ANN, School


def _user(school: School) -> User:
    with school.database.read() as session:
        return session.get_one(User, school.delivery().user_id)


def _excuse_and_withdraw(school: School) -> None:
    user, now, activity = _user(school), school.clock(), school.course.activity
    with school.database.write() as session:
        excuse(session, activity, user.id, "Ill.", actor=ANN, now=now)
        learner = Learner(user.id, user.public_id, is_graded=True)
        withdraw(session, activity, learner, actor=ANN, now=now)


@pytest.fixture
def withdrawn(school: School, clock: FrozenClock) -> School:
    """A school whose gradebook showed a score that was taken back since."""
    school.grade()
    school.run()
    assert school.lms.shown() == 10.0
    clock.advance(minutes=1)
    _excuse_and_withdraw(school)
    school.run()
    return school


def test_the_gradebook_shows_no_score_any_more(withdrawn: School) -> None:
    assert withdrawn.lms.shown() is None
    assert withdrawn.state() is DeliveryState.ARRIVED


def test_a_grade_that_counts_again_is_sent_again(withdrawn: School, clock: FrozenClock) -> None:
    user, activity = _user(withdrawn), withdrawn.course.activity
    clock.advance(minutes=1)
    with withdrawn.database.write() as session:
        take_excuse_back(session, activity, user.id, actor=ANN, now=clock())
        release_due(session, activity, actor=ANN, now=clock())

    withdrawn.run()

    assert withdrawn.lms.shown() == 10.0
    assert withdrawn.state() is DeliveryState.ARRIVED


def test_what_somebody_entered_there_since_is_not_taken_away(
    school: School, clock: FrozenClock
) -> None:
    school.grade()
    school.run()
    clock.advance(minutes=1)
    school.lms.teacher_enters(7.0)

    _excuse_and_withdraw(school)
    school.run()

    assert school.lms.shown() == 7.0
    assert school.state() is DeliveryState.LMS_NEWER
