"""Time zones: the reader's own, and the course's from the first person who runs it."""

import pytest
from sqlalchemy import select

from lti_app.core.db import Database
from lti_app.people.models import Context, User
from lti_app.people.roles import Role
from tests.peers.world import Visitor, World


def zones(database: Database, visitor: Visitor) -> tuple[str | None, str | None]:
    """Return the person's zone and the course's."""
    with database.read() as session:
        return (
            session.scalars(select(User.time_zone).where(User.id == visitor.user_id)).one(),
            session.scalars(
                select(Context.time_zone).where(Context.id == visitor.context_id)
            ).one(),
        )


def test_the_first_instructors_zone_becomes_the_courses(world: World, database: Database) -> None:
    platform = world.platform()
    first = world.visitor(platform, Role.INSTRUCTOR)
    second = world.visitor(platform, Role.INSTRUCTOR)

    first.post("zone", {"zone": "Europe/Madrid"})
    second.post("zone", {"zone": "Asia/Tokyo"})

    assert zones(database, first) == ("Europe/Madrid", "Europe/Madrid")
    assert zones(database, second) == ("Asia/Tokyo", "Europe/Madrid")


def test_a_learners_zone_is_their_own_alone(world: World, database: Database) -> None:
    learner = world.visitor(world.platform())

    learner.post("zone", {"zone": "America/Lima"})

    assert zones(database, learner) == ("America/Lima", None)


@pytest.mark.parametrize("zone", ["", "Nowhere/Land", "../etc/passwd", "x" * 5000])
def test_what_is_no_zone_is_left_aside(world: World, database: Database, zone: str) -> None:
    teacher = world.visitor(world.platform(), Role.INSTRUCTOR)

    assert teacher.post("zone", {"zone": zone}).status_code == 204
    assert zones(database, teacher) == (None, None)
