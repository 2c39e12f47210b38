from collections.abc import Iterator
from pathlib import Path

import pytest

from lti_app.core.clock import system_clock
from lti_app.core.db import Database
from lti_app.core.sealing import Keyring
from tests.conftest import FrozenClock
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


@pytest.fixture(scope="session")
def prepared_lms(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepare_file(tmp_path_factory.mktemp("lms") / "prepared.sqlite3")


def _school(
    database: Database, keyring: Keyring, clock: Clock, prepared: Path, folder: Path
) -> Iterator[School]:
    with (
        serving_keys(database, keyring, clock) as tool_url,
        lms_at(prepared, folder, tool_url, clock=clock) as lms,
    ):
        yield make_school(database, keyring, clock, lms)


@pytest.fixture
def school(
    database: Database, keyring: Keyring, clock: FrozenClock, prepared_lms: Path, tmp_path: Path
) -> Iterator[School]:
    """A school whose link has a column, by one frozen clock on both sides."""
    for made in _school(database, keyring, clock, prepared_lms, tmp_path):
        made.give_column()
        yield made


@pytest.fixture
def live_school(
    database: Database, keyring: Keyring, prepared_lms: Path, tmp_path: Path
) -> Iterator[School]:
    """The same by the real time, for workers in processes of their own."""
    for made in _school(database, keyring, system_clock, prepared_lms, tmp_path):
        made.give_column()
        yield made


@pytest.fixture
def bare_school(
    database: Database, keyring: Keyring, clock: FrozenClock, prepared_lms: Path, tmp_path: Path
) -> Iterator[School]:
    """A school whose link has no column that the tool knows of."""
    yield from _school(database, keyring, clock, prepared_lms, tmp_path)
