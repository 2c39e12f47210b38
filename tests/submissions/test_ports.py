"""What a kind may ask of its course: the groups of a person, whoever made them."""

import pytest

from lti_app.core.db import Database
from lti_app.core.errors import NotFoundError
from lti_app.people.group_models import GroupSource
from lti_app.people.group_sync import ToldGroup, ToldGroups, take_groups
from lti_app.submissions.ports import PORTS
from tests.conftest import FrozenClock
from tests.people.school import School, make_school


@pytest.fixture
def school(database: Database, clock: FrozenClock) -> School:
    return make_school(database, clock)


def test_a_kind_learns_of_the_groups_of_a_person(school: School) -> None:
    school.enrol("ann")
    set_id = school.make_set("Tandems", "Red")
    told = ToldGroups({}, [ToldGroup("g1", "Monday")], {"ann": ["g1"]})
    with school.changing() as changer:
        changer.assign(set_id, {one.user_id: "Red" for one in school.detail(set_id).people})
        take_groups(changer.session, school.course, told, now=school.clock())
    (ann,) = school.detail(set_id).people

    with school.database.read() as session:
        found = PORTS.groups_of(session, school.made.activity, ann.user_id)

    assert [(one.name, one.source) for one in found] == [
        ("Red", GroupSource.TOOL),
        ("Monday", GroupSource.LMS),
    ]


def test_a_kind_learns_nothing_of_another_course(
    school: School, database: Database, clock: FrozenClock
) -> None:
    set_id = school.make_set("Tandems", "Red")
    elsewhere = make_school(database, clock, "elsewhere")

    with database.read() as session, pytest.raises(NotFoundError):
        PORTS.group_set(session, elsewhere.made.activity, set_id)
