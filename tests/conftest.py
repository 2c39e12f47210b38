"""What every test may ask for: a clock that stands still, both databases, the app on each.

The tables are made once a run by the migrations; each test finds them empty.
"""

import gc
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import delete, insert, make_url, select, text

from lti_app.app import create_app
from lti_app.bridge.sweep import ensure_sweep
from lti_app.core.db import Base, Database
from lti_app.core.db.migration import upgrade
from lti_app.core.parts import Parts, make_parts
from lti_app.core.sealing import Keyring
from lti_app.core.settings import Settings, load_settings
from lti_app.lti.keys import ensure_signing_key
from lti_app.lti.models import SigningKey
from lti_app.submissions.registry import Registry, load_registry
from lti_app.web.seen import EXTENSION as SEEN
from tests.once import compiled_routes, compiled_statements
from tests.peers.world import World

pytest_plugins = ["tests.peers.chromium", "tests.peers.operator"]

# Most of what a run makes lives until its end: looking through all of it often is 7 % of the work.
gc.set_threshold(100_000, 50, 100)

BASE_URL = "https://tool.test"
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
REQUIRED = frozenset(filter(None, os.environ.get("RAPPORT_TEST_REQUIRE", "").split(",")))
POSTGRESQL_URL = os.environ.get("RAPPORT_TEST_POSTGRESQL_URL", "")
REDIS_URL = os.environ.get("RAPPORT_TEST_REDIS_URL", "")
BACKENDS = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql))


@dataclass
class FrozenClock:
    """A clock that moves only when it is told to."""

    now: datetime = field(default=START)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> None:
        self.now += timedelta(**span)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what this machine lacks, unless the run was told to require it."""
    for name, url in (("postgresql", POSTGRESQL_URL), ("redis", REDIS_URL)):
        if url or name in REQUIRED:
            continue
        variable = f"RAPPORT_TEST_{name.upper()}_URL"
        missing = pytest.mark.skip(reason=f"{variable} is not set")
        for item in items:
            if item.get_closest_marker(name):
                item.add_marker(missing)


@pytest.fixture(scope="session")
def encryption_key() -> str:
    return Fernet.generate_key().decode()


@pytest.fixture(scope="session")
def worker_name() -> str:
    """Tell apart whatever runs at the same time, also two runs on one machine."""
    return f"{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"


@pytest.fixture(scope="session")
def sqlite_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('database')}/rapport.sqlite3")
    upgrade(database)
    yield database
    database.dispose()


@pytest.fixture(scope="session")
def postgresql_database(worker_name: str) -> Iterator[Database]:
    assert POSTGRESQL_URL, "RAPPORT_TEST_REQUIRE names postgresql, but no URL is set"
    name = f"rapport_test_{worker_name}"
    server = Database(POSTGRESQL_URL)
    with server.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    url = make_url(POSTGRESQL_URL).set(database=name).render_as_string(hide_password=False)
    database = Database(url)
    upgrade(database)
    yield database
    database.dispose()
    with server.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    server.dispose()


@pytest.fixture(params=BACKENDS)
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """Both databases in turn, empty."""
    found: Database = request.getfixturevalue(f"{request.param}_database")
    yield found
    empty(found)


def empty(database: Database) -> None:
    """Delete every row of every table."""
    deletes = [str(table.delete()) for table in reversed(Base.metadata.sorted_tables)]
    # PostgreSQL takes them all in one message.
    statements = deletes if database.is_sqlite else [";".join(deletes)]
    with database.write() as session:
        for statement in statements:
            session.connection().exec_driver_sql(statement)


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def keyring(encryption_key: str) -> Keyring:
    return Keyring([encryption_key])


@pytest.fixture
def settings(encryption_key: str, tmp_path: Path) -> Settings:
    """Settings of a production that is reached as https://tool.test."""
    return load_settings(
        env="production",
        base_url=BASE_URL,
        secret_key="kept-for-tests-0123456789-abcdefghijkl",
        encryption_keys=(encryption_key,),
        data_dir=tmp_path,
        trusted_hosts=("127.0.0.1", "localhost"),
    )


@pytest.fixture(scope="session")
def signing_key(encryption_key: str, sqlite_database: Database) -> dict[str, object]:
    """One signing key for the run, as it is stored: making one takes longer than most tests."""
    keyring = Keyring([encryption_key])
    with sqlite_database.write() as session:
        ensure_signing_key(session, keyring, now=START)
        row = session.execute(select(*SigningKey.__table__.columns)).mappings().one()
        session.execute(delete(SigningKey))
    # Without its id: PostgreSQL would not know that the number is taken.
    return {name: value for name, value in row.items() if name != "id"}


@pytest.fixture(scope="session", autouse=True)
def compiled_once() -> Iterator[None]:
    with compiled_routes(), compiled_statements():
        yield


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def parts(
    settings: Settings,
    database: Database,
    clock: FrozenClock,
    signing_key: dict[str, object],
) -> Parts:
    """What a web process is made of, on this test's database and clock."""
    with database.write() as session:
        session.execute(insert(SigningKey), signing_key)
        ensure_sweep(session, now=clock.now)
    return make_parts(settings, database=database, clock=clock)


@pytest.fixture(scope="session")
def registry() -> Registry:
    """The kinds and packs, read once: they are what the checkout holds."""
    return load_registry(with_pages=True)


@pytest.fixture
def tool(
    parts: Parts, registry: Registry, compiled_templates: FileSystemBytecodeCache
) -> Iterator[Flask]:
    """The app. Not called `app`: pytest-flask would keep one context open around every request."""
    made = create_app(parts, registry=registry)
    made.jinja_env.bytecode_cache = compiled_templates
    yield made
    # Else a thread would write this test's times into rows of the next one.
    made.extensions[SEEN].flush()


@pytest.fixture
def world(tool: Flask, database: Database, clock: FrozenClock) -> World:
    """Make platforms, courses and people without a launch."""
    return World(tool, database, clock.now, base_url=BASE_URL)
