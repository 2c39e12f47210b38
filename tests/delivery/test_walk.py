"""A random walk over faults, dialect by dialect: whatever happens, nothing is lost or doubled.

Each seed takes half a second or more, most of it commits and HTTP, so CI walks 3 for each dialect
and database; with RAPPORT_TEST_FULL it is 50.
"""

import random
from collections.abc import Mapping
from datetime import timedelta

import pytest

from lti_app.grading.models import DeliveryState
from lti_app.sandbox.dialects import CANVAS, MOODLE, PLAIN, Dialect
from lti_app.sandbox.faults import Fault, Service
from tests.conftest import FrozenClock
from tests.delivery.conftest import OpenSchool
from tests.delivery.invariants import check
from tests.delivery.rounds import rounds
from tests.delivery.school import run_until_settled

SCORES, RESULTS, TOKEN = Service.SCORES, Service.RESULTS, Service.TOKEN
PEOPLE = ("amara", "tomoko", "kwame")
PAGE = "<!DOCTYPE html><title>Sign in</title>"
FAULTS = (
    Fault(status=500, request_count=2),
    Fault(status=502, stores=True, request_count=1),
    Fault(status=503, retry_after="20", request_count=1),
    Fault(status=429, retry_after="30", request_count=1),
    Fault(status=429, retry_after="soon", request_count=1),
    Fault(status=403, body="403 Forbidden (Rate Limit Exceeded)", request_count=1),
    Fault(status=401, request_count=1),
    Fault(status=401, request_count=2),
    Fault(drops_reply=True, request_count=1),
    Fault(drops_reply=True, request_count=3),
    Fault(body=PAGE, content_type="text/html", request_count=1),
    Fault(body=PAGE, content_type="text/html", stores=True, request_count=1),
    Fault(status=302, headers={"Location": "/login"}, stores=True, request_count=1),
    Fault(truncates=True, request_count=1),
    Fault(breaks_off=True, request_count=1),
)
#: Said of a score, and of nothing else.
REFUSALS: Mapping[str, tuple[Fault, ...]] = {
    dialect.name: tuple(
        Fault(status=status, body=words, request_count=1)
        for status, words in (
            (404, "not here"),
            (dialect.scores.stale_status, "an earlier timestamp"),
            (422, "not now"),
        )
    )
    for dialect in (PLAIN, MOODLE, CANVAS)
}


@pytest.mark.parametrize("seed", range(rounds(1, of=50)))
@pytest.mark.parametrize("dialect", [PLAIN, MOODLE, CANVAS], ids=lambda one: one.name)
def test_whatever_happens_nothing_is_lost_and_nothing_doubled(
    open_school: OpenSchool, clock: FrozenClock, dialect: Dialect, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - a test that can be repeated
    school = open_school(dialect)
    school.give_column()
    for step in range(12):
        service = chance.choice((SCORES, SCORES, RESULTS, TOKEN))
        refusals = REFUSALS[dialect.name] if service is SCORES else ()
        school.lms.fail(service, chance.choice(FAULTS + refusals))
        school.grade(
            chance.choice(PEOPLE), score=f"0.{step + 10}", is_regraded=chance.random() < 0.4
        )
        if chance.random() < 0.7:
            school.run()
        clock.advance(seconds=chance.randrange(0, 90))
    school.lms.mend()

    run_until_settled(school, clock, at_most=timedelta(days=2))

    assert {school.state(sub) for sub in school.history} == {DeliveryState.ARRIVED}
    check(school)
