"""Two ways into the database: reading changes nothing, writing is all or nothing, in turn."""

import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, text
from sqlalchemy.exc import DBAPIError, OperationalError

from lti_app.audit import Actor, record_event
from lti_app.audit.models import AuditEvent
from lti_app.core.db import Database, UTCDateTime, after_commit
from lti_app.core.db.sqlite import FairLock
from lti_app.core.errors import BusyError

NOW = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)


def note(database: Database, action: str = "a.b", at: datetime = NOW) -> None:
    with database.write() as session:
        record_event(session, action, at=at, actor=Actor.SYSTEM, about=("thing", "x"))


def actions(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


def test_what_was_written_is_there(database: Database) -> None:
    note(database)

    assert actions(database) == ["a.b"]


def test_an_error_inside_a_write_leaves_nothing(database: Database) -> None:
    acts: list[str] = []

    def fail_half_way() -> None:
        with database.write() as session:
            record_event(session, "a.b", at=NOW, actor=Actor.SYSTEM, about=("thing", "x"))
            after_commit(session, lambda: acts.append("acted"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()

    assert actions(database) == []
    assert acts == []


def test_what_follows_a_commit_sees_the_committed_row(database: Database) -> None:
    seen: list[list[str]] = []

    with database.write() as session:
        record_event(session, "a.b", at=NOW, actor=Actor.SYSTEM, about=("thing", "x"))
        after_commit(session, lambda: seen.append(actions(database)))

    assert seen == [["a.b"]]


def test_a_read_cannot_write(database: Database) -> None:
    with pytest.raises(DBAPIError), database.read() as session:
        record_event(session, "a.b", at=NOW, actor=Actor.SYSTEM, about=("thing", "x"))

    assert actions(database) == []


@pytest.mark.postgresql
def test_postgresql_compiles_no_query_of_ours(postgresql_database: Database) -> None:
    for transaction in (postgresql_database.read, postgresql_database.write):
        with transaction() as session:
            assert session.scalar(text("SHOW jit")) == "off"


def test_a_read_sees_one_state_from_its_first_question_on(sqlite_database: Database) -> None:
    with sqlite_database.read() as session:
        before = session.scalars(select(AuditEvent)).all()
        note(sqlite_database)
        after = session.scalars(select(AuditEvent)).all()
    with sqlite_database.write() as session:
        session.execute(delete(AuditEvent))

    assert before == after == []


def test_a_missing_table_is_not_called_busy(sqlite_database: Database) -> None:
    with pytest.raises(OperationalError), sqlite_database.read() as session:
        session.execute(text("SELECT * FROM no_such_table"))


def test_a_locked_file_is_called_busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lti_app.core.db.sqlite.BUSY_TIMEOUT_SECONDS", 0.05)
    url = f"sqlite:///{tmp_path}/one.sqlite3"
    first, second = Database(url), Database(url)

    def write_too() -> None:
        with second.write() as waiting:
            waiting.execute(text("CREATE TABLE u (x)"))

    with first.write() as session:
        session.execute(text("CREATE TABLE t (x)"))
        with pytest.raises(BusyError):
            write_too()

    first.dispose()
    second.dispose()


def test_times_come_back_aware_and_in_utc(database: Database) -> None:
    note(database, at=NOW.astimezone(timezone(timedelta(hours=5))))

    with database.read() as session:
        at = session.scalars(select(AuditEvent.at)).one()

    assert at == NOW
    assert at.utcoffset() == timedelta(0)


def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    naive = NOW.replace(tzinfo=None)

    with pytest.raises(Exception, match="without a zone"), database.write() as session:
        session.execute(
            insert(AuditEvent).values(
                at=naive, actor="x", action="x", object_type="x", object_id="x", outcome="done"
            )
        )

    assert UTCDateTime.cache_ok


def test_writers_get_their_turn_in_the_order_they_asked() -> None:
    lock, order = FairLock(), list[int]()
    waiting: list[threading.Thread] = []

    def take(number: int) -> None:
        with lock.held(seconds=10):
            order.append(number)

    with lock.held(seconds=1):
        for number in range(20):
            thread = threading.Thread(target=take, args=(number,))
            thread.start()
            waiting.append(thread)
            while len(lock._waiting) <= number:
                pass
    for thread in waiting:
        thread.join()

    assert order == list(range(20))


def test_a_writer_who_gives_up_waiting_leaves_the_queue() -> None:
    lock = FairLock()

    with lock.held(seconds=1), pytest.raises(BusyError), lock.held(seconds=0.01):
        pass

    with lock.held(seconds=0.01):
        pass


def test_parallel_writers_lose_nothing(database: Database) -> None:
    threads = [threading.Thread(target=note, args=(database, f"a.{n}")) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(actions(database)) == sorted(f"a.{n}" for n in range(16))
