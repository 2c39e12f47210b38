"""What one kind of platform needs said and another does not, in the bodies that left the house."""

import json
from datetime import timedelta
from typing import Any

import pytest

from lti_app.lti.quirks import Family
from lti_app.sandbox.faults import Fault, Service
from tests.conftest import FrozenClock
from tests.delivery.between import Between
from tests.delivery.invariants import check
from tests.delivery.school import School, run_until_settled
from tests.peers.http_peer import Reply

VENDOR = "https://canvas.instructure.com/lti/submission"


def bodies(network: Between) -> list[dict[str, Any]]:
    return [json.loads(body) for body in network.bodies if b"scoreGiven" in body]


def test_ag_30_a_new_hand_in_is_a_new_attempt_in_canvas_and_is_said_nowhere_else(
    school: School, network: Between
) -> None:
    school.is_of(Family.CANVAS)
    school.grade()
    school.run()

    (body,) = bodies(network)
    assert body[VENDOR] == {"new_submission": True}


@pytest.mark.parametrize("family", [Family.MOODLE, Family.OTHER])
def test_ag_30_other_platforms_hear_nothing_of_attempts(
    school: School, network: Between, family: Family
) -> None:
    school.is_of(family)
    school.grade()
    school.run()

    (body,) = bodies(network)
    assert VENDOR not in body


def test_ag_28_where_comments_add_up_a_repeated_one_is_left_out(
    school: School, network: Between, clock: FrozenClock
) -> None:
    school.is_of(Family.CANVAS)
    network.disturb("POST", "/scores", Reply(503))
    school.grade()

    run_until_settled(school, clock, at_most=timedelta(minutes=10))

    first, second = bodies(network)
    assert ("comment" in first, "comment" in second) == (True, False)
    assert first["timestamp"] == second["timestamp"]
    check(school)


@pytest.mark.parametrize("family", [Family.MOODLE, Family.OTHER])
def test_ag_28_where_a_missing_comment_clears_it_is_sent_each_time(
    school: School, network: Between, clock: FrozenClock, family: Family
) -> None:
    school.is_of(family)
    for score in ("0.5", "1"):
        school.grade(score=score)
        school.run()
        clock.advance(minutes=1)

    assert ["comment" in body for body in bodies(network)] == [True, True]
    check(school)


def test_ag_14_a_score_is_repeated_with_its_own_time(
    school: School, network: Between, clock: FrozenClock
) -> None:
    network.disturb("POST", "/scores", Reply(500), count=3)
    school.grade()

    run_until_settled(school, clock, at_most=timedelta(hours=1))

    sent = bodies(network)
    assert len(sent) == 4
    assert all(body == sent[0] for body in sent)
    check(school)


def test_ag_17_of_two_scores_only_the_newer_leaves(school: School, network: Between) -> None:
    school.grade(score="0.5")
    school.grade(score="1")

    school.run()

    assert [body["scoreGiven"] for body in bodies(network)] == [10]
    check(school)


def test_ag_25_once_final_a_score_is_never_anything_else(
    school: School, network: Between, clock: FrozenClock
) -> None:
    for score in ("0.5", "0.7", "1"):
        school.grade(score=score)
        school.run()
        clock.advance(seconds=30)

    assert {body["gradingProgress"] for body in bodies(network)} == {"FullyGraded"}


def test_ag_43_ag_44_a_column_is_neither_changed_nor_deleted_by_us(
    school: School, clock: FrozenClock
) -> None:
    school.grade(score="0.5")
    school.run()
    clock.advance(minutes=1)
    school.lms.change_column(label="Renamed", score_maximum=50)
    school.grade(score="1")
    school.run()

    asked = [school.lms.received(Service.LINE_ITEMS, method) for method in ("PUT", "DELETE")]
    assert asked == [[], []]


def test_f11_a_slow_answer_is_waited_for(school: School) -> None:
    school.lms.fail(Service.SCORES, Fault(delay=timedelta(seconds=2), request_count=1))
    school.grade()

    school.run()

    assert school.lms.received(Service.SCORES) == [200]
    check(school)
