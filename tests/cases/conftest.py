"""What the cases may ask for."""

from collections.abc import Iterator

import pytest
from flask import Flask

from lti_app.core.db import Database
from lti_app.core.parts import Parts
from tests.cases.roster_school import RosterSchool
from tests.cases.stage import Stage
from tests.cases.watching import Log, written_log
from tests.conftest import FrozenClock
from tests.peers.platform import TestPlatform, served


@pytest.fixture
def log() -> Iterator[Log]:
    with written_log() as log:
        yield log


@pytest.fixture
def stage(tool: Flask, database: Database, clock: FrozenClock, log: Log) -> Iterator[Stage]:
    with served(TestPlatform()) as platform:
        yield Stage(tool, database, clock, platform, log)


@pytest.fixture
def school(stage: Stage, parts: Parts) -> RosterSchool:
    return RosterSchool(stage, parts)
