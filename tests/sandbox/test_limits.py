"""The leaky bucket of each client: what fills it, what it refuses, how it leaks."""

from datetime import UTC, datetime, timedelta

import pytest

from lti_app.sandbox.limits import Buckets, BucketSize
from lti_app.sandbox.vocabulary import MediaType
from tests.sandbox.courses import A
from tests.sandbox.lms import Lms

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SIZE = BucketSize(high_water=600, maximum=800, outflow=10, up_front=50, request_cost=20)


def ask(buckets: Buckets, times: int, *, at: datetime = NOON, client: str = "c1") -> list[bool]:
    """Ask one request after the other, and return which were handled."""
    answers = []
    for _ in range(times):
        answers.append(buckets.reserve(client, at))
        buckets.settle(client, at, was_handled=answers[-1])
    return answers


def test_requests_one_after_the_other_pay_what_they_cost() -> None:
    answers = ask(Buckets(SIZE), 40)

    # 27 times 20 are 540; the next advance of 50 stays below 600, the one after reaches it.
    assert answers.count(True) == 28
    assert answers == sorted(answers, reverse=True)


def test_many_at_a_time_are_dear() -> None:
    buckets = Buckets(SIZE)

    answers = [buckets.reserve("c1", NOON) for _ in range(15)]

    assert answers.count(True) == 11


def test_refused_request_costs_nothing() -> None:
    buckets = Buckets(SIZE)
    ask(buckets, 40)

    refused = ask(buckets, 100)

    assert not any(refused)
    assert ask(buckets, 1, at=NOON + timedelta(seconds=2)) == [True]


@pytest.mark.parametrize(("seconds", "handled"), [(0, 0), (1, 0), (2, 1), (60, 28)])
def test_bucket_leaks(seconds: int, handled: int) -> None:
    buckets = Buckets(SIZE)
    ask(buckets, 40)

    answers = ask(buckets, 40, at=NOON + timedelta(seconds=seconds))

    assert answers.count(True) == handled


def test_every_client_has_a_bucket_of_its_own() -> None:
    buckets = Buckets(SIZE)
    ask(buckets, 40)

    assert ask(buckets, 1, client="c2") == [True]


def test_more_than_the_maximum_does_not_count() -> None:
    buckets = Buckets(SIZE)
    for _ in range(40):
        buckets.reserve("c1", NOON)

    assert ask(buckets, 1, at=NOON + timedelta(seconds=20)) == [False]
    assert ask(buckets, 1, at=NOON + timedelta(seconds=26)) == [True]


def test_clock_that_goes_back_pours_nothing_out() -> None:
    buckets = Buckets(SIZE)
    ask(buckets, 40)

    assert ask(buckets, 1, at=NOON - timedelta(hours=1)) == [False]


def test_canvas_says_403_in_words_and_what_remains(canvas: Lms) -> None:
    service, item = canvas.service(), canvas.item_path()
    buckets = canvas.sandbox.buckets
    assert buckets is not None
    first = service.read(item, MediaType.LINE_ITEM)
    for _ in range(11):
        buckets.reserve("c1", canvas.clock())

    refused = service.post_score(canvas.score_body(), item)

    assert first.headers["X-Rate-Limit-Remaining"] == "599.0"
    assert refused.status_code == 403
    assert "Rate Limit Exceeded" in refused.text
    assert refused.headers["X-Rate-Limit-Remaining"] == "49.0"
    assert (canvas.control("GET", f"courses/{A}/gradebook").json or {})["results"] == []


def test_canvas_limits_each_client_apart_and_lets_go_with_time(canvas: Lms) -> None:
    service, other = canvas.service(), canvas.service(client_id="c2")
    buckets = canvas.sandbox.buckets
    assert buckets is not None
    for _ in range(16):
        buckets.reserve("c1", canvas.clock())
    full = service.read(canvas.items_path(), MediaType.LINE_ITEMS).status_code
    others = other.read(canvas.items_path(), MediaType.LINE_ITEMS).status_code

    canvas.clock.advance(seconds=30)

    assert (full, others) == (403, 200)
    assert service.read(canvas.items_path(), MediaType.LINE_ITEMS).status_code == 200


@pytest.mark.parametrize("name", ["lms", "moodle"])
def test_other_dialects_limit_nobody(name: str, request: pytest.FixtureRequest) -> None:
    running: Lms = request.getfixturevalue(name)

    answer = running.service().read(running.item_path(), MediaType.LINE_ITEM)

    assert running.sandbox.buckets is None
    assert "X-Rate-Limit-Remaining" not in answer.headers
