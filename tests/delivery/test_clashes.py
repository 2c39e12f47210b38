"""F29: PostgreSQL ends a transaction in favour of another: again a few times, then 503, no half."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import event, func, select, update

from lti_app.core.db import Database, again_on_clash
from lti_app.grading.models import Grade
from lti_app.people.models import User
from lti_app.submissions.models import Attempt, HandIn
from tests.conftest import FrozenClock
from tests.peers.at_once import at_once
from tests.peers.world import World
from tests.submissions.factories import make_course, make_person

pytestmark = pytest.mark.postgresql
MOST_TRIES = 4
on_postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
SERIALIZATION, DEADLOCK = "40001", "40P01"


def test_f29_two_that_wait_for_each_other_both_get_through(
    postgresql_database: Database, clock: FrozenClock
) -> None:
    database = postgresql_database
    with database.write() as session:
        course = make_course(session, now=clock())
        ids = [make_person(session, course, sub, now=clock()).id for sub in ("ann", "bo")]
    both_hold_one = threading.Barrier(2)
    tries: list[int] = []

    def rename(order: list[int]) -> None:
        def act() -> None:
            tries.append(order[0])
            with database.write() as session:
                for number, user_id in enumerate(order):
                    session.execute(
                        update(User).where(User.id == user_id).values(given_name=str(order))
                    )
                    if number == 0 and len(tries) <= 2:
                        both_hold_one.wait(10)

        again_on_clash(act, pause=lambda _: None)

    outcomes = at_once(rename, [ids, ids[::-1]])

    assert outcomes == [None, None]
    assert len(tries) > 2, "nobody had to give way"


@dataclass
class Clashing:
    """Has PostgreSQL itself end the next transactions that write a grade."""

    code: str
    left: int
    count: int = 0

    def __call__(self, connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("INSERT INTO grades"):
            return
        self.count += 1
        if self.left > 0:
            self.left -= 1
            cursor.execute(f"DO $$ BEGIN RAISE SQLSTATE '{self.code}'; END $$")


@contextmanager
def clashes(database: Database, code: str, times: int) -> Iterator[Clashing]:
    clashing = Clashing(code, times)
    event.listen(database.engine, "before_cursor_execute", clashing)
    try:
        yield clashing
    finally:
        event.remove(database.engine, "before_cursor_execute", clashing)


def rows(database: Database) -> list[int]:
    with database.read() as session:
        return [
            session.scalar(select(func.count()).select_from(model)) or 0
            for model in (Attempt, HandIn, Grade)
        ]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lti_app.core.db.again.WAITS", (0.0,) * (MOST_TRIES - 1))


@on_postgresql
@pytest.mark.parametrize("code", [SERIALIZATION, DEADLOCK])
@pytest.mark.parametrize("times", [1, MOST_TRIES - 1])
@pytest.mark.usefixtures("quick")
def test_f29_a_hand_in_that_has_to_give_way_is_taken_once(
    world: World, database: Database, code: str, times: int
) -> None:
    platform = world.platform()
    activity, ann = world.activity(platform), world.visitor(platform)

    with clashes(database, code, times) as clashing:
        answer = ann.hand_in(activity)

    assert answer.status_code == 303
    assert clashing.count == times + 1
    assert rows(database) == [1, 1, 1]


@on_postgresql
@pytest.mark.parametrize("code", [SERIALIZATION, DEADLOCK])
@pytest.mark.usefixtures("quick")
def test_f29_one_that_never_gets_through_is_told_to_come_back_and_leaves_nothing(
    world: World, database: Database, code: str
) -> None:
    platform = world.platform()
    activity, ann = world.activity(platform), world.visitor(platform)

    with clashes(database, code, 1000) as clashing:
        answer = ann.hand_in(activity)
    later = ann.hand_in(activity)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert clashing.count == MOST_TRIES
    assert later.status_code == 303
    assert rows(database) == [1, 1, 1]
