"""F8: Canvas's leaky bucket as it is (600/800/10/50), and somebody else's scores beside it.

One seed takes ten seconds, so CI has one, on SQLite; with RAPPORT_TEST_FULL it is 5 on both.
"""

import random
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from lti_app.sandbox.dialects import CANVAS
from lti_app.sandbox.faults import Service
from lti_app.sandbox.models import ReceivedRequest
from tests.conftest import BACKENDS, FrozenClock
from tests.delivery.conftest import OpenSchool
from tests.delivery.invariants import check
from tests.delivery.rounds import rounds
from tests.delivery.school import School

#: What one of our requests costs there is nobody's promise; the dearer, the sooner it is full.
DEAR = replace(CANVAS, bucket=replace(CANVAS.bucket, request_cost=6)) if CANVAS.bucket else CANVAS
LEARNERS = 170
HALF_A_REQUEST = timedelta(milliseconds=25)
#: How often the other school looks whether its score has arrived, and grades again.
EVERY = timedelta(seconds=5)


@dataclass
class Tenant:
    """Another school that owes one score at a time, and how long each took to arrive."""

    school: School
    clock: FrozenClock
    waits: list[timedelta] = field(default_factory=list)
    graded_at: datetime | None = None

    def live(self) -> None:
        """See whether the last score has arrived, and grade again when it has."""
        if self.graded_at is not None and self.school.owed_count() == 0:
            self.waits.append(self.school.last_arrival() - self.graded_at)
            self.graded_at = None
        if self.graded_at is None:
            self.graded_at = self.clock()
            self.school.grade(score=f"0.{len(self.waits) + 100}")


@pytest.mark.parametrize("database", BACKENDS[: rounds(1, of=2)], indirect=True)
@pytest.mark.parametrize("seed", range(rounds(1, of=5)))
def test_f8_canvas_takes_nearly_everything_and_nobody_else_waits(
    open_school: OpenSchool, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(random, "random", random.Random(seed).random)  # noqa: S311 - a seed
    throttled, other = open_school(DEAR), open_school()
    for school in (throttled, other):
        school.give_column()
    for sub in throttled.lms.enrol_many(LEARNERS):
        throttled.grade(sub)
    throttled.lms.is_asked_by_others(clock())
    tenant = Tenant(other, clock)
    began_at, next_at = clock(), clock()

    def pass_time() -> None:
        nonlocal next_at
        clock.now += HALF_A_REQUEST
        if clock() >= next_at:
            next_at = clock() + EVERY
            tenant.live()

    throttled.wire.meanwhile = pass_time
    while throttled.owed_count():
        throttled.run()
        clock.advance(seconds=1)
        pass_time()

    later = _statuses(throttled, since=began_at + timedelta(minutes=1))
    assert 403 in _statuses(throttled, since=began_at), "the bucket was never full"
    assert later.count(200) >= 0.95 * len(later)
    assert len(tenant.waits) > 10
    assert max(tenant.waits) <= timedelta(seconds=5)
    check(throttled)


def _statuses(school: School, *, since: datetime) -> list[int]:
    with school.lms.sandbox.database.read() as session:
        rows = session.scalars(
            select(ReceivedRequest.status).where(
                ReceivedRequest.service == Service.SCORES, ReceivedRequest.received_at >= since
            )
        )
        return list(rows)
