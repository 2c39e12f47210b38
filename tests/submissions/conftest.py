"""Who the pages of an activity are shown to: a teacher and a learner of one platform."""

import pytest

from lti_app.lti.registration import Registration
from lti_app.people.roles import Role
from tests.peers.world import Visitor, World


@pytest.fixture
def platform(world: World) -> Registration:
    return world.platform()


@pytest.fixture
def teacher(world: World, platform: Registration) -> Visitor:
    return world.visitor(platform, Role.INSTRUCTOR)


@pytest.fixture
def ann(world: World, platform: Registration) -> Visitor:
    return world.visitor(platform, name="Ann Done")
