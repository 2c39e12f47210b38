"""F13, F15, F16: tokens that say odd things, columns that go, come back or change."""

import json

import pytest

from lti_app.grading.models import DeliveryState
from lti_app.sandbox.faults import Service
from tests.conftest import FrozenClock
from tests.delivery.between import Between
from tests.delivery.invariants import check
from tests.delivery.school import School
from tests.peers.http_peer import Reply, Seen, json_reply

SCORES, RESULTS, TOKEN = Service.SCORES, Service.RESULTS, Service.TOKEN
PEOPLE = ("amara", "tomoko", "kwame")


@pytest.mark.parametrize("life", [0, -1, None, "3600"], ids=["zero", "negative", "absent", "text"])
def test_f13_a_token_that_says_odd_things_of_its_life_starts_no_loop(
    school: School, network: Between, life: object
) -> None:
    school.asks_for_tokens_at(network.url)

    def odd(seen: Seen) -> Reply:
        body = json.loads(network.forward(seen).body)
        body.pop("expires_in")
        return json_reply(body if life is None else {**body, "expires_in": life})

    network.disturb("POST", "/token", odd, count=None)
    for sub in PEOPLE:
        school.grade(sub)

    school.run()

    asked = len(network.statuses("POST", "/token"))
    assert asked == (3 if life in (0, -1) else 1)
    check(school)


def test_f15_a_column_that_is_restored_is_used_and_no_second_one_made(school: School) -> None:
    school.grade(PEOPLE[0])
    school.run()
    school.lms.delete_columns()
    for sub in PEOPLE[1:]:
        school.grade(sub)
    school.run()
    held = {school.state(sub) for sub in PEOPLE[1:]}
    school.lms.restore_columns()

    school.send_again()
    school.run()

    assert held == {DeliveryState.COLUMN_DELETED}
    assert len(school.lms.columns()) == 1
    assert [school.lms.shown(sub) for sub in PEOPLE] == [10.0] * 3
    check(school)


def test_f15_a_launch_that_tells_of_the_column_again_lets_everything_flow(
    school: School, network: Between
) -> None:
    network.disturb("POST", "/scores", Reply(404), count=1)
    network.disturb("GET", "", Reply(404), count=3)
    for sub in PEOPLE:
        school.grade(sub)
    school.run()
    network.disturbances.clear()

    school.is_reached_through(network.url)
    school.run()

    assert [school.lms.shown(sub) for sub in PEOPLE] == [10.0] * 3
    check(school)


def test_f16_another_maximum_scales_and_another_name_stays(
    school: School, clock: FrozenClock
) -> None:
    school.grade(score="0.5")
    school.run()
    clock.advance(minutes=1)
    school.lms.change_column(label="Renamed by a teacher", score_maximum=50)

    school.grade(score="0.75")
    school.run()

    (column,) = school.lms.columns()
    assert (column.label, column.score_maximum) == ("Renamed by a teacher", 50)
    assert school.lms.shown() == 37.5
    assert school.state() is DeliveryState.ARRIVED
