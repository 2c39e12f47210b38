"""What tests of the protocol room may ask for."""

from collections.abc import Iterator

import pytest
from sqlalchemy import insert

from lti_app.core.db import Database
from lti_app.core.sealing import Keyring
from lti_app.lti.models import SigningKey
from tests.conftest import FrozenClock
from tests.lti.room import Room, make_room
from tests.lti.services import Services
from tests.peers.platform import TestPlatform, served


@pytest.fixture
def platform() -> Iterator[TestPlatform]:
    with served(TestPlatform()) as platform:
        yield platform


@pytest.fixture
def room(database: Database, clock: FrozenClock, platform: TestPlatform) -> Room:
    return make_room(database, clock, platform)


@pytest.fixture
def services(room: Room, keyring: Keyring, signing_key: dict[str, object]) -> Services:
    with room.database.write() as session:
        session.execute(insert(SigningKey).values(**signing_key))
    return Services(room, keyring)
