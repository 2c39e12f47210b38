"""The launch session: its key in the path, its cookie, its end; two tabs are two sessions."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select, update

from lti_app.core.db import Database
from lti_app.people.models import Enrolment, EnrolmentStatus
from lti_app.people.roles import Role
from lti_app.web.models import LaunchSession
from lti_app.web.seen import EXTENSION as SEEN
from lti_app.web.seen import SeenQueue
from lti_app.web.session import cookie_name
from tests.conftest import BASE_URL, FrozenClock
from tests.peers.world import Visitor, World


def seen(visitor: Visitor) -> int:
    return visitor.client.get(visitor.path(), base_url=BASE_URL, follow_redirects=True).status_code


def test_a_session_opens_its_pages(world: World) -> None:
    assert seen(world.visitor(world.platform(), Role.INSTRUCTOR)) == 200


def test_st_23_a_key_without_its_cookie_is_answered_like_an_unknown_key(
    world: World, tool: Flask
) -> None:
    visitor = world.visitor(world.platform())

    stranger = tool.test_client().get(visitor.path(), base_url=BASE_URL)
    unknown = tool.test_client().get(f"/s/{'x' * 43}/", base_url=BASE_URL)

    assert stranger.status_code == unknown.status_code == 404
    assert stranger.data == unknown.data
    assert dict(stranger.headers) == dict(unknown.headers)


def test_another_sessions_cookie_does_not_open_it(world: World) -> None:
    platform = world.platform()
    mine, theirs = world.visitor(platform), world.visitor(platform)

    answer = mine.client.get(theirs.path(), base_url=BASE_URL)

    assert answer.status_code == 404


def test_st_22_two_tabs_with_two_people_stay_apart(world: World) -> None:
    platform = world.platform()
    ann = world.visitor(platform, Role.INSTRUCTOR, name="Ann")
    ben = world.visitor(platform, Role.INSTRUCTOR, name="Ben", course="course-2")
    ann.client.set_cookie(
        *cookie_of(ben), domain="tool.test", secure=True
    )  # one browser holds both cookies

    first = ann.client.get(ann.path(), base_url=BASE_URL, follow_redirects=True)
    second = ann.client.get(ben.path(), base_url=BASE_URL, follow_redirects=True)

    # With its brackets: a random key may spell a short name.
    assert "Ann</bdi>" in first.text
    assert "Ben</bdi>" not in first.text
    assert "Ben</bdi>" in second.text
    assert "Ann</bdi>" not in second.text


def cookie_of(visitor: Visitor) -> tuple[str, str]:
    return cookie_name(visitor.grant.public_id), visitor.grant.cookie


def test_st_25_a_session_ends_after_an_hour_without_a_page(
    world: World, clock: FrozenClock
) -> None:
    visitor = world.visitor(world.platform(), Role.INSTRUCTOR)

    clock.advance(minutes=59)
    before = seen(visitor)
    clock.advance(minutes=61)

    assert before == 200
    assert seen(visitor) == 404


def test_a_page_keeps_a_session_for_another_hour(
    world: World, tool: Flask, clock: FrozenClock
) -> None:
    visitor = world.visitor(world.platform(), Role.INSTRUCTOR)

    clock.advance(minutes=59)
    seen(visitor)
    tool.extensions[SEEN].flush()
    clock.advance(minutes=59)

    assert seen(visitor) == 200


def test_an_older_time_that_is_written_later_takes_nothing_from_a_session(
    world: World, database: Database, clock: FrozenClock
) -> None:
    visitor = world.visitor(world.platform(), Role.INSTRUCTOR)
    with database.read() as session:
        number = session.scalars(select(LaunchSession.id)).one()
    slow = SeenQueue(database)

    slow.note(number, last=clock.now - timedelta(hours=2), now=clock.now - timedelta(hours=1))
    slow.flush()

    assert seen(visitor) == 200


def test_a_session_ends_after_eight_hours_whatever_happens(
    world: World, clock: FrozenClock, database: Database
) -> None:
    visitor = world.visitor(world.platform(), Role.INSTRUCTOR)
    for _ in range(8):
        clock.advance(minutes=55)
        with database.write() as session:
            session.execute(update(LaunchSession).values(seen_at=clock.now))
    before = seen(visitor)

    clock.advance(minutes=41)

    assert before == 200
    assert seen(visitor) == 404


def test_a_session_ends_when_the_person_has_left_the_course(
    world: World, database: Database
) -> None:
    visitor = world.visitor(world.platform(), Role.INSTRUCTOR)

    with database.write() as session:
        session.execute(update(Enrolment).values(status=EnrolmentStatus.INACTIVE.value))

    assert seen(visitor) == 404


def test_the_database_holds_no_secret_of_a_session(world: World, database: Database) -> None:
    visitor = world.visitor(world.platform())

    with database.read() as session:
        row = session.scalars(select(LaunchSession)).one()
    stored = " ".join(str(getattr(row, column.key)) for column in LaunchSession.__table__.columns)

    assert visitor.grant.key not in stored
    assert visitor.grant.cookie not in stored
