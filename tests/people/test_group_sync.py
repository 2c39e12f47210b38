"""The platform's groups taken over: what it did not tell of stays, what is gone goes."""

import pytest

from lti_app.core.db import Database
from lti_app.people.group_sync import ToldGroup, ToldGroups, take_groups
from lti_app.people.groups import get_set, list_sets
from tests.conftest import FrozenClock
from tests.people.school import School, make_school

RED, BLUE = ToldGroup("g1", "Red"), ToldGroup("g2", "Blue")


@pytest.fixture
def school(database: Database, clock: FrozenClock) -> School:
    school = make_school(database, clock)
    for name in ("ann", "ben"):
        school.enrol(name)
    return school


def take(school: School, told: ToldGroups) -> dict[str, list[str]]:
    """Take over what a platform told; return who is in which group."""
    with school.database.write() as session:
        take_groups(session, school.course, told, now=school.clock())
    with school.database.read() as session:
        details = [
            get_set(session, school.course, one.public_id)
            for one in list_sets(session, school.course)
        ]
    return {
        group.name: [one.sub for one in detail.members(group)]
        for detail in details
        for group in detail.groups
    }


def test_whoever_was_not_told_of_stays_where_they_are(school: School) -> None:
    take(school, ToldGroups({}, [RED], {"ann": ["g1"], "ben": ["g1"]}))

    found = take(school, ToldGroups({}, [RED, BLUE], {"ann": ["g2"]}))

    assert found == {"Red": ["ben"], "Blue": ["ann"]}


def test_people_whom_nobody_enrolled_are_passed_over(school: School) -> None:
    assert take(school, ToldGroups({}, [RED], {"stranger": ["g1"]})) == {"Red": []}


def test_a_group_that_is_called_otherwise_stays_the_same_group(school: School) -> None:
    take(school, ToldGroups({}, [RED], {"ann": ["g1"]}))
    with school.database.read() as session:
        (before,) = list_sets(session, school.course)

    found = take(school, ToldGroups({}, [ToldGroup("g1", "Scarlet")], {}))

    assert found == {"Scarlet": ["ann"]}
    with school.database.read() as session:
        assert list_sets(session, school.course) == [before]


def test_a_group_moves_to_another_set_with_its_people(school: School) -> None:
    take(school, ToldGroups({"s1": "First"}, [ToldGroup("g1", "Red", None, "s1")], {"ann": ["g1"]}))

    take(school, ToldGroups({"s2": "Second"}, [ToldGroup("g1", "Red", None, "s2")], {}))

    with school.database.read() as session:
        (only,) = list_sets(session, school.course)
    assert (only.name, only.group_count, only.people_count) == ("Second", 1, 1)


def test_sets_made_here_are_left_alone(school: School) -> None:
    set_id = school.make_set("Tandems", "Green")

    take(school, ToldGroups({}, [], {}))

    assert school.placed(set_id) == {"Green": []}
