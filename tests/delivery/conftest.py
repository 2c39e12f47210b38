import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Protocol

import pytest
import redis
from sqlalchemy import insert

from lti_app.core.clock import system_clock
from lti_app.core.db import Database
from lti_app.core.sealing import Keyring
from lti_app.lti.models import SigningKey
from lti_app.sandbox.dialects import PLAIN, Dialect
from tests.cases.watching import written_log
from tests.conftest import REDIS_URL, FrozenClock
from tests.delivery.between import Between, between
from tests.delivery.lms import lms_at, prepare_file
from tests.delivery.programs import Programs
from tests.delivery.school import Clock, School, make_school, serving_keys


@pytest.fixture
def programs(database: Database, encryption_key: str, tmp_path: Path) -> Iterator[Programs]:
    """Programs on this test's database, as in development on one machine."""
    started = Programs(
        {
            "RAPPORT_ENV": "development",
            "RAPPORT_DATABASE_URL": database.url.render_as_string(hide_password=False),
            "RAPPORT_DATA_DIR": str(tmp_path),
            "RAPPORT_ENCRYPTION_KEYS": encryption_key,
            "RAPPORT_SECRET_KEY": "kept-for-tests-0123456789-abcdefghijkl",
        }
    )
    yield started
    started.kill_all()


@pytest.fixture
def broker() -> Iterator[str]:
    """An empty database of the Redis server, of this run's own."""
    assert REDIS_URL, "RAPPORT_TEST_REQUIRE names redis, but no URL is set"
    number = int(re.sub(r"\D", "", os.environ.get("PYTEST_XDIST_WORKER", "")) or "0") % 16
    url = f"{REDIS_URL.rstrip('/')}/{number}"
    client = redis.Redis.from_url(url)
    client.flushdb()
    yield url
    client.flushdb()
    client.close()


@pytest.fixture(scope="session")
def prepared_lms(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepare_file(tmp_path_factory.mktemp("lms") / "prepared.sqlite3")


class OpenSchool(Protocol):
    """Opens one more school: a platform of this dialect with a course of ours."""

    def __call__(self, dialect: Dialect = PLAIN) -> School: ...


@contextmanager
def _schools(
    database: Database, keyring: Keyring, clock: Clock, prepared: Path, folder: Path
) -> Iterator[OpenSchool]:
    with ExitStack() as stack:
        log = stack.enter_context(written_log())
        tool_url = stack.enter_context(serving_keys(database, keyring, clock))

        def open_one(dialect: Dialect = PLAIN) -> School:
            lms = lms_at(prepared, folder, tool_url, clock=clock, dialect=dialect)
            made = make_school(database, keyring, clock, stack.enter_context(lms))
            made.log = log
            return made

        yield open_one


@pytest.fixture
def open_school(
    database: Database,
    keyring: Keyring,
    clock: FrozenClock,
    prepared_lms: Path,
    tmp_path: Path,
    signing_key: dict[str, object],
) -> Iterator[OpenSchool]:
    """Open schools by one frozen clock on both sides; their links have no column yet."""
    with database.write() as session:
        session.execute(insert(SigningKey), signing_key)
    with _schools(database, keyring, clock, prepared_lms, tmp_path) as open_one:
        yield open_one


@pytest.fixture
def school(open_school: OpenSchool) -> School:
    """A school whose link has a column."""
    made = open_school()
    made.give_column()
    return made


@pytest.fixture
def open_live_school(
    database: Database, keyring: Keyring, prepared_lms: Path, tmp_path: Path
) -> Iterator[OpenSchool]:
    """The same by the real time, for workers in processes of their own; the links have columns."""
    with _schools(database, keyring, system_clock, prepared_lms, tmp_path) as open_one:

        def open_with_column(dialect: Dialect = PLAIN) -> School:
            made = open_one(dialect)
            made.give_column()
            return made

        yield open_with_column


@pytest.fixture
def live_school(open_live_school: OpenSchool) -> School:
    return open_live_school()


@pytest.fixture
def bare_school(open_school: OpenSchool) -> School:
    """A school whose link has no column that the tool knows of."""
    return open_school()


@pytest.fixture
def network(school: School) -> Iterator[Between]:
    """A network that can be disturbed, with the sandbox behind it."""
    with between(school.lms.issuer) as stretch:
        school.is_reached_through(stretch.url)
        yield stretch
