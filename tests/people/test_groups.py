"""Groups that instructors make: sets, people in them, a split; the platform's are left alone."""

import random

import pytest

from lti_app.core.db import Database
from lti_app.core.errors import ConflictError, NotFoundError
from lti_app.people.group_changes import GroupsFullError, NameTakenError
from lti_app.people.group_models import GroupSet
from lti_app.people.groups import list_groups_of, list_sets
from lti_app.people.roles import Role
from lti_app.people.splitting import split_evenly
from tests.conftest import FrozenClock
from tests.people.school import School, make_school

CHANCE = random.Random(1)  # noqa: S311 - decides nothing worth guessing


@pytest.fixture
def school(database: Database, clock: FrozenClock) -> School:
    return make_school(database, clock)


def group_id(school: School, set_id: str, name: str) -> str:
    return next(one.public_id for one in school.detail(set_id).groups if one.name == name)


def test_a_new_set_is_empty_and_everybody_waits_beside_it(school: School) -> None:
    school.enrol("ann")
    school.enrol("tutor", Role.TEACHING_ASSISTANT)

    detail = school.detail(school.make_set("Tandems", "Red"))

    assert [one.name for one in detail.groups] == ["Red"]
    assert [one.sub for one in detail.without_group] == ["ann"]


def test_somebody_is_in_one_group_of_a_set_at_a_time(school: School) -> None:
    ann, ben = school.enrol("ann"), school.enrol("ben")
    set_id = school.make_set("Tandems", "Red", "Blue")
    red, blue = (group_id(school, set_id, name) for name in ("Red", "Blue"))

    with school.changing() as changer:
        changer.place(set_id, [ann, ben], red)
        moved = changer.place(set_id, [ann], blue)

    assert moved == 1
    assert school.placed(set_id) == {"Red": ["ben"], "Blue": ["ann"]}


def test_somebody_can_be_in_a_group_of_every_set(school: School) -> None:
    ann = school.enrol("ann")
    set_ids = [school.make_set(name, "Red") for name in ("First", "Second")]
    for set_id in set_ids:
        with school.changing() as changer:
            changer.place(set_id, [ann], group_id(school, set_id, "Red"))

    user_id = school.detail(set_ids[0]).people[0].user_id
    with school.database.read() as session:
        found = list_groups_of(session, school.course, user_id)
    assert [one.name for one in found] == ["Red", "Red"]
    assert len({one.set_id for one in found}) == 2


def test_taken_out_of_a_group_somebody_is_in_none(school: School) -> None:
    ann = school.enrol("ann")
    set_id = school.make_set("Tandems", "Red")
    with school.changing() as changer:
        changer.place(set_id, [ann], group_id(school, set_id, "Red"))
        changer.place(set_id, [ann], None)

    assert school.placed(set_id) == {"Red": []}


def test_people_of_another_course_cannot_be_placed(
    school: School, database: Database, clock: FrozenClock
) -> None:
    stranger = make_school(database, clock, "elsewhere").enrol("ann")
    set_id = school.make_set("Tandems", "Red")

    with school.changing() as changer:
        moved = changer.place(set_id, [stranger], group_id(school, set_id, "Red"))

    assert moved == 0


@pytest.mark.parametrize("deed", ["rename_set", "add_group"])
def test_a_set_of_another_course_is_not_there(
    school: School, database: Database, clock: FrozenClock, deed: str
) -> None:
    theirs = make_school(database, clock, "elsewhere").make_set()

    with school.changing() as changer, pytest.raises(NotFoundError):
        getattr(changer, deed)(theirs, "Mine")


def test_two_groups_of_a_set_have_different_names(school: School) -> None:
    set_id = school.make_set("Tandems", "Red", "Blue")

    with school.changing() as changer:
        with pytest.raises(NameTakenError):
            changer.add_group(set_id, "red")
        with pytest.raises(NameTakenError):
            changer.rename_group(set_id, group_id(school, set_id, "Blue"), "RED")
        changer.rename_group(set_id, group_id(school, set_id, "Blue"), "blue")


def test_a_split_leaves_whoever_is_in_a_group_where_they_are(school: School) -> None:
    people = [school.enrol(f"person {number}") for number in range(8)]
    set_id = school.make_set("Tandems", "Group 2")
    with school.changing() as changer:
        changer.place(set_id, people[:1], group_id(school, set_id, "Group 2"))

        split = changer.split(set_id, 3, "Group %(number)s", CHANCE)

    placed = school.placed(set_id)
    assert split == (7, 3)
    assert placed["Group 2"] == ["person 0"]
    assert sorted(len(members) for members in placed.values()) == [1, 2, 2, 3]
    assert list(placed) == ["Group 2", "Group 1", "Group 3", "Group 4"]


def test_a_split_makes_no_more_groups_than_there_are_people(school: School) -> None:
    school.enrol("ann")
    set_id = school.make_set()

    with school.changing() as changer:
        assert changer.split(set_id, 5, "Group %(number)s", CHANCE) == (1, 1)
        assert changer.split(set_id, 5, "Group %(number)s", CHANCE) == (0, 0)


@pytest.mark.parametrize("count", [1, 2, 3, 7, 20])
def test_everybody_is_in_exactly_one_part_of_a_split(count: int) -> None:
    parts = split_evenly(range(17), count, CHANCE)

    sizes = [len(one) for one in parts]
    assert sorted(number for part in parts for number in part) == list(range(17))
    assert max(sizes) - min(sizes) <= 1
    assert len(parts) == count


def test_a_set_is_removed_with_its_groups_and_nothing_else(school: School) -> None:
    ann = school.enrol("ann")
    gone, stays = school.make_set("Gone", "Red"), school.make_set("Stays", "Red")
    with school.changing() as changer:
        for set_id in (gone, stays):
            changer.place(set_id, [ann], group_id(school, set_id, "Red"))

        changer.remove_set(gone)

    with school.database.read() as session:
        assert [one.name for one in list_sets(session, school.course)] == ["Stays"]
    assert school.placed(stays) == {"Red": ["ann"]}


def test_a_set_of_the_platform_cannot_be_changed_here(school: School) -> None:
    with school.database.write() as session:
        row = GroupSet(
            platform_id=school.course.platform_id,
            context_id=school.course.context_id,
            source="lms",
            lti_id="set-1",
            name="Seminar groups",
            created_at=school.clock(),
        )
        session.add(row)
        session.flush()
        set_id = row.public_id

    with school.changing() as changer, pytest.raises(ConflictError, match="groups_of_platform"):
        changer.add_group(set_id, "Red")


def test_a_course_has_no_more_sets_than_a_page_can_show(school: School) -> None:
    with school.changing() as changer, pytest.raises(GroupsFullError):  # noqa: PT012 - the last one
        for number in range(51):
            changer.make_set(f"Set {number}")
