"""PostgreSQL crashes, or drops a connection in any statement: acknowledged is there, once."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select, text

from lti_app.audit import Actor, record_event
from lti_app.audit.models import AuditEvent
from lti_app.core.clock import system_clock
from lti_app.core.db import Database
from lti_app.core.errors import BusyError
from lti_app.core.sealing import Keyring
from lti_app.grading.models import DeliveryState, ScoreDelivery
from lti_app.sandbox.faults import Service
from tests.conftest import FrozenClock
from tests.delivery.cluster import Cluster, find_programs, private_cluster
from tests.delivery.lms import lms_at
from tests.delivery.programs import PATIENCE_SECONDS, Programs, wait_for
from tests.delivery.school import School, make_school, serving_keys
from tests.grading.ledger import Ledger
from tests.submissions.factories import make_course, make_person

pytestmark = pytest.mark.postgresql
LEARNERS = ("amara", "tomoko", "kwame")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    programs = find_programs()
    if programs is None:
        pytest.skip("PostgreSQL's own programs are not on this machine")
    with private_cluster(programs) as made:
        yield made


@pytest.fixture
def crashing(cluster: Cluster) -> Iterator[Database]:
    database = Database(cluster.url)
    yield database
    database.dispose()


def test_f28_what_was_acknowledged_before_a_crash_is_there_after_it(
    cluster: Cluster, crashing: Database
) -> None:
    tried: list[str] = []
    told: list[str] = []
    is_over = threading.Event()

    def write_on() -> None:
        while not is_over.is_set():
            name = f"n{len(tried)}"
            tried.append(name)
            try:
                with crashing.write() as session:
                    record_event(
                        session,
                        "crash.tried",
                        at=system_clock(),
                        actor=Actor.SYSTEM,
                        about=("test", name),
                    )
            except BusyError:
                time.sleep(0.02)
            else:
                told.append(name)

    writers = [threading.Thread(target=write_on) for _ in range(2)]
    for writer in writers:
        writer.start()
    for _ in range(3):
        seen = len(told)
        wait_for(lambda seen=seen: len(told) > seen + 20)  # type: ignore[misc]  # bound at once
        cluster.crash_and_start()
    is_over.set()
    for writer in writers:
        writer.join()

    with crashing.read() as session:
        kept = list(session.scalars(select(AuditEvent.object_id).order_by(AuditEvent.id)))
    assert set(told) <= set(kept) <= set(tried)
    assert len(kept) >= len(told) > 60


class Dropping:
    """Drops the connection when its n-th statement is about to run."""

    def __init__(self, database: Database, number: int) -> None:
        self.database = database
        self.left = number

    def __call__(self, connection: Any, _cursor: Any, *_: Any) -> None:
        self.left -= 1
        if self.left == 0:
            process = connection.connection.dbapi_connection.info.backend_pid
            other = Database(self.database.url.render_as_string(hide_password=False))
            with other.engine.connect() as killer:
                killer.execute(text("SELECT pg_terminate_backend(:process)"), {"process": process})
            other.dispose()


@contextmanager
def dropped_at(database: Database, number: int) -> Iterator[Dropping]:
    dropping = Dropping(database, number)
    event.listen(database.engine, "before_cursor_execute", dropping)
    try:
        yield dropping
    finally:
        event.remove(database.engine, "before_cursor_execute", dropping)


def test_f28_a_connection_dropped_in_any_statement_of_grading_leaves_all_or_nothing(
    postgresql_database: Database, clock: FrozenClock
) -> None:
    database = postgresql_database
    with database.write() as session:
        course = make_course(session, now=clock(), in_gradebook=True)
    dropped = 0
    while True:
        sub = f"learner-{dropped}"
        with database.write() as session:
            user = make_person(session, course, sub, now=clock())
        ledger = Ledger(database, clock, course, user)
        owed_before = _owed(database)
        with dropped_at(database, dropped + 1) as dropping:
            try:
                ledger.grade()
            except BusyError:
                assert _owed(database) == owed_before
            else:
                assert dropping.left > 0, "a lost connection went unnoticed"
                break
        ledger.grade()
        assert _owed(database) == owed_before + 1
        dropped += 1

    assert dropped > 5


def _owed(database: Database) -> int:
    with database.read() as session:
        return len(session.scalars(select(ScoreDelivery.id)).all())


@pytest.fixture
def crashing_school(
    crashing: Database, keyring: Keyring, prepared_lms: Path, tmp_path: Path
) -> Iterator[School]:
    with (
        serving_keys(crashing, keyring, system_clock) as tool_url,
        lms_at(prepared_lms, tmp_path, tool_url, clock=None) as lms,
    ):
        made = make_school(crashing, keyring, system_clock, lms)
        made.give_column()
        yield made


def test_f28_the_worker_outlives_a_crash_of_its_database_and_sends_every_score_once(
    cluster: Cluster, crashing_school: School, encryption_key: str, tmp_path: Path
) -> None:
    school = crashing_school
    programs = Programs(
        {
            "RAPPORT_ENV": "development",
            "RAPPORT_DATABASE_URL": cluster.url,
            "RAPPORT_DATA_DIR": str(tmp_path),
            "RAPPORT_ENCRYPTION_KEYS": encryption_key,
            "RAPPORT_SECRET_KEY": "kept-for-tests-0123456789-abcdefghijkl",
        }
    )
    worker = programs.start("-m", "lti_app", "worker")
    try:
        school.grade(LEARNERS[0])
        wait_for(lambda: school.state(LEARNERS[0]) is DeliveryState.ARRIVED)
        for sub in LEARNERS[1:]:
            school.grade(sub)
            cluster.crash_and_start()
        school.end_leases()
        wait_for(lambda: all(school.state(sub) is DeliveryState.ARRIVED for sub in LEARNERS))
        worker.terminate()
        assert worker.wait(PATIENCE_SECONDS) == 0
    finally:
        programs.kill_all()

    assert [school.lms.shown(sub) for sub in LEARNERS] == [10.0] * 3
    assert school.lms.received(Service.SCORES) == [200] * 3
