"""What launches tell of people and courses, and the key of each person's private text."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, func, select

from lti_app.core.db import Database
from lti_app.core.sealing import Keyring, Place, SealingError
from lti_app.lti.registration import Registration
from lti_app.people.models import Context, DataKey, Enrolment, EnrolmentStatus, User
from lti_app.people.roles import Role
from lti_app.people.service import (
    SEEN_EVERY,
    ContextDetails,
    Profile,
    open_data_key,
    remember_context,
    remember_enrolment,
    remember_user,
)
from tests.conftest import START
from tests.peers.world import World

PLACE = Place("attempts", "draft", "a1")


@pytest.fixture
def platform(world: World) -> Registration:
    return world.platform()


def user_of(database: Database, platform: Registration, profile: Profile, sub: str = "s") -> User:
    with database.write() as session:
        return remember_user(session, platform_id=platform.id, sub=sub, profile=profile, now=START)


def test_nm_06_a_name_that_changes_between_launches_is_updated(
    database: Database, platform: Registration
) -> None:
    first = user_of(database, platform, Profile(name="Ann"))
    second = user_of(database, platform, Profile(name="Ann Berg"))

    assert second.id == first.id
    assert second.name == "Ann Berg"


def test_nm_09_what_the_platform_no_longer_tells_is_removed(
    database: Database, platform: Registration
) -> None:
    user_of(database, platform, Profile(name="Ann", email="ann@example.org"))
    second = user_of(database, platform, Profile())

    assert (second.name, second.email) == (None, None)


def test_nm_08_an_equal_address_joins_nobody(database: Database, platform: Registration) -> None:
    first = user_of(database, platform, Profile(email="a@example.org"), sub="s1")
    second = user_of(database, platform, Profile(email="a@example.org"), sub="s2")

    assert first.id != second.id


def test_cl_08_subjects_that_differ_in_case_are_two_people(
    database: Database, platform: Registration
) -> None:
    first = user_of(database, platform, Profile(), sub="abc")
    second = user_of(database, platform, Profile(), sub="ABC")

    assert first.id != second.id


def test_a_role_is_that_of_the_last_launch_and_a_launch_makes_active(
    database: Database, platform: Registration, world: World
) -> None:
    visitor = world.visitor(platform, Role.INSTRUCTOR)
    with database.write() as session:
        session.scalars(select(Enrolment)).one().status = EnrolmentStatus.INACTIVE.value

    with database.write() as session:
        remember_enrolment(
            session,
            user=session.get_one(User, visitor.user_id),
            context=session.scalars(select(Context)).one(),
            role=Role.LEARNER,
            is_test=False,
            now=START,
        )

    with database.read() as session:
        enrolment = session.scalars(select(Enrolment)).one()
    assert (enrolment.role, enrolment.status) == ("learner", "active")


def test_a_course_is_one_of_its_deployment(
    database: Database, platform: Registration, world: World
) -> None:
    world.visitor(platform, course="same-id")
    world.visitor(world.platform("c2"), course="same-id")

    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Context)) == 2


def test_a_title_that_changes_is_updated(
    database: Database, platform: Registration, world: World
) -> None:
    world.visitor(platform, course="c")
    with database.write() as session:
        context = session.scalars(select(Context)).one()
        remember_context(
            session,
            platform_id=platform.id,
            deployment_id=context.deployment_id,
            details=ContextDetails("c", "New title"),
            now=START,
        )

    with database.read() as session:
        assert session.scalars(select(Context.title)).one() == "New title"


@pytest.mark.parametrize(
    ("later", "written"),
    [(SEEN_EVERY / 2, START), (SEEN_EVERY, START + SEEN_EVERY)],
    ids=["soon", "worth-it"],
)
def test_last_seen_is_written_only_when_it_is_worth_it(
    database: Database, platform: Registration, later: timedelta, written: datetime
) -> None:
    user_of(database, platform, Profile())

    with database.write() as session:
        user = remember_user(
            session, platform_id=platform.id, sub="s", profile=Profile(), now=START + later
        )

    assert user.seen_at == written


def test_a_persons_text_opens_with_their_key_until_the_key_is_deleted(
    database: Database, platform: Registration, keyring: Keyring
) -> None:
    user = user_of(database, platform, Profile())
    with database.write() as session:
        key = open_data_key(session, keyring, platform_id=platform.id, user_id=user.id)
    sealed = key.seal("mine", PLACE)

    with database.write() as session:
        again = open_data_key(session, keyring, platform_id=platform.id, user_id=user.id)
        opened = again.open(sealed, PLACE)
        session.execute(delete(DataKey))
    with database.write() as session:
        new = open_data_key(session, keyring, platform_id=platform.id, user_id=user.id)

    assert opened == "mine"
    with pytest.raises(SealingError):
        new.open(sealed, PLACE)
