"""The audit log: who, what, which object, how it ended; never what somebody wrote."""

from sqlalchemy import select

from lti_app.audit.models import AuditEvent
from lti_app.core.db import Database
from lti_app.people.roles import Role
from tests.peers.world import World


def test_leaving_is_written_down_without_a_name(world: World, database: Database) -> None:
    visitor = world.visitor(world.platform(), Role.INSTRUCTOR, name="Canary Name")
    visitor.post("leave")

    with database.read() as session:
        event = session.scalars(
            select(AuditEvent).where(AuditEvent.action == "session.ended")
        ).one()
    stored = " ".join(str(getattr(event, column.key)) for column in AuditEvent.__table__.columns)
    assert (event.object_type, event.outcome) == ("session", "done")
    assert event.platform_id == visitor.platform_id
    assert "Canary" not in stored
    assert visitor.grant.key not in stored


def test_handing_in_is_written_down(world: World, database: Database) -> None:
    platform = world.platform()
    activity = world.activity(platform)
    visitor = world.visitor(platform)

    assert visitor.hand_in(activity).status_code == 303

    with database.read() as session:
        actions = set(session.scalars(select(AuditEvent.action)))
    assert any("hand" in action for action in actions), actions
