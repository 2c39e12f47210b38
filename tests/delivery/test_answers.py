"""The answer table, row by row: what the platform says, and the state that follows."""

from datetime import timedelta

import pytest

from lti_app.grading.models import DeliveryState
from lti_app.sandbox.faults import Fault, Service
from tests.conftest import FrozenClock
from tests.delivery.between import Between
from tests.delivery.conftest import OpenSchool
from tests.delivery.invariants import check
from tests.delivery.school import School, run_until_settled
from tests.peers.http_peer import Reply

SCORES, RESULTS, TOKEN = Service.SCORES, Service.RESULTS, Service.TOKEN
PEOPLE = ("amara", "tomoko", "kwame")
HTML = Reply(200, b"<!DOCTYPE html><p>Sign in", {"Content-Type": "text/html"})
HALF = Reply(200, b'{"resultUrl": "htt', {"Content-Type": "application/json"})
REDIRECT = Reply(302, b"", {"Location": "http://127.0.0.1:1/login"})


@pytest.mark.parametrize("status", [200, 201, 204])
def test_2xx_with_nothing_to_read_is_there(school: School, network: Between, status: int) -> None:
    network.disturb("POST", "/scores", Reply(status), is_stored=True)
    school.grade()

    school.run()

    assert school.state() is DeliveryState.ARRIVED
    check(school)


@pytest.mark.parametrize("reply", [HTML, HALF, REDIRECT], ids=["html", "half", "redirect"])
def test_f12_a_page_in_place_of_an_answer_is_asked_after_and_not_sent_again(
    school: School, network: Between, clock: FrozenClock, reply: Reply
) -> None:
    network.disturb("POST", "/scores", reply, is_stored=True)
    school.grade()

    school.run()
    before = school.state()
    run_until_settled(school, clock, at_most=timedelta(minutes=10))

    assert before is DeliveryState.OWED
    assert network.statuses("POST", "/scores") == [reply.status]
    assert school.state() is DeliveryState.ARRIVED
    check(school)


@pytest.mark.parametrize("reply", [HTML, HALF, REDIRECT], ids=["html", "half", "redirect"])
def test_f12_a_page_that_hid_nothing_is_followed_by_the_score(
    school: School, network: Between, clock: FrozenClock, reply: Reply
) -> None:
    network.disturb("POST", "/scores", reply)
    school.grade()

    run_until_settled(school, clock, at_most=timedelta(minutes=10))

    assert network.statuses("POST", "/scores") == [reply.status, 200]
    check(school)


def test_401_once_costs_one_new_token_and_nothing_else(school: School) -> None:
    school.lms.fail(SCORES, Fault(status=401, request_count=1))
    school.grade()

    school.run()

    assert school.lms.received(SCORES) == [401, 200]
    assert school.lms.received(TOKEN) == [200, 200]
    check(school)


def test_401_again_puts_the_registration_on_hold(school: School, clock: FrozenClock) -> None:
    school.lms.fail(SCORES, Fault(status=401))
    for sub in PEOPLE:
        school.grade(sub)

    run_until_settled(school, clock, at_most=timedelta(hours=1))

    assert [school.delivery(sub).attempts for sub in PEOPLE] == [0, 0, 0]
    assert {school.delivery(sub).reason_code for sub in PEOPLE} == {"unauthorised"}
    # One probe in a quarter of an hour, twice asked each time.
    assert len(school.lms.received(SCORES)) == 2 * 5
    check(school, may_wait=True)


def test_f14_on_repair_all_flows_without_a_click(school: School, clock: FrozenClock) -> None:
    school.lms.fail(TOKEN, Fault(status=401))
    for sub in PEOPLE:
        school.grade(sub)
    run_until_settled(school, clock, at_most=timedelta(hours=3))

    school.lms.mend()
    run_until_settled(school, clock, at_most=timedelta(minutes=15, seconds=1))

    assert [school.lms.shown(sub) for sub in PEOPLE] == [10.0] * 3
    assert school.audited() == ["platform.on_hold", *["platform.on_hold"] * 12, "platform.resumed"]
    check(school)


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [
        ("1", (1, 1)),
        ("60", (60, 60)),
        ("3600", (3600, 3600)),
        ("86400", (3600, 3600)),
        ("soon", (5, 60)),
        ("Fri, 01 May 2026 12:01:30 GMT", (5, 3600)),
    ],
)
def test_f7_429_waits_as_told_and_burns_no_attempt(
    school: School, clock: FrozenClock, retry_after: str, seconds: tuple[int, int]
) -> None:
    school.lms.fail(SCORES, Fault(status=429, retry_after=retry_after, request_count=1))
    for sub in PEOPLE:
        school.grade(sub)

    school.run()

    due_at = school.next_due_at()
    assert due_at is not None
    wait = due_at - clock()
    assert timedelta(seconds=seconds[0]) <= wait <= timedelta(seconds=seconds[1])
    # The others did not have to be told as well.
    assert school.lms.received(SCORES) == [429]
    run_until_settled(school, clock, at_most=timedelta(hours=2))
    assert [school.delivery(sub).attempts for sub in PEOPLE] == [0, 0, 0]
    check(school)


def test_403_rate_limit_exceeded_is_a_throttle(
    school: School, network: Between, clock: FrozenClock
) -> None:
    network.disturb("POST", "/scores", Reply(403, b"403 Forbidden (Rate Limit Exceeded)"))
    school.grade()

    school.run()
    waiting = school.delivery()
    run_until_settled(school, clock, at_most=timedelta(minutes=2))

    assert (waiting.reason_code, waiting.attempts) == ("throttled", 0)
    check(school)


@pytest.mark.parametrize("status", [403, 412])
def test_another_403_or_a_412_holds_the_column(school: School, status: int) -> None:
    school.lms.fail(SCORES, Fault(status=status))
    for sub in PEOPLE:
        school.grade(sub)

    school.run()

    assert school.lms.received(SCORES) == [status]
    assert {school.state(sub) for sub in PEOPLE} == {DeliveryState.REFUSED}
    check(school)


def test_a_held_column_goes_on_at_somebodys_word(school: School) -> None:
    school.lms.fail(SCORES, Fault(status=403))
    for sub in PEOPLE:
        school.grade(sub)
    school.run()
    school.lms.mend()

    school.send_again()
    school.run()

    assert [school.lms.shown(sub) for sub in PEOPLE] == [10.0] * 3
    check(school)


@pytest.mark.parametrize("status", [405, 415], ids=lambda status: f"AG-11-{status}")
def test_what_is_refused_for_good_is_not_tried_in_a_loop(
    school: School, clock: FrozenClock, status: int
) -> None:
    school.lms.fail(SCORES, Fault(status=status))
    school.grade()

    run_until_settled(school, clock, at_most=timedelta(days=28))

    assert school.lms.received(SCORES) == [status]
    assert (school.delivery().reason_params or {})["status"] == status
    check(school)


@pytest.mark.parametrize("status", [404, 410], ids=lambda status: f"AG-10-{status}")
def test_a_column_that_is_gone_holds_everybody_and_none_is_made(
    school: School, network: Between, status: int
) -> None:
    for sub in PEOPLE:
        school.grade(sub)
    school.lms.delete_columns()
    network.disturb("POST", "/scores", Reply(status), count=None)

    school.run()

    assert {school.state(sub) for sub in PEOPLE} == {DeliveryState.COLUMN_DELETED}
    assert len(network.statuses("POST", "/scores")) == 1
    assert school.lms.columns() == []
    check(school)


def test_404_while_the_column_is_there_is_about_the_person(school: School) -> None:
    school.lms.fail(SCORES, Fault(status=404, request_count=1))
    for sub in PEOPLE:
        school.grade(sub)

    school.run()

    states = sorted(school.state(sub).value for sub in PEOPLE)
    assert states == ["arrived", "arrived", "not_gradable"]
    check(school)


def test_ag_15_409_when_ours_is_there_is_done(school: School, network: Between) -> None:
    network.disturb("POST", "/scores", Reply(409), is_stored=True)
    school.grade()

    school.run()

    assert network.statuses("POST", "/scores") == [409]
    assert school.state() is DeliveryState.ARRIVED
    check(school)


def test_a_time_that_is_refused_twice_is_no_loop(school: School, clock: FrozenClock) -> None:
    school.lms.fail(SCORES, Fault(status=409, request_count=2))
    school.grade()

    school.run()
    first = school.lms.received(SCORES)
    run_until_settled(school, clock, at_most=timedelta(minutes=10))

    assert first == [409, 409]
    assert school.lms.received(SCORES) == [409, 409, 200]
    check(school)


def test_f17_422_is_looked_at_daily_and_flows_when_the_course_opens(
    school: School, clock: FrozenClock
) -> None:
    school.lms.fail(SCORES, Fault(status=422))
    for sub in PEOPLE:
        school.grade(sub)

    run_until_settled(school, clock, at_most=timedelta(days=3, hours=1))
    asked = len(school.lms.received(SCORES))
    school.lms.mend()
    run_until_settled(school, clock, at_most=timedelta(days=1))

    assert asked == 3 * 4
    assert [school.lms.shown(sub) for sub in PEOPLE] == [10.0] * 3
    check(school)


def test_f17_after_28_days_nobody_is_asked_any_more(school: School, clock: FrozenClock) -> None:
    school.lms.fail(SCORES, Fault(status=422))
    school.grade()

    run_until_settled(school, clock, at_most=timedelta(days=40))

    assert len(school.lms.received(SCORES)) == 1 + 28
    assert school.state() is DeliveryState.NOT_GRADABLE
    assert school.delivery().next_at is None


def test_f17_a_new_launch_is_reason_enough_to_look(school: School) -> None:
    school.lms.suspend("amara")
    school.grade()
    school.run()
    school.lms.suspend("amara", is_active=True)

    school.is_seen("amara")
    school.run()

    assert school.lms.shown() == 10.0
    check(school)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_f9_five_failures_close_the_host_and_one_probe_in_30_s_goes_out(
    school: School, clock: FrozenClock, status: int
) -> None:
    school.lms.fail(SCORES, Fault(status=status, until=clock() + timedelta(minutes=10)))
    for number, sub in enumerate(PEOPLE):
        school.grade(sub, score=f"0.{number + 1}")

    started_at = clock()
    run_until_settled(school, clock, at_most=timedelta(minutes=12))

    failures = [one for one in school.lms.received(SCORES) if one == status]
    assert len(failures) <= 5 + 10 * 2
    assert school.last_arrival() - started_at <= timedelta(minutes=12)
    check(school)


def test_f10_a_host_that_is_not_there_is_unknown_to_nobody(
    school: School, network: Between, clock: FrozenClock
) -> None:
    school.is_reached_through("http://127.0.0.1:9")
    school.grade()

    school.run()
    waiting = school.delivery()
    school.is_reached_through(network.url)
    run_until_settled(school, clock, at_most=timedelta(minutes=10))

    # Nothing left the house, so nothing has to be asked after.
    assert (waiting.reason_code, waiting.is_outcome_unknown) == ("not_sent", False)
    check(school)


@pytest.mark.parametrize(
    "fault",
    [Fault(status=429, retry_after="3600"), Fault(status=401), Fault(status=500)],
    ids=["AG-13-429", "F14-401", "F9-500"],
)
def test_what_one_platform_answers_holds_up_no_other(
    school: School, open_school: OpenSchool, clock: FrozenClock, fault: Fault
) -> None:
    other = open_school()
    other.give_column()
    school.lms.fail(SCORES, fault)
    for sub in PEOPLE:
        school.grade(sub)
        other.grade(sub)

    school.run()

    assert [other.lms.shown(sub) for sub in PEOPLE] == [10.0] * 3
    assert school.owed_count() == 3
    check(other)
