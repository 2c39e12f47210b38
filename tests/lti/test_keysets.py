"""Key sets between processes; what one process does with them is in tests/cases."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from lti_app.lti.errors import LtiError, Reason
from lti_app.lti.jwks import lifetime_from
from lti_app.lti.key_store import GIVE_UP, claim_fetch, load_keys
from lti_app.lti.keysets import KeySets
from tests.lti.room import Room
from tests.peers.http_peer import Reply, Seen, hangs_up, json_reply
from tests.peers.rsa_keys import jwk_of, rsa_key


def process(room: Room) -> KeySets:
    """Return what another process of the same installation has: the database, no memory."""
    return KeySets(room.database, room.http, room.clock)


def fetches(room: Room) -> int:
    return len(room.platform.key_requests)


def test_processes_share_one_fetch_while_it_is_under_way(room: Room) -> None:
    processes = [process(room) for _ in range(6)]
    asked = threading.Event()

    def slowly(_: Seen) -> Reply:
        asked.set()
        return Reply(200, json_reply({"keys": room.platform.published}).body, wait=0.4)

    room.platform.answer = slowly

    with ThreadPoolExecutor(6) as pool:
        first = pool.submit(processes[0].find, room.registration, "k1")
        assert asked.wait(5)
        others = [pool.submit(one.find, room.registration, "k1") for one in processes[1:]]
        found = {key.result().public_numbers().n for key in (first, *others)}

    assert found == {room.platform.keys["k1"].public_key().public_numbers().n}
    assert fetches(room) == 1


def test_a_key_that_one_process_fetched_is_known_to_the_next(room: Room) -> None:
    old, new = process(room), process(room)
    old.find(room.registration, "k1")
    room.clock.advance(seconds=60)
    room.platform.published.append(jwk_of(rsa_key("new"), "k3"))
    new.find(room.registration, "k3")

    old.find(room.registration, "k3")

    assert fetches(room) == 2


def test_a_thousand_unknown_names_cause_one_fetch_in_each_cool_down(room: Room) -> None:
    keys = process(room)
    keys.find(room.registration, "k1")
    room.clock.advance(seconds=31)

    for number in range(1000):
        with pytest.raises(LtiError) as refused:
            keys.find(room.registration, f"unknown-{number}")
        assert refused.value.reason is Reason.KID_UNKNOWN

    assert fetches(room) == 2


def test_a_fetch_whose_process_died_is_taken_over(room: Room) -> None:
    assert claim_fetch(room.database, room.registration.id, room.clock())
    room.clock.now += GIVE_UP

    process(room).find(room.registration, "k1")

    assert fetches(room) == 1


def test_only_one_of_many_claims_a_fetch(room: Room) -> None:
    barrier = threading.Barrier(10)

    def claim(_: int) -> bool:
        barrier.wait()
        return claim_fetch(room.database, room.registration.id, room.clock())

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(claim, range(10))) == 1


def test_a_failed_fetch_is_tried_again_sooner_than_a_good_one(room: Room) -> None:
    keys = process(room)
    room.platform.answer = hangs_up
    for _ in range(3):
        with pytest.raises(LtiError) as refused:
            keys.find(room.registration, "k1")
        assert refused.value.reason is Reason.KEYS_UNAVAILABLE
    assert fetches(room) == 1

    room.platform.answer = None
    room.clock.advance(seconds=10)
    keys.find(room.registration, "k1")
    assert fetches(room) == 2


def test_while_one_asks_a_platform_that_hangs_the_others_go_on(room: Room) -> None:
    keys = process(room)
    keys.find(room.registration, "k1")
    room.clock.advance(minutes=10)
    asked, may_answer = threading.Event(), threading.Event()

    def hangs(_: Seen) -> Reply:
        asked.set()
        may_answer.wait(5)
        return json_reply({"keys": room.platform.published})

    room.platform.answer = hangs
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(keys.find, room.registration, "k1")
        assert asked.wait(5)

        stale = keys.find(room.registration, "k1")
        assert not slow.done()

        may_answer.set()
        assert slow.result().public_numbers() == stale.public_numbers()


def test_a_clock_that_was_set_back_locks_no_platform_out(room: Room) -> None:
    keys = process(room)
    keys.find(room.registration, "k1")
    room.clock.now -= timedelta(days=2)
    room.platform.published.append(jwk_of(rsa_key("new"), "k3"))

    found = keys.find(room.registration, "k3")

    assert found.public_numbers() == rsa_key("new").public_key().public_numbers()


def test_what_is_stored_is_public_and_nothing_more(room: Room) -> None:
    process(room).find(room.registration, "k1")

    stored = load_keys(room.database, room.registration.id)

    assert stored is not None
    assert {kid: set(public) for kid, public in stored.public.items()} == {
        "k1": {"n", "e"},
        "k2": {"n", "e"},
    }


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("max-age=300", 300),
        ("MAX-AGE = 300", 300),
        ('public,max-age="300"', 300),
        ("s-maxage=5", 600),
        ("max-age=-5", 600),
        ("max-age=99999999999999", 600),
        ("no-cache, max-age=300", 60),
        ("max-age=soon", 600),
    ],
)
def test_the_time_a_set_is_kept_is_read_from_its_header(header: str, seconds: int) -> None:
    assert lifetime_from(header) == timedelta(seconds=seconds)
