"""What the cases may ask for."""

from collections.abc import Iterator

import pytest
from flask import Flask

from lti_app.app import create_app
from lti_app.core.db import Database
from lti_app.core.parts import Parts, make_parts
from lti_app.core.settings import Settings
from lti_app.submissions.registry import Registry
from tests.cases.registering import Connecting, registering_platform
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


@pytest.fixture
def connecting(
    tool: Flask, database: Database, clock: FrozenClock, log: Log
) -> Iterator[Connecting]:
    with registering_platform() as platform:
        yield Connecting(tool, database, clock, log, platform)


@pytest.fixture
def strict(
    connecting: Connecting, settings: Settings, parts: Parts, registry: Registry
) -> Connecting:
    """The same, in a production that trusts no host by name."""
    untrusting = settings.model_copy(update={"trusted_hosts": ()})
    made = make_parts(untrusting, database=parts.database, clock=parts.clock)
    connecting.app = create_app(made, registry=registry)
    return connecting
