"""F32: a platform that is down for 48 hours while its learners are regraded three times.

The clock moves an hour at a time. CI has 20 learners; with RAPPORT_TEST_FULL it is 5,000.
"""

from collections import Counter
from datetime import timedelta

from sqlalchemy import select

from lti_app.audit.models import AuditEvent
from lti_app.sandbox.faults import Fault, Service
from lti_app.sandbox.models import ReceivedRequest
from tests.conftest import FrozenClock
from tests.delivery.invariants import check
from tests.delivery.rounds import rounds
from tests.delivery.school import School, run_until_settled

LEARNERS = rounds(20, of=5000)
HOURS = 48


def test_f32_after_two_days_of_silence_everybody_gets_one_post_and_nobody_clicked(
    school: School, clock: FrozenClock
) -> None:
    subs = school.lms.enrol_many(LEARNERS)
    school.lms.fail(Service.SCORES, Fault(status=503))
    for hour in range(HOURS):
        if hour % 12 == 0:
            for sub in subs:
                school.grade(sub, score=f"0.{hour + 10}", is_regraded=hour > 0)
        school.run()
        clock.advance(hours=1)
    refused = len(school.lms.received(Service.SCORES))
    school.lms.mend()
    back_at = clock()

    run_until_settled(school, clock, at_most=timedelta(hours=1))

    assert refused < 5 + HOURS * 2
    assert school.owed_count() == 0
    assert school.last_arrival() - back_at <= timedelta(minutes=2)
    taken = _taken(school)
    assert taken == dict.fromkeys(subs, 1)
    with school.database.read() as session:
        assert "score.sent_again" not in session.scalars(select(AuditEvent.action)).all()
    check(school)


def _taken(school: School) -> dict[str, int]:
    """Return how often each person's score was taken."""
    of_scores = ReceivedRequest.service == Service.SCORES, ReceivedRequest.status == 200
    with school.lms.sandbox.database.read() as session:
        people = session.scalars(select(ReceivedRequest.user_id).where(*of_scores))
        return dict(Counter(str(sub) for sub in people))
