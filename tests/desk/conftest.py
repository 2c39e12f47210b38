"""A course with an instructor whose link opens nothing yet, and an editor of a new item."""

import pytest
from flask import Flask

from lti_app.catalog.pack import CoursePack
from lti_app.lti.registration import Registration
from lti_app.people.roles import Role
from tests.desk.full_shelf import fill_shelf
from tests.desk.own import Editor, make_own
from tests.peers.world import Visitor, World


@pytest.fixture
def platform(world: World) -> Registration:
    return world.platform()


@pytest.fixture
def teacher(world: World, platform: Registration) -> Visitor:
    return world.visitor(platform, Role.INSTRUCTOR, placement_id=world.link(platform))


@pytest.fixture
def editor(teacher: Visitor) -> Editor:
    """The editor of a new sorting exercise."""
    return Editor(teacher, make_own(teacher))


@pytest.fixture
def full_shelf(tool: Flask) -> CoursePack:
    """A pack of many modules with many items, which stands beside the real one."""
    return fill_shelf(tool)
